"""One request to a language model and what came of it: read while it comes, told apart when it broke."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, Callable, Mapping
from http import HTTPStatus
from typing import Any, Final, cast

import orjson

from nodebuilder.errors import NodeError, ProviderError
from nodebuilder.providers.breakage import as_breakage
from nodebuilder.providers.chat import ChatRequest
from nodebuilder.providers.chat_assembly import Assembly, read_object, to_raw
from nodebuilder.providers.chat_targets import ChatTarget
from nodebuilder.providers.eventstream import EventReader
from nodebuilder.providers.pen import Pen, mended
from nodebuilder.providers.recording import AnswerTooLargeError, Recording
from nodebuilder.providers.refusals import IN_THE_ANSWER, LOOK_BEFORE_AGAIN, TALKING, as_error, quote, read_refusal
from nodebuilder.providers.targets import Target
from nodebuilder.settings import Settings

ANTHROPIC_END: Final = re.compile(rb'"message_(?:delta|stop)"')
"""Comes in Anthropic's answers after all that is said; litellm reads no further."""
_PREFIX: Final = re.compile(r"^(?:litellm\.\w+: )+(?:\w+ - )?")


class Talk:
    """One attempt: `listen` reads the answer, then either `raw` has it or `error` says why there is none."""

    def __init__(
        self, request: ChatRequest, goal: ChatTarget, settings: Settings, stream: Callable[[str], None]
    ) -> None:
        self.request = request
        self.goal = goal
        self.recording = Recording(settings.max_answer_bytes)
        self.failure: Exception | None = None
        self._seconds = settings.chat_deadline_seconds
        self._limit = settings.max_answer_bytes
        self._pen = Pen(stream)
        self._assembly = Assembly(request.model)
        self._begun = False
        self._ended = False

    async def listen(self, answer: object) -> None:
        """Read the answer to its end: off the wire where OpenAI's chat API is spoken, else off litellm's stream."""
        self._begun = True
        if self._on_wire:
            await self._read_wire()
        else:
            await self._read_chunks(cast("AsyncIterable[Any]", answer))

    def close(self) -> None:
        """Tell the rest of the text."""
        self._pen.close()

    def raw(self) -> bytes | None:
        """Return the answer as the bytes that are kept, whole or cut off; None when nothing usable came."""
        if not self._begun or self._assembly.empty:
            return None
        answer = self._assembly.answer(unbroken=self._unbroken)
        return to_raw(answer, "" if answer.complete else self._trouble(answer.finish_reason))

    def error(self) -> NodeError:
        """Return why there is no answer."""
        recording, target = self.recording, self.goal.target
        if isinstance(recording.failure, NodeError):  # an address that may not be contacted
            return recording.failure
        if recording.status and not recording.accepted:
            return self._refused(recording.status, recording.body, recording.headers)
        if self._assembly.error is not None:
            return self._told_in_the_answer()
        if recording.accepted and recording.complete and self.failure is None:
            return self._useless()
        if self._known_from_litellm:
            return told_by_litellm(self.failure, self._refused, target)
        recording.failure = recording.failure or self.failure
        if recording.accepted:
            return self._broken_off()
        return as_breakage(recording, target, seconds=self._seconds, awaited="answer")

    @property
    def _on_wire(self) -> bool:
        """Whether the answer comes over the recorded wire, not over one of litellm's own (for OpenAI's Responses)."""
        return self.goal.wire == "openai" and self.recording.attempted

    @property
    def _unbroken(self) -> bool:
        if self._on_wire:
            return self.recording.complete
        if self.goal.wire == "anthropic":
            return self._ended and ANTHROPIC_END.search(self.recording.body, self.recording.received - 4096) is not None
        return self._ended

    async def _read_wire(self) -> None:
        reader, events, assembly = EventReader(), 0, self._assembly
        async for piece in self.recording.read():
            for data in reader.feed(piece):
                events += 1
                self._pen.write(assembly.take(data))
        if not events and (whole := read_object(self.recording.body)) is not None:
            self._pen.write(assembly.take_chunk(whole))  # a server that does not stream
            assembly.ended = True

    async def _read_chunks(self, chunks: AsyncIterable[Any]) -> None:
        size = 0
        async for chunk in chunks:
            text = self._assembly.take_chunk(cast("Mapping[str, Any]", chunk.model_dump()))
            size += len(text)
            if size > self._limit:
                raise AnswerTooLargeError(f"The answer has more than {self._limit:,} characters.")
            self._pen.write(text)
        self._ended = self._assembly.ended = True
        if not self._unbroken:
            self._assembly.forget_end()  # litellm makes up what did not come

    def _trouble(self, finish_reason: str) -> str:
        name = self.goal.target.name
        match finish_reason.lower():
            case "length" | "max_tokens" | "model_length":
                return f"{name} stopped at the longest answer that was allowed (max_tokens)."
            case "content_filter" | "safety":
                return f"{name}'s filter cut the answer."
            case _ if self._assembly.error is not None:
                return self._told_in_the_answer().message
            case _:
                return self._broken_off().message

    def _broken_off(self) -> ProviderError:
        name, failure = self.goal.target.name, self.recording.failure or self.failure
        got = f"after {self.recording.received:,} bytes" if self.recording.received else "at once"
        if isinstance(failure, TimeoutError):
            cause, code = f"{name} had not sent the whole answer within {self._seconds:g} seconds.", "timeout"
        elif isinstance(failure, AnswerTooLargeError):
            cause, code = f"The answer of {name} was not read further {got}.", "answer_too_large"
        else:
            cause, code = f"The answer of {name} was cut off {got}.", "truncated_answer"
        return ProviderError(cause, LOOK_BEFORE_AGAIN, charged="unknown", code=code)

    def _useless(self) -> ProviderError:
        name, body = self.goal.target.name, self.recording.body
        told = quote(body[:300].decode("utf-8", "replace"), self.goal.target.key) if b"<" not in body[:300] else ""
        cause = f"{name} sent no answer that can be read" + (f": {told}." if told else ".")
        remedy = f"Check the address in {self.goal.target.setting}. {LOOK_BEFORE_AGAIN}"
        return ProviderError(cause, remedy, charged="unknown", code="bad_answer")

    def _refused(self, status: int, body: bytes, headers: Mapping[str, str]) -> ProviderError:
        target = self.goal.target
        job = TALKING.at(target.setting)
        said = read_refusal(status, body, provider=target.name, model=self.request.model, job=job)
        return as_error(said, headers, target.key)

    def _told_in_the_answer(self) -> ProviderError:
        return self._refused(IN_THE_ANSWER, orjson.dumps(self._assembly.error, default=str), {})

    @property
    def _known_from_litellm(self) -> bool:
        """Whether litellm's error is all that is known: it made the request by itself, or made none."""
        if self.recording.attempted:
            return False
        status = getattr(self.failure, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR)
        told = status != HTTPStatus.INTERNAL_SERVER_ERROR or isinstance(self.failure, TimeoutError)
        return not self.goal.wire or self._begun or told


def told_by_litellm(
    failure: Exception | None, refused: Callable[[int, bytes, Mapping[str, str]], ProviderError], target: Target
) -> ProviderError:
    """Return what an error of litellm says; told by its status and code, for its class varies with the version."""
    status = getattr(failure, "status_code", None)
    said = _PREFIX.sub("", str(getattr(failure, "message", failure)))
    if not isinstance(status, int) or type(failure).__name__ == "APIConnectionError":
        late = isinstance(failure, TimeoutError)
        cause = f"{target.name} did not answer in time." if late else f"The call of {target.name} failed"
        why = "" if late else f": {quote(said, target.key) or type(failure).__name__}."
        code = "timeout" if late else "connection_reset"
        return ProviderError(cause + why, LOOK_BEFORE_AGAIN, charged="unknown", code=code)
    code = "context_length_exceeded" if type(failure).__name__ == "ContextWindowExceededError" else ""
    code = code or str(getattr(failure, "code", "") or "")
    body = said.encode("utf-8", "replace")
    if read_object(body) is None:
        body = orjson.dumps({"error": {"message": mended(said), "code": code}})
    headers: object = getattr(getattr(failure, "response", None), "headers", None)
    return refused(status, body, dict(cast("Mapping[str, str]", headers or {})))
