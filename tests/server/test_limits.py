"""How large a request may be, and in which form."""

from __future__ import annotations

import pytest

from nodebuilder.server.limits import BodyLimits, check_form, check_length, check_size
from nodebuilder.server.problems import Refusal

LIMITS = BodyLimits(upload=1000, other=500)


def status(check: object, *arguments: object) -> int:
    try:
        check(*arguments)  # type: ignore[operator] - whatever is to be tried
    except Refusal as refusal:
        return refusal.status_code
    return 0


def test_uploads_documents_and_signing_in_have_their_own_limits() -> None:
    assert LIMITS.at("POST", "/api/files") > 1000
    assert LIMITS.at("PUT", "/api/files") == 500
    assert LIMITS.at("POST", "/api/runs") == 500
    assert LIMITS.at("POST", "/api/session") == 4096
    assert LIMITS.at("POST", "/hooks/a") == 500
    assert BodyLimits(upload=1000, other=20 * 2**20).at("POST", "/hooks/a") == 2**20


@pytest.mark.parametrize(
    ("target", "headers", "expected"),
    [
        (b"/", [(b"a", b"b")], 0),
        (b"/" + b"x" * 8191, [], 0),
        (b"/" + b"x" * 8192, [], 414),
        (b"/", [(b"a", b"x" * 40_000)], 431),
        (b"/", [(b"a", b"b")] * 101, 431),
        (b"/", [(b"a", b"b")] * 100, 0),
    ],
)
def test_address_and_headers_are_bounded(target: bytes, headers: list[tuple[bytes, bytes]], expected: int) -> None:
    assert status(check_size, target, headers) == expected


JSON = ["application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"']
OTHER = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json;x",
    "application/json; charset=latin-1",
    "application/jsonp",
    "text/json",
    "",
    "text/plain; application/json",
]


@pytest.mark.parametrize("content_type", JSON)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_changes_are_json(method: str, content_type: str) -> None:
    headers = {"content-type": [content_type], "content-length": ["2"]}
    assert status(check_form, method, "/api/runs", headers) == 0


@pytest.mark.parametrize("content_type", OTHER)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_what_a_form_of_any_page_could_send_is_refused(method: str, content_type: str) -> None:
    for length in ({"content-length": ["2"]}, {"transfer-encoding": ["chunked"]}):
        headers = {"content-type": [content_type], "x-requested-with": ["nodebuilder"], **length}
        assert status(check_form, method, "/api/runs", headers) == 415


@pytest.mark.parametrize("content_type", [*JSON, *OTHER])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_is_delivered_to_a_webhook_may_be_of_any_type(method: str, content_type: str) -> None:
    headers = {"content-type": [content_type], "content-length": ["2"]}
    assert status(check_form, method, "/hooks/orders", headers) == 0
    assert status(check_form, method, "/hooks", headers) == status(check_form, method, "/api/runs", headers)


def test_two_content_types_are_none() -> None:
    headers = {"content-type": ["application/json", "text/plain"], "content-length": ["2"]}
    assert status(check_form, "POST", "/api/runs", headers) == 415


def test_a_body_without_a_type_is_refused_and_no_body_needs_none() -> None:
    assert status(check_form, "POST", "/api/runs", {"content-length": ["2"]}) == 415
    assert status(check_form, "POST", "/api/runs/x/cancel", {"content-length": ["0"]}) == 0
    assert status(check_form, "DELETE", "/api/files/x", {}) == 0


@pytest.mark.parametrize(
    ("content_type", "header", "expected"),
    [
        ("multipart/form-data; boundary=x", "nodebuilder", 0),
        ("multipart/form-data; boundary=x", "XMLHttpRequest", 415),
        ("multipart/form-data; boundary=x", None, 415),
        ("application/json", "nodebuilder", 415),
    ],
)
@pytest.mark.parametrize("sign", ["origin", "referer", "cookie", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"])
def test_an_upload_from_a_page_carries_a_header_that_no_form_can_send(
    content_type: str, header: str | None, expected: int, sign: str
) -> None:
    headers = {"content-type": [content_type], "content-length": ["9"], sign: ["x"]}
    if header is not None:
        headers["x-requested-with"] = [header]
    assert status(check_form, "POST", "/api/files", headers) == expected


def test_an_upload_from_a_program_is_a_plain_form() -> None:
    headers = {"content-type": ["multipart/form-data; boundary=x"], "content-length": ["9"], "user-agent": ["curl/8"]}
    assert status(check_form, "POST", "/api/files", headers) == 0
    assert status(check_form, "POST", "/api/files", {**headers, "content-type": ["text/plain"]}) == 415


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 0),
        ({"content-length": ["500"]}, 0),
        ({"content-length": ["501"]}, 413),
        ({"content-length": ["9" * 40]}, 413),
        ({"content-length": ["-5"]}, 400),
        ({"content-length": ["5x"]}, 400),
        ({"content-length": ["٥"]}, 400),
        ({"content-length": ["5", "6"]}, 400),
        ({"content-length": ["5"], "transfer-encoding": ["chunked"]}, 400),
        ({"transfer-encoding": ["chunked"]}, 0),
    ],
)
def test_a_declared_length_is_one_number_within_the_limit(headers: dict[str, list[str]], expected: int) -> None:
    assert status(check_length, 500, headers) == expected
