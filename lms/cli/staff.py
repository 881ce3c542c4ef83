"""What staff decide on the command line."""

from typing import Any

import click
from bson import ObjectId
from flask.cli import AppGroup

from lms.cli.command import Command, valid
from lms.controllers.learning import enrollments
from lms.controllers.moderation import courses as moderation
from lms.controllers.payments import coupons, held_orders
from lms.schemas.fields import Email, Id
from lms.schemas.moderation.decisions import Reason
from lms.schemas.payments.coupons import CouponIn

course = AppGroup("course", help="Decide on courses, as staff.")

course_id = click.argument("course_id", callback=lambda _, __, value: valid(Id, value))


@course.command("queue", cls=Command)
def course_queue() -> None:
    """List the courses in review, the longest waiting first."""
    waiting = moderation.queue()
    for each in waiting:
        click.echo(f"{each['id']}  {each['submittedAt']:%Y-%m-%d %H:%M}  {each['title']}  ({each['instructor']})")
    if not waiting:
        click.echo("Nothing waits for a decision.")


@course.command("approve", cls=Command)
@course_id
def course_approve(course_id: ObjectId) -> None:
    """Publish a course in review, and tell its author."""
    moderation.approve(course_id, seen=None)
    click.echo("The course is published.")


@course.command("reject", cls=Command)
@course_id
@click.option("--reason", prompt=True, callback=lambda _, __, value: valid(Reason, value))
def course_reject(course_id: ObjectId, reason: str) -> None:
    """Give a course in review back to its author, and tell them why."""
    moderation.reject(course_id, reason, seen=None)
    click.echo("The course is a draft again.")


@course.command("archive", cls=Command)
@course_id
def course_archive(course_id: ObjectId) -> None:
    """Take a course out of the catalogue; those who attend it keep it."""
    moderation.archive(course_id, seen=None)
    click.echo("The course is archived.")


@course.command("unarchive", cls=Command)
@course_id
def course_unarchive(course_id: ObjectId) -> None:
    """Publish an archived course again."""
    moderation.unarchive(course_id, seen=None)
    click.echo("The course is published again.")


@course.command("hand-over", cls=Command)
@course_id
@click.argument("email", callback=lambda _, __, value: valid(Email, value))
@click.option("--reason", prompt=True, callback=lambda _, __, value: valid(Reason, value))
def course_hand_over(course_id: ObjectId, email: str, reason: str) -> None:
    """Give a course to another author, and tell both."""
    moderation.hand_over(course_id, email, reason, seen=None)
    click.echo(f"The course is {email}'s.")


order = AppGroup("order", help="Decide on orders whose payment did not fit, as staff.")

order_id = click.argument("order_id", callback=lambda _, __, value: valid(Id, value))


@order.command("held", cls=Command)
def order_held() -> None:
    """List the held orders, the oldest first, with what is wrong."""
    waiting = held_orders.waiting()
    for each in waiting:
        click.echo(f"{each['_id']}  {each['createdAt']:%Y-%m-%d %H:%M}  {each['amount']} paise  {each['heldReason']}")
    if not waiting:
        click.echo("No order is held.")


@order.command("accept", cls=Command)
@order_id
@click.argument("payment_id")
def order_accept(order_id: ObjectId, payment_id: str) -> None:
    """Take the payment for good and enrol; what was paid too much goes back."""
    held_orders.accept(order_id, payment_id)
    click.echo("The order is paid.")


@order.command("decline", cls=Command)
@order_id
@click.argument("payment_id")
@click.option(
    "--reason", default=held_orders.NOT_FITTING, show_default=True, callback=lambda _, __, value: valid(Reason, value)
)
def order_decline(order_id: ObjectId, payment_id: str, reason: str) -> None:
    """Give the payment back and tell the buyer why; nobody is enrolled."""
    held_orders.decline(order_id, payment_id, reason)
    click.echo("The payment goes back.")


coupon = AppGroup("coupon", help="Make and list coupons, as staff.")


@coupon.command("add", cls=Command)
@click.argument("code")
@click.option("--percent", type=int, help="What is taken off, in whole percent.")
@click.option("--amount", help="What is taken off, in rupees.")
@click.option("--course", "courses", multiple=True, help="A course it is for; all courses where none is named.")
@click.option("--from", "valid_from", help="From when it holds (ISO 8601, UTC); now where left out.")
@click.option("--until", "valid_until", help="Until when it holds (ISO 8601, UTC).")
@click.option("--uses", "most_uses", type=int, help="How often it can be used in all.")
@click.option("--uses-per-user", "most_uses_per_user", type=int, help="How often each learner can use it.")
def coupon_add(**given: Any) -> None:
    """Make a coupon."""
    form = valid(CouponIn, {name: value for name, value in given.items() if value not in (None, ())})
    code = coupons.create(form)
    click.echo(f"The coupon {code} can be used.")


@coupon.command("list", cls=Command)
def coupon_list() -> None:
    """List the coupons and how often each was used."""
    for each in coupons.every():
        off = f"{each['value']} %" if each["kind"] == "percent" else f"{each['value']} paise"
        limit = f" of {each['mostUses']}" if each["mostUses"] is not None else ""
        click.echo(f"{each['_id']}  {off}  used {each['used']}{limit}")


enrollment = AppGroup("enrollment", help="Decide on enrolments, as staff.")


@enrollment.command("end", cls=Command)
@click.argument("user_id", callback=lambda _, __, value: valid(Id, value))
@course_id
@click.option("--reason", prompt=True, callback=lambda _, __, value: valid(Reason, value))
def enrollment_end(user_id: ObjectId, course_id: ObjectId, reason: str) -> None:
    """End a learner's enrolment in a course without giving money back, and tell them why."""
    enrollments.end_of(user_id, course_id, reason)
    click.echo("The enrolment has ended.")


COMMANDS = (course, order, coupon, enrollment)
