"""Refusals about people: who they are, their sign-in, what their account may do."""

from lms.errors.base import Refusal


class InvalidOtp(Refusal):
    code, message = "invalid_otp", "That code is wrong or no longer valid. Ask for a new one."


class InvalidToken(Refusal):
    code, message = "invalid_token", "That link or code is wrong or no longer valid. Ask for a new one."


class WrongPassword(Refusal):
    code, message = "wrong_password", "The password is not right."


class SamePassword(Refusal):
    code, message = "same_password", "The new password is the one you have now."


class SameEmail(Refusal):
    code, message = "same_email", "The new e-mail address is the one you have now."


class ChannelUnavailable(Refusal):
    code, message = "channel_unavailable", "Codes cannot be sent by WhatsApp here. Ask for one by e-mail."


class ContactUnavailable(Refusal):
    status, code, message = (
        503,
        "contact_unavailable",
        "Nobody reads messages here yet. Write to the school another way.",
    )


class NotSignedIn(Refusal):
    status, code, message = 401, "not_signed_in", "Sign in first."


class TokenRefused(Refusal):
    status, code, message = 401, "token_invalid", "Your sign-in has ended. Sign in again."


class InvalidCredentials(Refusal):
    status, code, message = 401, "invalid_credentials", "The e-mail address or the password is not right."


class Forbidden(Refusal):
    status, code, message = 403, "forbidden", "Your account may not do this."


class SecondStepRequired(Refusal):
    status, code = 403, "second_step_required"
    message = "Administrators take a second step before they do this: POST /auth/secondstep."


class StaleSignIn(Refusal):
    status, code, message = 401, "stale_sign_in", "Sign in again to delete your account."


class EmailUnverified(Refusal):
    status, code, message = 403, "email_unverified", "Prove your e-mail address with the code we sent first."


class AccountSuspended(Refusal):
    status, code, message = 403, "account_suspended", "This account is suspended. Write to support."


class UserNotFound(Refusal):
    status, code, message = 404, "user_not_found", "There is no such user."


class SessionNotFound(Refusal):
    status, code, message = 404, "session_not_found", "There is no such session."


class DeliveryNotFound(Refusal):
    status, code, message = 404, "delivery_not_found", "There is no such request for a code."


class EmailTaken(Refusal):
    status, code, message = 409, "email_taken", "There is already an account with this e-mail address."


class AuthenticatorPresent(Refusal):
    status, code = 409, "authenticator_present"
    message = "An authenticator is set up already. Remove it before setting up another."


class NoSecondStep(Refusal):
    status, code, message = 409, "no_second_step", "This sign-in does not wait for such a second step."


class OwnAccount(Refusal):
    status, code, message = 409, "own_account", "Another administrator has to do this to your own account."


class SameAccount(Refusal):
    status, code, message = 409, "same_account", "This is one account. Choose the other one of the same person."


class StaffAccount(Refusal):
    status, code, message = 409, "staff_account", "Accounts of staff are not merged."


class AccountErased(Refusal):
    status, code, message = 409, "account_erased", "This account is erased: nothing is left to merge."


class AccountMerged(Refusal):
    status, code, message = 409, "account_merged", "This account has been merged into another one already."


class AccountDeleted(Refusal):
    status, code, message = 409, "account_deleted", "This account is deleted. Bring it back first."


class SuspendedAccount(Refusal):
    status, code, message = 409, "suspended_account", "This account is suspended. Restore it first."


class UnprovenAccount(Refusal):
    status, code, message = 409, "unproven_account", "The e-mail address of this account is not confirmed yet."


class AddressChangedLately(Refusal):
    status, code = 409, "address_changed_lately"
    message = "The e-mail address of this account has changed lately, and its former one can take the account back."


class TooMuchToMerge(Refusal):
    status, code = 409, "too_much_to_merge"
    message = "This account has more than can be merged at once. Try it the other way round, or leave both as they are."


class LastAdministrator(Refusal):
    status, code, message = 409, "last_administrator", "This is the last administrator. Make another one first."


class CoursesOnSale(Refusal):
    status, code, message = 409, "courses_on_sale", "This account has courses on sale."


class StatusUnchanged(Refusal):
    status, code, message = 409, "status_unchanged", "The account is suspended already."


class NoApplication(Refusal):
    status, code, message = 409, "no_application", "This person is not waiting to be approved."


class Busy(Refusal):
    status, code = 503, "busy"
    message = "Very many people are signing in at this moment. Try again in a few seconds."


class OtpTooSoon(Refusal):
    status, code, message = 429, "otp_too_soon", "A code was sent a moment ago. Wait before asking for another."
