"""Refusals about buying and giving back."""

from lms.errors.base import Refusal


class CourseTwice(Refusal):
    code, message = "course_twice", "Every course can be bought once."


class InvalidCoupon(Refusal):
    code, message = "invalid_coupon", "The coupon is not valid."


class BadSignature(Refusal):
    code, message = "bad_signature", "The payment could not be verified."


class PaymentRequired(Refusal):
    status, code, message = 402, "payment_required", "This course has to be bought first."


class PaymentFailed(Refusal):
    status, code = 402, "payment_failed"
    message = "The payment failed, and nothing was charged. The same order can be paid again."


class OrderNotFound(Refusal):
    status, code, message = 404, "order_not_found", "There is no such order."


class InvoiceNotFound(Refusal):
    status, code, message = 404, "invoice_not_found", "There is no such invoice."


class CouponNotFound(Refusal):
    status, code, message = 404, "coupon_not_found", "There is no such coupon."


class CouponExists(Refusal):
    status, code, message = 409, "coupon_exists", "There is already a coupon with this code."


class CouponEnded(Refusal):
    status, code, message = 409, "coupon_ended", "The coupon has ended already."


class OwnCourse(Refusal):
    status, code, message = 409, "own_course", "You cannot buy your own course."


class OrderExpired(Refusal):
    status, code = 409, "order_expired"
    message = "This order has expired, and what it asked for is no longer so. Order again with another Idempotency-Key."


class IdempotencyConflict(Refusal):
    status, code, message = 409, "idempotency_conflict", "This Idempotency-Key was used for another cart."


class NotPaid(Refusal):
    status, code, message = 409, "not_paid", "The order has not been paid."


class OrderNotInReview(Refusal):
    status, code, message = 409, "order_not_in_review", "Only an order in review can be decided on."


class PaymentNotUsable(Refusal):
    status, code, message = 409, "payment_not_usable", "The gateway knows no captured payment of this order by that id."


class OrderNotPayable(Refusal):
    status, code, message = 409, "order_not_payable", "Only an unpaid or held order can be given a payment."


class StrayPaymentNotFound(Refusal):
    status, code, message = 404, "stray_payment_not_found", "There is no such payment without an order."


class StrayPaymentSettled(Refusal):
    status, code, message = 409, "stray_payment_settled", "This payment has been decided on already."


class RefundTooLarge(Refusal):
    status, code, message = 409, "refund_too_large", "No more can go back than was paid and has not gone back yet."


class RefundTooSmall(Refusal):
    status, code, message = 409, "refund_too_small", "The gateway gives back one rupee at least."


class RefundLeavesTooLittle(Refusal):
    status, code = 409, "refund_leaves_too_little"
    message = "Less than one rupee would be left, which could never go back. Give back less, or all that is left."


class RefundRepeated(Refusal):
    status, code = 409, "refund_repeated"
    message = "The same refund was asked for less than a minute ago. Send an Idempotency-Key if another is meant."


class LineNotInOrder(Refusal):
    status, code, message = 409, "line_not_in_order", "A refund can only name courses of the order."


class GatewayUnavailable(Refusal):
    status, code = 503, "gateway_unavailable"
    message = "The payment gateway does not answer. Nothing was charged; try again in a moment."
