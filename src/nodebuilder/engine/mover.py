"""What moves a run, as those see it who have values to send: the stage of a firing, and the rounds of loops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from nodebuilder.engine.calls import PendingCall
from nodebuilder.engine.state import Flight, Lane, NodeState


class Mover(Protocol):
    """The scheduler is one."""

    def send(
        self, state: NodeState, number: int, outputs: Mapping[str, Any], call: PendingCall | None = None, /
    ) -> None:
        """Put the outputs of firing `number` into the inboxes at the other ends of their links, and look there."""
        ...

    def push(self, state: NodeState, flight: Flight, outputs: Mapping[str, Any], /) -> None:
        """Send outputs of a firing that goes on."""
        ...

    def put(self, target: int, index: int, value: Any, reached: dict[int, None], sender: NodeState, /) -> None:
        """Put a value at an input, and note the node that it reached."""
        ...

    def look(self, state: NodeState, /) -> None:
        """Put a node in line if it has a reason to fire and all that it waits for."""
        ...

    def go_on(self) -> None:
        """Fire what stands in line; end the run if nothing is left to do."""
        ...

    def stop_firings(self, lane: Lane, /) -> None:
        """End the firings of a round that are under way."""
        ...
