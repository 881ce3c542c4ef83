"""/auth and /profile: signing up and in, the own page, leaving."""

from typing import Any

from lms.controllers.accounts import day_sessions, profiles
from lms.errors import InvalidRequest
from lms.http.operations import PICTURE_BYTES
from lms.studynotion import people
from lms.studynotion.asking import Ask
from lms.studynotion.door import Answer, call

SIGN_UP = {
    "firstName": "firstName",
    "lastName": "lastName",
    "email": "email",
    "password": "password",
    "confirmPassword": "confirmPassword",
    "role": "accountType",
    "contactNumber": "contactNumber",
    "otp": "otp",
}
SIGN_IN = {"email": "email", "password": "password"}
RESET = {"password": "password", "confirmPassword": "confirmPassword", "token": "token"}
PROFILE = {
    "firstName": "firstName",
    "lastName": "lastName",
    "dateOfBirth": "dateOfBirth",
    "gender": "gender",
    "contactNumber": "contactNumber",
    "bio": "about",
}
"""Our fields and what they are called there."""

PASSWORDS = {"oldPassword": "oldPassword", "newPassword": "newPassword", "confirmNewPassword": "confirmNewPassword"}


def _text(value: Any) -> Any:
    """A number as the digits that were typed, for their databases keep some texts as numbers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


@call("POST", "/auth/sendotp", onto=("codes.send",))
def send_otp(ask: Ask) -> Answer:
    """Mail a code to sign up with; whether the address has an account, only its owner is told."""
    told = ask.answer("codes.send", ask.fields({"email": "email"}))
    return Answer(told.data, "If this address can get a code, it is on its way.")


@call("POST", "/auth/signup", onto=("auth.sign_up",))
def sign_up(ask: Ask) -> Answer:
    """Create an account with the mailed code; nobody becomes an administrator."""
    fields = {name: _text(value) for name, value in ask.fields(SIGN_UP).items()}
    if isinstance(role := fields.get("role"), str):
        fields["role"] = role.lower()
    made = ask.answer("auth.sign_up", fields, SIGN_UP)
    return Answer(message=made.message or "Your account is ready.", status=made.status or 201)


@call("POST", "/auth/login", onto=("auth.log_in",))
def log_in(ask: Ask) -> Answer:
    """Sign in with a password, for a day; staff for a quarter of an hour."""
    signed_in = day_sessions.lasting(ask.answer("auth.log_in", ask.fields(SIGN_IN)))
    token = signed_in.top_level["token"]
    user = {**_user(profiles.show_learner(signed_in.top_level["user"]["id"])), "token": token}
    return Answer(message="You are signed in.", beside={"token": token, "user": user})


@call("POST", "/auth/reset-password-token", onto=("passwords.request_reset",))
def request_reset(ask: Ask) -> Answer:
    """Mail a link to choose a new password by; the answer does not say whether anyone has the address."""
    told = ask.answer("passwords.request_reset", ask.fields({"email": "email"}))
    return Answer(told.data, "If this address can get a link, it is on its way.")


@call("POST", "/auth/reset-password", onto=("passwords.reset",))
def reset(ask: Ask) -> Answer:
    """Choose a new password by the mailed link; every sign-in ends."""
    ask.answer("passwords.reset", ask.fields(RESET))
    return Answer(message="Your password is changed. Sign in with it.")


@call("POST PUT", "/auth/changepassword", onto=("passwords.change",))
def change_password(ask: Ask) -> Answer:
    """Change the password; branches that ask for it once send it once."""
    fields = ask.fields(PASSWORDS)
    fields.setdefault("confirmNewPassword", ask.given("confirmPassword", "newPassword"))
    ask.answer("passwords.change", {name: value for name, value in fields.items() if value is not None})
    return Answer(message="Your password is changed.")


@call("GET", "/profile/getuserdetails", onto=("studynotion.me",))
def user_details(ask: Ask) -> Answer:
    """The caller as they see themselves."""
    user = _user(ask.perform("studynotion.me"))
    return Answer(user, beside={"userDetails": user})


@call("PUT", "/profile/updateprofile", onto=("profile.update", "studynotion.me"))
def update_profile(ask: Ask) -> Answer:
    """Change the fields that have something in them; an empty one was not touched."""
    fields = {name: _text(value) for name, value in ask.fields(PROFILE).items()}
    ask.perform("profile.update", fields, PROFILE, user_id=ask.caller.id)
    user = _user(ask.perform("studynotion.me"))
    same = dict.fromkeys(("updatedUserDetails", "updatedUser", "userDetails"), user)
    return Answer(user, "Your profile is saved.", beside={**same, "updatedProfile": user["additionalDetails"]})


@call(
    "PUT POST",
    "/profile/updatedisplaypicture",
    onto=("profile.change_picture", "studynotion.me"),
    upload_bytes=PICTURE_BYTES,
)
def update_picture(ask: Ask) -> Answer:
    """Replace the profile picture by the one file, whatever its name."""
    if ask.sent.file is None:
        raise InvalidRequest(errors={"displayPicture": "Choose a file."})
    ask.perform("profile.change_picture", image=ask.sent.file)
    return Answer(_user(ask.perform("studynotion.me")), "Your picture is changed.")


@call("DELETE", "/profile/deleteprofile", "/profile/deleteaccount", onto=("studynotion.delete_account",))
def delete_account(ask: Ask) -> Answer:
    """Delete the caller's account, if they signed in within the last ten minutes."""
    ask.perform("studynotion.delete_account")
    return Answer(message="The account is deleted. Signing in within 30 days brings it back.")


def _user(ours: dict[str, Any]) -> dict[str, Any]:
    return people.user(ours, ours["courses"])
