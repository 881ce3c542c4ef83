"""Every refusal there is (status, code, sentence), and the one place that renders them."""

from collections.abc import Callable

import structlog
from flask import Flask, Response, current_app, jsonify, make_response, request
from flask_limiter import RateLimitExceeded
from pymongo.errors import ConnectionFailure, PyMongoError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from werkzeug.exceptions import HTTPException

log = structlog.get_logger()


class Refusal(Exception):
    """An answer other than success: raised anywhere, rendered once."""

    status = 400
    code = "bad_request"
    message = "The request cannot be understood."

    def __init__(
        self,
        message: str | None = None,
        *,
        errors: dict[str, str] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message or self.message)
        self.sentence = message or self.message
        self.errors = errors
        self.retry_after = retry_after


class InvalidRequest(Refusal):
    code, message = "validation_failed", "Some of what was sent is not valid."


class InvalidJson(Refusal):
    code, message = "invalid_json", "The body is not valid JSON."


class InvalidId(Refusal):
    code, message = "invalid_id", "An id is 24 hexadecimal characters."


class InvalidOtp(Refusal):
    code, message = "invalid_otp", "That code is wrong or no longer valid. Ask for a new one."


class InvalidToken(Refusal):
    code, message = "invalid_token", "That link or code is wrong or no longer valid. Ask for a new one."


class WrongPassword(Refusal):
    code, message = "wrong_password", "The password is not right."


class SamePassword(Refusal):
    code, message = "same_password", "The new password is the one you have now."


class ChannelUnavailable(Refusal):
    code, message = "channel_unavailable", "Codes cannot be sent by WhatsApp here. Ask for one by e-mail."


class CourseTwice(Refusal):
    code, message = "course_twice", "Every course can be bought once."


class InvalidCoupon(Refusal):
    code, message = "invalid_coupon", "The coupon is not valid."


class BadSignature(Refusal):
    code, message = "bad_signature", "The payment could not be verified."


class ForeignOutline(Refusal):
    code, message = "outline_mismatch", "The order must name exactly the sections and lessons the course has."


class NotAnImage(Refusal):
    status, code, message = 415, "not_an_image", "The file is not a JPEG, PNG, WebP or GIF picture."


class NotAVideo(Refusal):
    status, code, message = 415, "not_a_video", "The file is not an MP4, MOV, WebM or MKV video."


class PaymentRequired(Refusal):
    status, code, message = 402, "payment_required", "This course has to be bought first."


class NotSignedIn(Refusal):
    status, code, message = 401, "not_signed_in", "Sign in first."


class TokenRefused(Refusal):
    status, code, message = 401, "token_invalid", "Your sign-in has ended. Sign in again."


class InvalidCredentials(Refusal):
    status, code, message = 401, "invalid_credentials", "The e-mail address or the password is not right."


class Forbidden(Refusal):
    status, code, message = 403, "forbidden", "Your account may not do this."


class FormExpired(Refusal):
    status, code = 403, "form_expired"
    message = "This form is too old or was not made here. Open the page again and send it once more."


class EmailUnverified(Refusal):
    status, code, message = 403, "email_unverified", "Prove your e-mail address with the code we sent first."


class AccountSuspended(Refusal):
    status, code, message = 403, "account_suspended", "This account is suspended. Write to support."


class InstructorNotApproved(Refusal):
    status, code = 403, "instructor_not_approved"
    message = "We have not approved you as an instructor yet. Your course stays a draft until then."


class PlaybackEnded(Refusal):
    status, code, message = 403, "playback_ended", "This address plays no longer. Ask for a new one."


class NotEnrolled(Refusal):
    status, code, message = 403, "not_enrolled", "Enrol in this course first."


class UnknownPath(Refusal):
    status, code, message = 404, "not_found", "There is nothing at this address."


class UserNotFound(Refusal):
    status, code, message = 404, "user_not_found", "There is no such user."


class SessionNotFound(Refusal):
    status, code, message = 404, "session_not_found", "There is no such session."


class CourseNotFound(Refusal):
    status, code, message = 404, "course_not_found", "There is no such course."


class SectionNotFound(Refusal):
    status, code, message = 404, "section_not_found", "There is no such section."


class LessonNotFound(Refusal):
    status, code, message = 404, "lesson_not_found", "There is no such lesson."


class OrderNotFound(Refusal):
    status, code, message = 404, "order_not_found", "There is no such order."


class InvoiceNotFound(Refusal):
    status, code, message = 404, "invoice_not_found", "There is no such invoice."


class CouponNotFound(Refusal):
    status, code, message = 404, "coupon_not_found", "There is no such coupon."


class JobNotFound(Refusal):
    status, code, message = 404, "job_not_found", "There is no such job."


class AuditRowNotFound(Refusal):
    status, code, message = 404, "audit_row_not_found", "There is no such row in the audit log."


class DeliveryNotFound(Refusal):
    status, code, message = 404, "delivery_not_found", "There is no such request for a code."


class CategoryNotFound(Refusal):
    status, code, message = 404, "category_not_found", "There is no such category."


class TagNotFound(Refusal):
    status, code, message = 404, "tag_not_found", "There is no such tag."


class ReviewNotFound(Refusal):
    status, code, message = 404, "review_not_found", "There is no such review."


class VerbNotAllowed(Refusal):
    status, code, message = 405, "method_not_allowed", "This address does not take that verb."


class EmailTaken(Refusal):
    status, code, message = 409, "email_taken", "There is already an account with this e-mail address."


class AlreadyEnrolled(Refusal):
    status, code, message = 409, "already_enrolled", "You are enrolled in this course already."


class AlreadyReviewed(Refusal):
    status, code, message = 409, "already_reviewed", "You have reviewed this course already. Change that review."


class AlreadyReported(Refusal):
    status, code, message = 409, "already_reported", "You have reported this review already."


class ReviewUnchanged(Refusal):
    status, code, message = 409, "review_unchanged", "The review is hidden already."


class CouponExists(Refusal):
    status, code, message = 409, "coupon_exists", "There is already a coupon with this code."


class CouponEnded(Refusal):
    status, code, message = 409, "coupon_ended", "The coupon has ended already."


class JobNotFailed(Refusal):
    status, code, message = 409, "job_not_failed", "The job has not failed, or somebody has seen to it already."


class CategoryExists(Refusal):
    status, code, message = 409, "category_exists", "There is already a category with this name."


class CategoryInUse(Refusal):
    status, code, message = 409, "category_in_use", "Courses are in this category. Move them to another first."


class TagExists(Refusal):
    status, code, message = 409, "tag_exists", "There is already such a tag. Merge the two instead."


class TagInUse(Refusal):
    status, code, message = 409, "tag_in_use", "Courses carry this tag. Merge it into another instead."


class CourseIncomplete(Refusal):
    status, code, message = 409, "course_incomplete", "The course cannot be sold like this yet."


class OwnCourse(Refusal):
    status, code, message = 409, "own_course", "You cannot buy your own course."


class IdempotencyConflict(Refusal):
    status, code, message = 409, "idempotency_conflict", "This Idempotency-Key was used for another cart."


class NotPaid(Refusal):
    status, code, message = 409, "not_paid", "The order has not been paid."


class OrderNotInReview(Refusal):
    status, code, message = 409, "order_not_in_review", "Only an order in review can be decided on."


class PaymentNotUsable(Refusal):
    status, code, message = 409, "payment_not_usable", "The gateway knows no captured payment of this order by that id."


class RefundTooLarge(Refusal):
    status, code, message = 409, "refund_too_large", "No more can go back than was paid and has not gone back yet."


class CourseNotDraft(Refusal):
    status, code, message = 409, "course_not_draft", "Only a draft can be submitted."


class CourseNotInReview(Refusal):
    status, code, message = 409, "course_not_in_review", "Only a course in review can be decided on."


class CourseNotPublic(Refusal):
    status, code, message = 409, "course_not_public", "The course is neither published nor in review."


class CourseHasStudents(Refusal):
    status, code, message = 409, "course_has_students", "Learners attend this course. Unpublish it instead."


class CourseNotDeleted(Refusal):
    status, code, message = 409, "course_not_deleted", "The course is not deleted."


class ChangedMeanwhile(Refusal):
    status, code, message = 409, "changed_meanwhile", "Somebody has changed this meanwhile. Look at it again first."


class AuthenticatorPresent(Refusal):
    status, code = 409, "authenticator_present"
    message = "An authenticator is set up already. Remove it before setting up another."


class OwnAccount(Refusal):
    status, code, message = 409, "own_account", "Another administrator has to do this to your own account."


class OwnWork(Refusal):
    status, code, message = 409, "own_work", "This is yours, or about your course. Somebody else has to decide on it."


class LastAdministrator(Refusal):
    status, code, message = 409, "last_administrator", "This is the last administrator. Make another one first."


class StatusUnchanged(Refusal):
    status, code, message = 409, "status_unchanged", "The account is suspended already."


class NoApplication(Refusal):
    status, code, message = 409, "no_application", "This person is not waiting to be approved."


class UploadMissing(Refusal):
    status, code, message = 409, "upload_missing", "Nothing has arrived at the media store under this id yet."


class NotYourUpload(Refusal):
    status, code, message = 403, "not_your_upload", "Use a file that you uploaded."


class TooLarge(Refusal):
    status, code, message = 413, "too_large", "What was sent is too large."


class WrongContentType(Refusal):
    status, code, message = 415, "unsupported_media_type", "Send the body as application/json."


class RateLimited(Refusal):
    status, code, message = 429, "rate_limited", "Too many attempts. Wait a little and try again."


class OtpTooSoon(Refusal):
    status, code, message = 429, "otp_too_soon", "A code was sent a moment ago. Wait before asking for another."


class Crashed(Refusal):
    status, code, message = 500, "internal_error", "Something went wrong on our side. It has been noted."


class Unavailable(Refusal):
    status, code, message = 503, "unavailable", "A part of the service is down. Try again in a moment."


class GatewayUnavailable(Refusal):
    status, code = 503, "gateway_unavailable"
    message = "The payment gateway does not answer. Nothing was charged; try again in a moment."


HTTP_REFUSALS: dict[int, type[Refusal]] = {
    404: UnknownPath,
    405: VerbNotAllowed,
    413: TooLarge,
    415: WrongContentType,
}


PageOf = Callable[["Refusal"], Response]


def render_below(app: Flask, prefix: str, page_of: PageOf) -> None:
    """Have refusals of addresses below the prefix answered by pages for people instead of JSON."""
    app.extensions.setdefault("refusal_pages", {})[prefix] = page_of


def render(refusal: Refusal) -> Response:
    """Turn a refusal into the contract's failure envelope, or the page that people see there."""
    pages: dict[str, PageOf] = current_app.extensions.get("refusal_pages", {})
    for prefix, page_of in pages.items():
        if request.path == prefix or request.path.startswith(f"{prefix}/"):
            return page_of(refusal)
    body: dict[str, object] = {"success": False, "message": refusal.sentence, "code": refusal.code}
    if refusal.errors:
        body["errors"] = refusal.errors
    response = make_response(jsonify(body), refusal.status)
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(max(1, refusal.retry_after))
    return response


def _http(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:
        return make_response(error.get_response())
    refusal = HTTP_REFUSALS.get(error.code or 500, Refusal)()
    refusal.status = error.code or 500
    response = render(refusal)
    if error.code == 405:
        response.headers["Allow"] = dict(error.get_headers()).get("Allow", "")
    return response


def _mongo(error: PyMongoError) -> Response:
    return _store_down(error) if error.timeout or isinstance(error, ConnectionFailure) else _crash(error)


def _store_down(error: Exception) -> Response:
    log.error("store_down", error=type(error).__name__, reason=str(error)[:300])
    return render(Unavailable(retry_after=5))


def _crash(error: Exception) -> Response:
    log.error("crash", path=request.path, exc_info=error)
    return render(Crashed())


def _limited(error: RateLimitExceeded) -> Response:
    return render(RateLimited())


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, render)
    app.register_error_handler(RateLimitExceeded, _limited)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(PyMongoError, _mongo)
    app.register_error_handler(RedisConnectionError, _store_down)
    app.register_error_handler(RedisTimeoutError, _store_down)
    app.register_error_handler(Exception, _crash)
