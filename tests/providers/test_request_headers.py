from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from nodebuilder.errors import InputError
from nodebuilder.providers.request_headers import as_sent, is_plain


def test_what_nobody_set_is_set() -> None:
    assert dict(as_sent([])) == {"user-agent": "nodebuilder", "accept": "*/*", "accept-encoding": "identity"}
    sent = as_sent([("Accept", " text/html ")])
    assert [value for name, value in sent if name.lower() == "accept"] == ["text/html"]


def test_too_many_are_refused() -> None:
    with pytest.raises(InputError, match="more than 64"):
        as_sent([(f"x-{number}", "1") for number in range(65)])


@pytest.mark.parametrize("name", ["Authorization", "Cookie", "X-Api-Key", "x-anything", "Proxy-Authorization"])
def test_what_may_be_a_credential_is_not_plain(name: str) -> None:
    assert not is_plain(name)
    assert is_plain("Accept-Language")


@given(some.text(max_size=20), some.text(max_size=40))
def test_no_header_can_begin_another_line(name: str, value: str) -> None:
    try:
        sent = as_sent([(name, value)])
    except InputError:
        return
    assert all("\r" not in text and "\n" not in text and "\0" not in text for pair in sent for text in pair)
    assert all(name.lower() not in ("host", "content-length", "transfer-encoding", "connection") for name, _ in sent)
