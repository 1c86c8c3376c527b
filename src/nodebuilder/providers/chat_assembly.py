"""Putting an answer together from the pieces of a stream, however a server cuts and labels them.

Pieces are OpenAI's `chat.completion.chunk` objects; a whole `chat.completion` is taken, too. Nothing in them is trusted
to be there or to be of its type: what cannot be read is left out, and the answer says whether it is complete.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import orjson

from nodebuilder.errors import ProviderError
from nodebuilder.providers.chat import ChatAnswer, RequestedCall
from nodebuilder.providers.chat_usage import read_usage
from nodebuilder.providers.pen import mended

CUT: Final = frozenset({"length", "max_tokens", "model_length", "content_filter", "safety", "error", "abort"})
"""Reasons to finish after which something of the answer is missing."""
FORMAT: Final = 1


@dataclass(slots=True)
class _Call:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list[str])

    @property
    def whole(self) -> bool:
        """Whether the arguments can be read to their end."""
        if not self.arguments or not self.arguments[-1].rstrip().endswith("}"):
            return False
        text = "".join(self.arguments)
        try:
            orjson.loads(text)
        except orjson.JSONDecodeError:
            return False
        return True


class Assembly:
    """One answer, growing; `model` is what was asked for until the answer names its own."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.finish_reason = ""
        self.usage: Mapping[str, Any] | None = None
        self.error: Mapping[str, Any] | None = None
        self.ended = False
        self._texts: list[str] = []
        self._calls: list[_Call] = []
        self._places: dict[int, _Call] = {}

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._texts)

    @property
    def empty(self) -> bool:
        """Whether nothing has come that could be used."""
        return not self.finish_reason and not self._calls and not any(self._texts)

    def take(self, data: bytes) -> str:
        """Take the data of one event and return the text that it adds."""
        if data.strip() == b"[DONE]":
            self.ended = True
            return ""
        chunk = read_object(data)
        return self.take_chunk(chunk) if chunk is not None else ""

    def take_chunk(self, chunk: Mapping[str, Any]) -> str:
        """Take one piece, or a whole answer, and return the text that it adds."""
        if chunk.get("error"):
            self.error = chunk
            return ""
        if isinstance(model := chunk.get("model"), str) and model:
            self.model = model
        if (usage := read_usage(chunk.get("usage"))) is not None:
            self.usage = usage
        choices: object = chunk.get("choices")
        first = cast("Sequence[object]", choices)[0] if isinstance(choices, list) and choices else None
        if not isinstance(first, Mapping):
            return ""
        choice = cast("Mapping[str, Any]", first)
        if isinstance(reason := choice.get("finish_reason"), str) and reason:
            self.finish_reason = reason
        said = choice.get("delta") or choice.get("message")
        return self._take_said(cast("Mapping[str, Any]", said)) if isinstance(said, Mapping) else ""

    def _take_said(self, said: Mapping[str, Any]) -> str:
        pieces: object = said.get("tool_calls")
        if isinstance(pieces, list):
            for piece in cast("list[object]", pieces):
                if isinstance(piece, Mapping):
                    self._take_call(cast("Mapping[str, Any]", piece))
        elif isinstance(old := said.get("function_call"), Mapping):
            self._take_call({"index": 0, "function": old})
        text = _said(said.get("content")) or _said(said.get("refusal"))
        if text:
            self._texts.append(text)
        return text

    def _take_call(self, piece: Mapping[str, Any]) -> None:
        function: object = piece.get("function")
        about = cast("Mapping[str, Any]", function if isinstance(function, Mapping) else {})
        id_, name = _text(piece.get("id")), _text(about.get("name"))
        given = about.get("arguments")
        call = self._call_of(piece.get("index"), id_, begins=bool(id_ or name or given))
        call.id = call.id or id_
        call.name = call.name or name
        if isinstance(given, str):
            call.arguments.append(given)
        elif given is not None:
            call.arguments.append(orjson.dumps(given, default=str).decode())

    def _call_of(self, index: object, id_: str, *, begins: bool) -> _Call:
        """Return the call that a piece belongs to: by index, else by id, else the last one unless it begins another."""
        if isinstance(index, int):
            call = self._places.get(index)
            if call is None or (id_ and call.id and id_ != call.id and call.whole):  # some servers count all as 0
                call = self._places[index] = self._new()
            return call
        known = next((call for call in self._calls if id_ and call.id == id_), None)
        if known is not None:
            return known
        begins = begins and bool(self._calls) and self._calls[-1].whole
        return self._new() if begins or not self._calls else self._calls[-1]

    def _new(self) -> _Call:
        self._calls.append(_Call())
        return self._calls[-1]

    def forget_end(self) -> None:
        """Take back how the answer ended and what it used."""
        self.finish_reason, self.usage = "", None

    def answer(self, *, unbroken: bool) -> ChatAnswer:
        """Return the answer as it is now; `unbroken` says whether the stream came to its end."""
        complete = unbroken and self.error is None and self._finished
        calls = tuple(
            RequestedCall(call.id, call.name, "".join(call.arguments)) for call in self._calls if complete or call.whole
        )
        return ChatAnswer(self.text, calls, self.finish_reason, self.usage, self.model, complete)

    @property
    def _finished(self) -> bool:
        """Whether the model came to an end: it says so, or the stream was closed in order though it does not say."""
        return self.finish_reason.lower() not in CUT if self.finish_reason else self.ended


def read_object(data: bytes) -> Mapping[str, Any] | None:
    """Return the JSON object that `data` holds, also one with half characters in it; None if it holds none."""
    try:
        value: object = orjson.loads(data)
    except orjson.JSONDecodeError:
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            return None
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else None


def _said(content: object) -> str:
    """Return the text of a message: a text, or a list of parts of which some have text."""
    if isinstance(content, list):
        parts = cast("list[object]", content)
        return "".join(
            _said(cast("Mapping[str, Any]", part).get("text")) for part in parts if isinstance(part, Mapping)
        )
    return content if isinstance(content, str) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def to_raw(answer: ChatAnswer, trouble: str = "") -> bytes:
    """Return the answer as the bytes that are kept; `trouble` is the sentence that says why it is not complete."""
    return orjson.dumps(
        {
            "format": FORMAT,
            "text": mended(answer.text),
            "calls": [
                {"id": mended(call.id), "name": mended(call.name), "arguments": mended(call.arguments)}
                for call in answer.calls
            ],
            "finish_reason": mended(answer.finish_reason),
            "usage": answer.usage,
            "model": mended(answer.model),
            "complete": answer.complete,
            "trouble": mended(trouble or answer.trouble),
        },
        default=str,
    )


def from_raw(raw: bytes) -> ChatAnswer:
    """Return the answer in kept bytes.

    Raises:
        ProviderError: they are not what `to_raw` writes (code `unreadable_answer`).
    """
    try:
        kept: Any = orjson.loads(raw)
        calls = tuple(RequestedCall(call["id"], call["name"], call["arguments"]) for call in kept["calls"])
        return ChatAnswer(
            kept["text"],
            calls,
            kept["finish_reason"],
            kept["usage"],
            kept["model"],
            kept["complete"] is True,
            kept["trouble"],
        )
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise ProviderError(
            "The kept answer of a language model cannot be read.",
            "It was paid for; its bytes are kept with the receipt. Running again is paid again.",
            charged="yes",
            code="unreadable_answer",
        ) from error
