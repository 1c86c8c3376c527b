from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nodebuilder.errors import InputError
from nodebuilder.house.hook_paths import asked_path, hook_path

GOOD = ["/webhook", "webhook", "a", "/a/b/c", "/v1.2/~me/a_b-c", "/ws", "/servable/x", "/...", "/api", "/" + "x" * 128]
BAD = [
    *("", "/", "//", "//a", "/a/", "/a//b", "/.", "/..", "/../settings", "/a/../b", "/a/./b", "/a?b", "/a#b", "/a b"),
    *("/%61", "/a%2fb", "/käse", "/a\\b", "/a\n", "/a\0", " /a", "/a;b", "/a:b", "/{id}", "/*", "/" + "x" * 129),
    *("http://localhost/a", "/ａ", "/a/b" * 40),
]


@pytest.mark.parametrize("path", GOOD)
def test_a_plain_path_is_taken_with_or_without_its_first_slash(path: str) -> None:
    assert hook_path(path, "it") == path.removeprefix("/")
    assert asked_path(f"/hooks/{hook_path(path, 'it')}") == hook_path(path, "it")


@pytest.mark.parametrize("path", BAD)
def test_any_other_is_refused_by_name(path: str) -> None:
    with pytest.raises(InputError) as refused:
        hook_path(path, "Orders")
    assert refused.value.code == "bad_hook_path"
    assert '"Orders"' in refused.value.message


@pytest.mark.parametrize("value", [None, 5, True, ["/a"], {"a": 1}])
def test_what_is_no_text_is_no_path(value: object) -> None:
    with pytest.raises(InputError):
        hook_path(value, "it")  # type: ignore[arg-type] - whatever a file may hold


@given(st.text(max_size=140) | st.from_regex(r"/?[A-Za-z0-9._~/%-]{0,140}", fullmatch=True))
@example("/a/.")
@example("/a\n")
def test_a_path_is_taken_exactly_when_the_rules_say_so(text: str) -> None:
    bare = text.removeprefix("/")
    allowed = (
        1 <= len(bare) <= 128
        and not re.search(r"[^A-Za-z0-9._~/-]", bare)
        and all(part not in ("", ".", "..") for part in bare.split("/"))
    )
    try:
        taken = hook_path(text, "it")
    except InputError:
        assert not allowed
    else:
        assert allowed
        assert taken == bare


@given(st.text(max_size=30))
def test_only_what_stands_below_hooks_asks_for_a_webhook(text: str) -> None:
    found = asked_path(text)
    assert (found is not None) == text.startswith("/hooks/")
