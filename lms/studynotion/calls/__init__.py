"""The calls, in the rooms that our own API has them in."""

from lms.studynotion.calls import accounts, catalogue, learning, payments

MODULES = (accounts, catalogue, learning, payments)
