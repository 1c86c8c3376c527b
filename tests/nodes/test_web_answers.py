from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from nodebuilder.nodes.web_answers import read_text, safe_headers
from nodebuilder.providers.web import WebAnswer


def answer(body: bytes, content_type: str = "", **more: str) -> WebAnswer:
    headers = (("Content-Type", content_type), *more.items())
    return WebAnswer(200, "https://example.com/", headers, body)


@pytest.mark.parametrize(
    ("charset", "text"),
    [("utf-8", "żółw"), ("ISO-8859-2", "żółw"), ("windows-1251", "мир"), ("shift_jis", "日本"), ("UTF-16", "mir")],
)
def test_a_text_is_read_as_its_charset_says(charset: str, text: str) -> None:
    assert read_text(answer(text.encode(charset), f'text/plain; charset="{charset}"'), "text/plain", 99) == (text, "")


@pytest.mark.parametrize(
    "charset", ["idna", "punycode", "unicode_escape", "zlib", "utf-7", "iso-8859-99", "x" * 99, ""]
)
def test_a_charset_that_is_none_is_not_used(charset: str) -> None:
    assert read_text(answer("süß".encode(), f"text/plain; charset={charset}"), "text/plain", 99) == ("süß", "")


@pytest.mark.parametrize(
    ("content_type", "shown"),
    [
        ("text/html", True),
        ("application/json", True),
        ("application/ld+json", True),
        ("application/atom+xml", True),
        ("application/octet-stream", False),
        ("application/zip", False),
        ("image/svg+xml", False),
        ("video/mp4", False),
    ],
)
def test_only_texts_are_shown(content_type: str, shown: bool) -> None:
    text, note = read_text(answer(b"abc", content_type), content_type, 99)
    assert (text == "abc", bool(note)) == (shown, not shown)


def test_only_headers_that_say_something_are_given() -> None:
    found = safe_headers(answer(b"", "text/html", server="x", etag="y" * 999, **{"set-cookie": "a=b", "x-key": "k"}))
    assert found == {"content-type": "text/html", "etag": "y" * 300}


@given(some.binary(max_size=300), some.sampled_from(("", "text/plain", "text/html; charset=utf-16", "image/png")))
def test_any_body_gives_a_text_that_json_can_carry(body: bytes, content_type: str) -> None:
    text, _ = read_text(answer(body, content_type), content_type.partition(";")[0], 50)
    assert len(text) <= 50
    assert "\0" not in text
    assert text.encode().decode() == text
