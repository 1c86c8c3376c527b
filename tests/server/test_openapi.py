"""The description of the interface: complete, up to date, and true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from nodebuilder.server.app import ROUTERS, methods_at
from nodebuilder.server.openapi import as_text, openapi
from nodebuilder.server.reference import http_api, settings_page
from tests.server.serving import Server, start

ROOT = Path(__file__).parent.parent.parent
schema = schemathesis.openapi.from_dict(openapi())


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own: its settings and files are changed at random."""
    started = start(tmp_path_factory.mktemp("fuzzed"), sandbox="true")
    yield started
    started.stop()
    assert "Traceback" not in started.log(), started.log()[-4000:]


CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.parametrize(
    ("path", "text", "command"),
    [
        ("web/openapi.json", as_text, "python -m nodebuilder.server.openapi > web/openapi.json"),
        ("docs/guide/http-api.md", http_api, "python -m nodebuilder.server.reference docs/guide"),
        ("docs/guide/settings.md", settings_page, "python -m nodebuilder.server.reference docs/guide"),
    ],
)
def test_what_is_made_from_the_source_is_up_to_date(path: str, text: object, command: str) -> None:
    assert callable(text)
    assert (ROOT / path).read_text(encoding="utf-8") == text(), f"run `{command}`"


def test_every_route_is_described_with_a_name_a_sentence_and_all_its_answers() -> None:
    told = openapi()
    operations = [operation for path in told["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    for operation in operations:
        assert re.fullmatch(r"[a-z_]+", operation["operationId"])
        assert operation["description"].split("\n")[0].endswith((".", ":"))
        assert operation["tags"]
        assert {"400", "401", "403", "421", "500"} <= operation["responses"].keys()
        good = [each for status, each in operation["responses"].items() if status in ("200", "201", "202")]
        for answer in good:
            schema = next(iter(answer["content"].values()))["schema"]
            assert schema, operation["operationId"]


def test_only_the_sign_in_script_and_head_are_not_described() -> None:
    described = {(method.upper(), path) for path, operations in openapi()["paths"].items() for method in operations}
    routes = {
        (method, route.path)
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }
    assert len(routes) > 25
    assert routes - described == {("GET", "/signin.js"), ("HEAD", "/servable/{filename}")}
    assert methods_at("/api/workflows/x") == ["DELETE", "GET", "PUT"]


def test_every_model_of_an_answer_is_told_in_words() -> None:
    for name, model in openapi()["components"]["schemas"].items():
        assert model.get("description", "").endswith("."), name


def test_no_answer_of_the_interface_shows_a_secret() -> None:
    text = json.dumps(openapi())
    assert "sk-" not in text
    assert set(openapi()["components"]["schemas"]["SecretOut"]["properties"]) == {"name", "updated_at", "hosts"}


@schema.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_whatever_is_asked_is_answered_as_described(fuzzed: Server, case: schemathesis.Case) -> None:
    if case.path == "/api/runs/{id}/events":
        return
    case.call_and_validate(base_url=fuzzed.url, checks=CHECKS, timeout=20)
