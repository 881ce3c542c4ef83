"""What is left of the certificates of two accounts of one person: all of them, of which one a course is the current."""

from typing import Any

from lms.controllers.accounts.pairs import Both, Decision, Pair, Part
from lms.models.certificates.certificates import WITHOUT_FILES, Certificate, CertificateState, certificates

BEST_FIRST: tuple[CertificateState, ...] = ("issued", "pending", "suspended", "revoked", "erased")


class Certificates(Both):
    """The earliest that holds is current; the other stays valid, and can be verified as before."""

    collection = certificates
    where = {"current": True}
    hidden = WITHOUT_FILES

    def decide(self, kept: Certificate, merged: Certificate) -> Decision:
        current = min(kept, merged, key=_order)
        said = f"{current['code']} is the current one. Both can be verified as before."
        return Decision({"stays": current["_id"]}, said)

    def apply(self, kept: Certificate, merged: Certificate, decision: Decision) -> None:
        other = merged if decision.fields["stays"] == kept["_id"] else kept
        certificates.update({"_id": other["_id"]}, {"$unset": {"current": ""}, "$inc": {"revision": 1}})


def _order(each: Certificate) -> tuple[Any, ...]:
    return BEST_FIRST.index(each["state"]), each.get("issuedAt", each["createdAt"]), each["_id"]


PARTS: tuple[Part, ...] = (Certificates(),)


def merge(pair: Pair) -> None:
    """Let all of it follow; part of a transaction."""
    for part in PARTS:
        part.settle(pair)
