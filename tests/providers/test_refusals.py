"""Refusals: status and body alone tell what happened; foreign text is quoted short, without keys and without HTML."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.errors import ProviderError
from nodebuilder.providers.refusals import as_error, quote, read_refusal

KEY = "sk-test-only-Zq81Lm20Vx77"


def refuse(status: int, body: bytes = b"", headers: dict[str, str] | None = None, model: str = "m") -> ProviderError:
    return as_error(read_refusal(status, body, provider="OpenAI", model=model), headers or {}, KEY)


def error_body(message: str = "", **more: object) -> bytes:
    return json.dumps({"error": {"message": message, **more}}).encode()


@pytest.mark.parametrize(
    ("status", "body", "code", "charged"),
    [
        (401, b"", "bad_key", "no"),
        (400, error_body("x", code="content_policy_violation"), "moderation", "no"),
        (400, error_body("Your request was rejected as a result of our safety system."), "moderation", "no"),
        (403, error_body("Project has no access to model m", code="model_not_found"), "model_not_found", "no"),
        (400, error_body("The model `m` does not exist", param="model"), "model_not_found", "no"),
        (404, error_body("Unknown request URL"), "no_such_address", "no"),
        (405, b"", "no_such_address", "no"),
        (429, b"<html>busy</html>", "rate_limit", "no"),
        (429, error_body("x", type="insufficient_quota", code="project_spend_limit_exceeded"), "billing_limit", "no"),
        (
            429,
            error_body("a card at /billing raises the limit", code="rate_limit_exceeded"),
            "rate_limit",
            "no",
        ),
        (408, b"", "timeout", "unknown"),
        (504, b"<html>", "provider_down", "unknown"),
        (599, b"", "provider_down", "unknown"),
        (301, b"", "redirected", "no"),
        (418, b"", "bad_request", "no"),
        (422, b'{"detail": "quality: not one of low, high"}', "bad_request", "no"),
    ],
)
def test_status_and_body_tell_the_kind(status: int, body: bytes, code: str, charged: str) -> None:
    error = refuse(status, body)
    assert (error.code, error.charged) == (code, charged)
    assert error.message.endswith(".")
    assert error.remedy.endswith(".")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (error_body("too big"), "“too big”"),
        (b'{"error": "plain text"}', "“plain text”"),
        (b'{"detail": "as FastAPI says it"}', "“as FastAPI says it”"),
        (b'{"message": "bare"}', "“bare”"),
    ],
)
def test_other_servers_shapes_are_understood(body: bytes, words: str) -> None:
    assert words in refuse(400, body).message


def test_a_retired_model_is_named_with_its_end() -> None:
    error = refuse(
        404, error_body("The model `gpt-image-1` does not exist", code="model_not_found"), model="gpt-image-1"
    )
    assert error.message.startswith("OpenAI retired gpt-image-1 on 23 October 2026; use gpt-image-2.5-flare")
    assert error.remedy.startswith("Choose another model")


def test_the_wait_that_was_asked_for_is_handed_on() -> None:
    assert refuse(429, headers={"retry-after": "17"}).retry_after == 17
    assert refuse(500, headers={"retry-after": "17"}).retry_after is None


def test_a_quotation_is_short_plain_and_one_line() -> None:
    said = quote("a\nb\x00\x1b[31m" + "x" * 500, KEY)
    assert said.startswith("“a b")
    assert len(said) <= 202
    assert said.isprintable()
    assert quote(" \n", KEY) == ""


@pytest.mark.parametrize(
    "text", [f"Incorrect API key provided: {KEY}", KEY[::-1], f"Bearer {KEY}", "sk-other***1234", "sk-proj-abcdefgh"]
)
def test_no_key_is_quoted(text: str) -> None:
    message = refuse(401, error_body(text)).message
    assert KEY not in message
    assert "sk-" not in message
    assert "***" in message


@given(status=st.integers(300, 999), body=st.binary(max_size=80), message=st.text(max_size=80))
def test_no_answer_whatever_breaks_the_reading(status: int, body: bytes, message: str) -> None:
    for raw in (body, error_body(message), json.dumps({"error": [message]}).encode()):
        error = refuse(status, raw)
        assert error.message
        assert error.remedy
