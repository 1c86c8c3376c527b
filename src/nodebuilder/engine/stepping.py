"""Makes the first step of a coroutine at once, so that one that never waits needs no task of its own.

The step is made inside the task that will also make the others, should there be any: whoever asks for the current
task (`asyncio.timeout`, `TaskGroup`, anyio) always gets the same one. The steps run in a context of their own, so that
a context variable set by one node is never seen by another.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from contextvars import Context
from typing import Any


class Suspended:
    """A coroutine that has made its first step and waits; awaiting this object makes the others."""

    __slots__ = ("_context", "_coroutine", "_yielded")

    def __init__(self, coroutine: Coroutine[Any, Any, Any], context: Context, yielded: Any) -> None:
        self._coroutine = coroutine
        self._context = context
        self._yielded = yielded

    def __await__(self) -> Generator[Any, Any, Any]:
        run, coroutine, yielded = self._context.run, self._coroutine, self._yielded
        step: Callable[[Any], Any]
        while True:
            value: Any
            try:
                value = yield yielded
            except GeneratorExit:
                run(coroutine.close)
                raise
            except BaseException as error:  # noqa: BLE001 - it belongs to the coroutine, which gets it whole
                step, value = coroutine.throw, error
            else:
                step = coroutine.send
            try:
                yielded = run(step, value)
            except StopIteration as stop:
                return stop.value
