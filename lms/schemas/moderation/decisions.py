"""What staff say of courses, reviews and tags; `seen` is the revision that their page showed."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from lms.schemas.authoring.courses import Tag
from lms.schemas.catalogue.categories import CategoryIn
from lms.schemas.fields import Email, Filled, In, Text, stored_moment

Reason = Filled[Annotated[Text, Field(max_length=2000)]]


class SeenIn(In):
    seen: int


class ReasonIn(In):
    reason: Reason


class ReasonedIn(SeenIn, ReasonIn):
    pass


class DismissalIn(In):
    reason: Reason | None = None


class SeenDismissalIn(SeenIn, DismissalIn):
    pass


class HandOverIn(ReasonedIn):
    """`email` is the address of the author to be."""

    email: Email


class DeletedAtIn(In):
    """`seen` is when the page said that it was deleted."""

    seen: Annotated[datetime, AfterValidator(stored_moment)]


class CategoryChangeIn(CategoryIn, SeenIn):
    pass


class TagIn(In):
    tag: Tag
