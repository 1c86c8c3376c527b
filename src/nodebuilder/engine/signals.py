"""What a node sees of events between workflows: they are sent, awaited and answered by their ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from nodebuilder.errors import NodeBuilderError


@dataclass(frozen=True, slots=True)
class Sent:
    """How far events came: `reached` counts those that somebody heard, `refused` tells why a run could not begin."""

    reached: int
    refused: tuple[NodeBuilderError, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back to events: `answers` in the order in which they came; `wanted` is how many could have come."""

    sent: Sent
    answers: tuple[Any, ...]
    wanted: int
    in_time: bool = True


class Signals(Protocol):
    """Carries events between the workflows that run here; a node asks for it with `Needs[Signals]`."""

    async def send(self, run_id: str, events: Sequence[tuple[str, Any]]) -> Sent:
        """Begin a run for each event (id and data) at each Receive Event node that hears its id; wait for none of them.

        `run_id` is the run that sends.

        Raises:
            InputError: the data is too large (code `too_large`).
            NodeError: events set off events too deep (code `events_too_deep`).
        """
        ...

    async def ask(self, run_id: str, node: str, events: Sequence[tuple[str, Any]], seconds: float) -> Answered:
        """Send events and wait for what comes back, at most `seconds`; each is `{"data", "await_id"}` on its way.

        It is over when each run that began has given an answer, or when all of them have ended. Raises as `send`, and
        `NodeError` when one waits for the person's word on a paid call (a code in `ASKING`).
        """
        ...

    def answer(self, await_id: str, data: Any) -> bool:
        """Give data to those who wait under this id, and say whether anybody does."""
        ...
