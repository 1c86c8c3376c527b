"""How large a request may be: its address, its headers, and its body, whether declared or streamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from nodebuilder.server.problems import Refusal

MAX_TARGET_BYTES: Final = 8 * 1024
MAX_HEADER_BYTES: Final = 32 * 1024
MAX_HEADERS: Final = 100
FORM_BYTES: Final = 64 * 1024
"""What a multipart form may have around the file."""

SIGNIN_BYTES: Final = 4096
"""What a caller whom nobody knows yet may send."""

HOOK_BYTES: Final = 1024 * 1024
"""What may be delivered to a webhook at once."""

_CHANGES_NOTHING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FROM_PAGES: Final = frozenset({"origin", "referer", "cookie", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"})
"""Headers that browsers send with a form, and programs do not."""
_FORMS: Final = ("/sandbox/v1/", "/v1/images/edits")


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """Largest bodies in bytes: of an upload, and of anything else."""

    upload: int
    other: int

    def at(self, method: str, path: str) -> int:
        """Return the limit of a request."""
        if path == "/api/session":
            return SIGNIN_BYTES
        if is_hook(path):
            return min(HOOK_BYTES, self.other)
        return self.upload + FORM_BYTES if is_upload(method, path) else self.other


def is_upload(method: str, path: str) -> bool:
    """Say whether this request uploads a file."""
    return method == "POST" and path == "/api/files"


def is_hook(path: str) -> bool:
    """Say whether a request to this address is one to a webhook."""
    return path.startswith("/hooks/")


def check_size(target: bytes, headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Refuse an address or headers that are too large.

    Raises:
        Refusal: 414 or 431.
    """
    if len(target) > MAX_TARGET_BYTES:
        raise Refusal(414, "address_too_long", "The address is too long.", "Shorten it; send data in the body.")
    sizes = [len(name) + len(value) for name, value in headers]
    if len(sizes) > MAX_HEADERS or sum(sizes) > MAX_HEADER_BYTES:
        raise Refusal(431, "headers_too_large", "The request has too many or too long headers.", "Send fewer.")


def check_form(method: str, path: str, headers: Mapping[str, list[str]]) -> None:
    """Refuse a change whose body a form on any web page could have sent.

    Raises:
        Refusal: 415, the body is not JSON; an upload is a multipart form, and one from a page carries the header
            `X-Requested-With: nodebuilder`. What is delivered to a webhook may be of any type; the origin of
            a page is checked before.
    """
    if method in _CHANGES_NOTHING or is_hook(path) or not has_body(headers):
        return
    types = headers.get("content-type", [])
    essence = types[0].split(";")[0].strip().lower() if len(types) == 1 else ""
    if is_upload(method, path):
        marked = headers.get("x-requested-with") == ["nodebuilder"] or not _FROM_PAGES.intersection(headers)
        if essence != "multipart/form-data" or not marked:
            raise Refusal(
                415,
                "not_an_upload",
                "An upload is a multipart form; one from a page has the header `X-Requested-With: nodebuilder`.",
                "Send the field `file`, and that header.",
            )
    elif not (_is_json(types) or (essence == "multipart/form-data" and path.startswith(_FORMS))):
        raise Refusal(415, "not_json", "The body must be JSON.", "Send it with `Content-Type: application/json`.")


def check_length(limit: int, headers: Mapping[str, list[str]]) -> None:
    """Refuse a body that says of itself that it is too large.

    Raises:
        Refusal: 413, too large; 400, its length is no number, or is given twice.
    """
    lengths = headers.get("content-length", [])
    if not lengths:
        return
    if len(lengths) > 1 or not (lengths[0].isascii() and lengths[0].isdigit()) or "transfer-encoding" in headers:
        raise Refusal(400, "bad_length", "The length of the body is unclear.", "Send one Content-Length.")
    if len(lengths[0]) > 18 or int(lengths[0]) > limit:
        raise too_large(limit)


def too_large(limit: int) -> Refusal:
    """Return the refusal of a body beyond `limit` bytes."""
    return Refusal(
        413,
        "too_large",
        f"The body is larger than {limit:,} bytes.",
        "Send less."
        if limit in (HOOK_BYTES, SIGNIN_BYTES)
        else "Send less, or raise NODEBUILDER_MAX_UPLOAD_BYTES or NODEBUILDER_MAX_BODY_BYTES.",
    )


def has_body(headers: Mapping[str, list[str]]) -> bool:
    """Say whether a body follows."""
    return "transfer-encoding" in headers or headers.get("content-length", ["0"]) != ["0"]


def _is_json(types: list[str]) -> bool:
    if len(types) != 1:
        return False
    essence, semicolon, parameter = (part.strip().lower() for part in types[0].partition(";"))
    return essence == "application/json" and (not semicolon or parameter in ("charset=utf-8", 'charset="utf-8"'))
