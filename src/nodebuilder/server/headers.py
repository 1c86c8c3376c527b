"""The headers that every answer carries, whatever it is."""

from __future__ import annotations

from typing import Final

PAGE_POLICY: Final = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'self'"
)
FILE_POLICY: Final = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
"""For kept files: whatever they are, nothing in them runs."""

_ALWAYS: Final = {
    b"x-content-type-options": b"nosniff",
    b"content-security-policy": PAGE_POLICY.encode(),
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"x-frame-options": b"DENY",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}

Headers = list[tuple[bytes, bytes]]


def secured(headers: Headers, request_id: str) -> Headers:
    """Return `headers` with those that every answer carries; what an answer says itself stands."""
    said = {name.lower() for name, _ in headers}
    added = [(name, value) for name, value in _ALWAYS.items() if name not in said]
    if b"cache-control" not in said:
        added.append((b"cache-control", b"no-store"))
    return [*headers, *added, (b"x-request-id", request_id.encode())]
