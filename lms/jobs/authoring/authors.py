"""What co-authors of a course are told."""

from bson import ObjectId

from lms.machinery.registry import job
from lms.mails.authoring import authors as mails
from lms.models.accounts.users import users
from lms.models.catalogue.courses import courses
from lms.services.system import mailer


@job(queue="mail", about=courses)
def tell_added(course_id: ObjectId, user_id: ObjectId) -> None:
    """Tell somebody that they are a co-author of a course, if they still are."""
    course, author = courses.get({"_id": course_id, "coAuthors": user_id}), users.by_id(user_id)
    if course and author:
        mailer.send(mails.co_author(author, course))
