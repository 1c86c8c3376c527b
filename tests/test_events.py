from __future__ import annotations

import dataclasses
import re
from typing import get_args

import orjson
import pytest

from nodebuilder.events import Event, NodeErrorReport, NodeFired, OutputSent, RunFinished, Waiting
from nodebuilder.values import Asset, Secret

KINDS = get_args(Event)


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_is_frozen_and_told_in_the_past_tense(kind: type) -> None:
    assert dataclasses.is_dataclass(kind)
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert re.search(r"(ed|Sent|Shown|Given)$", kind.__name__)
    assert re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower() == kind.kind  # type: ignore[attr-defined]


def test_the_kinds_are_distinct() -> None:
    assert len({kind.kind for kind in KINDS}) == len(KINDS)


def test_an_event_goes_out_with_its_kind_place_and_time() -> None:
    assert NodeFired(3, "run", 12.5, "a", 1).as_json() == {
        "kind": "node_fired",
        "seq": 3,
        "run_id": "run",
        "at": 12.5,
        "node": "a",
        "firing": 1,
    }


def test_values_in_an_event_go_out_as_json() -> None:
    picture = Asset("a.png", "/servable/a.png", "image/png", 1)
    wire = OutputSent(1, "run", 0.0, "a", 1, {"image": picture, "key": Secret("sk-hidden"), "list": (1, 2)}).as_json()
    assert orjson.loads(orjson.dumps(wire))["outputs"]["image"]["filename"] == "a.png"
    assert "sk-hidden" not in str(wire)


def test_the_end_of_a_run_lists_errors_and_who_still_waits() -> None:
    end = RunFinished(
        9, "run", 0.0, "failed", {"a": {"out": 1}}, [], (NodeErrorReport("a", "It broke.", "Mend it.", "x"),),
        (Waiting("b", ("in",)),), None, 2, 0.5,
    )  # fmt: skip
    wire = end.as_json()
    assert wire["errors"] == [{"node": "a", "message": "It broke.", "remedy": "Mend it.", "code": "x"}]
    assert wire["waiting"] == [{"node": "b", "inputs": ["in"]}]
    assert wire["outputs"] == {"a": {"out": 1}}
