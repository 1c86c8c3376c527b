"""Reading the answer of a web server for a model: its text, and the few headers that say something."""

from __future__ import annotations

import codecs
import re
from typing import Final

from nodebuilder.providers.web import WebAnswer

SHOWN_HEADERS: Final = (
    *("content-type", "content-length", "content-language", "last-modified", "etag", "date", "location", "link"),
    *("retry-after", "allow", "x-ratelimit-remaining", "x-ratelimit-reset", "x-total-count"),
)
HEADER_CHARACTERS: Final = 300
_TEXT: Final = re.compile(
    r"text/.*|application/(json|xml|javascript|ecmascript|yaml|toml|x-www-form-urlencoded|.*\+(json|xml))"
)
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_KNOWN_CHARSET: Final = re.compile(
    r"utf-?8|utf-?16(-?[bl]e)?|us-ascii|ascii|latin-?1|iso-?8859-?\d+|windows-?\d+|cp\d+|koi8-[ru]|shift_?jis|euc-?(jp|kr)"
    r"|big5|gb2312|gbk|gb18030",
    re.IGNORECASE,
)


def safe_headers(answer: WebAnswer) -> dict[str, str]:
    """Return the headers that say something about the content, cut short; cookies and the rest stay out."""
    found = {name: answer.header(name) for name in SHOWN_HEADERS}
    return {name: value[:HEADER_CHARACTERS] for name, value in found.items() if value}


def read_text(answer: WebAnswer, content_type: str, limit: int) -> tuple[str, str]:
    """Return the text of an answer, at most `limit` characters, and a note of what is not in it."""
    size = f"{len(answer.body):,} bytes"
    if not answer.body:
        return "", ""
    if not _is_text(answer.body, content_type):
        more = "" if answer.complete else " or more"
        return "", f"The answer is no text ({content_type or 'of unknown type'}, {size}{more}), so it is not shown."
    text = answer.body.decode(_charset(answer), "replace").replace("\0", "�")
    if len(text) > limit:
        return text[:limit], f"The text was cut after {limit:,} characters; the answer is longer."
    if not answer.complete:
        return text, f"The answer was read up to {size} only; it is longer."
    return text, ""


def _is_text(body: bytes, content_type: str) -> bool:
    if content_type:
        return _TEXT.fullmatch(content_type) is not None
    try:
        body[:1024].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > 1000  # a character cut in two at the end
    return b"\0" not in body[:1024]


def _charset(answer: WebAnswer) -> str:
    found = _CHARSET.search(answer.header("content-type"))
    return found[1] if found and _KNOWN_CHARSET.fullmatch(found[1]) and _exists(found[1]) else "utf-8"


def _exists(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True
