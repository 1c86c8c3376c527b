"""Schedule: what it gives, by hand and when the server begins a run, and what check says of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nodebuilder.errors import InputError
from nodebuilder.nodes.schedule import schedule
from nodebuilder.registry import load_registry
from nodebuilder.workflow.check import check
from nodebuilder.workflow.read import load
from tests.workbench import Bench


def flow(**values: Any) -> dict[str, Any]:
    return {
        "format": "nodebuilder/1",
        "nodes": {
            "when": {"type": "schedule", "values": values},
            "show": {"type": "display_output"},
            "many": {"type": "display_output"},
        },
        "links": ["when.time -> show.data", "when.missed -> many.data"],
    }


async def test_a_due_time_comes_out_as_it_stands_in_the_payload(bench: Bench) -> None:
    told = {"time": "2026-03-01T09:00:00+01:00", "missed": 3}
    result = await bench.run({"when": ("schedule", {"payload": json.dumps(told)})})
    assert result.outputs["when"] == told


async def test_by_hand_it_gives_the_present_time_in_its_zone(bench: Bench) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    result = await bench.run({"when": ("schedule", {"timezone": "Asia/Kolkata"})})
    given = datetime.fromisoformat(result.outputs["when"]["time"])
    assert before <= given <= datetime.now(UTC)
    assert given.utcoffset() == timedelta(hours=5, minutes=30)
    assert result.outputs["when"]["missed"] == 0


@pytest.mark.parametrize(
    "payload",
    ["9 o'clock", "[]", "{}", '{"time": 1, "missed": 0}', '{"time": "2026-03-01T09:00:00", "missed": 0}',
     '{"time": "2026-03-01T09:00:00Z", "missed": -1}', '{"time": "2026-03-01T09:00:00Z", "missed": "0"}', "[" * 10_000],
)  # fmt: skip
async def test_a_payload_without_a_due_time_is_refused(payload: str) -> None:
    with pytest.raises(InputError, match="holds no due time") as refused:
        await schedule.fn(payload=payload)
    assert refused.value.code == "bad_payload"


@pytest.mark.parametrize(
    ("values", "code", "widget"),
    [
        ({"kind": "cron", "cron": "every day"}, "bad_cron", "cron"),
        ({"kind": "cron", "timezone": "Mars/Olympus"}, "unknown_timezone", "timezone"),
        ({"every": 0.5, "unit": "seconds"}, "bad_interval", "every"),
        ({"unit": "weeks"}, "bad_option", "unit"),
    ],
)
def test_check_finds_what_can_never_be_due(values: dict[str, Any], code: str, widget: str) -> None:
    (problem,) = check(load(json.dumps(flow(**values))), load_registry())
    assert (problem.code, problem.node, problem.widget, problem.severity) == (code, "when", widget, "error")


def test_a_cron_expression_that_is_not_used_is_not_judged() -> None:
    assert check(load(json.dumps(flow(cron="not yet", every=0.5))), load_registry()) == []
