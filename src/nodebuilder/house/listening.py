"""Listening: saved workflows wait for the world, until a person stops them; a restart does not.

What is heard is the ears' affair (`house/ears.py`); here is who listens, in which version, and whether it can.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from nodebuilder.errors import InputError, NodeBuilderError, StorageError
from nodebuilder.house.chat import INPUT_TYPE
from nodebuilder.house.ears import Ear
from nodebuilder.house.fired import GIVEN, SHOWN, Cause, FiredRuns
from nodebuilder.house.runs import Listener, Runs
from nodebuilder.storage.store import Store
from nodebuilder.storage.workflows import slug
from nodebuilder.values import JSON
from nodebuilder.workflow.model import Workflow

log: Final = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Heard:
    """A workflow that listens; with `error` it would, but cannot."""

    id: str
    workflow: Workflow
    since: float
    error: NodeBuilderError | None = None

    @property
    def given(self) -> bool:
        """Whether it comes from a file, and is not saved."""
        return self.id.startswith(GIVEN)


class Listening:
    """The workflows that listen. Only a house that has its data folder to itself takes them up."""

    def __init__(self, runs: Runs, store: Store, fired: FiredRuns, read: Callable[[str], Awaitable[Workflow]]) -> None:
        self._runs = runs
        self._store = store
        self._fired = fired
        self._read = read
        self._ears: tuple[Ear, ...] = ()
        self._heard: dict[str, Heard] = {}
        self._turn = asyncio.Lock()

    def hear_with(self, *ears: Ear) -> None:
        """Hear with these from now on; said once, when the house is built."""
        self._ears = ears

    @property
    def types(self) -> frozenset[str]:
        """The types of the nodes that are heard for."""
        return frozenset[str]().union(*(ear.types for ear in self._ears))

    def workflow(self, workflow_id: str) -> Workflow | None:
        """Return a workflow that listens and is heard for, in the version that is; None for any other."""
        heard = self._heard.get(workflow_id)
        return heard.workflow if heard is not None and heard.error is None else None

    async def take_up(self) -> None:
        """Listen for all that listened when the house was closed; what cannot be heard for stays in the list."""
        async with self._turn:
            for workflow_id, since in (await self._store.listeners.all()).items():
                try:
                    workflow = await self._read(workflow_id)
                except NodeBuilderError as error:
                    if isinstance(error, StorageError) and error.code == "not_found":
                        await self._store.listeners.remove(workflow_id)
                    else:
                        self._heard[workflow_id] = Heard(workflow_id, Workflow(name=workflow_id), since, error)
                    continue
                await self._take(Heard(workflow_id, workflow, since))

    async def start(self, workflow_id: str) -> None:
        """Listen for a saved workflow until `stop`, also after restarts; one that listens is taken up anew.

        Raises:
            StorageError: there is no such workflow (`not_found`), or the house is closing (`stopping`).
            InputError: it has no node that listens (`nothing_listens`), or one that cannot be heard for.
            WorkflowError: it cannot run (`not_runnable`); `problems` says why.
        """
        self._runs.check_open()
        async with self._turn:
            workflow = await self._read(workflow_id)
            known = self._heard.get(workflow_id)
            heard = Heard(workflow_id, workflow, known.since if known else time.time())
            await self._take(heard, answering=True)
            if heard.error is not None:
                if known is None:
                    del self._heard[workflow_id]
                raise heard.error
            try:
                heard.since = await self._store.listeners.add(workflow_id)
            except BaseException:
                await self._drop(workflow_id)
                raise

    async def give(self, name: str, workflow: Workflow) -> str:
        """Listen for a workflow that is not saved, as long as the house is open, and return the id it has here.

        Raises:
            InputError: it has no node that listens (`nothing_listens`), or one that cannot be heard for.
            WorkflowError: it cannot run (`not_runnable`).
        """
        async with self._turn:
            base, number = f"{GIVEN}{slug(name)[:50]}", 1
            workflow_id = base
            while workflow_id in self._heard:
                number += 1
                workflow_id = f"{base}-{number}"
            heard = Heard(workflow_id, workflow, time.time())
            await self._take(heard, answering=True)
            if heard.error is not None:
                del self._heard[workflow_id]
                raise heard.error
        return workflow_id

    async def stop(self, workflow_id: str) -> None:
        """Listen no more; runs under way go on. Raises `StorageError` (`not_found`) when there is no such workflow."""
        async with self._turn:
            if workflow_id not in self._heard:
                await self._store.workflows.check_kept(workflow_id)
            await self._store.listeners.remove(workflow_id)
            await self._drop(workflow_id)

    async def follow(self, workflow_id: str) -> None:
        """Hear for the newest version of a workflow, if it listens; called whenever one was saved."""
        async with self._turn:
            heard = self._heard.get(workflow_id)
            if heard is None:
                return
            try:
                workflow = await self._read(workflow_id)
            except NodeBuilderError as error:
                await self._disarm(workflow_id)
                heard.error = error
                return
            await self._take(Heard(workflow_id, workflow, heard.since))

    async def renamed(self, workflow_id: str, new_id: str) -> None:
        """Go on under another id; called when the store has it."""
        async with self._turn:
            heard = self._heard.get(workflow_id)
            if heard is not None and workflow_id != new_id:
                await self._drop(workflow_id)
                await self._take(Heard(new_id, heard.workflow, heard.since))

    async def deleted(self, workflow_id: str) -> None:
        """Listen no more for a workflow that is gone, nor for another that will have its id."""
        async with self._turn:
            await self._drop(workflow_id)
            await self._store.listeners.remove(workflow_id)  # listening may have begun while it went

    async def list(self) -> list[dict[str, Any]]:
        """Return the workflows that listen as JSON objects, the one that began first at the head."""
        found = sorted(self._heard.values(), key=lambda heard: (heard.since, heard.id))
        return [await self._described(heard) for heard in found]

    async def describe(self, workflow_id: str) -> dict[str, Any]:
        """Return the JSON object that tells whether and where a workflow listens; raises `StorageError`."""
        heard = self._heard.get(workflow_id)
        if heard is not None:
            return await self._described(heard)
        workflow = await self._read(workflow_id)
        return {
            "workflow_id": workflow_id,
            "name": workflow.name,
            "listening": False,
            "since": None,
            "nodes": [*self._unheard(workflow), *_chats(workflow)],
            "runs": await self._runs.list(limit=SHOWN, workflow_id=workflow_id),
            "error": None,
        }

    async def fire(
        self,
        workflow_id: str,
        node: str,
        values: Mapping[str, JSON],
        *,
        request_id: str | None = None,
        listener: Listener | None = None,
    ) -> str:
        """Begin a run of a workflow that listens, at a node of it (see `Fire` in `house/ears.py`)."""
        heard = self._heard.get(workflow_id)
        if heard is None or heard.error is not None:
            raise InputError(
                "The workflow does not listen.", "Let it listen, then send it again.", code="not_listening"
            )
        cause = Cause.of_listening(workflow_id, heard.workflow, node)
        return await self._fired.begin(cause, values, request_id=request_id, listener=listener)

    async def close(self) -> None:
        """Hear no more; what listens is taken up again when the house is opened the next time."""
        async with self._turn:
            for workflow_id in list(self._heard):
                await self._drop(workflow_id)

    async def _take(self, heard: Heard, *, answering: bool = False) -> None:
        """Put a workflow into the list and hear for it; when that cannot be, its `error` says why.

        The log says so as well, unless there is a person to be answered.
        """
        self._heard[heard.id] = heard
        try:
            await self._check(heard.workflow)
            for ear in self._ears:
                await ear.arm(heard.id, heard.workflow)
        except NodeBuilderError as error:
            heard.error = error
            await self._disarm(heard.id)
            if not answering:
                log.warning("The workflow %s cannot listen: %s", heard.id, error)
        except Exception as error:
            log.exception("The workflow %s cannot listen.", heard.id)
            heard.error = NodeBuilderError(
                f"It cannot be heard for, by a mistake of the program: {error.__class__.__name__}.",
                "The log of the server says more.",
                code="internal",
            )
            await self._disarm(heard.id)
        except BaseException:
            await self._drop(heard.id)
            raise

    async def _check(self, workflow: Workflow) -> None:
        nodes = self._unheard(workflow)
        if not nodes:
            raise InputError(
                "The workflow has no node that listens.",
                "Add a Webhook, a Schedule or a Receive Event; chat works without.",
                code="nothing_listens",
            )
        for node in nodes:
            await self._runs.ready(workflow, start=node["node"])

    async def _drop(self, workflow_id: str) -> None:
        self._heard.pop(workflow_id, None)
        await self._disarm(workflow_id)

    async def _disarm(self, workflow_id: str) -> None:
        for ear in self._ears:
            await ear.disarm(workflow_id)

    def _unheard(self, workflow: Workflow) -> list[dict[str, Any]]:
        return _of_types(workflow, self.types)

    async def _described(self, heard: Heard) -> dict[str, Any]:
        if heard.error is None:
            nodes = [node for ear in self._ears for node in ear.describe(heard.id)]
        else:
            nodes = self._unheard(heard.workflow)
        return {
            "workflow_id": heard.id,
            "name": self._store.redactor.text(heard.workflow.name),
            "listening": True,
            "since": heard.since,
            "nodes": [*nodes, *_chats(heard.workflow)],
            "runs": await self._last_runs(heard),
            "error": _told(heard.error),
        }

    async def _last_runs(self, heard: Heard) -> Sequence[dict[str, Any]]:
        if not heard.given:
            return await self._runs.list(limit=SHOWN, workflow_id=heard.id)
        found = list[dict[str, Any]]()
        for run_id in self._fired.last_of_given(heard.id):
            with contextlib.suppress(StorageError):  # the history forgets
                found.append(await self._runs.summary(run_id))
        return found


def _of_types(workflow: Workflow, types: Iterable[str]) -> list[dict[str, Any]]:
    wanted = frozenset(types)
    return [{"node": name, "type": node.type} for name, node in workflow.nodes.items() if node.type in wanted]


def _chats(workflow: Workflow) -> list[dict[str, Any]]:
    """Return the node that messages come in by: it hears without listening."""
    return [{**node, "always": True} for node in _of_types(workflow, (INPUT_TYPE,))[:1]]


def _told(error: NodeBuilderError | None) -> dict[str, str] | None:
    return {"code": error.code, "message": error.message, "remedy": error.remedy} if error is not None else None
