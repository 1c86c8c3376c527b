"""Progress: whatever a run tells, the numbers grow and stay within the total."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.events import CallDelayed, Event, NodeFailed, NodeFinished, NodeLogged, NodeProgressed, TextStreamed
from nodebuilder.interop.mcp.progress import TOTAL, Telling

NODES = ("a", "b")
HEAD: tuple[int, str, float] = (1, "run", 0.0)


@dataclass
class Session:
    """A host that writes down what it hears."""

    progress: list[tuple[float, float, str | None]] = field(default_factory=list)
    lines: list[tuple[str, str, str]] = field(default_factory=list)

    async def report_progress(self, progress: float, total: float, message: str | None) -> None:
        self.progress.append((progress, total, message))

    async def send_log_message(self, level: str, text: str, logger: str, _request: Any) -> None:
        self.lines.append((level, text, logger))


@dataclass
class Request:
    session: Session
    request_id: int = 1


@dataclass
class Caller:
    context: Any


async def told(events: list[Event], level: str = "info") -> Session:
    session = Session()
    telling = Telling(Caller(Request(session)), NODES, lambda text: text.replace("key", "***"), level)
    for event in events:
        telling.hear(event)
    await telling.end()
    return session


node = st.sampled_from((*NODES, "input"))
fraction = st.none() | st.floats(-2, 2)
events = st.one_of(
    st.builds(lambda n, f, m: NodeProgressed(*HEAD, n, 1, f, m), node, fraction, st.text(max_size=5)),
    st.builds(lambda n: NodeFinished(*HEAD, n, 1, 0.1), node),
    st.builds(lambda n: NodeFailed(*HEAD, n, 1, "x", "x", "y", None, 0.1), node),
    st.builds(lambda n: CallDelayed(*HEAD, n, 1, 2.0, "busy"), node),
    st.builds(lambda n, t: TextStreamed(*HEAD, n, 1, t), node, st.text(max_size=5)),
)


@given(st.lists(events, max_size=30))
def test_progress_only_grows_and_stays_within_the_total(heard: list[Event]) -> None:
    session = asyncio.run(told(heard))
    reached = [progress for progress, _, _ in session.progress]
    assert all(earlier < later for earlier, later in pairwise(reached))
    assert all(0 <= progress <= TOTAL for progress in reached)


async def test_all_nodes_together_are_the_total() -> None:
    session = await told([NodeFinished(*HEAD, "input", 1, 0.1), *(NodeFinished(*HEAD, n, 1, 0.1) for n in NODES)])
    assert [progress for progress, _, _ in session.progress] == [50.0, 100.0]


async def test_streamed_text_is_not_lost() -> None:
    session = await told([TextStreamed(*HEAD, "a", 1, letter) for letter in "streamed"])
    assert "".join(message or "" for _, _, message in session.progress) == "streamed"


async def test_the_log_is_told_from_a_level_on_and_without_keys() -> None:
    lines = [NodeLogged(*HEAD, "a", 1, level, f"{level} key") for level in ("debug", "info", "warning", "error")]
    assert [level for level, _, _ in (await told(lines)).lines] == ["info", "warning", "error"]
    assert (await told(lines, "error")).lines == [("error", "error ***", "a")]
