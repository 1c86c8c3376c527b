"""Which paths a webhook may have: short, plain, and below `/hooks/`, where nothing else stands."""

from __future__ import annotations

import re
from typing import Final

from nodebuilder.errors import InputError
from nodebuilder.values import JSON
from nodebuilder.widget_values import show

PREFIX: Final = "/hooks/"
LONGEST: Final = 128
_SEGMENT: Final = re.compile(r"[A-Za-z0-9._~-]+")


def hook_path(text: JSON, node: str) -> str:
    """Return the path that the widget of the node `node` spells, without its first slash.

    Raises:
        InputError: it is none (code `bad_hook_path`).
    """
    path = text.removeprefix("/") if isinstance(text, str) else ""
    segments = path.split("/")
    plain = all(_SEGMENT.fullmatch(segment) and segment not in (".", "..") for segment in segments)
    if not plain or len(path) > LONGEST:
        raise InputError(
            f'The path of the webhook "{node}" cannot be {show(text)}.',
            f"Write up to {LONGEST} letters, digits, `-`, `_`, `.`, `~`, and single slashes between: `/orders/paid`.",
            code="bad_hook_path",
        )
    return path


def asked_path(path: str) -> str | None:
    """Return the path of the webhook that a request to this address asks for; None when it asks for no webhook."""
    return path.removeprefix(PREFIX) if path.startswith(PREFIX) else None
