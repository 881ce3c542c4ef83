"""A document of theirs on its way here: what it became, beside what an earlier run wrote down of it."""

from dataclasses import dataclass

from lms.models.system.moves import Move
from lms.moving.became import Became
from lms.moving.losses import Loss


@dataclass
class Pending:
    """One document of theirs that is not as its row says: the row so far and the one to come."""

    became: Became
    before: Move | None
    row: Move

    @property
    def is_here(self) -> bool:
        """Whether a run before has written it."""
        return self.before is not None and self.before["state"] == "written"

    def refuse(self, code: str, is_here: bool = False) -> None:
        """Refuse it; where it `is_here` as it was, the row goes on saying which document that is."""
        self.row.update({"state": "refused", "new": self.row["new"] if is_here else None})
        self._lose(code)

    def leave(self) -> None:
        """Let it be as it is here."""
        assert self.before is not None
        self.row.update({"state": "written", "new": self.before["new"], "hash": self.before["hash"]})
        self._lose("changed_here")

    def _lose(self, code: str) -> None:
        self.row["losses"] = [*self.row["losses"], Loss(code).stored()]

    @property
    def is_news(self) -> bool:
        """Whether its row says something else than before."""
        return self.before is None or {**self.before, "at": None} != {**self.row, "at": None}
