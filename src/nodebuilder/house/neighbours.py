"""Workflows that lie beside the file that runs: whoever runs a file from the terminal says where to find them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from nodebuilder.workflow.model import Workflow

Neighbours = Callable[[str], Workflow | None]
"""Gives the workflow that an id means, if one lies there; it reads files."""

_NEIGHBOURS: Final[ContextVar[Neighbours | None]] = ContextVar("_NEIGHBOURS", default=None)


@contextmanager
def beside(neighbours: Neighbours) -> Generator[None]:
    """Let runs that begin meanwhile, and those that they call, find workflows there that are not saved."""
    mark = _NEIGHBOURS.set(neighbours)
    try:
        yield
    finally:
        _NEIGHBOURS.reset(mark)


async def neighbour(workflow_id: str) -> Workflow | None:
    """Return the workflow with this id that lies beside the file that runs, if there is one.

    Raises:
        WorkflowError: what lies there cannot be read.
    """
    find = _NEIGHBOURS.get()
    return None if find is None else await asyncio.to_thread(find, workflow_id)
