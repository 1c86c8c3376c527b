"""Reads a typed function: which parameters are sockets, widgets, tool arguments or providers, and what it returns."""

from __future__ import annotations

import inspect
import types
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from nodebuilder import docstrings
from nodebuilder.context import Context
from nodebuilder.definition import REQUIRED, TOOL_CALL, InputSocket, OutputSocket, SocketRule, Widget
from nodebuilder.errors import DefinitionError
from nodebuilder.values import Asset, Secret, Skip, SocketType, ToolDefinition
from nodebuilder.widgets import (
    About,
    Advanced,
    Array,
    Back,
    Body,
    Code,
    Combo,
    DoNotWait,
    ImageUpload,
    Injected,
    KeyOf,
    Meant,
    Number,
    Pull,
    Required,
    Slider,
    Text,
    Tools,
    When,
)

Function = Callable[..., Any]
Mark = TypeVar("Mark")
_PLAIN: dict[Any, SocketType] = {
    str: SocketType.TEXT,
    int: SocketType.NUMBER,
    float: SocketType.NUMBER,
    bool: SocketType.BOOLEAN,
    Asset: SocketType.IMAGE,
    dict: SocketType.DICTIONARY,
    Mapping: SocketType.DICTIONARY,
    list: SocketType.LIST,
    Sequence: SocketType.LIST,
    ToolDefinition: SocketType.TOOL,
    Any: SocketType.ANY,
    object: SocketType.ANY,
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its bare type, what `Annotated` adds, its default and its line of documentation."""

    name: str
    type: Any
    marks: tuple[Any, ...]
    default: Any
    about: str

    def mark(self, kind: type[Mark]) -> Mark | None:
        """Return the annotation of that kind, if there is one."""
        return next((mark for mark in self.marks if isinstance(mark, kind)), None)


@dataclass(frozen=True, slots=True)
class Signature:
    """A function taken apart: `flowing` stands before the star, `settings` after it."""

    context: str | None
    needs: Mapping[str, Any]
    flowing: tuple[Parameter, ...]
    settings: tuple[Parameter, ...]
    returns: Any
    generator: bool
    doc: docstrings.Docstring
    function: Function

    def mistake(self, message: str, remedy: str) -> DefinitionError:
        """Return a definition error that names the file and line of the function."""
        code = getattr(self.function, "__code__", None)
        file, line = (code.co_filename, code.co_firstlineno) if code else (None, None)
        return DefinitionError(f"{self.function.__name__}: {message}", remedy, file=file, line=line)


def read(function: Function) -> Signature:
    """Take `function` apart.

    Raises:
        DefinitionError: it cannot be a node; the message names file, line and parameter.
    """
    doc = docstrings.parse(function.__doc__)
    blank = Signature(None, {}, (), (), None, inspect.isasyncgenfunction(function), doc, function)
    try:
        hints = get_type_hints(function, include_extras=True)
    except Exception as error:
        raise blank.mistake(f"its annotations cannot be read ({error}).", "Import every name they use.") from error
    context: str | None = None
    needs: dict[str, Any] = {}
    flowing: list[Parameter] = []
    settings: list[Parameter] = []
    for raw in inspect.signature(function).parameters.values():
        parameter = _parameter(raw, hints, doc, blank)
        if parameter.type is Context:
            context = parameter.name
        elif parameter.mark(Injected):
            needs[parameter.name] = parameter.type
        elif raw.kind is inspect.Parameter.KEYWORD_ONLY:
            settings.append(parameter)
        else:
            flowing.append(parameter)
    returns = hints.get("return", Any)
    return Signature(context, needs, tuple(flowing), tuple(settings), returns, blank.generator, doc, function)


def _parameter(
    raw: inspect.Parameter, hints: Mapping[str, Any], doc: docstrings.Docstring, blank: Signature
) -> Parameter:
    if raw.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
        raise blank.mistake(f"parameter {raw.name} gathers any number of values.", "Name every socket and widget.")
    if raw.name not in hints:
        raise blank.mistake(f"parameter {raw.name} has no type.", "Write its type, for example `str` or `Any`.")
    bare, marks = unwrap(hints[raw.name])
    default = REQUIRED if raw.default is inspect.Parameter.empty else raw.default
    about = next((mark.text for mark in marks if isinstance(mark, About)), "") or doc.entries.get(raw.name, "")
    return Parameter(raw.name, bare, marks, default, about)


def unwrap(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return the bare type under `Annotated` and beside None and Skip, with the annotations found on the way."""
    marks: tuple[Any, ...] = ()
    while get_origin(hint) is Annotated:
        hint, *more = get_args(hint)
        marks += tuple(more)
    if get_origin(hint) in (Union, types.UnionType):
        kinds = [kind for kind in get_args(hint) if kind not in (type(None), Skip)]
        if len(kinds) == 1:
            bare, inner = unwrap(kinds[0])
            return bare, marks + inner
    return hint, marks


def socket_type(hint: Any) -> SocketType | None:
    """Return the socket type of a bare type, or None when there is none for it."""
    origin = get_origin(hint)
    if origin is Literal:
        return SocketType.TEXT if all(isinstance(option, str) for option in get_args(hint)) else None
    if origin in (Union, types.UnionType):
        kinds = {socket_type(unwrap(kind)[0]) for kind in get_args(hint)}
        if kinds == {SocketType.IMAGE, SocketType.TEXT}:
            return SocketType.IMAGE
        return kinds.pop() if len(kinds) == 1 else SocketType.ANY
    return _PLAIN.get(origin or hint)


def inputs(signature: Signature) -> tuple[InputSocket, ...]:
    """Return the input sockets that the parameters before the star are."""
    return tuple(_input(parameter, signature) for parameter in signature.flowing)


def _input(parameter: Parameter, signature: Signature) -> InputSocket:
    array = parameter.mark(Array) is not None
    hint = _item(parameter.type, parameter.name, signature) if array else parameter.type
    meant = parameter.mark(Meant)
    kind = meant.type if meant else socket_type(hint)
    if kind is None:
        raise signature.mistake(
            f"parameter {parameter.name} has type {hint!r}, which is no socket type.",
            "Use str, float, bool, Asset, dict, list, ToolDefinition or Any.",
        )
    pull, loose = parameter.mark(Pull) is not None, parameter.mark(DoNotWait) is not None
    required = parameter.mark(Required)
    missing = required.sentence if required else ""
    return InputSocket(
        name=parameter.name,
        type=kind,
        description=parameter.about,
        default=parameter.default,
        array=array,
        pull=pull,
        do_not_wait=loose,
        missing=missing,
        many=loose and parameter.name == TOOL_CALL,
        tools=parameter.mark(Tools) is not None,
        back=_is_back(parameter, signature, loose=loose),
        lenient=meant is not None,
        when=tuple(_rule(mark) for mark in parameter.marks if isinstance(mark, When)),
    )


def _is_back(parameter: Parameter, signature: Signature, *, loose: bool) -> bool:
    back = parameter.mark(Back) is not None
    if back and not loose:
        raise signature.mistake(
            f"input {parameter.name} is marked Back() but is waited for.",
            "Write `Annotated[Any, DoNotWait(), Back()]`.",
        )
    return back


def _rule(mark: When) -> SocketRule:
    flag = mark.flag
    return SocketRule(mark.widget, mark.value, pull=isinstance(flag, Pull), do_not_wait=isinstance(flag, DoNotWait))


def _item(hint: Any, name: str, signature: Signature) -> Any:
    if get_origin(hint) is not list:
        raise signature.mistake(f"{name} is an array socket but not a list.", "Write `Annotated[list[str], Array()]`.")
    return unwrap(get_args(hint)[0])[0]


def is_record(hint: Any) -> bool:
    """Say whether a type is a NamedTuple."""
    return inspect.isclass(hint) and issubclass(hint, tuple) and bool(getattr(cast("type", hint), "_fields", ()))


def returned_type(signature: Signature) -> Any:
    """Return the bare type of one returned (or yielded) value."""
    hint, _ = unwrap(signature.returns)
    if signature.generator:
        if get_origin(hint) not in (AsyncIterator, AsyncGenerator):
            raise signature.mistake(
                "it yields, but its return type is no AsyncIterator.", "Write `-> AsyncIterator[…]`."
            )
        hint, _ = unwrap(get_args(hint)[0])
    return hint


def outputs(signature: Signature) -> tuple[OutputSocket, ...]:
    """Return the output sockets that the return type gives."""
    hint = returned_type(signature)
    if hint in (None, type(None)):
        return ()
    if not is_record(hint):
        return (
            _output("output", signature.returns if not signature.generator else hint, signature.doc.returns, signature),
        )
    about = docstrings.parse(hint.__doc__).entries
    hints = get_type_hints(hint, include_extras=True)
    fields: tuple[str, ...] = hint._fields
    return tuple(_output(name, hints[name], about.get(name, ""), signature) for name in fields)


def _output(name: str, hint: Any, about: str, signature: Signature) -> OutputSocket:
    bare, marks = unwrap(hint)
    array = any(isinstance(mark, Array) for mark in marks)
    kind = socket_type(_item(bare, name, signature) if array else bare)
    if kind is None:
        raise signature.mistake(
            f"output {name} has type {bare!r}, which is no socket type.",
            "Use str, float, bool, Asset, dict, list or Any.",
        )
    return OutputSocket(name, kind, about, array, body=any(isinstance(mark, Body) for mark in marks))


def widgets(signature: Signature) -> tuple[Widget, ...]:
    """Return the widgets that the parameters after the star are."""
    return tuple(
        replace(widget, advanced=parameter.mark(Advanced) is not None)
        for parameter in signature.settings
        for widget in (_widget(parameter, signature),)
    )


def _widget(parameter: Parameter, signature: Signature) -> Widget:
    name, about, default = parameter.name, parameter.about, parameter.default
    if default is REQUIRED:
        raise signature.mistake(f"widget {name} has no default.", "Give every parameter after the star a default.")
    label = name.replace("_", " ")
    if parameter.type is Secret:
        key = parameter.mark(KeyOf)
        provider, chosen = (key.provider, key.widget) if key else ("", "")
        return Widget(name, "secret", "", label, about, provider=provider, provider_widget=chosen)
    if combo := parameter.mark(Combo):
        return Widget(name, "combo", default, label, about, options=combo.options, option_warnings=combo.warnings)
    if get_origin(parameter.type) is Literal:
        return Widget(name, "combo", default, label, about, options=tuple(str(o) for o in get_args(parameter.type)))
    if parameter.type is bool:
        return Widget(name, "toggle", default, label, about)
    if parameter.type in (int, float):
        return _number_widget(parameter, label)
    if parameter.type is str:
        return _text_widget(parameter, label)
    raise signature.mistake(
        f"widget {name} has type {parameter.type!r}, for which there is no widget.",
        "Use str, int, float, bool, Literal or Secret.",
    )


def _number_widget(parameter: Parameter, label: str) -> Widget:
    whole = parameter.type is int
    if slider := parameter.mark(Slider):
        return Widget(
            parameter.name, "slider", parameter.default, label, parameter.about,
            minimum=slider.minimum, maximum=slider.maximum, step=slider.step, integer=whole,
        )  # fmt: skip
    number = parameter.mark(Number) or Number()
    return Widget(
        parameter.name, "number", parameter.default, label, parameter.about,
        minimum=number.minimum, maximum=number.maximum, step=number.step, integer=whole,
    )  # fmt: skip


def _text_widget(parameter: Parameter, label: str) -> Widget:
    if code := parameter.mark(Code):
        return Widget(parameter.name, "code", parameter.default, label, parameter.about, language=code.language)
    if upload := parameter.mark(ImageUpload):
        return Widget(parameter.name, "image", parameter.default, label, parameter.about, accept=upload.accept)
    text = parameter.mark(Text) or Text()
    return Widget(parameter.name, "text", parameter.default, label, parameter.about, lines=text.lines)
