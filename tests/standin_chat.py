"""The language model of the stand-in: it plays a script, turn by turn, and gets wrong what it is told to get wrong.

    async with StandIn() as openai:
        openai.chat.script = [
            Turn(calls=[Call("call_1", "get_weather", '{"city": "Paris"}')]),
            Turn("It rains.", fault="nofinish nodone"),
        ]
        ...base_url=openai.url...
        assert len(openai.chat.requests) == 2        # the JSON of each request

or `openai.chat.respond = lambda request: Turn(...)` for a model that looks at what it is asked. Without either it says
`You said: …`. It answers OpenAI's `/v1/chat/completions` and Anthropic's `/v1/messages`, as stream or not as asked.

Faults are words, several at once; each is for one turn:

    of the stream    split (one character each) · bytes (one byte each) · crlf · comments · nofinish · nodone · nousage
                     absurdusage · length · content_filter (finish so, the last call cut) · error · errorfirst (an error
                     event in the middle, at once) · cut (breaks inside an event) · cutclean (ends between two) · reset
                     stall · slow:SECONDS (before each event) · reasoning · huge:BYTES
    of the calls     interleaved · noindex · repeatid (in each delta) · lateid (in the last) · noid · noname · whole
    of the answer    json (though a stream was asked for) · html200 · notjson · empty200 · nochoices
    before it        401 · 403 · 404 · 404path · 429 · 429:SECONDS · 429quota · 400context · 400options (refuses
                     stream_options) · 500 · 502 · 503 · redirect · resetfirst · close · stallfirst
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
ABSURD = {"prompt_tokens": -5, "completion_tokens": "many", "total_tokens": 1e300, "prompt_tokens_details": [1]}
HTML = {"content-type": "text/html"}
STREAM = {"content-type": "text/event-stream"}


@dataclass
class Answer:
    """What to send back: `sent` bytes of the body (None: all), then a reset or a stall instead of a clean end.

    With `pieces` the body is sent in these, `pause` seconds apart; `sent` then only says that there is no clean end.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    sent: int | None = None
    stall: bool = False
    reset: bool = False
    pieces: list[bytes] | None = None
    pause: float = 0.0


class Request(Protocol):
    """A request that arrived in full."""

    @property
    def path(self) -> str: ...

    @property
    def headers(self) -> dict[str, str]: ...

    @property
    def body(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Call:
    """A call of a tool, as broken as is wished: `arguments` is sent as it is."""

    id: Any = "call_1"
    name: Any = "tool"
    arguments: str = "{}"


@dataclass(frozen=True)
class Turn:
    """What the model says in one answer."""

    text: str = ""
    calls: Sequence[Call] = ()
    fault: str = ""
    usage: Any = field(default_factory=lambda: dict(USAGE))

    @property
    def faults(self) -> dict[str, str]:
        """The faults by name, with their arguments."""
        return {name: argument for name, _, argument in (word.partition(":") for word in self.fault.split())}


def error(status: int, message: str, code: str | None = None, kind: str = "invalid_request_error") -> Answer:
    body = {"error": {"message": message, "type": kind, "param": None, "code": code}}
    return Answer(status, json.dumps(body).encode())


def bad_key(request: Request) -> Answer:
    key = request.headers.get("authorization", "").removeprefix("Bearer ") or request.headers.get("x-api-key", "")
    return error(401, f"Incorrect API key provided: {key}.", "invalid_api_key")


def rate_limit(asked: str) -> Answer:
    answer = error(429, "Rate limit reached for requests per min: Limit 5.", "rate_limit_exceeded", "requests")
    answer.headers = {"retry-after": asked} if asked else {}
    return answer


def no_options(request: Request) -> Answer | None:
    refused = "stream_options" in request.body
    return error(400, "Unrecognized request argument supplied: stream_options") if refused else None


REFUSALS: dict[str, Callable[[Request, str], Answer | None]] = {
    "401": lambda request, _: bad_key(request),
    "403": lambda *_: error(403, "You are not allowed to use this model.", "forbidden"),
    "404": lambda request, _: error(404, f"The model `{request.body.get('model')}` does not exist.", "model_not_found"),
    "404path": lambda *_: Answer(404, b"<html><body>Not here</body></html>", HTML),
    "429": lambda _, asked: rate_limit(asked),
    "429quota": lambda *_: error(429, "You exceeded your current quota.", "insufficient_quota", "insufficient_quota"),
    "400context": lambda *_: error(
        400,
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
        "context_length_exceeded",
    ),
    "400options": lambda request, _: no_options(request),
    "500": lambda *_: error(500, "The server had an error.", kind="server_error"),
    "503": lambda *_: error(503, "The engine is overloaded.", kind="server_error"),
    "502": lambda *_: Answer(502, b"<html><body><h1>502 Bad Gateway</h1></body></html>", HTML),
    "redirect": lambda *_: Answer(307, b"", {"location": "/v1/elsewhere"}),
    "resetfirst": lambda *_: Answer(sent=0, status=0, reset=True),
    "close": lambda *_: Answer(sent=0, status=0),
    "stallfirst": lambda *_: Answer(sent=0, status=0, stall=True),
    "html200": lambda *_: Answer(200, b"<!doctype html><title>Hotel Wi-Fi</title>", HTML),
    "notjson": lambda *_: Answer(200, b"certainly! here is your answer", {"content-type": "text/plain"}),
    "empty200": lambda *_: Answer(200, b"", STREAM),
}
"""Answers that refuse, or break before they begin."""


class ScriptedModel:
    """The model: `script` and `respond` say what it says, `requests` what it was asked."""

    def __init__(self) -> None:
        self.script: Iterable[Turn] = ()
        self.respond: Callable[[dict[str, Any]], Turn] | None = None
        self.requests: list[dict[str, Any]] = []
        self._turns: Iterator[Turn] = iter(())
        self._playing: Iterable[Turn] | None = None

    def turn(self, request: dict[str, Any]) -> Turn:
        """Return the next turn of the script."""
        if self._playing is not self.script:
            self._playing, self._turns = self.script, iter(self.script)
        if self.respond is not None:
            return self.respond(request)
        return next(self._turns, None) or Turn(f"You said: {last_text(request)}")

    def answer(self, request: Request) -> Answer:
        """Return what is sent for a request of OpenAI's API, or of Anthropic's."""
        self.requests.append(request.body)
        turn = self.turn(request.body)
        for name, argument in turn.faults.items():
            if name in REFUSALS and (refused := REFUSALS[name](request, argument)):
                return refused
        anthropic = request.path.partition("?")[0].endswith("/messages")
        if not request.body.get("stream") or "json" in turn.faults:
            return Answer(200, json.dumps((_message if anthropic else _completion)(turn, request.body)).encode())
        named = _anthropic_events(turn, request.body) if anthropic else _openai_events(turn, request.body)
        return _streamed(turn, [f"event: {event}\ndata: {data}" if event else f"data: {data}" for event, data in named])


def last_text(request: dict[str, Any]) -> str:
    """Return the text of the last message."""
    content = (request.get("messages") or [{}])[-1].get("content") or ""
    return content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)


def _streamed(turn: Turn, events: list[str]) -> Answer:
    faults, half = turn.faults, max(1, len(events) // 2)
    answer = Answer(200, headers=dict(STREAM), pause=float(faults.get("slow") or 0))
    if "error" in faults or "errorfirst" in faults:
        said = {"error": {"message": "The server had an error while it answered.", "type": "server_error"}}
        events[0 if "errorfirst" in faults else half :] = [f"data: {json.dumps(said)}"]
    if "cutclean" in faults:
        del events[half:]
    if "comments" in faults:
        events = list(itertools.chain.from_iterable((f": ping {'x' * 300}", event) for event in events))
    end = "\r\n\r\n" if "crlf" in faults else "\n\n"
    pieces = [
        f"{event}{end}".replace("\n", "\r\n" if end[0] == "\r" else "\n").replace("\r\r", "\r") for event in events
    ]
    raw = [piece.encode() for piece in pieces]
    if broken := faults.keys() & {"cut", "reset", "stall"}:
        raw = [*raw[:half], raw[half][: len(raw[half]) // 2]] if "cut" in broken else raw[: half + 1]
        answer.sent, answer.reset, answer.stall = 0, "reset" in broken, "stall" in broken
    if "bytes" in faults:
        raw = [bytes([byte]) for byte in b"".join(raw)]
    answer.pieces = raw
    return answer


def _texts(turn: Turn) -> list[str]:
    text = turn.text + "x" * int(turn.faults.get("huge") or 0)
    if "split" in turn.faults:
        return list(text)
    return [text[start : start + 12] for start in range(0, len(text), 12)]


def _finish(turn: Turn) -> str:
    named = turn.faults.keys() & {"length", "content_filter"}
    return named.pop() if named else "tool_calls" if turn.calls else "stop"


def _given(turn: Turn) -> list[Call]:
    calls = list(turn.calls)
    if calls and _finish(turn) in ("length", "content_filter"):
        last = calls[-1]
        calls[-1] = Call(last.id, last.name, last.arguments[: len(last.arguments) // 2])
    return calls


def _openai_events(turn: Turn, request: dict[str, Any]) -> Iterator[tuple[str, str]]:
    faults = turn.faults
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": request.get("model")}

    def event(delta: dict[str, Any] | None, finish: str | None = None, **more: Any) -> tuple[str, str]:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        return "", json.dumps({**head, "choices": choices, **more}, ensure_ascii="bytes" not in faults)

    if "nochoices" in faults:
        yield event(None)
    else:
        yield event({"role": "assistant", "content": None if turn.calls and not turn.text else ""})
        if "reasoning" in faults:
            yield event({"reasoning_content": "Let me think."})
        for text in _texts(turn):
            yield event({"content": text})
        for delta in _call_deltas(turn):
            yield event({"tool_calls": [delta]})
        if "nofinish" not in faults:
            yield event({}, _finish(turn))
    if "nousage" not in faults and (request.get("stream_options") or {}).get("include_usage"):
        yield event(None, usage=ABSURD if "absurdusage" in faults else turn.usage)
    if "nodone" not in faults:
        yield "", "[DONE]"


def _call_deltas(turn: Turn) -> Iterator[dict[str, Any]]:
    each = [list(_pieces(turn, index, call)) for index, call in enumerate(_given(turn))]
    if "interleaved" in turn.faults:
        mixed = itertools.zip_longest(*each)
        yield from (delta for row in mixed for delta in row if delta is not None)
    else:
        yield from itertools.chain.from_iterable(each)


def _pieces(turn: Turn, index: int, call: Call) -> Iterator[dict[str, Any]]:
    faults = turn.faults
    step = 1 if "split" in faults else max(1, len(call.arguments)) if "whole" in faults else 7
    texts = [call.arguments[start : start + step] for start in range(0, len(call.arguments), step)] or [""]
    for number, text in enumerate(texts):
        place = len(texts) - 1 if "lateid" in faults else 0
        named = "repeatid" in faults or number == place
        function: dict[str, Any] = {"arguments": text}
        delta: dict[str, Any] = {} if "noindex" in faults else {"index": index}
        if named and "noid" not in faults:
            delta |= {"id": call.id, "type": "function"}
        if named and "noname" not in faults:
            function["name"] = call.name
        yield {**delta, "function": function}


def _completion(turn: Turn, request: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": turn.text or None}
    if turn.calls:
        message["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in _given(turn)
        ]
    finish = None if "nofinish" in turn.faults else _finish(turn)
    answer = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": request.get("model")}
    choices = [] if "nochoices" in turn.faults else [{"index": 0, "message": message, "finish_reason": finish}]
    usage = {} if "nousage" in turn.faults else {"usage": ABSURD if "absurdusage" in turn.faults else turn.usage}
    return {**answer, "choices": choices, **usage}


def _anthropic_usage(turn: Turn) -> dict[str, int]:
    return {"input_tokens": turn.usage["prompt_tokens"], "output_tokens": turn.usage["completion_tokens"]}


def _stop(turn: Turn) -> str:
    return {"tool_calls": "tool_use", "stop": "end_turn", "length": "max_tokens"}.get(_finish(turn), "refusal")


def _message(turn: Turn, request: dict[str, Any]) -> dict[str, Any]:
    said = [{"type": "text", "text": turn.text}] if turn.text else []
    called = [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": json.loads(call.arguments)}
        for call in turn.calls
    ]
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": request.get("model")}
    return {**head, "content": [*said, *called], "stop_reason": _stop(turn), "usage": _anthropic_usage(turn)}


def _anthropic_events(turn: Turn, request: dict[str, Any]) -> Iterator[tuple[str, str]]:
    def event(kind: str, **more: Any) -> tuple[str, str]:
        return kind, json.dumps({"type": kind, **more})

    usage = _anthropic_usage(turn)
    head: dict[str, Any] = {"id": "msg_1", "type": "message", "role": "assistant", "model": request.get("model")}
    head["content"] = []
    yield event("message_start", message={**head, "stop_reason": None, "usage": {**usage, "output_tokens": 1}})
    index = 0
    if turn.text:
        yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for text in _texts(turn):
            yield event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})
        yield event("content_block_stop", index=0)
        index = 1
    for number, call in enumerate(_given(turn), index):
        block: dict[str, Any] = {"type": "tool_use", "id": call.id, "name": call.name, "input": {}}
        yield event("content_block_start", index=number, content_block=block)
        for start in range(0, len(call.arguments), 7):
            piece = {"type": "input_json_delta", "partial_json": call.arguments[start : start + 7]}
            yield event("content_block_delta", index=number, delta=piece)
        yield event("content_block_stop", index=number)
    if "nofinish" not in turn.faults:
        yield event(
            "message_delta", delta={"stop_reason": _stop(turn)}, usage={"output_tokens": usage["output_tokens"]}
        )
        yield event("message_stop")
