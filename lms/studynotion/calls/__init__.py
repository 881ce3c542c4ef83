"""The calls, in the rooms that our own API has them in; importing these modules declares what there is."""

from lms.studynotion import own
from lms.studynotion.calls import accounts, authoring, catalogue, contact, learning, outline, payments, search_box
from lms.studynotion.door import CALLS

MODULES = (own, accounts, authoring, catalogue, contact, learning, outline, payments, search_box)

__all__ = ["CALLS", "MODULES"]
