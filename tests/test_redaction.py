from __future__ import annotations

import base64
import html
import io
import json
import logging
import sys
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.redaction import LONG, STARS, LogFilter, LogProcessor, Redactor, disguises

CANARY = 'zz/CANARY+é"0123=&<x>'
FORMS = {
    "plain": CANARY,
    "reversed": CANARY[::-1],
    "lower": CANARY.lower(),
    "upper": CANARY.upper(),
    "url": quote(CANARY, safe=""),
    "url path": quote(CANARY),
    "url form": quote_plus(CANARY),
    "url twice": quote(quote(CANARY, safe=""), safe=""),
    "percent all": "".join(f"%{byte:02X}" for byte in CANARY.encode()),
    "base64": base64.b64encode(CANARY.encode()).decode().rstrip("=")[:-1],
    "base64 url": base64.urlsafe_b64encode(CANARY.encode()).decode().rstrip("=")[:-1],
    "hex": CANARY.encode().hex(),
    "hex upper": CANARY.encode().hex().upper(),
    "hex spaced": CANARY.encode().hex(" "),
    "escaped bytes": "".join(f"\\x{byte:02x}" for byte in CANARY.encode()),
    "escaped unicode": "".join(f"\\u{ord(char):04x}" for char in CANARY),
    "byte list": str(list(CANARY.encode()))[1:-1],
    "json": json.dumps(CANARY)[1:-1],
    "json in json": json.dumps(json.dumps(CANARY))[3:-3],
    "repr": repr(CANARY)[1:-1],
    "html": html.escape(CANARY),
    "html numbers": "".join(f"&#{ord(char)};" for char in CANARY),
    "utf-16": "\0".join(CANARY),
    "base32": base64.b32encode(CANARY.encode()).decode().rstrip("="),
}


@pytest.fixture
def redactor() -> Redactor:
    redactor = Redactor()
    redactor.remember(CANARY, "canary")
    return redactor


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_known_value_is_found_in_every_disguise(redactor: Redactor, form: str) -> None:
    clean = redactor.text(f"before {form} after")

    assert form not in clean
    assert clean == f"before {STARS} after"


@pytest.mark.parametrize("before", ["", "u", "us", "user:", "Basic x"])
@pytest.mark.parametrize("after", ["", "@", "@host", " and more"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_base64_is_found_wherever_in_the_encoded_text_the_value_begins(
    redactor: Redactor, before: str, after: str, encode: Any
) -> None:
    clean = redactor.text(encode((before + CANARY + after).encode()).decode())

    assert STARS in clean
    assert len(clean.replace(STARS, "")) <= len(encode((before + after).encode())) + 4


@given(
    st.text(st.characters(codec="utf-8"), min_size=8, max_size=60),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_whatever_the_value_no_disguise_of_it_survives(value: str, before: str, after: str) -> None:
    redactor = Redactor()
    redactor.remember(value)

    for form in disguises(value):
        assert form not in redactor.known(f"{before}{form}{after}") or form in STARS


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("slash", ["/", "\\/"])
def test_a_value_is_found_in_json_within_json_within_json(slash: str, ascii_only: bool) -> None:
    redactor = Redactor()
    redactor.remember('k/ä"y\\ of €CANARY')
    text = json.dumps('k/ä"y\\ of €CANARY', ensure_ascii=ascii_only).replace("/", slash)
    for _ in range(3):
        assert "CANARY" not in redactor.known(text)
        text = json.dumps({"data": text}, ensure_ascii=ascii_only)


def test_short_values_are_not_looked_for() -> None:
    redactor = Redactor()
    redactor.remember("sandbox")

    assert redactor.text("the sandbox is on") == "the sandbox is on"


def test_a_forgotten_value_is_no_longer_looked_for(redactor: Redactor) -> None:
    redactor.forget("canary")
    redactor.forget("never known")

    assert redactor.text(CANARY) == CANARY


def test_a_long_text_is_looked_through_anew_when_other_values_are_known() -> None:
    redactor, other = Redactor(), Redactor()
    text = "x" * LONG + " CANARY-of-the-tests " + "sk-0123456789abcdef"
    assert redactor.text(text) == "x" * LONG + " CANARY-of-the-tests " + STARS
    redactor.remember("CANARY-of-the-tests", "it")
    assert redactor.text(text) == "x" * LONG + f" {STARS} {STARS}"
    assert "CANARY" in other.text(text)
    redactor.forget("it")
    assert "CANARY" in redactor.text(text)


def test_a_new_value_takes_the_place_of_the_old_one_of_that_name(redactor: Redactor) -> None:
    redactor.remember("another-value", "canary")

    assert redactor.known(f"{CANARY} another-value") == f"{CANARY} {STARS}"


@pytest.mark.parametrize(
    "text",
    [
        "Incorrect API key provided: sk-proj-abcdefghijklmnop1234",
        "key AIzaSyA1234567890abcdefghijklmnopqrstu in use",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "xoxb-123456789012-abcdef",
        "AKIAIOSFODNN7EXAMPLE",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghij",
    ],
)
def test_what_looks_like_a_key_is_redacted_though_it_is_not_known(text: str) -> None:
    clean = Redactor().text(text)

    assert STARS in clean
    assert Redactor().text(clean) == clean


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Authorization: Bearer abcdefghijklmnop", f"Authorization: Bearer {STARS}"),
        ("authorization: basic dXNlcjpwYXNzd29yZA==", f"authorization: basic {STARS}"),
        ("x-api-key: abcdefghijklmnop", f"x-api-key: {STARS}"),
        ('{"x-goog-api-key": "abcdefghijklmnop"}', f'{{"x-goog-api-key": "{STARS}"}}'),
        ("GET /v1/models?key=abcdefghijklmnop&a=1", f"GET /v1/models?key={STARS}&a=1"),
    ],
)
def test_what_carries_a_key_is_kept_and_the_key_is_not(text: str, clean: str) -> None:
    assert Redactor().text(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a majestic lion",
        "task-management-system-overview",
        "risk-assessment-of-the-whole-project",
        '{"api_key": "openai-main"}',
        "the bearer of good news",
        "https://localhost:8000/servable/gpt_image_0123abcd.png?size=512",
    ],
)
def test_ordinary_text_is_left_alone(redactor: Redactor, text: str) -> None:
    assert redactor.text(text) is text


def test_deep_data_are_redacted_and_keys_of_objects_too(redactor: Redactor) -> None:
    value = {"a": [1, {"b": CANARY}], CANARY: ("x", CANARY), "n": None}

    assert redactor.value(value) == {"a": [1, {"b": STARS}], STARS: ("x", STARS), "n": None}


def test_clean_data_come_back_as_the_same_object(redactor: Redactor) -> None:
    inner = {"b": ["c", 1, None, True]}
    value = {"a": inner, "d": CANARY}

    assert redactor.value(inner) is inner
    assert redactor.value(value)["a"] is inner
    assert redactor.value((1, "x")) == (1, "x")


def fail() -> None:
    raise ValueError(CANARY)


@pytest.fixture
def lines(redactor: Redactor) -> Any:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(LogFilter(redactor))
    logger = logging.Logger("test")  # noqa: LOG001 - apart from the tree, so that nothing else listens
    logger.addHandler(handler)
    return logger, out


def test_log_lines_arguments_and_tracebacks_are_redacted(lines: Any) -> None:
    logger, out = lines
    try:
        fail()
    except ValueError:
        logger.exception("failed with %s", CANARY, stack_info=True)

    assert CANARY not in out.getvalue()
    assert "failed with ***" in out.getvalue()
    assert "ValueError: ***" in out.getvalue()


def test_a_log_line_whose_arguments_do_not_fit_is_not_lost(lines: Any) -> None:
    logger, out = lines
    logger.warning("%d pictures", CANARY)

    assert out.getvalue() == "%d pictures ('***',)\n"


def test_extras_of_a_log_record_are_redacted(redactor: Redactor) -> None:
    record = logging.makeLogRecord({"msg": "x", "url": CANARY, "count": 3})

    assert LogFilter(redactor).filter(record)
    assert (record.__dict__["url"], record.__dict__["count"]) == (STARS, 3)


def test_a_structured_record_keeps_its_structure(redactor: Redactor) -> None:
    record = logging.makeLogRecord({"msg": {"event": f"key {CANARY}", "n": 1}})
    LogFilter(redactor).filter(record)

    assert record.msg == {"event": "key ***", "n": 1}


@pytest.mark.parametrize("how", ["flag", "exception", "tuple"])
def test_structlog_lines_and_tracebacks_are_redacted(redactor: Redactor, how: str) -> None:
    out = io.StringIO()
    logger = structlog.wrap_logger(
        structlog.PrintLogger(out), processors=[LogProcessor(redactor), structlog.processors.JSONRenderer()]
    )
    try:
        fail()
    except ValueError as error:
        given = {"flag": True, "exception": error, "tuple": sys.exc_info()}[how]
        logger.error("refused", key=CANARY, cause=error, exc_info=given)  # noqa: TRY400 - exc_info is what is tested
    line = json.loads(out.getvalue())

    assert line["event"] == "refused"
    assert line["key"] == line["cause"] == STARS
    assert line["exception"].endswith("ValueError: ***")
    assert CANARY not in out.getvalue()
