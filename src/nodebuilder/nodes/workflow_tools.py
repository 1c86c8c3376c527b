"""Workflow Tool: a saved workflow that a model may call."""

from __future__ import annotations

from typing import Annotated, Any

from nodebuilder import tool_calls
from nodebuilder.context import Context
from nodebuilder.engine.saved import SavedWorkflows
from nodebuilder.errors import InputError, NodeError
from nodebuilder.node import node
from nodebuilder.widgets import DoNotWait, Needs


@node("workflow_tool", title="Workflow Tool", category="Tools", tags=("tool", "workflow", "subflow", "llm"))
async def workflow_tool(
    ctx: Context,
    workflows: Needs[SavedWorkflows],
    tool_call: Annotated[Any, DoNotWait()] = None,
    *,
    workflow: str = "",
) -> Any:
    """Let a model call a workflow that is saved here: its Input nodes are the arguments, its Output nodes the result.

    Args:
        tool_call: The call; without one the node gives the definition of the tool.
        workflow: The id of a saved workflow.
    """
    called = workflow.strip()
    if tool_call is None:
        if not called:
            raise InputError(
                "No workflow is chosen.", "Write the id of a saved workflow in the widget.", code="no_such_workflow"
            )
        return await workflows.definition(called)
    answer_to = tool_calls.identity(tool_call)
    try:
        arguments = tool_calls.parse_call(tool_call).arguments
        results = await workflows.call(called, arguments)
    except InputError as error:
        ctx.error(error.message, error.remedy, code=error.code)
        return {"id": answer_to or "workflow_error", "error": f"{error.message} {error.remedy}"}
    except NodeError as error:
        ctx.error(error.message, error.remedy, code=error.code, charged=error.charged)
        return {"id": answer_to or "workflow_exception", "error": error.message}
    return {"id": answer_to or "workflow_result", "result": dict(results)}
