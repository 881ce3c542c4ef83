"""/courses/authors: who writes a course beside its owner."""

from typing import Any

from bson import ObjectId

from lms.controllers.authoring import authors
from lms.errors import AlreadyAuthor, CannotCoAuthor, NotCoAuthor, TooManyAuthors
from lms.http.api import Api
from lms.middlewares.auth import owner
from lms.middlewares.limits import per_caller
from lms.models.accounts.sessions import Caller
from lms.schemas.authoring.authors import CoAuthorIn
from lms.schemas.catalogue.courses import CourseDetailsOut

api = Api("authors", "/courses/authors", tag="authoring")

LIMIT = per_caller("60 per hour", "authors")


@api.put(
    "/<id:course_id>",
    allow=owner,
    returns=CourseDetailsOut,
    message="The co-author is added, and told so.",
    refusals=(CannotCoAuthor, AlreadyAuthor, TooManyAuthors),
    limits=(LIMIT,),
)
def add(caller: Caller, course_id: ObjectId, body: CoAuthorIn) -> Any:
    """Let an instructor write the course as well: texts, outline, lessons, figures of learners."""
    return authors.add(caller, course_id, body.email)


@api.delete(
    "/<id:course_id>",
    allow=owner,
    returns=CourseDetailsOut,
    message="The co-author is removed.",
    refusals=(NotCoAuthor,),
    limits=(LIMIT,),
)
def remove(caller: Caller, course_id: ObjectId, body: CoAuthorIn) -> Any:
    """Let a co-author write the course no longer."""
    return authors.remove(caller, course_id, body.email)
