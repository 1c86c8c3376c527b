"""Keeps keys out of all that is written or shown: known values in any disguise, and whatever looks like a key."""

from __future__ import annotations

import base64
import html
import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from functools import lru_cache
from types import TracebackType
from typing import Any, Final, cast
from urllib.parse import quote, quote_plus

from nodebuilder.values import to_json

STARS: Final = "***"
MIN_LENGTH: Final = 8
"""Shorter values are not looked for: they would blot out ordinary words."""

LONG: Final = 10_000
"""What was found in texts of so many characters is kept for a while."""

_KEY: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"sk-[A-Za-z0-9_-]{12,}|sk_[A-Za-z0-9_]{16,}|AIza[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{20,}"
    r"|github_pat_[A-Za-z0-9_]{20,}|xox[abeprs]-[A-Za-z0-9-]{10,}|hf_[A-Za-z0-9]{20,}|r8_[A-Za-z0-9]{20,}"
    r"|gsk_[A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,}|pplx-[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,})"
)
_KEY_HINTS: Final = (
    *("sk-", "sk_", "AIza", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "xox", "hf_", "r8_", "gsk_", "xai-"),
    *("pplx-", "AKIA", "eyJ"),
)
_CARRIED: Final = re.compile(
    r"(?P<before>\b(?:bearer|basic)\s+|\bx-(?:goog-)?api-key[\"']?\s*[:=]\s*[\"']?|[?&](?:api[_-]?key|key|token|access_token)=)"
    r"(?P<key>[A-Za-z0-9._~+/%-]{12,}=*)",
    re.IGNORECASE,
)
_CARRIED_HINTS: Final = ("earer", "EARER", "asic ", "ASIC ", "-key", "-KEY", "-Key", "key=", "token=")


class Redactor:
    """Replaces keys by `***`; it knows the values it was told, under the name they are kept under."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._forms: tuple[str, ...] = ()
        self._shortest = 0

    def remember(self, value: str, name: str | None = None) -> None:
        """Look for `value` from now on; it takes the place of another under the same `name` (default: the value)."""
        name = name if name is not None else value
        if len(value) < MIN_LENGTH or self._values.get(name) == value:
            return
        self._values[name] = value
        self._compile()

    def forget(self, name: str) -> None:
        """No longer look for the value that was remembered under `name`."""
        if self._values.pop(name, None) is not None:
            self._compile()

    def known(self, text: str) -> str:
        """Return `text` without the values that were remembered, in any of their disguises."""
        return text if len(text) < self._shortest else _without(text, self._forms)

    def text(self, text: str) -> str:
        """Return `text` without the values that were remembered and without anything that looks like a key."""
        if len(text) < MIN_LENGTH:
            return text
        forms = self._forms if len(text) >= self._shortest else ()
        return (_cleaned_long if len(text) >= LONG else _cleaned)(text, forms)

    def value(self, value: Any) -> Any:
        """Return JSON-like data with every text in it redacted; what holds no key is returned as the same object."""
        match value:
            case str():
                return self.text(value)
            case dict():
                return self._mapping(cast("dict[Any, Any]", value))
            case list() | tuple():
                items = cast("list[Any] | tuple[Any, ...]", value)
                clean = [self.value(item) for item in items]
                if all(new is old for new, old in zip(clean, items, strict=True)):
                    return items
                return clean if isinstance(items, list) else tuple(clean)
            case _:
                return value

    def _mapping(self, mapping: dict[Any, Any]) -> dict[Any, Any]:
        clean = {self.value(key): self.value(item) for key, item in mapping.items()}
        same = len(clean) == len(mapping) and all(
            new is old
            for pair, other in zip(clean.items(), mapping.items(), strict=True)
            for new, old in zip(pair, other, strict=True)
        )
        return mapping if same else clean

    def _compile(self) -> None:
        forms = {form for value in self._values.values() for form in disguises(value)}
        self._forms = tuple(sorted(forms, key=len, reverse=True))
        self._shortest = min(map(len, forms), default=0)


def _without(text: str, forms: tuple[str, ...]) -> str:
    for form in forms:
        if form in text:
            text = text.replace(form, STARS)
    return text


def _cleaned(text: str, forms: tuple[str, ...]) -> str:
    text = _without(text, forms)
    if any(hint in text for hint in _KEY_HINTS):
        text = _KEY.sub(STARS, text)
    if any(hint in text for hint in _CARRIED_HINTS):
        text = _CARRIED.sub(rf"\g<before>{STARS}", text)
    return text


_cleaned_long: Final = lru_cache(maxsize=8)(_cleaned)
"""A long text goes through many hands in a run, and is looked through once."""


def disguises(value: str) -> set[str]:
    """Return the forms in which a key turns up in logs, addresses, headers, documents and dumps."""
    raw = value.encode("utf-8", "surrogatepass")
    quoted = quote(value, safe="")
    forms = {
        value,
        value[::-1],
        value.lower(),
        value.upper(),
        quoted,
        quoted.lower(),
        quote(value),
        quote_plus(value),
        quote(quoted, safe=""),
        "".join(f"%{byte:02x}" for byte in raw),
        "".join(f"%{byte:02X}" for byte in raw),
        raw.hex(),
        raw.hex().upper(),
        raw.hex(" "),
        raw.hex(":"),
        "".join(f"\\x{byte:02x}" for byte in raw),
        "".join(f"\\u{ord(char):04x}" for char in value),
        ", ".join(str(byte) for byte in raw),
        ",".join(str(byte) for byte in raw),
        *_nested(value),
        repr(value)[1:-1],
        html.escape(value),
        "".join(f"&#{ord(char)};" for char in value),
        "".join(f"&#x{ord(char):x};" for char in value),
        "\0".join(value),
        base64.b32encode(raw).decode().rstrip("="),
        *_base64(raw),
    }
    return {form for form in forms if len(form) >= MIN_LENGTH}


def _nested(value: str) -> Iterator[str]:
    """Yield the value as it stands in JSON, and in JSON within JSON: what came in stands in an event, that in a run."""
    for ascii_only in (True, False):
        plain = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
        for escaped in (plain, plain.replace("/", "\\/")):
            for _ in range(3):
                yield escaped
                escaped = json.dumps(escaped, ensure_ascii=False)[1:-1]  # noqa: PLW2901 - one level deeper


def _base64(raw: bytes) -> Iterator[str]:
    """Yield the characters that are sure to appear wherever `raw` starts within text that is base64 encoded."""
    for offset in range(3):
        spoiled = -(-offset * 8 // 6)
        whole = (offset + len(raw)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(b"\0" * offset + raw)[spoiled:whole].decode()


ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class LogFilter(logging.Filter):
    """Redacts log records, their extras and their tracebacks; put it on handlers, where all records pass."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record in place and let it pass."""
        clean = self._redactor.text
        if isinstance(record.msg, dict):  # an event of structlog on its way to its formatter
            record.msg = self._redactor.value(record.msg)
        else:
            record.msg, record.args = clean(_message(record)), None
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = record.exc_text or _traceback(record.exc_info)
            record.exc_info = None
        record.exc_text = clean(record.exc_text) if record.exc_text else record.exc_text
        record.stack_info = clean(record.stack_info) if record.stack_info else record.stack_info
        for name in record.__dict__.keys() - _STANDARD:
            record.__dict__[name] = self._redactor.value(record.__dict__[name])
        return True


class LogProcessor:
    """The same for structlog: the last processor before the renderer; tracebacks become the text `exception`."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        """Return the event without keys."""
        exc_info = event.pop("exc_info", None)
        if exc_info is True:
            exc_info = sys.exc_info()
        elif isinstance(exc_info, BaseException):
            exc_info = (type(exc_info), exc_info, exc_info.__traceback__)
        if isinstance(exc_info, tuple) and exc_info[0] is not None:
            event["exception"] = _traceback(cast("ExcInfo", exc_info))
        return self._redactor.value(to_json(dict(event)))


_STANDARD: Final = frozenset(logging.makeLogRecord({}).__dict__)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # a format that does not fit its arguments must not lose the line
        return f"{record.msg} {record.args}"


def _traceback(
    exc_info: ExcInfo | tuple[type[BaseException] | None, BaseException | None, TracebackType | None],
) -> str:
    return "".join(traceback.format_exception(*exc_info)).rstrip("\n")
