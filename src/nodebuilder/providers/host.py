"""The host: the program of an AI that called this run over MCP, and what a node may ask of it while the run goes on."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Final, Protocol

from nodebuilder.errors import NodeError


class Host(Protocol):
    """Whoever called: a node asks for it with `Needs[Host]`."""

    @property
    def offers(self) -> frozenset[str]:
        """What it can be asked for: of "elicitation" (its person), "sampling" (its model) and "roots" (its folders)."""
        ...

    async def ask(self, requests: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Ask all of these at once and return the answers by the same names.

        A request is what MCP sends: `{"method": "elicitation/create", "params": {…}}`, and so for
        `sampling/createMessage` and `roots/list`. The run waits, up to ten minutes.

        Raises:
            NodeError: nobody can be asked (code `no_host`), not for that (`host_cannot`), or none answered in time
                (`no_answer`).
        """
        ...


CALLING: Final[ContextVar[Host | None]] = ContextVar("nodebuilder_host", default=None)
"""The host that called the run in whose context this is read."""


class CallingHost:
    """Passes on to the host that called the present run, if one did."""

    @property
    def offers(self) -> frozenset[str]:
        """What the host can be asked for; nothing when a person or a program began the run."""
        host = CALLING.get()
        return host.offers if host is not None else frozenset()

    async def ask(self, requests: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Ask the host; see `Host`."""
        host = CALLING.get()
        if host is None:
            raise NodeError(
                "There is nobody to ask: this run was not called by an MCP host.",
                "Call the workflow as a tool of an MCP host that can be asked.",
                code="no_host",
            )
        return await host.ask(requests)
