"""What a firing runs: the arguments of a node's function, and the function itself in each of its four forms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import aclosing
from typing import Any

from nodebuilder.engine.inputs import PlannedInput
from nodebuilder.engine.plan import PlannedNode
from nodebuilder.engine.recorder import Recorder
from nodebuilder.engine.store import Keys
from nodebuilder.errors import InputError, NodeError
from nodebuilder.values import convert

Send = Callable[[Any], None]
"""Takes one value that a generator yields."""


def arguments(
    node: PlannedNode, fixed: Mapping[str, Any], values: dict[int, Any], lacking: Any = None
) -> dict[str, Any]:
    """Return the keyword arguments of one firing: what arrived, as the sockets want it, beside all that is fixed.

    Raises:
        InputError: a value does not fit its socket, or one that must be there is missing.
        NodeError: the node needs a provider of type `lacking`, and there is none.
    """
    if lacking is not None:
        name = getattr(lacking, "__name__", str(lacking))
        raise NodeError(f"There is no {name} here.", "Install or configure a provider of it.", code="no_provider")
    given = {**fixed}
    for name in node.arrays:
        given[name] = []
    for index, each in enumerate(node.inputs):
        if index not in values:
            if each.required:
                raise _missing(each)
            continue
        value = values[index]
        if each.exact is not None and type(value) not in each.exact:
            value = convert(value, each.type, each.name)
        if each.array:
            given[each.socket].append(value)
        else:
            given[each.socket] = value
    return given


def _missing(each: PlannedInput) -> InputError:
    message = each.missing or f"Input {each.name} has no value."
    return InputError(message, "Connect it to an output that sends one.", socket=each.name)


def open_body(
    node: PlannedNode, given: dict[str, Any], keys: Keys, recorder: Recorder, send: Send
) -> Coroutine[Any, Any, Any]:
    """Return the coroutine of one firing of a node of the longer form.

    The values of a generator go to `send` as they come, and it returns nothing.
    """
    if node.secrets:
        return _with_keys(node, given, keys, recorder, send)
    return _plain(node, given, send)


def _plain(node: PlannedNode, given: dict[str, Any], send: Send) -> Coroutine[Any, Any, Any]:
    if node.type.generator:
        return _pump(node.type.call(**given), send)
    if node.type.is_async:
        return node.type.call(**given)
    if node.type.blocking:
        return asyncio.to_thread(node.type.call, **given)
    return _at_once(node, given)


async def _at_once(node: PlannedNode, given: dict[str, Any]) -> Any:
    return node.type.call(**given)


async def _pump(values: AsyncGenerator[Any, None], send: Send) -> None:
    async with aclosing(values):
        async for value in values:
            send(value)
            await asyncio.sleep(0)  # those who get the value have their turn before the next one


async def _with_keys(node: PlannedNode, given: dict[str, Any], keys: Keys, recorder: Recorder, send: Send) -> Any:
    providers = node.key_providers
    for widget, name in node.secrets.items():
        plain = node.given.get(widget)
        given_key = plain is not None
        key = await keys.resolve(plain if plain is not None else name, providers[widget], given=given_key)
        if key:
            recorder.hide(key.reveal())
        given[widget] = key
    return await _plain(node, given, send)
