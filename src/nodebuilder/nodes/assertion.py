"""What makes a workflow a test: Assert."""

from __future__ import annotations

from typing import Annotated, Any, Final, NamedTuple

from nodebuilder.context import Context
from nodebuilder.errors import NodeError
from nodebuilder.node import node
from nodebuilder.nodes.comparison import alike, as_text
from nodebuilder.values import SKIP, to_json
from nodebuilder.widgets import Pull

PASSED: Final = "Assertion Passed"
"""How the line begins that Assert writes to the log when the values are the same."""
FAILED: Final = "Assertion Failed"
"""How the message begins when they are not."""
_SHOWN: Final = 200
_KEPT: Final = 50_000


class Asserted(NamedTuple):
    """What Assert gives on.

    Attributes:
        on_success: The actual value as it came, when it is the expected one.
        on_failure: Nothing, ever: when the values differ, the node fails.
    """

    on_success: Any
    on_failure: Any


@node("assert", category="Testing", tags=("assert", "test", "expect", "check"))
async def assert_node(ctx: Context, actual: Any, expected: Annotated[Any, Pull()]) -> Asserted:
    """Let a value pass if it is the expected one; otherwise fail, and the run with it.

    Args:
        actual: The value that the workflow made.
        expected: What it should be.
    """
    found, wanted = alike(actual, expected)
    if found != wanted:
        raise NodeError(
            f"{FAILED}: {_short(wanted)} was expected, but {_short(found)} came.",
            "Correct the workflow, or what is expected of it.",
            code="assertion_failed",
            details={"expected": _kept(expected), "actual": _kept(actual)},
        )
    ctx.log(f"{PASSED}: {_short(found)}")
    return Asserted(actual, SKIP)


def _kept(value: Any) -> Any:
    """Return a value as it came, for whoever shows the difference; of a very long one its beginning, as text."""
    text = as_text(value)
    return to_json(value) if len(text) <= _KEPT else f"{text[: _KEPT - 1]}…"


def _short(value: float | str) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
