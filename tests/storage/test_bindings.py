"""Places that keys are bound to: one spelling, and what is none is refused."""

from __future__ import annotations

import pytest

from nodebuilder.errors import StorageError
from nodebuilder.storage.bindings import read_place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (" LLM.Example.com ", "llm.example.com"),
        ("localhost:11434", "localhost:11434"),
        ("[::1]:8080", "[::1]:8080"),
        ("10.0.0.1:65535", "10.0.0.1:65535"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_a_place_has_one_spelling(text: str, place: str) -> None:
    assert read_place(text) == place


@pytest.mark.parametrize("text", ["", ":80", "a:b", "a:0", "a:99999", "a/b", "https://a", "a b", "*.a", "a..b", "[zz]"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(StorageError) as caught:
        read_place(text)
    assert caught.value.code == "bad_secret_host"
