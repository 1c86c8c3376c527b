"""Secrets are kept out of events, however deep they sit."""

from __future__ import annotations

from nodebuilder.engine.hiding import hidden
from nodebuilder.events import NodeErrorReport, NodeLogged, OutputSent, RunFinished, Waiting
from nodebuilder.redaction import Redactor
from nodebuilder.values import Asset

KEY = "sk-abcdefghijklmnop"


def redactor() -> Redactor:
    made = Redactor()
    made.remember(KEY)
    return made


def test_texts_of_an_event_are_cleaned_and_its_kind_stays() -> None:
    event = hidden(NodeLogged(1, "run", 2.0, "n", 1, "info", f"with {KEY}!"), redactor())
    assert event == NodeLogged(1, "run", 2.0, "n", 1, "info", "with ***!")


def test_values_of_any_depth_are_cleaned_and_others_left_as_they_are() -> None:
    asset = Asset(f"{KEY}.png", "http://x", "image/png", 1)
    thing = object()
    event = OutputSent(1, "r", 2.0, "n", 1, {"a": [{"b": (KEY, 1)}, asset], KEY: thing, "n": None})
    clean = hidden(event, redactor())
    assert clean.outputs["a"][0] == {"b": ("***", 1)}
    assert clean.outputs["a"][1].filename == "***.png"
    assert clean.outputs["***"] is thing
    assert KEY in event.outputs


def test_the_result_of_a_run_is_cleaned_with_its_errors() -> None:
    error = NodeErrorReport("n", f"401 for {KEY}", "", "provider")
    event = RunFinished(1, "r", 2.0, "failed", {}, [], (error,), (Waiting("n", ("a",)),), None, 1, 0.1)
    clean = hidden(event, redactor())
    assert clean.errors[0].message == "401 for ***"
    assert clean.waiting == event.waiting
