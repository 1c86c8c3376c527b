"""What looks like a key, and what a secret may be called: a workflow holds names of secrets only."""

from __future__ import annotations

import re
from typing import Final

SECRET_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
"""What the name of a secret looks like."""

_SURE_PREFIX: Final = re.compile(r"(sk|pk|rk)[-_].*|AIza.*|eyJ.*", re.DOTALL)
_PREFIX: Final = re.compile(
    r"(ghp|gho|ghu|ghs|ghr|github_pat|glpat|hf|xai|gsk|r8|nvapi|pplx|tgp|fw|esecret|csk|jina|voyage|xox[abeoprs]|"
    r"AKIA|ASIA|ya29|npm|pypi|dop|shpat|SG|Bearer)[-_.]?(.*)",
    re.DOTALL,
)
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_RUN: Final = re.compile(r"[A-Za-z0-9]{20,}")
_RUN_AFTER_PREFIX: Final = re.compile(r"[A-Za-z0-9]{10,}")
_LONG: Final = 28
_SURE_CHARS: Final = range(20, 513)
_SURE_RUN: Final = re.compile(r"[A-Za-z0-9]{16,}")
_DOTS_OF_A_TOKEN: Final = 2
_DIGITS_IN_RUN: Final = 2
_DIGIT_SHARE: Final = 0.15


def is_secret_name(text: str) -> bool:
    """Say whether `text` may be the name of a secret: a letter, then up to 63 letters, digits, `_` or `-`."""
    return SECRET_NAME.fullmatch(text) is not None


def looks_like_key(text: str) -> bool:
    """Say whether `text`, found in a secret widget, is a key and not the name of a secret.

    True for what no secret may be called, for the known beginnings of keys (`sk-`, `AIza`, `ghp_` …), and for long
    text that looks random. Empty text is no key.
    """
    text = text.strip()
    if not text:
        return False
    return not is_secret_name(text) or _has_known_beginning(text) or _looks_random(text)


def is_surely_key(text: str) -> bool:
    """Say whether `text`, found anywhere, can be nothing but a key: one long word that begins as keys do."""
    text = text.strip()
    if len(text) not in _SURE_CHARS or any(char.isspace() for char in text) or not _has_known_beginning(text):
        return False
    if text.startswith("eyJ"):
        return text.count(".") == _DOTS_OF_A_TOKEN
    return any(_digits(run) >= _DIGITS_IN_RUN for run in _SURE_RUN.findall(text))


def _has_known_beginning(text: str) -> bool:
    if _SURE_PREFIX.fullmatch(text):
        return True
    match = _PREFIX.fullmatch(text)
    return match is not None and any(_digits(run) for run in _RUN_AFTER_PREFIX.findall(match[2]))


def _looks_random(text: str) -> bool:
    if _UUID.fullmatch(text):
        return True
    if any(_digits(run) >= _DIGITS_IN_RUN for run in _RUN.findall(text)):
        return True
    return len(text) >= _LONG and _digits(text) >= _DIGIT_SHARE * len(text)


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)
