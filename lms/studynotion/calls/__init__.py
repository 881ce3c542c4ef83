"""The calls, in the rooms that our own API has them in."""

from lms.studynotion.calls import accounts, authoring, catalogue, contact, learning, outline, payments, search_box

MODULES = (accounts, authoring, catalogue, contact, learning, outline, payments, search_box)
