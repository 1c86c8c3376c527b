"""The simulated chat: it answers by rule, calls offered tools that fit, and says that it is a sandbox."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from nodebuilder.providers.chat_messages import RESULT_OF
from nodebuilder.providers.sandbox.arguments import calculation, fill, picture, subject
from nodebuilder.providers.sandbox.choice import choose, edits
from nodebuilder.providers.sandbox.choice import words as words_of
from nodebuilder.providers.sandbox.seeing import described
from nodebuilder.providers.sandbox.telling import tell

Message = Mapping[str, Any]

_SHOWN: Final = re.compile(r"/servable/([\w.-]+\.(?:png|jpe?g|webp|gif))\b", re.IGNORECASE)
_CHANGE: Final = re.compile(
    r"\b(?:edit|change|alter|modify|retouch|recolou?r|remove|replace|add|make|give|let)\b.*"
    r"\b(?:it|its|them|that|this|the (?:image|picture|photo|drawing))\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call: its id, the tool's name and the arguments as JSON text."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model says: a text, or calls of tools."""

    text: str = ""
    calls: tuple[Call, ...] = ()


def reply(request: Mapping[str, Any]) -> Reply:
    """Return the answer to a chat request; the same request always gets the same answer."""
    messages = cast("Sequence[Message]", request.get("messages") or [])
    messages = [message for message in messages if not _shows_results(message)]
    asked = _text_of(_last(messages, "user"))
    schema = _wanted_schema(request)
    if results := _results(messages):
        return Reply(tell(results, asked) if schema is None else json.dumps(fill(schema, " ".join([asked, *results]))))
    if calls := _calls(request, asked, messages):
        return Reply(calls=calls)
    if schema is not None:
        return Reply(json.dumps(fill(schema, asked)))
    return Reply(_answer(asked, _pictures(_last(messages, "user"))))


def count_tokens(text: str) -> int:
    """Return about how many tokens a text has."""
    return max(1, round(len(text) / 4))


def _calls(request: Mapping[str, Any], asked: str, messages: Sequence[Message]) -> tuple[Call, ...]:
    offered = cast("Sequence[Mapping[str, Any]]", request.get("tools") or [])
    functions = [
        cast("Mapping[str, Any]", tool["function"]) for tool in offered if isinstance(tool.get("function"), dict)
    ]
    choice = request.get("tool_choice") or "auto"
    if choice == "none" or not functions:
        return ()
    if edits(functions):
        asked = _with_picture(asked, messages)
    if isinstance(choice, Mapping):
        name = cast("Mapping[str, Any]", choice).get("function", {}).get("name")
        chosen = [function for function in functions if function.get("name") == name]
    else:
        chosen = choose(functions, asked) or (functions[:1] if choice == "required" else [])
    return tuple(_call(function, asked, len(messages) + index) for index, function in enumerate(chosen))


def _with_picture(asked: str, messages: Sequence[Message]) -> str:
    """Return the request with the picture that it speaks of: the last one of the conversation."""
    shown = [name for message in messages for name in _SHOWN.findall(_text_of(message))]
    speaks_of_it = _CHANGE.search(asked) and not picture(asked)
    return f"Edit {shown[-1]}: {asked}" if shown and speaks_of_it else asked


def _call(function: Mapping[str, Any], asked: str, place: int) -> Call:
    arguments = json.dumps(fill(cast("Mapping[str, Any]", function.get("parameters") or {}), asked), ensure_ascii=False)
    digest = hashlib.sha256(f"{place}|{function.get('name')}|{arguments}".encode("utf-8", "replace")).hexdigest()
    return Call(f"call_{digest[:20]}", str(function.get("name")), arguments)


def _answer(asked: str, pictures: Sequence[str]) -> str:
    if pictures:
        them = "; ".join(map(described, pictures))
        many = f"{len(pictures)} picture{'s' * (len(pictures) > 1)}"
        return f"I was given {many} ({them}). The sandbox cannot see, but what came is here."
    if not asked.strip():
        return "Hello from the sandbox. Ask me something, or connect a tool."
    if (found := calculation(asked)) and (value := _evaluate(found)) is not None:
        return f"{found} = {value:g}"
    topic = subject(asked)
    words = [word for word in words_of(topic) if len(word) > 3] or ["this"]
    turn = hashlib.sha256(topic.encode("utf-8", "replace")).digest()[0]
    if re.search(r"\b(?:poem|haiku|verse|song)\b", asked, re.IGNORECASE):
        return f"A quiet {words[-1]},\nlight moves slowly over it —\nnothing was sent out."
    if re.search(r"\b(?:list|ideas|steps|plan|ways)\b", asked, re.IGNORECASE):
        steps = (f"Begin with {words[0]}.", f"Look at {words[-1]} from another side.", "Keep what works, and repeat.")
        return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
    openings = ("In short", "Put simply", "As far as a sandbox can say", "Here is a thought")
    short = topic if len(topic) <= 160 else topic[:159] + "…"
    return (
        f"{openings[turn % len(openings)]}: you asked about “{short}”. This is the built-in sandbox; nothing left this "
        f"computer. Set an API key to hear what a real model makes of {words[0]}."
    )


def _evaluate(text: str) -> float | None:
    """Return the value of a calculation of two numbers, the commonest kind."""
    found = re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*([-+*/^])\s*(-?\d+(?:\.\d+)?)", text)
    if not found:
        return None
    first, second = float(found[1]), float(found[3])
    match found[2]:
        case "+":
            return first + second
        case "-":
            return first - second
        case "*":
            return first * second
        case "/":
            return first / second if second else None
        case _:
            return first**second if abs(second) < 32 and first > 0 else None


def _wanted_schema(request: Mapping[str, Any]) -> Mapping[str, Any] | None:
    wanted = cast("Mapping[str, Any]", request.get("response_format") or {})
    match wanted.get("type"):
        case "json_schema":
            named = cast("Mapping[str, Any]", wanted.get("json_schema") or {})
            return cast("Mapping[str, Any]", named.get("schema") or {"type": "object"})
        case "json_object":
            return {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
        case _:
            return None


def _results(messages: Sequence[Message]) -> list[str]:
    """Return what tools said after the last word of the person."""
    found: list[str] = []
    for message in reversed(messages):
        if message.get("role") == "user":
            break
        if message.get("role") == "tool":
            found.insert(0, _text_of(message))
    return found


def _last(messages: Sequence[Message], role: str) -> Message:
    found = [message for message in messages if message.get("role") == role]
    return found[-1] if found else {"content": ""}


def _text_of(message: Message) -> str:
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    parts = cast("Sequence[Mapping[str, Any]]", content)
    return " ".join(str(part.get("text", "")) for part in parts if part.get("type") == "text")


def _pictures(message: Message) -> list[str]:
    content = message.get("content")
    parts = cast("Sequence[Mapping[str, Any]]", content) if isinstance(content, list) else ()
    images = [part.get("image_url") for part in parts if part.get("type") == "image_url"]
    return [str(cast("Mapping[str, Any]", one).get("url") if isinstance(one, Mapping) else one) for one in images]


def _shows_results(message: Message) -> bool:
    """Say whether this is no word of the person, but the pictures of tools, which cannot be in messages of tools."""
    return message.get("role") == "user" and bool(_pictures(message)) and _text_of(message).startswith(RESULT_OF)
