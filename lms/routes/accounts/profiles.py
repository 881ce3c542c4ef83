"""/profile: the account's own page, its courses, leaving."""

from typing import Any

from bson import ObjectId

from lms.controllers.accounts import own_data as own_data_controller
from lms.controllers.accounts import profiles
from lms.errors import (
    Busy,
    CoursesOnSale,
    InvalidOtp,
    LastAdministrator,
    NotAnImage,
    TooLarge,
    UserNotFound,
    WrongPassword,
)
from lms.http.api import Api
from lms.http.forms import Upload
from lms.middlewares.auth import instructor, myself, user
from lms.middlewares.limits import per_caller
from lms.models.accounts.sessions import Caller, Client
from lms.schemas.accounts.profiles import (
    DeleteAccountIn,
    EnrolledCourseOut,
    ImageOut,
    InstructorDashboardOut,
    ProfileIn,
    UserOut,
)
from lms.schemas.fields import PageQuery

api = Api("profile", "/profile")


@api.get("/getUserDetails/<id:user_id>", allow=myself, returns=UserOut, cached=True)
def show(user_id: ObjectId) -> Any:
    """The user with their profile."""
    return profiles.show_user(user_id)


@api.put(
    "/updateProfile/<id:user_id>",
    allow=myself,
    returns=UserOut,
    message="Your profile is saved.",
    limits=(per_caller("60 per hour", "profile"),),
)
def update(user_id: ObjectId, body: ProfileIn) -> Any:
    """Change what the body names of a profile."""
    return profiles.update(user_id, body)


@api.put(
    "/changeProfilePicture",
    allow=user,
    returns=ImageOut,
    message="Your picture is changed.",
    refusals=(NotAnImage, TooLarge),
    limits=(per_caller("30 per hour", "pictures"),),
)
def change_picture(caller: Caller, image: Upload) -> Any:
    """Replace the profile picture (JPEG, PNG, WebP or GIF, at most 10 MB and 25 megapixels)."""
    return profiles.change_picture(caller, image)


@api.get(
    "/ownData/<id:user_id>",
    allow=myself,
    media_type="application/octet-stream",
    refusals=(UserNotFound,),
    limits=(per_caller("10 per hour", "owndata"),),
)
def own_data(user_id: ObjectId) -> Any:
    """All that is kept about a user, as one JSON file to save: the account, courses, progress, reviews, orders."""
    return own_data_controller.download(user_id)


@api.delete(
    "/deleteAccount/<id:user_id>",
    allow=myself,
    status=202,
    refusals=(WrongPassword, InvalidOtp, LastAdministrator, CoursesOnSale, Busy),
    message="The account is deleted. Signing in within 30 days brings it back.",
    limits=(per_caller("10 per 15 minutes", "deleteaccount"),),
)
def delete_account(user_id: ObjectId, caller: Caller, body: DeleteAccountIn, client: Client) -> None:
    """Delete an account, given the caller's own password or a code that was mailed to them."""
    profiles.delete_account(user_id, caller, body, client)


@api.get("/getEnrolledCourses/<id:user_id>", allow=myself, returns=list[EnrolledCourseOut], cached=True)
def enrolled_courses(user_id: ObjectId, query: PageQuery) -> Any:
    """The courses a user attends, with how far they have come."""
    return profiles.enrolled_courses(user_id, query)


@api.get("/getInstructorDashboard", allow=instructor, returns=InstructorDashboardOut)
def instructor_dashboard(caller: Caller) -> Any:
    """What the caller's courses have come to."""
    return profiles.instructor_dashboard(caller)
