"""How errors are answered."""

from __future__ import annotations

import orjson
import pytest

from nodebuilder.errors import InputError, NodeBuilderError, Problem, SettingsError, StorageError, WorkflowError
from nodebuilder.server.problems import MEDIA_TYPE, Refusal, RequestFault, misformed, plain, refusal_of

FIELDS = {"type", "title", "status", "detail", "remedy", "code"}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StorageError("c", "r", code="not_found"), 404),
        (StorageError("c", "r", code="version_conflict"), 409),
        (StorageError("c", "r", code="run_ended"), 409),
        (StorageError("c", "r", code="too_large"), 413),
        (StorageError("c", "r", code="disk_full"), 507),
        (StorageError("c", "r", code="stopping"), 503),
        (StorageError("c", "r", code="bad_secret_name"), 422),
        (StorageError("c", "r", code="not_an_image"), 415),
        (StorageError("c", "r"), 500),
        (WorkflowError("c", "r", code="not_runnable"), 422),
        (WorkflowError("c", "r", code="too_large"), 413),
        (SettingsError("c", "r"), 422),
        (InputError("c"), 422),
    ],
)
def test_every_error_of_the_project_has_a_status_a_cause_and_a_remedy(error: NodeBuilderError, status: int) -> None:
    refusal = refusal_of(error)
    assert refusal.status_code == status
    body = orjson.loads(refusal.as_response().body)
    assert body.keys() >= FIELDS
    assert body["detail"] == "c"
    assert body["remedy"]
    assert body["code"] == error.code


def test_all_problems_of_a_workflow_are_told() -> None:
    problem = Problem("unknown_type", "cause", "remedy", node="a")
    refusal = refusal_of(WorkflowError("c", "r", code="not_runnable", problems=(problem,)))
    assert refusal.body()["problems"] == [problem.as_json()]


@pytest.mark.parametrize("status", [400, 401, 404, 405, 406, 413, 416, 418, 451, 500, 503])
def test_a_bare_status_is_told_in_words(status: int) -> None:
    response = plain(status, {"allow": "GET"}).as_response()
    assert response.status_code == status
    assert response.media_type == MEDIA_TYPE
    assert response.headers["allow"] == "GET"
    body = orjson.loads(response.body)
    assert body.keys() >= FIELDS
    assert body["detail"]
    assert body["remedy"]


def test_a_request_that_does_not_fit_is_told_where_and_nothing_is_echoed() -> None:
    refusal = misformed([RequestFault(("body", "values", 0), "should be text")])
    assert isinstance(refusal, Refusal)
    assert refusal.status_code == 422
    assert "values.0: should be text" in refusal.detail
    assert "it is not as documented" in misformed([]).detail
    assert str(RequestFault(("body",))) == "body: is not as documented"
