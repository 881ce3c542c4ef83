"""One-time codes in Redis: only their keyed hash, for as long as they hold."""

import hashlib
import hmac
import secrets
from typing import get_args

from bson import ObjectId

from lms.extensions import current_settings, queues
from lms.models.accounts.otps import Purpose

LIFETIME_SECONDS = 300
GUESSES = 5
"""That one client has at a code; strangers do not use up its owner's."""
GUESSES_OF_STRANGERS = 25
"""That all have together who are not known to the account."""

TRY_CODE = """
local stored = redis.call('HGET', KEYS[1], 'hash')
if not stored then return false end
local own, known = 'wrong:' .. ARGV[2], ARGV[3] == 'known'
if tonumber(redis.call('HGET', KEYS[1], own) or 0) >= tonumber(ARGV[4]) then return false end
if not known and tonumber(redis.call('HGET', KEYS[1], 'wrong') or 0) >= tonumber(ARGV[5]) then return false end
if stored == ARGV[1] then
  local request = redis.call('HGET', KEYS[1], 'request')
  redis.call('DEL', KEYS[1])
  return request or ''
end
redis.call('HINCRBY', KEYS[1], own, 1)
if not known then redis.call('HINCRBY', KEYS[1], 'wrong', 1) end
return false
"""
"""Compare, count and delete in one step, so that fifty guesses at once are still counted one by one."""


def require_available() -> None:
    """Raise redis.ConnectionError or redis.TimeoutError when codes cannot be kept."""
    queues.redis.ping()


def mint(purpose: Purpose, email: str, request: ObjectId | None = None) -> str:
    """A fresh six-digit code, the only one that holds for this purpose and address; `request` is what asked for it."""
    code = f"{secrets.randbelow(10**6):06d}"
    key = _key(purpose, email)
    with queues.redis.pipeline() as pipe:
        pipe.delete(key)
        pipe.hset(key, mapping={"hash": _hash(key, code), "request": str(request or "")})
        pipe.expire(key, LIFETIME_SECONDS)
        pipe.execute()
    return code


def use(purpose: Purpose, email: str, code: str) -> bool:
    """Whether the code holds; a right one is gone afterwards."""
    return redeem(purpose, email, code) is not None


def redeem(purpose: Purpose, email: str, code: str, client: str = "", known: bool = False) -> str | None:
    """The same as `use`, with the id of the request that a right code answered, or an empty string for none.

    `client` names who guesses; five wrong guesses, and the code is none to them.
    """
    key = _key(purpose, email)
    who = (_hash(key, client)[:16], "known" if known else "stranger")
    request: bytes | None = queues.redis.eval(TRY_CODE, 1, key, _hash(key, code), *who, GUESSES, GUESSES_OF_STRANGERS)
    return None if request is None else request.decode()


def drop(*addresses: str) -> None:
    """End every code of the addresses; the code of a change of address is kept under the id of the account."""
    queues.redis.delete(*(_key(purpose, each) for purpose in get_args(Purpose) for each in addresses))


def _key(purpose: Purpose, email: str) -> str:
    return f"otp:{purpose}:{email}"


def _hash(key: str, code: str) -> str:
    secret = current_settings().jwt_secret.encode()
    return hmac.new(secret, f"{key}:{code}".encode(), hashlib.sha256).hexdigest()
