from __future__ import annotations

import json
import resource
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.errors import WorkflowError
from nodebuilder.settings import Settings
from nodebuilder.values import JSON
from nodebuilder.workflow.parse import DEFAULT_LIMITS, Limits, parse
from tests.workflow.documents import anything

MIB = 1024 * 1024


@dataclass(frozen=True)
class Small:
    """Limits that a test can reach."""

    max_document_bytes: int = 2000
    max_document_depth: int = 5
    max_nodes: int = 10
    max_links: int = 10
    max_string_chars: int = 100


def refusal(text: str | bytes, limits: Limits = DEFAULT_LIMITS) -> WorkflowError:
    with pytest.raises(WorkflowError) as caught:
        parse(text, limits)
    error = caught.value
    assert error.message.endswith(".")
    assert error.remedy.endswith(".")
    return error


@given(anything, st.booleans())
def test_any_json_is_read(value: JSON, escaped: bool) -> None:
    text = json.dumps(value, ensure_ascii=escaped)
    assert parse(text) == value
    assert parse(text.encode()) == value


@given(st.text() | st.binary() | st.text('{}[]",:\\u019aedD truefalsn-+.'))
def test_any_text_is_read_or_refused_with_a_code(text: str | bytes) -> None:
    code, value = WorkflowError.code, None
    try:
        value = parse(text)
    except WorkflowError as error:
        code = error.code
    else:
        code = "read"
    assert code != WorkflowError.code
    if code == "read":
        assert value == json.loads(text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff"))


def test_a_byte_order_mark_is_accepted() -> None:
    assert parse(b"\xef\xbb\xbf{}") == {}
    assert parse("\ufeff{}") == {}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_json"),
        (" ", "not_json"),
        ("{", "not_json"),
        ("{}{}", "not_json"),
        ("{'a': 1}", "not_json"),
        ('{"a": 1,}', "not_json"),
        ('{"a": 01}', "not_json"),
        ('{"a": "\n"}', "not_json"),
        ('{"a": "', "not_json"),
        ('{"a": "\\', "not_json"),
        ('{"a": "\\u12"}', "not_json"),
        ("]" * 100, "not_json"),
        ("__import__('os')", "not_json"),
        ('{"a": NaN}', "not_finite"),
        ("[Infinity]", "not_finite"),
        ("[-Infinity]", "not_finite"),
        ('{"a": 1, "a": 1}', "duplicate_key"),
        ('{"a": [{"b": {"c": 1, "c": 2}}]}', "duplicate_key"),
        ('{"a": 1, "\\u0061": 1}', "duplicate_key"),
        ('{"nodes": {"a": {}, "a": {}}}', "duplicate_id"),
        ('{"workflow": {"nodes": {"a": {}, "b": {}, "a": {}}}}', "duplicate_id"),
        ('{"a": "\\ud800"}', "lone_surrogate"),
        ('{"a": "\\uDc00\\ud800"}', "lone_surrogate"),
        ('{"\\ud83d\\\\\\ude00": 1}', "lone_surrogate"),
        ('{"a": "\\uDC00"}', "lone_surrogate"),
        ("\ud800", "lone_surrogate"),
        (b"\xff\xfe{\x00}\x00", "not_utf8"),
        (b'"\xc0\x80"', "not_utf8"),
        (b'"\xed\xa0\x80"', "not_utf8"),
    ],
)
def test_text_that_cannot_be_used_is_refused_with_its_reason(text: str | bytes, code: str) -> None:
    assert refusal(text).code == code


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "NaN"}',
        '{"a": {"b": 1}, "b": {"b": 1}}',
        '"\\ud83d\\ude00"',
        '"\\\\ud800"',
        '"[[[[[[[["',
        '"\\"[[[[[["',
        "[-0, 1e400]",
    ],
)
def test_what_only_resembles_it_is_read(text: str) -> None:
    assert parse(text, Small()) == json.loads(text)


def test_a_refusal_says_where() -> None:
    assert "line 2, column 6" in refusal('{\n"a": }').message
    assert "nodes.a.values" in refusal('{"nodes": {"a": {"values": {"k": 1, "k": 2}}}}').message
    assert '"twice"' in refusal('{"nodes": {"twice": {}, "twice": {}}}').message
    assert "at nodes.a" in refusal(json.dumps({"nodes": {"a": "x" * 101}}), Small()).message


@pytest.mark.parametrize(
    ("below", "above", "code"),
    [
        ("[" * 5 + "]" * 5, "[" * 6 + "]" * 6, "too_deep"),
        ('{"a":' * 5 + "1" + "}" * 5, '{"a":' * 6 + "1" + "}" * 6, "too_deep"),
        ('"' + "x" * 100 + '"', '"' + "x" * 101 + '"', "text_too_long"),
        ('"' + "\\u00e9" * 100 + '"', '"' + "é" * 101 + '"', "text_too_long"),
        ('"' + "\\\\" * 100 + '"', '"' + "\\\\" * 101 + '"', "text_too_long"),
        ('"' + '\\"' * 100 + '"', '"' + '\\"' * 101 + '"', "text_too_long"),
        ('{"' + "k" * 100 + '": 1}', '{"' + "k" * 101 + '": 1}', "text_too_long"),
        ("[" + "1," * 198 + "1]", "[" + "1," * 200 + "1]", "too_many_values"),
        ("[" + "[]," * 98 + "[]]", "[" + "[]," * 100 + "[]]", "too_many_values"),
        (" " * 1998 + "[]", " " * 1999 + "[]", "too_large"),
        ('"' + "é" * 40 + '"' + " " * 1918, '"' + "é" * 40 + '"' + " " * 1919, "too_large"),
    ],
)
def test_a_limit_is_reached_just_beyond_it(below: str, above: str, code: str) -> None:
    parse(below, Small())
    parse(below.encode(), Small())
    assert refusal(above, Small()).code == code
    assert refusal(above.encode(), Small()).code == code


def test_the_settings_are_limits() -> None:
    settings = Settings.model_construct(max_document_depth=2)
    assert refusal("[[[]]]", settings).code == "too_deep"


FULL = 16 * MIB - 100
BOMBS = {
    "lists_200k_deep": ("[" * 200_000, "too_deep"),
    "objects_200k_deep": ('{"a":' * 200_000, "too_deep"),
    "lists_as_deep_as_fits": ("[" * FULL, "too_many_values"),
    "many_lists": ("[" + "[]," * (FULL // 4) + "1]", "too_many_values"),
    "many_numbers": ("[" + "1," * (FULL // 2 - 2) + "1]", "too_many_values"),
    "a_million_nodes": ('{"nodes":{' + ",".join(f'"{n}":{{}}' for n in range(1_000_000)) + "}}", "too_many_values"),
    "quotes": ('"' * FULL, "too_many_values"),
    "escaped_quotes": ('"' + '\\"' * (FULL // 2), "not_json"),
    "backslashes": ('"' + "\\" * FULL, "not_json"),
    "one_huge_text": ('"' + "a" * (FULL - 2) + '"', "text_too_long"),
    "seventeen_mebibytes": ('"' + "a" * 17 * MIB + '"', "too_large"),
    "seventeen_mebibytes_of_brackets": (b"[" * (17 * MIB), "too_large"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_bounded_memory(name: str) -> None:
    text, code = BOMBS[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refusal(text).code == code
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 * 1024


def test_the_largest_number_of_digits_is_kept_without_being_counted() -> None:
    assert parse("9" * 1_000_000) == float("inf")
