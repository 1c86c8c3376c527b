"""What a workflow is to those who call it: its name, what it does, its parameters and its results as JSON Schemas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from nodebuilder.errors import InputError
from nodebuilder.values import ToolDefinition
from nodebuilder.workflow import door_values
from nodebuilder.workflow.doors import Parameter, Result, Type, parameters, results
from nodebuilder.workflow.model import Workflow

_TYPES: Final[Mapping[Type, Mapping[str, Any]]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "image": {"type": "string"},
    "dictionary": {"type": "object"},
    "list": {"type": "array", "items": {}},
    "any": {},
}
_PICTURE: Final = "A picture: its URL, its file name here, or a data URL."


@dataclass(frozen=True, slots=True)
class Published:
    """A workflow with its doors."""

    id: str
    name: str
    description: str
    workflow: Workflow
    parameters: tuple[Parameter, ...]
    results: tuple[Result, ...]
    updated_at: float = 0.0

    @classmethod
    def of(cls, workflow: Workflow, workflow_id: str, updated_at: float = 0.0) -> Published:
        """Return a workflow as callers see it."""
        name = workflow.name.strip() or workflow_id
        return cls(
            workflow_id,
            name,
            workflow.description.strip() or name,
            workflow,
            parameters(workflow),
            results(workflow),
            updated_at,
        )

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter called `name`, or None."""
        return next((each for each in self.parameters if each.name == name), None)

    def input_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the arguments."""
        required = [each.name for each in self.parameters if each.required]
        return {
            "type": "object",
            "properties": {each.name: _property(each) for each in self.parameters},
            **({"required": required} if required else {}),
            "additionalProperties": False,
        }

    def output_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the results: an object with an entry for each that was given."""
        return {"type": "object", "properties": {each.name: {} for each in self.results}}

    def tool_definition(self) -> ToolDefinition:
        """Return what a model is told of the workflow as a tool; its name is the workflow's id."""
        return {"name": self.id, "description": self.description, "input_schema": self.input_schema()}


def _property(parameter: Parameter) -> dict[str, Any]:
    said = " ".join(part for part in (parameter.description.strip(), _PICTURE * (parameter.type == "image")) if part)
    schema: dict[str, Any] = {**_TYPES[parameter.type], **({"description": said} if said else {})}
    if parameter.default.strip():
        try:
            schema["default"] = door_values.read(parameter.name, parameter.type, parameter.default)
        except InputError:
            return schema
    return schema
