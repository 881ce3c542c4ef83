"""The keys that certificates are signed with: which one signs, and what becomes of those that did."""

from lms.errors import CredentialKeyRefused
from lms.extensions import current_settings
from lms.jobs.certificates import certificates as jobs
from lms.models.base import Subject, now
from lms.models.certificates.credential_keys import CredentialKey, credential_keys
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional
from lms.services.certificates import open_badges, signing_keys
from lms.services.certificates.credentials import Signer
from lms.services.certificates.open_badges import Issuer
from lms.services.certificates.signing_keys import KeysUnusable, SigningKey

MOVED = (
    "Certificates are signed by did:web:{known}, and PUBLIC_URL makes that did:web:{host}. Set PUBLIC_URL back, or run "
    "`flask credentials move-host` and keep the old address answering, for what was signed names it."
)
LOCAL = "localhost%3A"

MISSING = "None of CREDENTIAL_KEYS is the key that signs ({known}). Add it, or run `flask credentials rotate`."
NOT_NEW = "Put a new key first in CREDENTIAL_KEYS: {known} is known already."
NO_OTHER = "Put a new key first in CREDENTIAL_KEYS and run `flask credentials rotate`: no other key can sign."


def issuer(base: str | None = None) -> Issuer:
    """The school, as it is or at an address where it was."""
    settings = current_settings()
    where = base or settings.base_url
    return Issuer(open_badges.host_of(where), where, settings.school)


def signer() -> Signer:
    """Who signs now; the first key there is becomes known when it is first asked for. Raises CredentialKeyRefused."""
    given = _given()
    known = credential_keys.signing() or [_first(given)]
    _require_home(known[0])
    for each in known:
        if each["publicKeyMultibase"] in given:
            return Signer(given[each["publicKeyMultibase"]], each["_id"])
    raise CredentialKeyRefused(MISSING.format(known=known[0]["_id"]))


def require_home() -> None:
    """Raise CredentialKeyRefused where we are not who signed so far."""
    for each in credential_keys.signing()[:1]:
        _require_home(each)


def _require_home(key: CredentialKey) -> None:
    """On a developer's machine another port is no other school."""
    host = issuer().host
    if key["hosts"][-1].startswith(LOCAL) and host.startswith(LOCAL):
        return
    if key["hosts"][-1] != host:
        raise CredentialKeyRefused(MOVED.format(known=key["hosts"][-1], host=host))


def _given() -> dict[str, SigningKey]:
    """The private keys by their public halves, the newest first."""
    try:
        keys = signing_keys.read(current_settings().credential_keys)
    except KeysUnusable as error:
        raise CredentialKeyRefused(str(error)) from error
    if not keys:
        raise CredentialKeyRefused("CREDENTIAL_KEYS names no key to sign certificates with.")
    return {key.multibase: key for key in keys}


@transactional
def _first(given: dict[str, SigningKey]) -> CredentialKey:
    if known := credential_keys.signing():
        return known[0]
    if credential_keys.every():
        raise CredentialKeyRefused(NO_OTHER)
    return credential_keys.add(next(iter(given)), [issuer().host])


@transactional
def rotate() -> str:
    """Sign with the first of CREDENTIAL_KEYS from now on; its name. What the others signed goes on being verified."""
    newest, known = next(iter(_given())), credential_keys.every()
    if found := next((each for each in known if each["publicKeyMultibase"] == newest), None):
        raise CredentialKeyRefused(NOT_NEW.format(known=found["_id"]))
    hosts = known[-1]["hosts"] if known else [issuer().host]
    made = credential_keys.add(newest, hosts)
    credential_keys.retire(but=made["_id"])
    _record("credential_key.rotate", made["_id"])
    return made["_id"]


@transactional
def compromise(name: str) -> None:
    """Let nobody believe a key any more, and promise to sign anew what it signed."""
    moment = now()
    if not credential_keys.update({"_id": name, "compromisedAt": None}, {"$set": {"compromisedAt": moment}}):
        raise CredentialKeyRefused(f"There is no key {name}, or it is known to be compromised.")
    if not credential_keys.signing():
        raise CredentialKeyRefused(NO_OTHER)
    _record("credential_key.compromise", name)
    jobs.resign.promise(name)


@transactional
def move_host() -> str:
    """Sign for the host of PUBLIC_URL from now on; what was signed names the old one, which has to go on answering."""
    host = issuer().host
    for each in credential_keys.every():
        hosts = [*(known for known in each["hosts"] if known != host), host]
        credential_keys.update({"_id": each["_id"]}, {"$set": {"hosts": hosts}})
    _record("credential_key.move_host", host)
    return host


def _record(action: str, name: str) -> None:
    audit_log.record(action, Subject(credential_keys.name, name, name))


def did_document(host: str) -> open_badges.Document:
    """Every key the school ever signed with, as of the host that is asked, or else of the present one."""
    every = credential_keys.every()
    known = {name for each in every for name in each["hosts"]}
    did = f"did:web:{host if host in known else issuer().host}"
    return open_badges.did_document(
        did, ((each["_id"], each["publicKeyMultibase"], "compromisedAt" not in each) for each in every)
    )
