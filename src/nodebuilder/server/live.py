"""`WS /api/live`: whoever watches is told; a watcher that does not read is given a snapshot later, and delays nobody.

A client holds no queue of events: each watched run is a number (the last event sent), and what follows is read from the
run when the socket takes it. Only answers to the client's own messages are queued, and no further message is read while
that queue is full.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Any, Final

from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from nodebuilder.errors import NodeBuilderError, WorkflowError
from nodebuilder.house import House
from nodebuilder.house.feed import encode
from nodebuilder.house.follow import Follower
from nodebuilder.server.about import about
from nodebuilder.server.answers import Place
from nodebuilder.workflow.parse import parse

MAX_MESSAGE: Final = 64 * 1024
MAX_REPLIES: Final = 100
MAX_WATCHED: Final = 100
MAX_BEHIND: Final = 2000
"""A watcher that is further behind is given a snapshot of the run instead of its events."""
MAX_CLIENTS: Final = 1000
WARM_UP_SECONDS: Final = 2.0
"""How long after the first client has come the provider's library is imported."""

router = APIRouter()
log = logging.getLogger(__name__)


class Hub:
    """All sockets that are open."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._clients: set[Client] = set()
        self._warming: asyncio.Task[None] | None = None

    @property
    def full(self) -> bool:
        """Whether no further client is taken."""
        return len(self._clients) >= MAX_CLIENTS

    def enter(self, client: Client) -> None:
        """Take in a client: it hears of every run that changes."""
        self._clients.add(client)
        self.house.runs.listen(client.wake)
        self.house.displays.listen(client.wake)
        if self._warming is None:
            self._warming = asyncio.create_task(self._warm_up())

    def leave(self, client: Client) -> None:
        """Let a client go."""
        self._clients.discard(client)
        self.house.runs.unlisten(client.wake)
        self.house.displays.unlisten(client.wake)

    async def close(self, seconds: float = 1.0) -> None:
        """Send what is left to say, for at most `seconds`, and close all sockets."""
        if self._warming is not None:
            self._warming.cancel()
        for client in self._clients:
            client.closing = True
            client.wake.set()
        writers = [client.writer for client in self._clients if client.writer is not None]
        if writers:
            await asyncio.wait(writers, timeout=seconds)

    async def _warm_up(self) -> None:
        """Somebody has opened the editor and will soon want a picture: get ready while nothing runs."""
        await asyncio.sleep(WARM_UP_SECONDS)
        if not self.house.runs.running():
            await asyncio.to_thread(self.house.warm_up)


class Client:
    """One socket: a reader of its messages and a writer of what there is to tell."""

    def __init__(self, socket: WebSocket, hub: Hub) -> None:
        self._socket = socket
        self._hub = hub
        self._runs = hub.house.runs
        self._replies: deque[str] = deque()
        self._followed: dict[str, Follower] = {}
        self._place = Place.of(socket, hub.house.settings.public_url)
        self._told = self._runs.board.version
        self._displays = hub.house.displays.board
        self._displays_told = self._displays.version
        self._room = asyncio.Event()
        self.wake = asyncio.Event()
        self.closing = False
        self.writer: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        """Talk until the client leaves or the server stops."""
        self._hub.enter(self)
        self.writer = asyncio.create_task(self._write())
        reader = asyncio.create_task(self._read())
        try:
            await asyncio.wait((self.writer, reader), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._hub.leave(self)
            for followed in self._followed.values():
                followed.close()
            for task in (self.writer, reader):
                task.cancel()
            for outcome in await asyncio.gather(self.writer, reader, return_exceptions=True):
                if isinstance(outcome, Exception) and not isinstance(outcome, WebSocketDisconnect | RuntimeError):
                    log.error("A live connection failed.", exc_info=outcome)

    async def _read(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            while len(self._replies) >= MAX_REPLIES:
                self._room.clear()
                await self._room.wait()
            reply = await self._answer(message.get("text"))
            if reply is not None:
                self._replies.append(encode(reply))
                self.wake.set()

    async def _answer(self, text: str | None) -> dict[str, Any] | None:
        """Do what a message asks and return what to say to it, if anything."""
        try:
            message = _read_message(text)
        except WorkflowError as error:
            return _error(error.code, error.message)
        match message:
            case {"type": "ping"}:
                return {"type": "pong"}
            case {"type": "watch", "run_id": str() as run_id}:
                return await self._watch(run_id, message.get("after", 0))
            case {"type": "unwatch", "run_id": str() as run_id}:
                self._unwatch(run_id)
                return None
            case {"type": "watch" | "unwatch"}:
                return _error("bad_message", "It needs the `run_id` of a run.")
            case _:
                return _error("unknown_type", "The types of messages are watch, unwatch and ping.")

    async def _watch(self, run_id: str, after: object) -> dict[str, Any] | None:
        if isinstance(after, bool) or not isinstance(after, int) or not 0 <= after < 2**53:
            return _error("bad_message", "`after` is the number of the last event that you have, or 0.")
        if len(self._followed) >= MAX_WATCHED and run_id not in self._followed:
            return _error("too_many", f"One connection watches at most {MAX_WATCHED} runs.")
        try:
            follower = await self._runs.follower(run_id, after, self.wake)
        except NodeBuilderError as error:
            return _error(error.code, error.message)
        self._unwatch(run_id)
        self._followed[run_id] = follower
        self.wake.set()
        return None

    def _unwatch(self, run_id: str) -> None:
        if (followed := self._followed.pop(run_id, None)) is not None:
            followed.close()

    async def _write(self) -> None:
        await self._send(encode(await self._hello()))
        while not self.closing:
            self.wake.clear()
            if not await self._tell():
                await self.wake.wait()
        while await self._tell():
            pass
        await self._socket.close(1001)

    async def _hello(self) -> dict[str, Any]:
        return {"type": "hello", **await about(self._hub.house), "runs": self._runs.running()}

    async def _tell(self) -> bool:
        """Send what there is to say to this client, a batch of everything; False when there was nothing."""
        told = False
        while self._replies:
            await self._send(self._replies.popleft())
            self._room.set()
            told = True
        board = self._runs.board
        if board.version > self._told:
            news, self._told = board.since(self._told), board.version
            for summary in news:
                await self._send(encode({"type": "run", "run": summary}))
            told = True
        if self._displays.version > self._displays_told:
            changed, self._displays_told = self._displays.since(self._displays_told), self._displays.version
            for line in changed:
                kind = "workflow_renamed" if "new_id" in line else "display_changed"
                await self._send(encode({"type": kind, **line}))
            told = True
        for run_id, follower in tuple(self._followed.items()):
            told = await self._tell_run(run_id, follower) or told
        return told

    async def _tell_run(self, run_id: str, follower: Follower) -> bool:
        if follower.behind > MAX_BEHIND:
            detail = await self._runs.detail(run_id)
            follower.skip_to(int(detail["last_seq"]))
            await self._send(encode({"type": "snapshot", "run": detail}))
            return True
        events = await follower.read()
        for event in events:
            await self._send(f'{{"type":"event","event":{event.text}}}')
        if not events and follower.ended and self._followed.get(run_id) is follower:
            self._followed.pop(run_id).close()
        return bool(events)

    async def _send(self, text: str) -> None:
        if self._socket.application_state is not WebSocketState.CONNECTED:
            raise WebSocketDisconnect(1006)
        await self._socket.send_text(self._place.localise(text))


def _read_message(text: str | None) -> dict[str, Any]:
    if text is None:
        raise WorkflowError("Messages are text.", code="binary")
    if len(text) > MAX_MESSAGE:
        raise WorkflowError(f"A message has at most {MAX_MESSAGE} characters.", code="too_large")
    message = parse(text)
    if not isinstance(message, dict):
        raise WorkflowError("A message is an object with a `type`.", code="bad_message")
    return message


def _error(code: str, message: str) -> dict[str, Any]:
    return {"type": "error", "code": code, "message": message}


@router.websocket("/api/live")
async def live(socket: WebSocket) -> None:
    """Tell a client what happens; see the guide for the messages."""
    hub: Hub = socket.app.state.hub
    if hub.full:
        await socket.close(1013)
        return
    await socket.accept(socket.scope.get("nodebuilder.subprotocol"))
    await Client(socket, hub).serve()
