"""CSRF without a cookie of its own: a signed token for each form, bound to the device cookie, and the Origin header.

Nothing may be set before Start but the language, so there is no session to keep a token in. A visitor without a
device has nothing that a forged post could use; her posts are still held to our own origin and a fresh token.
"""

import base64
import hashlib
import hmac
import secrets
import time
from urllib.parse import urlsplit

from flask import Flask, Request, current_app, request
from wtforms import ValidationError

from toolkit.signing import derive

FIELD = "csrf"
TOKEN_LIFE_SECONDS = 14 * 24 * 3600  # a page left open over a holiday still sends; the device cookie is what ends
# 24 bytes are 32 signs without padding, and a lesson in Greek has five forms and few bytes to spare.
_NONCE_BYTES, _TIME_BYTES, _SIGNATURE_BYTES = 5, 4, 15
_SIGNED_BYTES = _NONCE_BYTES + _TIME_BYTES


class CsrfError(ValidationError):
    """The post did not come from a page of ours, or from one that is too old."""


def init(app: Flask) -> None:
    """Derive the key of the tokens once."""
    app.extensions["csrf_key"] = derive(app.extensions["keys"].server, "csrf")


def token(device_token: str) -> str:
    """Give a token for a form: a chance number, the time and a signature; no two tokens are alike.

    Nothing in it is a secret that comes twice, so that a page's compressed size tells nothing.
    """
    signed = secrets.token_bytes(_NONCE_BYTES) + int(time.time()).to_bytes(_TIME_BYTES, "big")
    return base64.urlsafe_b64encode(signed + _signature(signed, device_token)).decode()


def check(posted: str, device_token: str) -> None:
    """Raise CsrfError unless the token is ours, for this device, not too old, and the post comes from our origin."""
    if not _same_origin(request):
        raise CsrfError("origin")
    try:
        raw = base64.urlsafe_b64decode(posted + "=" * (-len(posted) % 4))
    except ValueError as error:
        raise CsrfError("form") from error
    signed, signature = raw[:_SIGNED_BYTES], raw[_SIGNED_BYTES:]
    if len(raw) != _SIGNED_BYTES + _SIGNATURE_BYTES:
        raise CsrfError("form")
    if not hmac.compare_digest(signature, _signature(signed, device_token)):
        raise CsrfError("signature")
    if time.time() - int.from_bytes(signed[_NONCE_BYTES:], "big") > TOKEN_LIFE_SECONDS:
        raise CsrfError("age")


def _signature(signed: bytes, device_token: str) -> bytes:
    key = current_app.extensions["csrf_key"]
    return hmac.digest(key, signed + hashlib.sha256(device_token.encode()).digest(), "sha256")[:_SIGNATURE_BYTES]


def _same_origin(req: Request) -> bool:
    """Say whether the browser names our own origin; a client that names none has no cookies to borrow either."""
    site = req.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    named = req.headers.get("Origin") or req.headers.get("Referer")
    if named in {None, ""}:
        return True
    if named == "null":
        return False
    try:
        return urlsplit(named or "").netloc == req.host
    except ValueError:  # no browser writes such an address
        return False
