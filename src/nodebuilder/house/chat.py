"""Chat with a workflow: each message begins a run at its Display Input node, one after the other."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from nodebuilder.errors import InputError, NodeBuilderError, StorageError, WorkflowError
from nodebuilder.house.display import Displays
from nodebuilder.house.intake import Ready
from nodebuilder.house.runs import Runs
from nodebuilder.workflow.model import Workflow

INPUT_TYPE: Final = "display_input"
INPUT_WIDGET: Final = "message"
MAX_QUEUED: Final = 100
log: Final = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Message:
    """A message on its way; `begun` is done when its run has begun, or could not."""

    run_id: str
    text: str
    ready: Ready
    is_next: bool = False
    begun: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Chats:
    """The messages of all workflows: of each, one is answered at a time and the others wait in line."""

    def __init__(self, runs: Runs, displays: Displays) -> None:
        self._runs = runs
        self._displays = displays
        self._lines: dict[str, deque[Message]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._entering = asyncio.Lock()

    async def send(self, workflow_id: str, workflow: Workflow, text: str) -> str:
        """Send a message to a saved workflow, as `workflow` is now, and return the id of the run that answers it.

        The run begins when that of the message before has ended; only then the message is on the display.

        Raises:
            InputError: the message is empty (code `empty_message`), or too many wait (`too_many_messages`).
            WorkflowError: there is no Display Input node (code `no_display_input`), or the workflow cannot run.
            StorageError: the house is closing (code `stopping`), or the run cannot be noted.
        """
        if not text.strip():
            raise InputError("The message is empty.", "Write something first.", code="empty_message")
        self._runs.check_open()
        async with self._entering:
            message = await self._enter(workflow_id, workflow, text)
        if workflow_id in self._tasks:
            self._displays.tell(workflow_id)
        else:
            self._tasks[workflow_id] = asyncio.create_task(self._answer(workflow_id, self._lines[workflow_id]))
            await asyncio.wait([message.begun])
            if message.begun.cancelled():
                raise StorageError("The server is stopping.", "Start it again, then send it again.", code="stopping")
            message.begun.result()
        return message.run_id

    def queued(self, workflow_id: str) -> list[dict[str, Any]]:
        """Return the messages of a workflow that wait for the run before them, in order."""
        return [{"run_id": message.run_id, "text": message.text} for message in self._lines.get(workflow_id, ())]

    def withdraw(self, workflow_id: str, run_id: str) -> bool:
        """Take back a message that still waits, and say whether there was one."""
        line = self._lines.get(workflow_id, deque[Message]())
        found = next((message for message in line if message.run_id == run_id and not message.is_next), None)
        if found is not None:
            line.remove(found)
            self._displays.tell(workflow_id)
        return found is not None

    async def close(self) -> None:
        """Leave unanswered what still waits."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        for message in (message for line in self._lines.values() for message in line):
            message.begun.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _enter(self, workflow_id: str, workflow: Workflow, text: str) -> Message:
        """Put a message at the end of its line."""
        node = _input_of(workflow)
        ready = await self._runs.ready(workflow, start=node, values={node: {INPUT_WIDGET: text}})
        line = self._lines.setdefault(workflow_id, deque())
        if len(line) >= MAX_QUEUED:
            raise InputError(
                f"{MAX_QUEUED} messages wait already.", "Wait for answers, then send more.", code="too_many_messages"
            )
        message = Message(uuid4().hex, text, ready)
        line.append(message)
        return message

    async def _answer(self, workflow_id: str, line: deque[Message]) -> None:
        """Answer the messages in line, one by one."""
        try:
            while line:
                message = line[0]
                message.is_next = True
                try:
                    await self._begin(workflow_id, message)
                except NodeBuilderError as error:
                    _refuse(message, error)
                finally:
                    message.begun.cancel()
                    line.popleft()
                    self._displays.tell(workflow_id)
                await self._runs.wait(message.run_id)
        finally:
            del self._lines[workflow_id]
            del self._tasks[workflow_id]

    async def _begin(self, workflow_id: str, message: Message) -> None:
        self._runs.check_open()
        await self._displays.say(workflow_id, message.text, message.run_id)
        await self._runs.begin(message.ready, message.run_id, workflow_id=workflow_id)
        if not message.begun.done():
            message.begun.set_result(None)


def _refuse(message: Message, error: NodeBuilderError) -> None:
    """Tell whoever still waits for the run to begin, and the log, that it could not."""
    log.warning("The run %s of a message could not begin: %s", message.run_id, error)
    if not message.begun.done():
        message.begun.set_exception(error)
        message.begun.exception()  # whoever sent it may have gone


def _input_of(workflow: Workflow) -> str:
    node = next((name for name, node in workflow.nodes.items() if node.type == INPUT_TYPE), None)
    if node is None:
        raise WorkflowError(
            "The workflow has no Display Input node, where a message would come in.",
            "Add one and connect it.",
            code="no_display_input",
        )
    return node
