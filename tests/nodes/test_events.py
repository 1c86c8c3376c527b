"""What the event nodes send, to whom, and what they make of what comes in; tests/house has them at work."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.errors import InputError
from nodebuilder.nodes.events import distribute, ids_of, read_payload, receive_event, write_payload
from nodebuilder.values import SKIP, Asset
from tests.workbench import Bench

IDS = st.lists(st.text(min_size=1, max_size=5), max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(IDS, st.lists(JSON, max_size=8))
def test_a_list_is_given_out_item_by_item_to_several_ids_and_whole_to_one(ids: list[str], data: list[Any]) -> None:
    events = distribute(ids, data)
    if len(ids) == 1:
        assert events == [(ids[0], data)]
    else:
        assert events == [(ids[i], data[i]) for i in range(min(len(ids), len(data))) if data[i] is not None]


@given(IDS, JSON.filter(lambda data: not isinstance(data, list)))
def test_all_else_goes_to_each_id(ids: list[str], data: Any) -> None:
    assert distribute(ids, data) == [(each, "" if data is None else data) for each in ids]


@given(JSON)
def test_what_is_sent_comes_in_as_it_was(data: Any) -> None:
    assert read_payload(write_payload(data)) == data
    assert type(read_payload(write_payload(data))) is type(data)


@given(st.text(st.characters()) | st.dictionaries(st.text(st.characters()), st.text(st.characters())))
def test_halves_of_characters_come_in_too_and_a_document_can_hold_them(data: Any) -> None:
    written = write_payload(data)
    assert written.encode() is not None, "no half is in it"
    assert read_payload(written) == data


@given(st.text())
async def test_a_payload_may_be_any_text(text: str) -> None:
    received = await receive_event.fn(listen_id="lunch", payload=text)
    assert read_payload(write_payload(received.data)) == received.data


def test_what_is_no_json_goes_as_the_nearest_that_is() -> None:
    assert read_payload(write_payload(float("inf"))) == "inf"
    assert read_payload(write_payload({"a": (1, 2)})) == {"a": [1, 2]}
    assert read_payload("NaN") == "NaN"
    assert read_payload("1e400") == "1e400"
    assert read_payload("[-1e400]") == "[-1e400]"
    assert read_payload(write_payload(10**5000)) == "(a number of about 5,000 digits)"
    assert read_payload("[" * 100_000) == "[" * 100_000
    picture = Asset("a.png", "http://localhost:8000/servable/a.png", "image/png", 1, 1, 1)
    assert read_payload(write_payload(picture))["filename"] == "a.png"


@pytest.mark.parametrize(
    ("came", "ids"),
    [
        (None, ["w"]),
        (" ", ["w"]),
        ("a", ["a"]),
        (" a ", ["a"]),
        (["a", "", "b", "a"], ["a", "b", "a"]),
        ([], []),
        (7, ["7"]),
        ([1, 2.5], ["1", "2.5"]),
    ],
)
def test_ids_come_as_a_text_or_a_list_or_from_the_widget(came: Any, ids: list[str]) -> None:
    assert ids_of(came, "w") == ids


@pytest.mark.parametrize("came", [{"a": 1}, [None], [["a"]]])
def test_other_ids_are_refused(came: Any) -> None:
    with pytest.raises(InputError) as caught:
        ids_of(came, "w")
    assert (caught.value.code, caught.value.socket) == ("bad_event_id", "event_ids")


@pytest.mark.parametrize(
    ("payload", "data", "await_id"),
    [
        ("", "", SKIP),
        ("hello", "hello", SKIP),
        ("12", 12, SKIP),
        ("null", "", SKIP),
        ('{"data": 1}', {"data": 1}, SKIP),
        ('{"data": 1, "await_id": "await_x_1"}', 1, "await_x_1"),
        ('{"data": null, "await_id": 5, "more": 1}', "", "5"),
        ('{"data": 1, "await_id": null}', 1, SKIP),
    ],
)
async def test_what_came_in_is_unwrapped(payload: str, data: Any, await_id: Any) -> None:
    assert await receive_event.fn(listen_id="lunch", payload=payload) == (data, "lunch", await_id)


async def test_run_by_hand_it_gives_what_is_written_there(bench: Bench) -> None:
    end = await bench.run({"on": ("receive_event", {"payload": '["a", 1]'})})
    assert end.outputs["on"] == {"data": ["a", 1], "event_id": "event_1"}


async def test_without_a_house_there_is_nobody_to_send_to(bench: Bench) -> None:
    end = await bench.run({"send": ("send_event", {})})
    assert [error.code for error in end.errors] == ["no_provider"]
