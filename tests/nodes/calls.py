"""Calling a tool node through the real runner, with a dictionary in the model's place."""

from __future__ import annotations

import json
from typing import Any

from tests.workbench import Bench


async def call(bench: Bench, kind: str, tool_call: Any, **values: Any) -> Any:
    """Return what the tool answers."""
    nodes = {"call": ("dictionary_input", {"json_input": json.dumps(tool_call)}), "tool": (kind, values)}
    end = await bench.run(nodes, "call.dictionary_out -> tool.tool_call")
    return end.outputs["tool"]["output"]


async def definition(bench: Bench, kind: str) -> Any:
    """Return how the tool describes itself to a model."""
    end = await bench.run({"tool": (kind, {}), "show": ("display_output", {})}, "tool.output -> show.data")
    assert end.status == "succeeded"
    return end.outputs["tool"]["output"]
