"""Lists whose ticks say which revision of each row was shown, and what becomes of the ticked rows."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bson import ObjectId
from flask import Response, request, url_for

from lms.admin import guard
from lms.admin.lists import ListView
from lms.admin.pages import MOST_SELECTED
from lms.controllers.system import bulk
from lms.controllers.system.bulk import Selected
from lms.errors import InvalidRequest
from lms.models.accounts.staff_sessions import staff_sessions

SEEN = re.compile(r"[0-9]{1,18}")


class RevisedList(ListView):
    def get_pk_value(self, model: Mapping[str, Any]) -> str:
        return f"{model['_id']}:{model.get('revision', 0)}"

    def named(self, ids: Sequence[ObjectId]) -> dict[ObjectId, str]:
        """What people call these rows."""
        raise NotImplementedError

    def decide(self, decision: Callable[[ObjectId, int], None], done: str) -> Response:
        """Decide on each of the ticked rows alone, and tell which were `done` and why the others were not."""
        selected = selected_rows()
        names = self.named([each.id for each in selected])
        outcome = bulk.decide(selected, decision)
        if outcome.done:
            _tell("done", f"{done}: {', '.join(names.get(each, str(each)) for each in outcome.done)}.")
        for each, why in outcome.refused.items():
            reasons = " ".join([why.sentence, *(why.errors or {}).values()])
            _tell("refused", f"“{names.get(each, each)}” is as it was. {reasons}")
        return self.leads_to(url_for(".index_view"))


def selected_rows() -> list[Selected]:
    """The rows that were ticked; raises InvalidRequest when there are none."""
    pairs = [each.partition(":") for each in request.form.getlist("id")[:MOST_SELECTED]]
    selected = [
        Selected(ObjectId(row), int(seen)) for row, _, seen in pairs if ObjectId.is_valid(row) and SEEN.fullmatch(seen)
    ]
    if not selected:
        raise InvalidRequest("Tick at least one row.")
    return selected


def _tell(kind: str, sentence: str) -> None:
    known = guard.staff()
    if known is not None:
        staff_sessions.leave_notice(known.session_id, kind, sentence)
