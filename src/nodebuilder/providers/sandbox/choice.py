"""Which of the offered tools a request is for: by what both are about, else by the words that they share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from nodebuilder.providers.sandbox.arguments import calculation, link, picture

Function = Mapping[str, Any]

WORD: Final = re.compile(r"[a-z]{3,}")
_DULL: Final = re.compile(
    r"the|and|for|with|this|that|from|are|you|can|was|has|have|will|your|using|use|given|tool|get|what|how|who|why|not"
    r"|any|all|tell|give|show|make|about"
)


@dataclass(frozen=True, slots=True)
class _Ability:
    tools: frozenset[str]
    asked: re.Pattern[str]


def _ability(tools: str, asked: str) -> _Ability:
    return _Ability(frozenset(tools.split()), re.compile(asked, re.IGNORECASE))


_ABILITIES: Final = {
    "edit": _ability("edit inpaint retouch", r"\b(?:edit|change|alter|modify|retouch|recolou?r|remove|replace|make)\b"),
    "image": _ability(
        "image picture draw paint photo illustration",
        r"\b(?:images?|pictures?|photos?|draw(?:ing)?|paint(?:ing)?|sketch|illustrat\w+|render|portrait|logo|poster)\b",
    ),
    "weather": _ability(
        "weather forecast",
        r"\b(?:weather|forecast|temperature)\b"
        r"|\b(?:will|does|is) it (?:be |going to )?(?:rain|snow|sunny|cold|warm|hot|wind)",
    ),
    "calculate": _ability(
        "calculator calculate math arithmetic compute sum",
        r"\b(?:calculate|compute|plus|minus|times|divided by|multipl\w+|subtract|sum of|add)\b[^?]*\d",
    ),
    "analyse": _ability(
        "analyze analyse analysis statistics sentiment",
        r"\b(?:analy[sz]e|analysis|statistics|average|mean|median|sentiment|word count)\b"
        r"|\b(?:many|count) (?:the )?words\b",
    ),
    "fetch": _ability("http fetch url download request web", r"https?://"),
    "search": _ability("search lookup find", r"\b(?:search|look up|find|news)\b"),
    "time": _ability("time date clock", r"\b(?:what|the) (?:time|date|day)\b|\b(?:clock|today)\b"),
}


def choose(functions: Sequence[Function], asked: str) -> list[Function]:
    """Return the tools to call, one for each thing that the request is about, in the order they are offered."""
    wanted = _wanted(asked)
    found: list[Function] = []
    for ability in wanted:
        able = [function for function in functions if ability in _abilities(function)]
        found += sorted(able, key=lambda function: -_common(function, asked))[:1]
    if not found:
        best = max(functions, key=lambda function: _common(function, asked), default=None)
        found = [best] if best is not None and _common(best, asked) >= 2 else []
    return [function for function in functions if any(function is each for each in found)]


def edits(functions: Sequence[Function]) -> bool:
    """Say whether one of the tools changes pictures."""
    return any("edit" in _abilities(function) for function in functions)


def words(text: str) -> list[str]:
    """Return the words of a text that say something, each also without its plural."""
    said = [word for word in WORD.findall(text.lower()) if not _DULL.fullmatch(word)]
    return [*said, *(word[:-1] for word in said if word.endswith("s"))]


def _wanted(asked: str) -> list[str]:
    """Return what a request is about; who names a picture to be changed does not want another one."""
    found = [name for name, ability in _ABILITIES.items() if ability.asked.search(asked)]
    if calculation(asked) and "calculate" not in found and not link(asked):
        found.append("calculate")
    if "edit" in found and not picture(asked):
        found.remove("edit")
    dropped = {"image", "fetch"} if "edit" in found else set[str]()
    return [name for name in found if name not in dropped]


def _abilities(function: Function) -> set[str]:
    """Return what a tool is for, by its name; only when that says nothing, by the first sentence about it."""
    for text in (str(function.get("name", "")), _first_sentence(function)):
        about = set(words(text.replace("_", " ").replace("-", " ")))
        if found := {name for name, ability in _ABILITIES.items() if ability.tools & about}:
            return {"edit"} if "edit" in found else found
    return set()


def _common(function: Function, asked: str) -> int:
    """Return how many words a tool and a request share; those of its name count twice."""
    said = set(words(asked))
    name = str(function.get("name", "")).lower()
    named = set(words(name.replace("_", " ").replace("-", " ")))
    return 2 * len(named & said) + len(set(words(_first_sentence(function))) & said) + 4 * (name in asked.lower())


def _first_sentence(function: Function) -> str:
    return re.split(r"[.\n]", str(function.get("description") or ""), maxsplit=1)[0]
