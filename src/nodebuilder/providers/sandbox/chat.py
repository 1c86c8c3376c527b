"""The simulated chat: it answers by rule, calls offered tools that fit, and says that it is a sandbox."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from nodebuilder.providers.sandbox.arguments import calculation, fill, subject

Message = Mapping[str, Any]

_LINK: Final = re.compile(r"https?://[^\s\"'<>\\)\]]+")
_PICTURE: Final = re.compile(r"\.(?:png|jpe?g|webp|gif)$", re.IGNORECASE)
_WORD: Final = re.compile(r"[a-z]{3,}")
_ABILITIES: Final = {
    "image": "image picture photo draw paint painting illustration illustrate sketch render portrait logo",
    "weather": "weather forecast temperature rain sunny wind snow degrees",
    "calculate": "calculate calculator math sum add subtract multiply divide plus minus times equals percent",
    "analyse": "analyse analyze analysis statistics average mean median count summarise data",
    "search": "search find lookup look news web",
    "time": "time date clock today now",
}
_DULL: Final = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "this",
        "that",
        "from",
        "are",
        "you",
        "can",
        "was",
        "has",
        "have",
        "will",
        "your",
        "using",
        "use",
        "given",
        "tool",
    ]
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
    asked = _text_of(_last(messages, "user"))
    results = _results(messages)
    if results:
        return Reply(_after_tools(results))
    if calls := _calls(request, asked, len(messages)):
        return Reply(calls=calls)
    if (schema := _wanted_schema(request)) is not None:
        return Reply(json.dumps(fill(schema, asked)))
    return Reply(_answer(asked, _pictures(_last(messages, "user"))))


def count_tokens(text: str) -> int:
    """Return about how many tokens a text has."""
    return max(1, round(len(text) / 4))


def _calls(request: Mapping[str, Any], asked: str, turn: int) -> tuple[Call, ...]:
    offered = cast("Sequence[Mapping[str, Any]]", request.get("tools") or [])
    functions = [
        cast("Mapping[str, Any]", tool["function"]) for tool in offered if isinstance(tool.get("function"), dict)
    ]
    choice = request.get("tool_choice") or "auto"
    if choice == "none" or not functions:
        return ()
    if isinstance(choice, Mapping):
        name = cast("Mapping[str, Any]", choice).get("function", {}).get("name")
        chosen = [function for function in functions if function.get("name") == name]
    else:
        scores = [(_fit(function, asked), function) for function in functions]
        best = max((score for score, _ in scores), default=0)
        chosen = [function for score, function in scores if score >= 2 and score >= best - 1]
        chosen = chosen or (functions[:1] if choice == "required" else [])
    return tuple(_call(function, asked, turn + index) for index, function in enumerate(chosen))


def _call(function: Mapping[str, Any], asked: str, place: int) -> Call:
    arguments = json.dumps(fill(cast("Mapping[str, Any]", function.get("parameters") or {}), asked), ensure_ascii=False)
    digest = hashlib.sha256(f"{place}|{function.get('name')}|{arguments}".encode("utf-8", "replace")).hexdigest()
    return Call(f"call_{digest[:20]}", str(function.get("name")), arguments)


def _fit(function: Mapping[str, Any], asked: str) -> int:
    """Return how well a tool fits a request: 3 for each ability that both are about, 1 for each word in common."""
    about = set(_words(f"{function.get('name', '')} {function.get('description', '')}".replace("_", " ")))
    words = set(_words(asked))
    if calculation(asked):
        words.add("calculate")
    abilities = [set(listed.split()) | {name} for name, listed in _ABILITIES.items()]
    return 3 * sum(bool(ability & about and ability & words) for ability in abilities) + len(about & words)


def _words(text: str) -> list[str]:
    found = [word for word in _WORD.findall(text.lower()) if word not in _DULL]
    return [*found, *(word[:-1] for word in found if word.endswith("s"))]


def _after_tools(results: Sequence[str]) -> str:
    links = list(dict.fromkeys(link for result in results for link in _LINK.findall(result)))
    if links:
        shown = [f"![picture]({link})" if _PICTURE.search(link) else link for link in links]
        return "Here it is:\n\n" + "\n\n".join(shown)
    said = [_plain(result) for result in results]
    return "The tool says: " + "; ".join(text if len(text) <= 600 else text[:599] + "…" for text in said)


def _plain(result: str) -> str:
    try:
        value: Any = json.loads(result)
    except ValueError:
        return result.strip()
    while isinstance(value, dict) and "result" in value:
        value = cast("dict[str, Any]", value)["result"]
    if isinstance(value, dict):
        return ", ".join(f"{name} {item}" for name, item in cast("dict[str, Any]", value).items())
    return str(value)


def _answer(asked: str, pictures: int) -> str:
    if pictures:
        return f"I was given {pictures} picture{'s' * (pictures > 1)}. The sandbox cannot see, but it arrived well."
    if not asked.strip():
        return "Hello from the sandbox. Ask me something, or connect a tool."
    if (found := calculation(asked)) and (value := _evaluate(found)) is not None:
        return f"{found} = {value:g}"
    topic = subject(asked)
    words = [word for word in _words(topic) if len(word) > 3] or ["this"]
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


def _pictures(message: Message) -> int:
    content = message.get("content")
    parts = cast("Sequence[Mapping[str, Any]]", content) if isinstance(content, list) else ()
    return sum(part.get("type") == "image_url" for part in parts)
