"""How a delivery shows who sent it: signatures over the very bytes of its body, in the three spellings in wide use.

- standard: `webhook-id`, `webhook-timestamp`, and in `webhook-signature` some `v1,` with the base64 of the HMAC-SHA256
  of `id.timestamp.body`; a secret `whsec_…` is base64, any other is taken as it is.
- github: in `x-hub-signature-256` the word `sha256=` with the HMAC of the body in hex; the id is `x-github-delivery`.
- stripe: in `stripe-signature` a time `t=` and some `v1=` with the HMAC of `t.body` in hex.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

WINDOW_SECONDS: Final = 300
"""So far the time of a signature may lie from now, either way."""

PREFIX: Final = "whsec_"
_TIME: Final = re.compile(r"[0-9]{1,12}")
_ID: Final = re.compile(r"[!-\-/-~]{1,256}")
"""Printable, and no full stop: that parts what is signed, so it must stand nowhere else."""

Headers = Mapping[str, list[str]]
"""The headers of a request by their names in small letters."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a right signature says of a delivery.

    Attributes:
        id: Tells this delivery from others; the same one sent again has the same.
        seal: What is signed, where the id is not: another delivery cannot have the same.
    """

    id: str
    seal: str = ""


def prove(scheme: str, secret: str, headers: Headers, body: bytes, now: float) -> Proof | None:
    """Return what the signature of a delivery proves; None when it is missing, wrong or of another time.

    `now` is in seconds since 1970. A secret that cannot be one (`usable`) proves nothing.
    """
    return _SCHEMES[scheme](secret, headers, body, now) if usable(scheme, secret) else None


def usable(scheme: str, secret: str) -> bool:
    """Say whether signatures can be made with this secret."""
    return bool(_standard_key(secret)) if scheme == "standard" else bool(secret)


def _standard(secret: str, headers: Headers, body: bytes, now: float) -> Proof | None:
    delivery, at = _one(headers, "webhook-id"), _one(headers, "webhook-timestamp")
    if not _ID.fullmatch(delivery) or not _is_now(at, now):
        return None
    wanted = base64.b64encode(_mac(_standard_key(secret), f"{delivery}.{at}.".encode(), body)).decode()
    given = [word.removeprefix("v1,") for word in _one(headers, "webhook-signature").split() if word.startswith("v1,")]
    return Proof(delivery) if _any_is(wanted, given) else None


def _github(secret: str, headers: Headers, body: bytes, _now: float) -> Proof | None:
    wanted = _mac(secret.encode(), b"", body).hex()
    kind, _, given = _one(headers, "x-hub-signature-256").partition("=")
    if kind != "sha256" or not _any_is(wanted, [given]):
        return None
    return Proof(_one(headers, "x-github-delivery") or wanted, wanted)


def _stripe(secret: str, headers: Headers, body: bytes, now: float) -> Proof | None:
    parts = [part.strip().partition("=") for part in _one(headers, "stripe-signature").split(",")]
    times = [value for name, _, value in parts if name == "t"]
    if len(times) != 1 or not _is_now(times[0], now):
        return None
    wanted = _mac(secret.encode(), f"{times[0]}.".encode(), body).hex()
    # The signature stands for what is signed, time and body: it is the id.
    return Proof(wanted) if _any_is(wanted, [value for name, _, value in parts if name == "v1"]) else None


_SCHEMES: Final[Mapping[str, Callable[[str, Headers, bytes, float], Proof | None]]] = {
    "standard": _standard,
    "github": _github,
    "stripe": _stripe,
}


def _standard_key(secret: str) -> bytes:
    if not secret.startswith(PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _mac(key: bytes, before: bytes, body: bytes) -> bytes:
    digest = hmac.new(key, before, hashlib.sha256)
    digest.update(body)
    return digest.digest()


def _any_is(wanted: str, given: list[str]) -> bool:
    """Say whether one of these is the wanted one; how long it takes does not tell which, nor how nearly."""
    found = False
    for each in given:
        found |= hmac.compare_digest(each.encode("latin-1", "replace"), wanted.encode())
    return found


def _is_now(text: str, now: float) -> bool:
    return _TIME.fullmatch(text) is not None and abs(now - int(text)) <= WINDOW_SECONDS


def _one(headers: Headers, name: str) -> str:
    """Return the value of a header that is given once; "" for one that is missing, or given twice."""
    values = headers.get(name, [])
    return values[0].strip() if len(values) == 1 else ""
