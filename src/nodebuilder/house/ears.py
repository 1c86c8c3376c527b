"""Ears: what hears for a workflow that listens, each for its own types of nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from nodebuilder.house.runs import Listener
from nodebuilder.values import JSON
from nodebuilder.workflow.model import Workflow


class Ear(Protocol):
    """Hears what nodes of some types wait for, and begins a run at the node by a `Fire` that it was made with."""

    types: frozenset[str]
    """The types of the nodes that it serves."""

    async def arm(self, workflow_id: str, workflow: Workflow) -> None:
        """Hear for the nodes of a workflow from now on, instead of those it heard for before.

        Called when listening begins, after a restart, and whenever another version is saved; also for a workflow that
        has no node of these types.

        Raises:
            InputError: a node cannot be heard for, say because its path is taken; nothing is armed then.
        """
        ...

    async def disarm(self, workflow_id: str) -> None:
        """Hear no more for a workflow; also called for one that was never armed, and when the house closes."""
        ...

    def describe(self, workflow_id: str) -> list[dict[str, Any]]:
        """Return a JSON object for each node that is heard for: `node`, `type`, and where or when it hears."""
        ...


class Fire(Protocol):
    """Begins runs of workflows that listen (`Listening.fire`)."""

    async def __call__(
        self,
        workflow_id: str,
        node: str,
        values: Mapping[str, JSON],
        *,
        request_id: str | None = None,
        listener: Listener | None = None,
    ) -> str:
        """Begin a run at a node, with these widget values in it, and return its id.

        With a `request_id` that was used before, it is the run that began then. `listener` hears what the run tells.

        Raises:
            InputError: the workflow does not listen (`not_listening`), or too many of its runs are under way
                (`too_many_runs`).
            WorkflowError: it cannot run (code `not_runnable`).
            StorageError: the house is closing (code `stopping`), or the run cannot be noted.
        """
        ...
