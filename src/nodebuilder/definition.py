"""The definition of a node type as data: sockets, widgets and tool, for the editor, the model and the documentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from nodebuilder.values import SocketType, ToolDefinition

WidgetKind = Literal["text", "number", "slider", "toggle", "combo", "secret", "image", "code"]
WidgetCheck = Callable[[Mapping[str, Any]], object]
"""From a node's widget values to nothing, or an `InputError`; its `socket` names the widget."""


class _Required:
    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED: Final = _Required()
"""The default of an input that has none: it must be connected."""

TOOL_CALL: Final = "tool_call"
"""The name of the input at which a node takes the calls of a model: a node that has it can be called."""
TOOL_CALLS: Final = "tool_calls"
"""The name of the output down which a node that calls tools sends its calls."""


@dataclass(frozen=True, slots=True)
class SocketRule:
    """How an input takes part while `widget` holds `value`: pulled, not waited for, or (neither) plainly waited for."""

    widget: str
    value: bool | str
    pull: bool = False
    do_not_wait: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the rule as the JSON object of `GET /api/nodes`."""
        return {"widget": self.widget, "value": self.value, "pull": self.pull, "do_not_wait": self.do_not_wait}


@dataclass(frozen=True, slots=True)
class InputSocket:
    """Where a link may end; `missing` is what to say when a required one has no link.

    `many`: any number of links may end here. `tools`: what it gets are tools that the node may call. `back`: the body
    of this loop node ends here. `lenient`: a value of another type comes through as it is. `when`: rules by which
    widgets change how it takes part; the first that holds counts.
    """

    name: str
    type: SocketType
    description: str = ""
    default: Any = REQUIRED
    array: bool = False
    pull: bool = False
    do_not_wait: bool = False
    missing: str = ""
    many: bool = False
    tools: bool = False
    back: bool = False
    lenient: bool = False
    when: tuple[SocketRule, ...] = ()

    @property
    def required(self) -> bool:
        """Whether the node cannot run without a link here."""
        return self.default is REQUIRED

    def as_json(self) -> dict[str, Any]:
        """Return the socket as the JSON object of `GET /api/nodes`."""
        wire: dict[str, Any] = {
            "name": self.name,
            "type": self.type.value,
            "required": self.required,
            "array": self.array,
            "pull": self.pull,
            "do_not_wait": self.do_not_wait,
            "many": self.many,
            "tools": self.tools,
            "back": self.back,
            "description": self.description,
        }
        if self.when:
            wire["when"] = [rule.as_json() for rule in self.when]
        return wire if self.required else {**wire, "default": self.default}

    def under(self, settings: Mapping[str, Any]) -> InputSocket:
        """Return the socket as it is while the widgets hold `settings`."""
        for rule in self.when:
            if settings.get(rule.widget) == rule.value:
                return replace(self, pull=rule.pull, do_not_wait=rule.do_not_wait)
        return self


@dataclass(frozen=True, slots=True)
class OutputSocket:
    """Where a link may begin; `body`: the body of this loop node begins here."""

    name: str
    type: SocketType
    description: str = ""
    array: bool = False
    body: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the socket as the JSON object of `GET /api/nodes`."""
        return {
            "name": self.name,
            "type": self.type.value,
            "array": self.array,
            "body": self.body,
            "description": self.description,
        }


@dataclass(frozen=True, slots=True)
class Widget:
    """A setting a person edits on the node; `default` is JSON (a secret's default is the empty name)."""

    name: str
    kind: WidgetKind
    default: Any
    label: str = ""
    description: str = ""
    options: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    integer: bool = False
    lines: int = 1
    language: str = ""
    accept: str = ""
    provider: str = ""
    provider_widget: str = ""
    option_warnings: Mapping[str, str] = field(default_factory=dict[str, str])
    advanced: bool = False

    @property
    def advised(self) -> Any:
        """The default; or, when that is an option with a warning, the first option without one."""
        if self.default not in self.option_warnings:
            return self.default
        return next((option for option in self.options if option not in self.option_warnings), self.default)

    def as_json(self) -> dict[str, Any]:
        """Return the widget as the JSON object of `GET /api/nodes`: only what its kind has."""
        optional = {
            "options": list(self.options),
            "min": self.minimum,
            "max": self.maximum,
            "step": self.step,
            "integer": self.integer,
            "lines": self.lines if self.kind == "text" else None,
            "language": self.language,
            "accept": self.accept,
            "provider": self.provider,
            "provider_widget": self.provider_widget,
            "option_warnings": dict(self.option_warnings),
            "advanced": self.advanced,
        }
        kept = {key: value for key, value in optional.items() if value not in (None, "", False, [], {})}
        head = {"name": self.name, "kind": self.kind, "default": self.default}
        return {**head, "label": self.label or self.name, "description": self.description, **kept}


@dataclass(frozen=True, slots=True)
class NodeDefinition:
    """Everything the outside knows of a node type."""

    type: str
    title: str
    category: str
    description: str
    inputs: tuple[InputSocket, ...]
    outputs: tuple[OutputSocket, ...]
    widgets: tuple[Widget, ...]
    body: str = ""
    version: str = "1.0.0"
    tags: tuple[str, ...] = ()
    paid: bool = False
    tool: ToolDefinition | None = None
    check: WidgetCheck | None = field(default=None, compare=False, repr=False)
    """What raises an `InputError` for values that do not go together, each of them fine by itself."""

    @property
    def callable(self) -> bool:
        """Whether a model may call this node as a tool."""
        return any(socket.name == TOOL_CALL and socket.do_not_wait for socket in self.inputs)

    def under(self, values: Mapping[str, Any]) -> NodeDefinition:
        """Return the definition as it is for a node with these saved widget values."""
        if not any(socket.when for socket in self.inputs):
            return self
        settings = {widget.name: values.get(widget.name, widget.default) for widget in self.widgets}
        return replace(self, inputs=tuple(socket.under(settings) for socket in self.inputs))

    def input(self, name: str) -> InputSocket | None:
        """Return the input called `name`, or None."""
        return next((socket for socket in self.inputs if socket.name == name), None)

    def output(self, name: str) -> OutputSocket | None:
        """Return the output called `name`, or None."""
        return next((socket for socket in self.outputs if socket.name == name), None)

    def widget(self, name: str) -> Widget | None:
        """Return the widget called `name`, or None."""
        return next((widget for widget in self.widgets if widget.name == name), None)

    def as_json(self) -> dict[str, Any]:
        """Return the definition as the JSON object of `GET /api/nodes` and `nodebuilder nodes --json`."""
        return {
            "type": self.type,
            "title": self.title,
            "category": self.category,
            "description": self.description,
            "version": self.version,
            "tags": list(self.tags),
            "paid": self.paid,
            "inputs": [socket.as_json() for socket in self.inputs],
            "outputs": [socket.as_json() for socket in self.outputs],
            "widgets": [widget.as_json() for widget in self.widgets],
            "tool": self.tool,
        }
