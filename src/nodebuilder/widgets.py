"""The words a node's signature is written with: flags of sockets, kinds of widgets, and what is injected.

Widgets stand after the star, always with a default. Most need no annotation: `str` is a text line, `int` and `float`
numbers, `bool` a toggle, `Literal[…]` a combo box, `Secret` a secret. The classes here say more:
`Annotated[str, Text(lines=4)]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

from nodebuilder.values import SocketType

Provider = TypeVar("Provider")


@dataclass(frozen=True, slots=True)
class Pull:
    """Flag of an input: the engine asks for its value when the node is triggered, and keeps the latest for the run."""


@dataclass(frozen=True, slots=True)
class DoNotWait:
    """Flag of an input: it never holds the node back; each value that arrives is a reason to fire."""


@dataclass(frozen=True, slots=True)
class Array:
    """Flag of a `list[…]` socket: the person adds slots, the function gets or gives one list in slot order."""


@dataclass(frozen=True, slots=True)
class Body:
    """Flag of an output that begins the body of a loop node: what it sends goes round by round, see `ctx.round`."""


@dataclass(frozen=True, slots=True)
class Back:
    """Flag of a do-not-wait input at which the body of a loop node ends: what comes there is what a round gives."""


@dataclass(frozen=True, slots=True)
class When:
    """How an input takes part while a widget holds a value: `When("wait", False, DoNotWait())`.

    Instead of what its own flags say, it has those given here; with none, it is a plain input. Of several rules, the
    first that holds counts.
    """

    widget: str
    value: bool | str
    flag: Pull | DoNotWait | None = None


@dataclass(frozen=True, slots=True)
class Meant:
    """The type that an input of type `Any` is drawn and linked with; whatever comes, the function sees as it is."""

    type: SocketType


@dataclass(frozen=True, slots=True)
class Tools:
    """Flag of a pulled array input: what it gets are definitions of tools, which the node calls by `ctx.call_tool`."""


@dataclass(frozen=True, slots=True)
class Advanced:
    """Flag of a widget that few people need: it is shown in the inspector, not on the node."""


@dataclass(frozen=True, slots=True)
class Required:
    """What is said when an input or a tool argument is missing: `Annotated[str, Required("A city is required")]`."""

    sentence: str


@dataclass(frozen=True, slots=True)
class About:
    """One sentence of description, for those who prefer it beside the parameter to the docstring."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text of `lines` lines (one: a single-line box)."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class Number:
    """A number box; `minimum` and `maximum` are checked, `step` is what the arrows add."""

    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None


@dataclass(frozen=True, slots=True)
class Slider:
    """A slider from `minimum` to `maximum` in steps of `step`."""

    minimum: float
    maximum: float
    step: float = 1.0


@dataclass(frozen=True, slots=True)
class Toggle:
    """A switch (what a plain `bool` gives)."""


@dataclass(frozen=True, slots=True)
class Combo:
    """A combo box over options known only at start-up; `warnings` gives an option's warning sentence."""

    options: tuple[str, ...]
    warnings: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class KeyOf:
    """Which provider a `Secret` is the key of: `Annotated[Secret, KeyOf("openai")]`.

    `widget` names the widget in which the person chooses the provider, if there is one.
    """

    provider: str
    widget: str = ""


@dataclass(frozen=True, slots=True)
class ImageUpload:
    """A picture chosen or dropped by the person; the function gets its file name ("" when there is none)."""

    accept: str = "image/png,image/jpeg,image/webp,image/gif"


@dataclass(frozen=True, slots=True)
class Code:
    """A text edited as source code in `language` (json, python, markdown)."""

    language: str = "json"


@dataclass(frozen=True, slots=True)
class Injected:
    """Marks a parameter that the runner fills with a provider; written as `Needs[…]`."""


Needs = Annotated[Provider, Injected()]
"""A provider that the runner hands in: `images: Needs[ImageModel]`."""
