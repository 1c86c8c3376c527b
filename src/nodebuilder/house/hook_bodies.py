"""What a delivery says, as data: its body as text, its query, and the few headers that are anybody's business."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from nodebuilder.errors import InputError

CHARSETS: Final[Mapping[str, str]] = {
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "us-ascii": "ascii",
    "iso-8859-1": "latin-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "windows-1252",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
"""The charsets that a body may be declared to have, and how they are read here."""

SAFE_HEADERS: Final = frozenset(
    {
        *("content-type", "user-agent", "webhook-id", "ce-id", "ce-source", "ce-type", "x-event-id", "x-event-key"),
        *("x-event-type", "x-event-name", "x-gitea-event", "x-github-delivery", "x-github-event", "x-gitlab-event"),
        *("x-shopify-topic", "x-wc-webhook-event", "x-wc-webhook-topic", "x-request-id"),
    }
)
"""The headers that a workflow gets; whatever may be a key, a cookie or a signature is not among them."""

MAX_FIELDS: Final = 200
MAX_HEADER_CHARS: Final = 1000
_KEYS: Final = re.compile(
    r"(?is).*(token|secret|signature|passw|api[_-]?key|authorization|credential).*"
    r"|((access|account|auth|hook|private|shared|subscription)[_-]?)?key|sig|hmac|auth|jwt|pwd|pass"
)
"""Names in a query under which keys are sent; what is kept of a run must not hold them."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request to a webhook, as it came; the names of `headers` are in small letters."""

    method: str
    path: str
    query: str
    headers: Mapping[str, list[str]]
    body: bytes


def values_of(delivery: Delivery) -> dict[str, str]:
    """Return what a delivery puts into the widgets of its node.

    Raises:
        InputError: its body is no text in the charset that it declares, or its query is too long (`bad_hook_body`).
    """
    request = {
        "method": delivery.method,
        "query": _query(delivery.query),
        "headers": {
            name: "".join(char for char in ", ".join(values) if char.isprintable())[:MAX_HEADER_CHARS]
            for name, values in delivery.headers.items()
            if name in SAFE_HEADERS
        },
    }
    return {"payload": text_of(delivery), "request": json.dumps(request, ensure_ascii=False)}


def text_of(delivery: Delivery) -> str:
    """Return the body as text, exactly as it came; raises `InputError` (`bad_hook_body`) when it is none."""
    types = delivery.headers.get("content-type", [])
    charset = _charset(types[0]) if types else "utf-8"
    codec = CHARSETS.get(charset) if len(types) <= 1 else None
    if codec is None or delivery.headers.get("content-encoding", ["identity"]) != ["identity"]:
        raise _bad(f"The body must be plain text in one of these charsets: {', '.join(CHARSETS)}.")
    try:
        return delivery.body.decode(codec)
    except UnicodeDecodeError as error:
        raise _bad("The body is not text in its charset.") from error


def _charset(content_type: str) -> str:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return "utf-8"


def _query(text: str) -> dict[str, Any]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise _bad("The query has too many fields.") from error
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if not _KEYS.fullmatch(name):
            found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _bad(cause: str) -> InputError:
    return InputError(cause, "Send text, and say in Content-Type how it is encoded.", code="bad_hook_body")
