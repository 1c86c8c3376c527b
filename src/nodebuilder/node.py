"""`@node` and `@tool`: a typed function becomes a node type."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, overload

from nodebuilder import signature as signatures
from nodebuilder import tool_calls, widget_values
from nodebuilder.context import Context
from nodebuilder.definition import TOOL_CALL, InputSocket, NodeDefinition, OutputSocket, SocketRule, WidgetCheck
from nodebuilder.errors import InputError, NodeError, TryAgain
from nodebuilder.signature import Function, Signature
from nodebuilder.tool_calls import FallbackIds
from nodebuilder.values import JSON, SKIP, Secret, SocketType

Decorator = Callable[[Function], "NodeType"]
Price = Callable[[Mapping[str, Any]], tuple[float, float] | None]
"""From a node's widget values to the least and the most one firing may cost, in US dollars; None: not known."""


@dataclass(frozen=True, slots=True)
class NodeType:
    """A node type: its definition, and the function that runs it.

    `fn` is the function as it was written, for calling it directly; `call` is what the engine calls.
    """

    definition: NodeDefinition
    fn: Function
    call: Function
    takes_context: str | None
    needs: Mapping[str, Any]
    blocking: bool
    generator: bool
    is_async: bool
    file: Path
    price: Price | None = None

    @property
    def type(self) -> str:
        """The id of the node type."""
        return self.definition.type

    @property
    def secrets(self) -> Mapping[str, str]:
        """The secret widgets, each with the provider whose key it is."""
        return {widget.name: widget.provider for widget in self.definition.widgets if widget.kind == "secret"}

    def key_providers(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        """Return the secret widgets, each with the provider whose key it is when the other widgets hold `values`."""
        secret = (widget for widget in self.definition.widgets if widget.kind == "secret")
        return {each.name: str(values.get(each.provider_widget) or each.provider) for each in secret}

    def read_widgets(self, values: Mapping[str, JSON]) -> dict[str, Any]:
        """Return the function's widget arguments from the saved `values`; secrets are left as their names.

        Raises:
            InputError: a value cannot be used; the message names the widget.
        """
        return {
            widget.name: widget_values.read(widget, values.get(widget.name, widget.default))
            for widget in self.definition.widgets
        }

    def split_outputs(self, returned: Any) -> dict[str, Any]:
        """Return what the function returned as a value for each output socket; skipped ones are absent.

        Raises:
            NodeError: the function returned something else than its return type says.
        """
        outputs = self.definition.outputs
        if not outputs or returned is SKIP:
            return {}
        if len(outputs) == 1 and outputs[0].name == "output" and not _is_record(returned):
            return {"output": returned}
        values = cast(tuple[Any, ...], returned) if isinstance(returned, tuple) else ()
        if len(values) != len(outputs):
            raise NodeError(
                f"{self.definition.title} returned {returned.__class__.__name__} instead of {len(outputs)} outputs.",
                "Return one value for each field of the return type.",
                code="wrong_return",
            )
        return {output.name: value for output, value in zip(outputs, values, strict=True) if value is not SKIP}


def _is_record(value: Any) -> bool:
    return isinstance(value, tuple) and bool(getattr(cast(object, value), "_fields", ()))


def _title(name: str) -> str:
    return " ".join(word.capitalize() for word in name.replace("-", "_").split("_") if word)


@overload
def node(name: Function, /) -> NodeType: ...
@overload
def node(
    name: str | None = None,
    /,
    *,
    title: str = "",
    category: str = "Custom",
    tags: tuple[str, ...] = (),
    version: str = "1.0.0",
    paid: bool = False,
    price: Price | None = None,
    check: WidgetCheck | None = None,
    blocking: bool = False,
) -> Decorator: ...
def node(
    name: str | Function | None = None,
    /,
    *,
    title: str = "",
    category: str = "Custom",
    tags: tuple[str, ...] = (),
    version: str = "1.0.0",
    paid: bool = False,
    price: Price | None = None,
    check: WidgetCheck | None = None,
    blocking: bool = False,
) -> NodeType | Decorator:
    """Make a node type of a typed function.

    What stands before the star flows through sockets, what stands after it is set by widgets, and the return type gives
    the outputs. Write `@node` alone, or `@node("type_id", title="…", category="…")`.

    Args:
        name: The id of the node type; by default the function's name.
        title: What the node is called on the canvas.
        category: The group it stands in.
        tags: Words for the search.
        version: The version of the node, shown in its documentation.
        paid: Whether a firing may cost money.
        price: What a firing may cost, from the widget values.
        check: Raises an `InputError` for widget values that do not go together; `socket` of it names the widget.
        blocking: Whether the function blocks; it is then run in a thread.

    Raises:
        DefinitionError: the function cannot be a node; the message names file and line.
    """

    def decorate(function: Function) -> NodeType:
        signature = signatures.read(function)
        type_id = name if isinstance(name, str) else function.__name__
        definition = NodeDefinition(
            type=type_id,
            title=title or _title(type_id),
            category=category,
            description=signature.doc.summary,
            inputs=signatures.inputs(signature),
            outputs=signatures.outputs(signature),
            widgets=_checked_widgets(signature),
            body=signature.doc.body,
            version=version,
            tags=tags,
            paid=paid,
            check=check,
        )
        _check_names(definition, signature)
        return _node_type(definition, function, function, signature, price=price, blocking=blocking)

    return decorate(name) if callable(name) else decorate


@overload
def tool(name: Function, /) -> NodeType: ...
@overload
def tool(
    name: str | None = None,
    /,
    *,
    type_id: str | None = None,
    title: str = "",
    category: str = "Tools",
    tags: tuple[str, ...] = (),
    version: str = "1.0.0",
    paid: bool = False,
    price: Price | None = None,
    fallback_ids: FallbackIds | None = None,
) -> Decorator: ...
def tool(
    name: str | Function | None = None,
    /,
    *,
    type_id: str | None = None,
    title: str = "",
    category: str = "Tools",
    tags: tuple[str, ...] = (),
    version: str = "1.0.0",
    paid: bool = False,
    price: Price | None = None,
    fallback_ids: FallbackIds | None = None,
) -> NodeType | Decorator:
    """Make a tool node of a typed async function: what stands before the star is what a model may fill.

    The node has one input `tool_call` and one output `output`. Without a call it gives its definition; with one it
    gives `{"id", "result"}` or `{"id", "error"}`. What stands after the star are widgets: a model never sees nor
    changes them.

    Args:
        name: The tool's name as models see it; by default the function's name.
        type_id: The id of the node type; by default the name with `_tool` behind it.
        title: What the node is called on the canvas.
        category: The group it stands in.
        tags: Words for the search.
        version: The version of the node, shown in its documentation.
        paid: Whether a call may cost money.
        price: What a call may cost, from the widget values.
        fallback_ids: The ids of results for calls that bring none.

    Raises:
        DefinitionError: the function cannot be a tool; the message names file and line.
    """

    def decorate(function: Function) -> NodeType:
        signature = signatures.read(function)
        if not inspect.iscoroutinefunction(function):
            raise signature.mistake("a tool must be an async function.", "Write `async def`.")
        said = name if isinstance(name, str) else function.__name__
        node_id = type_id or f"{said}_tool"
        definition = NodeDefinition(
            type=node_id,
            title=title or _title(node_id),
            category=category,
            description=signature.doc.summary,
            inputs=(_CALL,),
            outputs=(_RESULT,),
            widgets=_checked_widgets(signature),
            body=signature.doc.body,
            version=version,
            tags=tags,
            paid=paid,
            tool=tool_calls.define(said, signature),
        )
        _check_names(definition, signature)
        ids = fallback_ids or FallbackIds(f"{said}_result", f"{said}_error", f"{said}_exception")
        answer = _answering(function, signature, definition, ids)
        return _node_type(definition, function, answer, signature, price=price)

    return decorate(name) if callable(name) else decorate


_CALL = InputSocket(
    TOOL_CALL, SocketType.ANY, "Tool call data from LLM or direct invocation", None, do_not_wait=True, many=True
)
_RESULT = OutputSocket("output", SocketType.ANY, "Tool definition (when no input) or the tool's result")


def _node_type(
    definition: NodeDefinition,
    written: Function,
    called: Function,
    signature: Signature,
    *,
    price: Price | None,
    blocking: bool = False,
) -> NodeType:
    return NodeType(
        definition=definition,
        fn=written,
        call=called,
        takes_context=signature.context if called is written else "ctx",
        needs=signature.needs,
        blocking=blocking,
        generator=signature.generator,
        is_async=inspect.iscoroutinefunction(called) or signature.generator,
        file=Path(written.__code__.co_filename),
        price=price,
    )


def _answering(function: Function, signature: Signature, definition: NodeDefinition, ids: FallbackIds) -> Function:
    """Return the dual mode of a tool: its definition without a call, its result with one."""
    described = definition.tool
    if described is None:
        raise signature.mistake("it has no tool definition.", "Define it with `@tool`.")
    run: Callable[..., Awaitable[Any]] = function
    missing = tool_calls.missing_sentences(signature)

    async def answer(ctx: Context, tool_call: Any = None, **settings: Any) -> Any:
        if tool_call is None:
            return described
        identity = tool_calls.identity(tool_call)
        try:
            call = tool_calls.parse_call(tool_call)
            arguments = tool_calls.check_arguments(described, call.arguments, missing)
        except InputError as error:
            ctx.error(error.message, error.remedy, code=error.code)
            return {"id": identity or ids.error, "error": error.message}
        if signature.context:
            arguments[signature.context] = ctx
        try:
            result = await run(**arguments, **settings)
        except TryAgain as wrong:
            ctx.error(str(wrong), f"Call {described['name']} again in another way.", code="try_again")
            return {"id": identity or ids.error, "error": str(wrong)}
        except NodeError as error:
            ctx.error(error.message, error.remedy, code=error.code, charged=error.charged)
            refused = isinstance(error, InputError)
            return {"id": identity or (ids.error if refused else ids.exception), "error": error.message}
        return {"id": identity or ids.success, "result": result}

    return answer


def _checked_widgets(signature: Signature) -> tuple[Any, ...]:
    widgets = signatures.widgets(signature)
    for widget in widgets:
        default = "" if isinstance(widget.default, Secret) else widget.default
        try:
            widget_values.read(widget, default)
        except InputError as error:
            raise signature.mistake(
                f"the default of widget {widget.name} is wrong: {error.message}",
                "Give it a default that it would accept.",
            ) from error
    return widgets


def _check_names(definition: NodeDefinition, signature: Signature) -> None:
    if not definition.type.replace("_", "").replace("-", "").replace(".", "").isalnum():
        raise signature.mistake(f"the type id {definition.type!r} is not a word.", "Use letters, digits, _ and -.")
    inputs = [socket.name for socket in definition.inputs]
    for name in [widget.name for widget in definition.widgets]:
        if name in inputs:
            raise signature.mistake(f"{name} is both a socket and a widget.", "Give one of them another name.")
    for socket in definition.inputs:
        for rule in socket.when:
            _check_rule(definition, socket, rule, signature)


def _check_rule(definition: NodeDefinition, socket: InputSocket, rule: SocketRule, signature: Signature) -> None:
    widget = definition.widget(rule.widget)
    if widget is None:
        raise signature.mistake(
            f"{socket.name} depends on a widget {rule.widget}, which there is not.", "Name one of its widgets."
        )
    try:
        widget_values.read(widget, rule.value)
    except InputError as error:
        raise signature.mistake(f"{socket.name} has a rule that never holds: {error.message}", error.remedy) from error
