"""What becomes of courses when their author leaves, comes back, or gives them to somebody else."""

from bson import ObjectId

from lms.controllers.authoring import sellable
from lms.errors import AuthorGone, CoursesOnSale
from lms.models.accounts.users import users
from lms.models.authoring import course_states
from lms.models.catalogue.courses import courses

MOST_NAMED = 3


def require_consent(author_id: ObjectId, agreed: bool) -> None:
    """Tell an author who leaves what they have on sale, unless they agreed that it leaves the catalogue."""
    on_sale = courses.find({"instructor": author_id, "status": "published"}, {"title": 1}, sort=[("title", 1)])
    if agreed or not on_sale:
        return
    titles = ", ".join(f"“{course['title']}”" for course in on_sale[:MOST_NAMED])
    more = f" and {len(on_sale) - MOST_NAMED} more" if len(on_sale) > MOST_NAMED else ""
    raise CoursesOnSale(
        f"This account has courses on sale: {titles}{more}. Ask support to hand them over, archive them, or send "
        "`courses: archive`: then they leave the catalogue, and those who attend them keep them."
    )


def withdraw(author_id: ObjectId) -> None:
    """Take the courses of somebody who is gone off the shelf; part of a transaction. Learners keep them."""
    course_states.withdraw(author_id)


def put_back(author_id: ObjectId) -> None:
    """Undo that for an author who is back; what cannot be sold any more stays archived. Part of a transaction."""
    if is_gone(author_id):
        return
    for course in courses.find({"instructor": author_id, "withdrawnFrom": {"$exists": True}}):
        if course["withdrawnFrom"] == "in_review" or not sellable.lacking(course):
            course_states.put_back(course)


def is_gone(author_id: ObjectId) -> bool:
    """Whether somebody cannot answer for a course: suspended, deleted or erased."""
    return users.get({"_id": author_id, "status": "active"}, {"_id": 1}) is None


def require_author(author_id: ObjectId) -> None:
    if is_gone(author_id):
        raise AuthorGone
