"""What customers did, and where that has to end, whatever was told to whom, in which order and how often."""

import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bson import ObjectId

from tests.chaos.shop import PRICE, Person, Shop
from tests.chaos.verdict import Books

COPIES = 3
DROPPED = 0.1
AT_ONCE = 8


@dataclass(frozen=True)
class Cart:
    """One order: the courses by number, how often paying failed first, how often it was paid, how often verified."""

    courses: tuple[int, ...]
    failures: int
    payments: int
    verifications: int


Deeds = tuple[Cart, ...]
"""All that one customer did; the carts were all ordered before the first was paid."""


@dataclass(frozen=True)
class End:
    courses: frozenset[int]
    unpaid: int
    captured: int
    returned: int
    invoices: int
    credit_notes: int


def expected(deeds: Deeds) -> End:
    """The oracle: a first payment buys, a second goes back, and so does the price of a course that is held already."""
    paid = [cart for cart in deeds if cart.payments]
    held = frozenset(course for cart in paid for course in cart.courses)
    lines = sum(len(cart.courses) for cart in paid)
    all_lines = sum(len(cart.courses) * cart.payments for cart in paid)
    credited = lines - len(held)
    returned = (all_lines - lines + credited) * PRICE
    return End(held, len(deeds) - len(paid), all_lines * PRICE, returned, len(paid), credited)


def invented(luck: random.Random, courses: int) -> Deeds:
    """Something a customer might do."""

    def cart() -> Cart:
        chosen = luck.sample(range(courses), luck.choice((1, 1, 2)))
        return Cart(tuple(chosen), luck.choice((0, 0, 1, 2)), luck.choice((0, 1, 1, 1, 2)), luck.choice((0, 0, 1, 2)))

    return tuple(cart() for _ in range(luck.choice((1, 1, 1, 2))))


def act(shop: Shop, luck: random.Random, people: list[Person], deeds: list[Deeds], courses: list[ObjectId]) -> None:
    """Do the deeds, and have the gateway's events come shuffled, tripled, and a tenth of them not at all."""
    shop.behave(webhooks="off", paid_twice=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ordered = list(pool.map(lambda pair: _ordered(shop, *pair, courses), zip(people, deeds, strict=True)))
        news: list[Any] = []
        for made in pool.map(lambda each: _paid(shop, *each), [each for orders in ordered for each in orders]):
            news += made
        events = [event for event in shop.events() if luck.random() >= DROPPED]
        news += [(shop.deliver, event) for event in events for _ in range(COPIES)]
        luck.shuffle(news)
        answers = list(pool.map(lambda call: call[0](*call[1:]), news))
    strange = [answer for answer in answers if answer.status not in (200, 202, 503)]
    assert not strange, strange


def _ordered(shop: Shop, buyer: Person, deeds: Deeds, courses: list[ObjectId]) -> list[tuple[Person, Cart, str]]:
    def order(cart: Cart) -> str:
        made: str = shop.order(buyer, [courses[number] for number in cart.courses]).data["orderId"]
        return made

    return [(buyer, cart, order(cart)) for cart in deeds]


def _paid(shop: Shop, buyer: Person, cart: Cart, order_id: str) -> list[Any]:
    """Pay as often as the cart says; the verifications, which are made later."""
    for _ in range(cart.failures):
        shop.pay(order_id, "failed")
    paid = [shop.pay(order_id, "captured") for _ in range(cart.payments)]
    return [(shop.verify, buyer, each) for each in paid for _ in range(cart.verifications)]


def found(books: Books, person: Person, courses: list[ObjectId]) -> End:
    """What really became of a customer."""
    own = [order for order in books.orders.values() if order["user"] == person.id]
    active = {row["course"] for row in books.enrollments if row["user"] == person.id and row["status"] == "active"}
    invoices = [row["kind"] for row in books.invoices if row["user"] == person.id]
    rows = [row["amount"] for row in books.ledger if row["user"] == person.id]
    return End(
        frozenset(courses.index(course) for course in active),
        sum(order["state"] == "created" for order in own),
        sum(amount for amount in rows if amount > 0),
        -sum(amount for amount in rows if amount < 0),
        invoices.count("invoice"),
        invoices.count("credit_note"),
    )


def differences(books: Books, people: Iterable[Person], deeds: list[Deeds], courses: list[ObjectId]) -> list[str]:
    pairs = [(did, expected(did), found(books, person, courses)) for person, did in zip(people, deeds, strict=True)]
    return [f"{did}\n  should end as {want}\n  ended as {got}" for did, want, got in pairs if want != got]
