"""The wire format of the StudyNotion family of frontends, so that they run unchanged on this server.

It translates and does nothing else: their request, our operation, their answer. The page docs/moving-in.md tells owners
of such a frontend how to use it.
"""

from flask import Flask

from lms.extensions import settings_of


def init_app(app: Flask) -> None:
    if not settings_of(app).speaks_studynotion:
        return
    from lms.studynotion import routing

    routing.init_app(app)
