"""A signed-in person: a token that names an API key and says until when, never the key itself.

Whoever pastes a key into the portal's form gets the token as a cookie; each request looks the
key up again, so that revoking it ends the visit at once. The signature (HMAC-SHA-256, RFC 2104)
rests on the key that the services share; without one nobody can sign in.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

LASTS = timedelta(hours=12)
_PURPOSE = b"socle portal sign-in"
_FORM = b"socle portal form"


def issue(key_id: UUID, secret: str, *, now: datetime) -> str:
    """A token for the holder of a key, good for `LASTS`."""
    until = int((now + LASTS).timestamp())
    body = f"{key_id.hex}.{until}"
    return f"{body}.{_mac(_PURPOSE, body, secret)}"


def read(token: str, secret: str, *, now: datetime) -> UUID | None:
    """The key that a token names; None when it is none of ours, altered or too old."""
    body, _, signature = token.rpartition(".")
    if not same(signature, _mac(_PURPOSE, body, secret)):
        return None
    key_id, _, until = body.partition(".")
    if datetime.fromtimestamp(int(until), UTC) <= now:
        return None
    return UUID(hex=key_id)


def form_token(token: str, secret: str) -> str:
    """What each form of a signed-in page carries: another site cannot know it."""
    return _mac(_FORM, token, secret)


def same(one: str, other: str) -> bool:
    """Comparison that takes as long whatever differs."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _mac(purpose: bytes, text: str, secret: str) -> str:
    key = hmac.digest(_bytes(secret), purpose, hashlib.sha256)
    digest = hmac.digest(key, _bytes(text), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Any text that a stranger may send, unpaired surrogates too."""
    return text.encode("utf-8", "surrogatepass")
