"""Call Workflow: a saved workflow as one step of another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, NamedTuple

from nodebuilder.context import Context
from nodebuilder.engine.saved import SavedWorkflows
from nodebuilder.errors import InputError
from nodebuilder.node import node
from nodebuilder.values import JSON, SKIP, Asset, SocketType, ToolDefinition, as_mapping, as_sequence, convert, to_json
from nodebuilder.widgets import Needs, Pull

_TYPES: Final[Mapping[Any, SocketType]] = {
    "string": SocketType.TEXT,
    "number": SocketType.NUMBER,
    "array": SocketType.LIST,
    "object": SocketType.DICTIONARY,
}


class Returned(NamedTuple):
    """What Call Workflow gives.

    Attributes:
        output: What the only Output node of the workflow gave; of several, a dictionary.
        outputs: What all its Output nodes gave, by name.
    """

    output: Any
    outputs: dict[str, Any]


@node("call_workflow", category="Utility", tags=("subflow", "workflow", "call", "function", "reuse", "nested"))
async def call_workflow(
    ctx: Context,
    workflows: Needs[SavedWorkflows],
    inputs: Annotated[dict[str, Any], Pull()] = {},  # noqa: B006 - it is never changed
    input: Any = None,  # noqa: A002 - the input bears this name
    *,
    workflow: str = "",
) -> Returned:
    """Run a saved workflow as a run of its own, wait for its end, and give what it gave.

    Args:
        inputs: Values for the inputs of the workflow, by name.
        input: A value for its only input that `inputs` does not name, or else for the first of those that are
            required.
        workflow: The id of a saved workflow.
    """
    called = workflow.strip()
    if not called:
        raise InputError(
            "No workflow is chosen.", "Write the id of a saved workflow in the widget.", code="no_such_workflow"
        )
    definition, names = await workflows.definition(called), await workflows.results(called)
    try:
        given = {**inputs, _free(definition, inputs): input} if "input" in ctx.connected else inputs
        results = await workflows.call(called, {name: _fitting(definition, name, given[name]) for name in given})
    except InputError as error:
        said = error.message[:1].lower() + error.message[1:]
        raise InputError(f'The workflow "{called}" was not called: {said}', error.remedy, code=error.code) from error
    outputs = dict(results)
    return Returned(outputs if len(names) != 1 else outputs.get(names[0], SKIP), outputs)


def _free(definition: ToolDefinition, given: Mapping[str, Any]) -> str:
    """Return the name of the input that a value without a name is meant for.

    Raises:
        InputError: there is none, or it could be any of several.
    """
    schema = definition["input_schema"]
    names = [name for name in schema["properties"] if name not in given]
    required = [name for name in names if name in schema.get("required", ())]
    if len(names) != 1 and not required:
        listed = ", ".join(names)
        raise InputError(
            f"It is not clear which of its inputs the value is for: {listed}."
            if names
            else "It has no input left that the value could be for.",
            "Give it by name: link a dictionary to inputs." if names else "Remove the link to input.",
            code="unknown_input",
            socket="input",
        )
    return names[0] if len(names) == 1 else required[0]


def _fitting(definition: ToolDefinition, name: str, value: Any) -> JSON:
    """Return a value as the input of that name takes it, converted as a link would convert it."""
    kind = _TYPES.get(definition["input_schema"]["properties"].get(name, {}).get("type"), SocketType.ANY)
    return to_json(convert(_with_links(value), kind, name))


def _with_links(value: Any) -> Any:
    """Return a value with the link of each picture in its place."""
    entries, items = as_mapping(value), as_sequence(value)
    if entries is not None:
        return {key: _with_links(item) for key, item in entries.items()}
    if items is not None:
        return [_with_links(item) for item in items]
    return value.url if isinstance(value, Asset) else value
