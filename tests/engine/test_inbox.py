"""The queues of one node, and the counts that stand for looking through them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.engine.inbox import Inbox
from nodebuilder.engine.inputs import Kind, PlannedInput, Shape
from nodebuilder.values import SocketType


def inbox(*kinds: Kind) -> Inbox:
    names = [f"i{number}" for number in range(len(kinds))]
    named = zip(names, kinds, strict=True)
    inputs = tuple(PlannedInput(name, name, None, kind, SocketType.ANY, None) for name, kind in named)
    return Inbox(Shape.of(inputs))


def test_a_plain_input_is_outstanding_until_it_has_a_value_and_again_when_it_is_used() -> None:
    box = inbox(Kind.PLAIN, Kind.PLAIN)
    assert (box.outstanding, box.queued, box.reasons) == (2, 2, 0)
    box.put(0, "a")
    box.put(0, "b")
    assert box.missing() == ("i1",)
    box.put(1, "c")
    assert box.outstanding == 0
    assert box.take() == ({0: "a", 1: "c"}, [0, 1])
    assert box.outstanding == 1
    assert box.unused


def test_a_pulled_input_keeps_its_value_and_each_arrival_is_a_reason() -> None:
    box = inbox(Kind.PULL)
    box.put(0, 1)
    box.put(0, 2)
    assert (box.outstanding, box.reasons) == (0, 1)
    assert box.take() == ({0: 1}, [0])
    assert box.reasons == 1
    assert box.take() == ({0: 2}, [0])
    assert box.reasons == 0
    assert box.take() == ({0: 2}, [])
    assert box.has(0)


def test_a_held_node_gets_the_latest_value_of_a_pulled_input() -> None:
    box = inbox(Kind.PULL, Kind.PLAIN)
    box.put(0, 1)
    box.put(0, 2)
    box.held = True
    box.put(1, "go")
    assert box.take() == ({0: 2, 1: "go"}, [0, 1])
    assert not box.held
    assert box.reasons == 0


def test_a_loose_input_is_never_outstanding_and_its_value_lasts_one_firing() -> None:
    box = inbox(Kind.LOOSE)
    assert (box.outstanding, box.reasons) == (0, 0)
    box.put(0, "x")
    assert box.reasons == 1
    assert box.take() == ({0: "x"}, [0])
    assert box.take() == ({}, [])


def test_waiting_for_other_inputs_counts_anew() -> None:
    box = inbox(Kind.PLAIN, Kind.PULL, Kind.LOOSE)
    box.put(0, "a")
    box.put(1, "p")
    box.take()
    box.put(0, "b")
    box.wait_for({1, 2}, {1})
    assert box.missing() == ("i1", "i2")
    assert (box.outstanding, box.reasons, box.queued) == (2, 1, 1)
    box.put(1, "again")
    box.put(2, "l")
    assert box.outstanding == 0
    assert box.take() == ({0: "b", 1: "again", 2: "l"}, [0, 1, 2])
    box.wait_for(set(), set())
    assert (box.outstanding, box.queued) == (0, 0)


KINDS = (Kind.PLAIN, Kind.PULL, Kind.LOOSE)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 3)),
        st.tuples(st.just("take"), st.none()),
        st.tuples(st.just("hold"), st.none()),
        st.tuples(st.just("wait"), st.tuples(st.sets(st.integers(0, 3)), st.sets(st.integers(0, 3)))),
    ),
    max_size=40,
)


@given(st.lists(st.sampled_from(KINDS), min_size=4, max_size=4), ACTS)
def test_the_counts_are_what_looking_would_find(kinds: list[Kind], acts: list[tuple[str, Any]]) -> None:
    box = inbox(*kinds)
    for act, given_value in acts:
        if act == "put":
            box.put(given_value, object())
        elif act == "take" and box.outstanding == 0:
            box.take()
        elif act == "hold":
            box.held = True
        elif act == "wait":
            awaited, anew = given_value
            box.wait_for(awaited, {index for index in anew & awaited if kinds[index] is Kind.PULL})
        counted = (box.outstanding, box.reasons, box.queued)
        box._count()
        assert counted == (box.outstanding, box.reasons, box.queued)


@pytest.mark.parametrize("kind", KINDS)
def test_an_inbox_without_values_is_unused(kind: Kind) -> None:
    assert not inbox(kind).unused
