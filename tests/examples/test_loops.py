"""The examples of loops run as tests, headless and offline, and give what they are there to show."""

from __future__ import annotations

from typing import Any

import pytest

from tests.examples.test_examples import FOLDER
from tests.terminal import Terminal

GIVES: dict[str, dict[str, Any]] = {
    "for-each": {"greetings": ["Hello Ada", "Hello Grace", "Hello Alan"]},
    "while": {"result": 192},
    "catch": {"answer": "bad_input"},
    "accumulate": {"result": [[1, 2], [4, 8], [16]]},
    "gate-and-merge": {"said": ["Ready?", "You may now."]},
    "counter": {"rounds": 4},
    "number-classifier": {"labels": ["cold", "pleasant", "pleasant", "pleasant", "hot"]},
    "call-workflow": {"said": "Hello!!"},
    "shout": {"said": "hello!"},
    "ask-each": {"answers": ["The tool says: 42"] * 3},
}


@pytest.mark.parametrize("name", GIVES)
def test_an_example_of_loops_gives_what_it_shows(terminal: Terminal, name: str) -> None:
    said = terminal.say("run", FOLDER / f"{name}.flow.json", "--sandbox", "--json")
    assert said.code == 0, said.err
    assert (said.json["results"], said.json["waiting"]) == (GIVES[name], [])


@pytest.mark.parametrize(
    ("name", "setting", "message"),
    [
        ("for-each", 'names.default=["Ada"]', "Assertion Failed"),
        ("while", "loop.max_rounds=3", "The loop has not ended after 3 rounds."),
        ("number-classifier", "warm.low=20", "Assertion Failed"),
        ("call-workflow", "once.workflow=whisper", 'There is no saved workflow "whisper".'),
    ],
)
def test_an_example_that_is_changed_says_what_is_wrong(
    terminal: Terminal, name: str, setting: str, message: str
) -> None:
    said = terminal.say("run", FOLDER / f"{name}.flow.json", "--sandbox", "--json", "--set", setting)
    assert said.code == 1
    assert any(message in error["message"] for error in said.json["errors"])


def test_each_question_is_a_conversation_of_its_own(terminal: Terminal) -> None:
    path = FOLDER / "ask-each.flow.json"
    questions = 'questions.default=["How much is 2 * 3?", "How much is 2 * 4?", "How much is 2 * 5?"]'
    said = terminal.say("run", path, "--sandbox", "--json", "--set", questions, "--set", "each.width=3")
    assert said.json["results"]["answers"] == [f"The tool says: {number}" for number in (6, 8, 10)]
