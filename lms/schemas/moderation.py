"""What staff say of courses."""

from typing import Annotated

from pydantic import AfterValidator, Field

from lms.schemas.fields import Text, not_empty

Reason = Annotated[Text, Field(max_length=2000), AfterValidator(not_empty)]
