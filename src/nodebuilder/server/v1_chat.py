"""One chat request as one run of a workflow: its inputs filled, its text streamed, its end answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from starlette.requests import Request

from nodebuilder.errors import NodeBuilderError, NodeError, StorageError
from nodebuilder.events import Event, OutputSent, TextStreamed
from nodebuilder.house import House
from nodebuilder.house.calls import CallResult
from nodebuilder.house.feed import encode
from nodebuilder.house.pictures import is_data_url, keep_data_url
from nodebuilder.house.published import Published
from nodebuilder.interop.openai import chat, door
from nodebuilder.interop.openai.chat import ChatBody, Head
from nodebuilder.interop.openai.errors import Refused
from nodebuilder.server.v1_errors import error_of
from nodebuilder.values import as_mapping

HEARTBEAT_SECONDS: Final = 15.0
PASS_ON: Final = frozenset({"display_output", "log", "output"})
"""Types of nodes that give on what they get, so that the text of those before them is the answer as well."""


async def model_of(house: House, model: str) -> Published:
    """Return the workflow that is published under the name of a model; raises `Refused` (404, `model_not_found`)."""
    try:
        return await house.calls.find(model, "model")
    except StorageError as error:
        if error.code != "not_found":
            raise
        raise Refused(
            f'The model "{model[:64]}" does not exist.',
            "Publish a workflow as a model and use its id; GET /v1/models lists them.",
            param="model",
            code="model_not_found",
            status=404,
        ) from error


@dataclass(slots=True)
class ChatRun:
    """A run that answers a chat request: `pieces` gets the text of the answer, and None when nothing will follow."""

    target: Published
    body: ChatBody
    clean: Callable[[str], str]
    sources: frozenset[str]
    pieces: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue[str | None])
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    usages: dict[tuple[str, int], Mapping[str, Any]] = field(default_factory=dict[tuple[str, int], Mapping[str, Any]])
    head: Head = field(init=False)

    def __post_init__(self) -> None:
        self.head = Head(f"chatcmpl-{uuid4().hex}", int(time.time()), self.body.model)

    def hear(self, event: Event) -> None:
        """Take in an event of the run."""
        self.begun.set()
        if isinstance(event, TextStreamed) and event.node in self.sources:
            self.pieces.put_nowait(self.clean(event.text))
        elif isinstance(event, OutputSent):
            usage = as_mapping(event.outputs.get("usage"))
            if usage:
                self.usages[event.node, event.firing] = usage

    def usage(self, result: CallResult) -> dict[str, Any]:
        """Return what the run used."""
        return chat.usage_of(self.usages.values(), result.cost_usd)

    def answer(self, result: CallResult) -> tuple[str | None, list[dict[str, Any]]]:
        """Return the text and the calls that the run gave.

        Raises:
            NodeError: it gave neither; the sentences are those of the node that failed.
        """
        text, calls = door.answer_of(result.outputs, self.target.results)
        if text or calls or (text is not None and result.status == "succeeded"):
            return (None if text is None else self.clean(text)), calls
        raise failure(result)


def failure(result: CallResult) -> NodeError:
    """Return why a run gave no answer."""
    if result.errors:
        first = result.errors[0]
        return NodeError(first.message, first.remedy, code=first.code)
    if result.status == "succeeded":
        return NodeError(
            "The workflow gave no answer.", "Link the answer to an Output node named response.", code="no_answer"
        )
    return NodeError(f"The run was {result.status}.", "Look at it in the list of runs.", code="run_ended")


async def prepare(house: House, body: ChatBody) -> tuple[ChatRun, dict[str, Any]]:
    """Return the run that a request asks for, not begun yet, and its inputs; pictures in the request become files.

    Raises:
        Refused: there is no such model, or the workflow cannot do what is asked.
    """
    target = await model_of(house, body.model)
    given = door.inputs_of(body, target.parameters, target.results)
    door.check_filled(given, target.parameters)
    if "messages" in given:
        urls = set(door.picture_urls(body.messages))
        kept = {url: (await keep_data_url(house.store.assets, url)).url for url in urls if is_data_url(url)}
        given["messages"] = door.with_pictures(body.messages, kept)
        if given.get("image") in kept:
            given["image"] = kept[given["image"]]
    nodes = target.workflow.nodes
    feeds: dict[str, list[str]] = {}
    for link in target.workflow.links:
        feeds.setdefault(link.target.node, []).append(link.source.node)
    sources = door.feeders(
        target.results,
        lambda node: feeds.get(node, ()),
        lambda node: node in nodes and nodes[node].type in PASS_ON,
    )
    return ChatRun(target, body, house.store.redactor.text, sources), given


def begin(house: House, run: ChatRun, given: Mapping[str, Any]) -> asyncio.Task[CallResult]:
    """Begin the run; cancelling the task cancels it."""
    task = asyncio.create_task(house.calls.call(run.target, given, listener=run.hear))
    task.add_done_callback(lambda _: run.pieces.put_nowait(None))
    return task


async def until_gone(request: Request) -> None:
    """Wait until the client has gone; only after the body was read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def ended(request: Request, task: asyncio.Task[CallResult]) -> CallResult | None:
    """Return how a run ended; when the client goes away, the run is cancelled, and there is nobody to answer: None."""
    gone = asyncio.create_task(until_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        return await task if task.done() else None
    finally:
        gone.cancel()
        await _stop(task)


async def events(request: Request, run: ChatRun, task: asyncio.Task[CallResult]) -> AsyncIterator[str]:
    """Yield the server-sent events of a streamed answer; when the client goes away, the run is cancelled."""
    gone = asyncio.create_task(until_gone(request))
    gone.add_done_callback(lambda _: run.pieces.put_nowait(None))
    streamed = ""
    try:
        yield _data(chat.chunk(run.head, {"role": "assistant", "content": "", "refusal": None}))
        while True:
            try:
                piece = await asyncio.wait_for(run.pieces.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if piece is None:
                break
            streamed += piece
            yield _data(chat.chunk(run.head, {"content": piece}))
        if task.done():
            for event in await _ending(run, task, streamed):
                yield event
    finally:
        gone.cancel()
        await _stop(task)


async def _ending(run: ChatRun, task: asyncio.Task[CallResult], streamed: str) -> list[str]:
    try:
        result = await task
        text, calls = run.answer(result)
    except NodeBuilderError as error:
        return [_data(error_of(error)[1]), "data: [DONE]\n\n"]
    rest = door.rest_of(streamed, text or "")
    usage = run.usage(result) if run.body.include_usage else None
    told = [chat.chunk(run.head, {"content": rest})] if rest else []
    return [*map(_data, [*told, *chat.last_chunks(run.head, calls, usage)]), "data: [DONE]\n\n"]


async def _stop(task: asyncio.Task[CallResult]) -> None:
    if not task.done():
        task.cancel()
        await asyncio.wait({task})


def _data(value: Mapping[str, Any]) -> str:
    return f"data: {encode(value)}\n\n"
