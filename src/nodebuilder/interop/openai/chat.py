"""Chat completions: the request as a client sends it, and the answers, whole or in chunks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from nodebuilder.interop.openai.errors import Refused
from nodebuilder.values import as_mapping, as_sequence, to_json

ROLES: Final = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
SAMPLING: Final = ("temperature", "top_p", "max_tokens", "max_completion_tokens", "seed", "stop", "reasoning_effort")
"""Wishes that are passed on where the workflow has an input of that name; all others are taken and not heeded."""

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChatBody:
    """What a client asks for; `tools` is empty when there are none or none may be called."""

    model: str
    messages: tuple[Message, ...]
    stream: bool
    include_usage: bool
    tools: tuple[dict[str, Any], ...]
    response_format: dict[str, Any] | None
    sampling: Mapping[str, Any]


def read_chat(body: Any) -> ChatBody:
    """Return what the JSON of a request asks for.

    Raises:
        Refused: it is no chat request; `param` says where.
    """
    given = as_mapping(body)
    if given is None:
        raise Refused("The body is not an object.", 'Send {"model": …, "messages": […]}.')
    model = given.get("model")
    if not isinstance(model, str) or not model:
        raise Refused("The request names no model.", "Send the id of a published workflow as model.", param="model")
    if given.get("n") not in (None, 1):
        raise Refused("Only one answer is given at a time.", "Send n=1, or leave it out.", param="n")
    options = as_mapping(given.get("stream_options")) or {}
    return ChatBody(
        model=model,
        messages=_messages(given.get("messages")),
        stream=given.get("stream") is True,
        include_usage=options.get("include_usage") is True,
        tools=_tools(given.get("tools"), given.get("tool_choice")),
        response_format=_format(given.get("response_format")),
        sampling={name: given[name] for name in SAMPLING if given.get(name) is not None},
    )


def _messages(value: Any) -> tuple[Message, ...]:
    items = as_sequence(value)
    if not items:
        raise Refused("The request has no messages.", "Send a list of messages.", param="messages")
    found: list[Message] = []
    for place, item in enumerate(items):
        message = as_mapping(item)
        where = f"messages[{place}]"
        if message is None or message.get("role") not in ROLES:
            raise Refused(
                f"Message {place + 1} has no role.", "Use system, user, assistant or tool.", param=f"{where}.role"
            )
        if not isinstance(message.get("content"), str | list | None):
            raise Refused(
                f"The content of message {place + 1} is neither a text nor a list of parts.",
                "Send a text, or parts of type text and image_url.",
                param=f"{where}.content",
            )
        found.append(message)
    return tuple(found)


def _tools(value: Any, choice: Any) -> tuple[dict[str, Any], ...]:
    if value is None or choice == "none":
        return ()
    items = as_sequence(value)
    if items is None:
        raise Refused("The tools are no list.", "Send a list of tools.", param="tools")
    found: list[dict[str, Any]] = []
    for place, item in enumerate(items):
        tool = as_mapping(item) or {}
        function = as_mapping(tool.get("function")) or {}
        if tool.get("type") != "function" or not isinstance(function.get("name"), str):
            raise Refused(
                f"Tool {place + 1} is no function with a name.",
                'Send {"type": "function", "function": {"name": …, "parameters": {…}}}.',
                param=f"tools[{place}]",
            )
        found.append(tool)
    return tuple(found)


def _format(value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    wanted = as_mapping(value)
    if wanted is None or wanted.get("type") not in ("text", "json_object", "json_schema"):
        raise Refused(
            "That form of answer is not known.", "Use text, json_object or json_schema.", param="response_format"
        )
    return None if wanted["type"] == "text" else wanted


@dataclass(frozen=True, slots=True)
class Head:
    """What every part of one answer says of itself."""

    id: str
    created: int
    model: str


def completion(
    head: Head, text: str | None, calls: Sequence[Mapping[str, Any]], usage: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a whole answer."""
    message: dict[str, Any] = {"role": "assistant", "content": None if calls and not text else text or ""}
    message["refusal"] = None
    if calls:
        message["tool_calls"] = list(calls)
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _reason(calls)}
    return {**_top(head, "chat.completion"), "choices": [choice], "usage": dict(usage)}


def chunk(head: Head, delta: Mapping[str, Any], finish: str | None = None) -> dict[str, Any]:
    """Return one piece of a streamed answer."""
    choice = {"index": 0, "delta": dict(delta), "logprobs": None, "finish_reason": finish}
    return {**_top(head, "chat.completion.chunk"), "choices": [choice]}


def last_chunks(
    head: Head, calls: Sequence[Mapping[str, Any]], usage: Mapping[str, Any] | None
) -> Iterable[dict[str, Any]]:
    """Yield how a streamed answer ends: its calls, why it ended, and (if wanted) its usage."""
    if calls:
        yield chunk(head, {"tool_calls": [{"index": place, **call} for place, call in enumerate(calls)]})
    yield chunk(head, {}, _reason(calls))
    if usage is not None:
        yield {**_top(head, "chat.completion.chunk"), "choices": [], "usage": dict(usage)}


def _top(head: Head, kind: str) -> dict[str, Any]:
    return {"id": head.id, "object": kind, "created": head.created, "model": head.model}


def _reason(calls: Sequence[Mapping[str, Any]]) -> str:
    return "tool_calls" if calls else "stop"


def calls_of(value: Any) -> list[dict[str, Any]]:
    """Return calls (`{"id", "name", "arguments"}` or OpenAI's form, one or a list of them) in OpenAI's form."""
    mapping = as_mapping(value)
    items = [mapping] if mapping else as_sequence(value) or ()
    found = [_call(call, number) for number, item in enumerate(items, 1) if (call := as_mapping(item)) is not None]
    return [call for call in found if call["function"]["name"]]


def _call(call: Mapping[str, Any], number: int) -> dict[str, Any]:
    inner = as_mapping(call.get("function")) or call
    arguments = inner.get("arguments")
    text = arguments if isinstance(arguments, str) else json.dumps(to_json(arguments or {}), ensure_ascii=False)
    function = {"name": str(inner.get("name") or ""), "arguments": text}
    return {"id": str(call.get("id") or f"call_{number}"), "type": "function", "function": function}


def usage_of(parts: Iterable[Mapping[str, Any]], cost_usd: float | None) -> dict[str, Any]:
    """Return the tokens of all model calls of a run in OpenAI's words, and what it cost."""
    names = (("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens"))
    seen = list(parts)
    first, second = (sum(_count(part, name) for part in seen) for name in names)
    return {
        "prompt_tokens": first,
        "completion_tokens": second,
        "total_tokens": first + second,
        "cost_usd": cost_usd,
    }


def _count(part: Mapping[str, Any], names: Sequence[str]) -> int:
    value = next((part[name] for name in names if name in part), 0)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
