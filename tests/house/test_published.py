from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from nodebuilder.house.published import Published
from tests.workflow.documents import document

DOORS: dict[str, Any] = {
    "city": {"type": "input", "values": {"description": "Where", "required": True}},
    "days": {"type": "input", "values": {"type": "number", "default": "3"}},
    "map": {"type": "input", "values": {"type": "image"}},
    "options": {"type": "input", "values": {"type": "dictionary", "default": "{"}},
    "extra": {"type": "input", "values": {"type": "any", "description": "Anything"}},
    "weather": {"type": "output"},
}


def published(**entries: Any) -> Published:
    return Published.of(document(nodes=DOORS, **entries), "weather")


def test_a_workflow_is_told_as_a_tool() -> None:
    told = published(name="Weather", description="Tells the weather.").tool_definition()
    assert (told["name"], told["description"]) == ("weather", "Tells the weather.")
    schema = told["input_schema"]
    Draft202012Validator.check_schema(schema)
    assert schema == {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "Where"},
            "days": {"type": "number", "default": 3},
            "map": {"type": "string", "description": "A picture: its URL, its file name here, or a data URL."},
            "options": {"type": "object"},
            "extra": {"description": "Anything"},
        },
        "required": ["city"],
        "additionalProperties": False,
    }
    assert published().output_schema()["properties"] == {"weather": {}}


def test_a_workflow_that_does_not_describe_itself_is_told_by_its_name_or_id() -> None:
    assert (published(name="Weather").name, published(name="Weather").description) == ("Weather", "Weather")
    assert (published().name, published().description) == ("weather", "weather")
