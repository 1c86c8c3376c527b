"""What a node sees of the saved workflows: they can be described and called by their ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from nodebuilder.values import JSON, ToolDefinition


class SavedWorkflows(Protocol):
    """The workflows that are kept here, as tools; a node asks for it with `Needs[SavedWorkflows]`."""

    async def definition(self, workflow_id: str) -> ToolDefinition:
        """Return what a model is told of a workflow: its inputs are the arguments.

        Raises:
            InputError: there is no such workflow (code `no_such_workflow`).
        """
        ...

    async def results(self, workflow_id: str) -> tuple[str, ...]:
        """Return the names of what a workflow may give, one for each of its Output nodes.

        Raises:
            InputError: there is no such workflow (code `no_such_workflow`).
        """
        ...

    async def call(self, workflow_id: str, inputs: Mapping[str, JSON]) -> Mapping[str, Any]:
        """Run a workflow to its end, as a run of its own, and return its results by name.

        Raises:
            InputError: there is no such workflow (`no_such_workflow`), or an input is unknown, missing or wrong.
            NodeError: it cannot run, it failed (`workflow_failed`), or workflows call each other too deep (`too_deep`).
        """
        ...
