"""The headers of a request that a workflow or a model wrote: which may be sent, and which travel along a redirect."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from nodebuilder.errors import InputError

MAX_HEADERS: Final = 64
MAX_HEADER: Final = 8192
OWN: Final = (("user-agent", "nodebuilder"), ("accept", "*/*"), ("accept-encoding", "identity"))
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")
_VALUE: Final = re.compile(r"[\x20-\x7e\t]*")
_PLAIN: Final = frozenset({"accept", "accept-language", "user-agent", "range", "if-none-match", "if-modified-since"})
_OURS: Final = frozenset(
    {
        *("accept-encoding", "connection", "content-length", "expect", "host", "http2-settings", "keep-alive"),
        *("te", "trailer", "transfer-encoding", "upgrade", "via", "forwarded"),
    }
)
_OUR_KINDS: Final = ("proxy-", "sec-", "x-forwarded-", ":")


def is_plain(name: str) -> bool:
    """Say whether a header is never a credential, and so may travel to another origin."""
    return name.lower() in _PLAIN


def as_sent(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the headers with those that the client itself sets where nobody set them.

    Raises:
        InputError: a name or value cannot be a header, or the connection is the client's own business (`bad_header`).
    """
    given = [(name, value.strip()) for name, value in headers]
    if len(given) > MAX_HEADERS:
        raise _bad(f"there are more than {MAX_HEADERS} headers")
    for name, value in given:
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value) or len(value) > MAX_HEADER:
            raise _bad("a header has a name or value that cannot be sent")
        if name.lower() in _OURS or name.lower().startswith(_OUR_KINDS):
            raise _bad(f"the header {name} cannot be chosen")
    names = {name.lower() for name, _ in given}
    return [*((name, value) for name, value in OWN if name not in names), *given]


def _bad(why: str) -> InputError:
    return InputError(
        f"The request cannot be sent: {why}.", "Leave it out, or write it as HTTP asks.", code="bad_header"
    )
