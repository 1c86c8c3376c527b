"""Calls that go to and fro: a node asks the host, the host answers, and the run that waited goes on.

Hosts of 2026-07-28 are answered "input required" and call again with the answers; the run waits in between, known by
the state that travels with the call (sealed by the SDK). Older hosts are asked while they wait for the call's answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar
from uuid import uuid4

from mcp.shared.exceptions import MCPError
from mcp.shared.message import ServerMessageMetadata
from mcp_types import (
    INVALID_PARAMS,
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    CreateMessageRequest,
    CreateMessageResult,
    ElicitRequest,
    ElicitResult,
    InputRequest,
    InputRequiredResult,
    ListRootsRequest,
    ListRootsResult,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import BaseModel, TypeAdapter, ValidationError

from nodebuilder.errors import NodeError
from nodebuilder.interop.mcp.progress import Context
from nodebuilder.providers.host import CALLING

ASK_SECONDS: Final = 600.0
MAX_WAITING: Final = 1000
"""Calls that wait for their host at most."""
_CAPABILITIES: Final = {
    "elicitation/create": "elicitation",
    "sampling/createMessage": "sampling",
    "roots/list": "roots",
}
_REQUEST: Final[TypeAdapter[InputRequest]] = TypeAdapter(InputRequest)
Answered = TypeVar("Answered")


class Call:
    """One call of a host, through all its rounds; to the nodes of its run it is the `Host`."""

    def __init__(self, context: Context, given: Mapping[str, BaseModel]) -> None:
        self.context = context
        self.wanted = asyncio.Event()
        self.lacking: frozenset[str] = frozenset()
        self.task: asyncio.Task[Any] | None = None
        self._given: dict[str, Any] = {}
        self._open: dict[str, InputRequest] = {}
        self._came = asyncio.Event()
        self.take(given)

    @property
    def offers(self) -> frozenset[str]:
        """What the host can be asked for."""
        declared = self.context.session.client_capabilities
        return frozenset(name for name in _CAPABILITIES.values() if declared and getattr(declared, name) is not None)

    def take(self, given: Mapping[str, BaseModel]) -> None:
        """Take in answers; those that nobody asked for are left lying."""
        self._given.update({key: _as_json(answer) for key, answer in given.items()})
        self._open = {key: request for key, request in self._open.items() if key not in self._given}
        if not self._open:
            self.wanted.clear()
        self._came.set()
        self._came = asyncio.Event()

    def requests(self) -> dict[str, InputRequest]:
        """Return what the host is asked for now."""
        return dict(self._open)

    async def ask(self, requests: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Ask the host; see `Host`."""
        parsed = {key: _parsed(request) for key, request in requests.items()}
        self.lacking = frozenset(_CAPABILITIES[request.method] for request in parsed.values()) - self.offers
        if self.lacking:
            raise NodeError(
                f"The host that called cannot be asked for {', '.join(sorted(self.lacking))}.",
                "Call from a host that offers it.",
                code="host_cannot",
            )
        try:
            async with asyncio.timeout(ASK_SECONDS):
                return await (self._wait(parsed) if is_modern(self.context) else self._ask_now(parsed))
        except TimeoutError as error:
            raise NodeError(
                "The host that called did not answer in time.", "Call again and answer sooner.", code="no_answer"
            ) from error
        except MCPError as error:
            raise NodeError(
                f"The host that called refused to answer: {error.message.rstrip('.')}.",
                "Call again and answer.",
                code="no_answer",
            ) from error

    async def _wait(self, parsed: Mapping[str, InputRequest]) -> dict[str, Any]:
        while missing := {key: request for key, request in parsed.items() if key not in self._given}:
            self._open.update(missing)
            came = self._came
            self.wanted.set()
            await came.wait()
        return {key: self._given[key] for key in parsed}

    async def _ask_now(self, parsed: Mapping[str, InputRequest]) -> dict[str, Any]:
        answers = await asyncio.gather(*(self._send(request) for request in parsed.values()))
        return dict(zip(parsed, answers, strict=True))

    async def _send(self, request: InputRequest) -> Any:
        session, where = self.context.session, ServerMessageMetadata(related_request_id=self.context.request_id)
        match request:
            case ElicitRequest():
                return _as_json(await session.send_request(request, ElicitResult, metadata=where))
            case CreateMessageRequest():
                return _as_json(await session.send_request(request, CreateMessageResult, metadata=where))
            case ListRootsRequest():
                return _as_json(await session.send_request(request, ListRootsResult, metadata=where))


class Rounds:
    """The calls of all hosts that are under way."""

    def __init__(self) -> None:
        self._waiting: dict[str, Call] = {}

    async def answer(
        self,
        context: Context,
        given: Mapping[str, BaseModel] | None,
        state: str | None,
        work: Callable[[Call], Awaitable[Answered]],
    ) -> Answered | InputRequiredResult:
        """Do the work of a call, or go on with it, until it is done or the host is asked for something."""
        call = self._known(state) if state is not None else None
        if call is None:
            call = Call(context, given or {})
            call.task = asyncio.create_task(_called(call, work))
        else:
            call.context = context
            call.take(given or {})
        return await self._next(call)

    async def close(self) -> None:
        """End all calls that wait for their host."""
        tasks = [call.task for call in self._waiting.values() if call.task is not None]
        self._waiting.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _known(self, state: str) -> Call:
        call = self._waiting.pop(state, None)
        if call is None:
            raise MCPError(
                INVALID_PARAMS, "That call is over or was answered already. Call again without requestState."
            )
        return call

    async def _next(self, call: Call) -> Any:
        task = call.task
        if task is None:
            raise MCPError(INVALID_PARAMS, "That call was never begun. Call again without requestState.")
        wanted = asyncio.create_task(call.wanted.wait())
        try:
            await asyncio.wait({task, wanted}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise
        finally:
            wanted.cancel()
        if not task.done():
            return self._asked(call, task)
        if call.lacking and is_modern(call.context):
            raise MCPError(
                MISSING_REQUIRED_CLIENT_CAPABILITY,
                f"This call needs a host that can be asked for {', '.join(sorted(call.lacking))}.",
                {"requiredCapabilities": {name: {} for name in sorted(call.lacking)}},
            )
        return task.result()

    def _asked(self, call: Call, task: asyncio.Task[Any]) -> InputRequiredResult:
        state = uuid4().hex
        self._waiting[state] = call
        task.add_done_callback(lambda _: self._waiting.pop(state, None))
        if len(self._waiting) > MAX_WAITING:
            oldest = self._waiting.pop(next(iter(self._waiting)))
            if oldest.task is not None:
                oldest.task.cancel()
        return InputRequiredResult(input_requests=call.requests(), request_state=state)


async def _called(call: Call, work: Callable[[Call], Awaitable[Answered]]) -> Answered:
    """Do the work in a context in which nodes find the host."""
    CALLING.set(call)
    return await work(call)


def is_modern(context: Context) -> bool:
    """Say whether the host speaks the protocol without sessions."""
    return context.protocol_version in MODERN_PROTOCOL_VERSIONS


def _parsed(request: Mapping[str, Any]) -> InputRequest:
    try:
        return _REQUEST.validate_python(dict(request))
    except ValidationError as error:
        raise NodeError(
            f"A host cannot be asked this: {error.errors()[0]['msg']}.",
            "Ask for elicitation/create, sampling/createMessage or roots/list as MCP writes them.",
            code="bad_question",
        ) from error


def _as_json(answer: BaseModel) -> Any:
    return answer.model_dump(mode="json", by_alias=True, exclude_none=True)
