"""From the courses and the coupon somebody names to what they are asked to pay."""

from collections import Counter
from collections.abc import Callable

from bson import ObjectId

from lms.errors import AlreadyBought, AlreadyEnrolled, CourseNotFound, CourseTwice, InvalidCoupon, OwnCourse, Refusal
from lms.models.accounts.sessions import Caller
from lms.models.catalogue.courses import Course, courses
from lms.models.learning.enrollments import enrollments
from lms.models.payments.coupons import Coupon, coupons
from lms.models.payments.ledger import shares
from lms.models.payments.orders import Cart, Line
from lms.services.payments.razorpay import LEAST_PAISE

SENTENCES: dict[type[Refusal], str] = {
    CourseTwice: "This course is named twice.",
    CourseNotFound: "There is no such course for sale.",
    OwnCourse: "This is your own course.",
    AlreadyEnrolled: "You are enrolled in this course already.",
    AlreadyBought: "You have this course, and left it. Enrol again: it costs you nothing.",
}


def price(caller: Caller, course_ids: list[ObjectId], code: str | None) -> tuple[Cart, Coupon | None]:
    """The lines, the sum and the coupon of an order, from the catalogue as it is now; a bad cart is refused whole."""
    for_sale = courses.find({"_id": {"$in": course_ids}, "status": "published"}, SOLD)
    found = {course["_id"]: course for course in for_sale}
    held = enrollments.held(caller.id, course_ids)
    counts = Counter(course_ids)
    _refuse(course_ids, lambda each: counts[each] > 1, CourseTwice)
    _refuse(course_ids, lambda each: each not in found, CourseNotFound)
    _refuse(course_ids, lambda each: caller.id in (found[each]["instructor"], *found[each]["coAuthors"]), OwnCourse)
    _refuse(course_ids, lambda each: held.get(each) == "active", AlreadyEnrolled)
    _refuse(course_ids, lambda each: each in held, AlreadyBought)
    coupon = _coupon(code)
    lines = _lines([found[each] for each in course_ids], coupon)
    cart: Cart = {
        "lines": lines,
        "amount": sum(line["amount"] for line in lines),
        "currency": "INR",
        "coupon": coupon["_id"] if coupon else None,
    }
    return cart, coupon


SOLD = {"title": 1, "amount": 1, "instructor": 1, "coAuthors": 1}


def _refuse(course_ids: list[ObjectId], wrong: Callable[[ObjectId], bool], refusal: type[Refusal]) -> None:
    errors = {f"courses.{place}": SENTENCES[refusal] for place, each in enumerate(course_ids) if wrong(each)}
    if errors:
        raise refusal(errors=errors)


def _coupon(code: str | None) -> Coupon | None:
    if code is None:
        return None
    coupon = coupons.valid(code)
    if coupon is None:
        raise InvalidCoupon
    return coupon


def _lines(sold: list[Course], coupon: Coupon | None) -> list[Line]:
    prices = [course["amount"] or 0 for course in sold]
    covered = [coupon is not None and (not coupon["courses"] or course["_id"] in coupon["courses"]) for course in sold]
    discounts = _discounts([price * applies for price, applies in zip(prices, covered, strict=True)], coupon)
    return [
        {
            "course": course["_id"],
            "instructor": course["instructor"],
            "title": course["title"],
            "price": full,
            "amount": full - discount,
        }
        for course, full, discount in zip(sold, prices, discounts, strict=True)
    ]


def _discounts(discountable: list[int], coupon: Coupon | None) -> list[int]:
    """What the coupon takes off each price, in whole paise; less than can be paid is not left over."""
    total = sum(discountable)
    if coupon is None:
        return [0] * len(discountable)
    if total == 0:
        raise InvalidCoupon("The coupon is for other courses.")
    off = total * coupon["value"] // 100 if coupon["kind"] == "percent" else min(coupon["value"], total)
    return shares(total if total - off < LEAST_PAISE else off, discountable)
