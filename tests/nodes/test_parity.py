"""The contract of the nodes that existing workflows use: their sockets, widgets, defaults and order, stated here once.

What a node has beyond the contract stands at its end, and is listed: a socket or widget that comes in between, or is
renamed, breaks files in which widgets are known by their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from nodebuilder.definition import InputSocket, NodeDefinition, OutputSocket, Widget
from nodebuilder.registry import load_registry
from tests.nodes.calls import call, definition
from tests.workbench import Bench

REGISTRY = load_registry()
CALLED = ("tool_call ANY do-not-wait many",)
ANSWER = ("output ANY",)


@dataclass(frozen=True)
class Contract:
    """What a node must have, in order; `more` names what it has besides, after these, inputs first."""

    title: str
    category: str
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    widgets: tuple[tuple[Any, ...], ...] = ()
    more: tuple[str, ...] = ()


CONTRACTS = {
    "llm": Contract(
        "LLM",
        "AI",
        ("prompt TEXT pull", "system_prompt TEXT pull", "image TEXT pull", "tools ANY array pull"),
        ("response TEXT", "tool_calls ANY array"),
        (
            ("provider", "text", "openai"),
            ("model", "text", "gpt-4o"),
            ("api_key", "secret", ""),
            ("temperature", "slider", 0.7, 0, 2),
            ("max_tokens", "number", 1000, 1, 128_000),
            ("top_p", "slider", 1.0, 0, 1),
            ("use_display_context", "toggle", False),
            ("display_context_filter", "combo", "user_and_self", "user_and_self", "all"),
            ("use_runtime_memory", "toggle", True),
            ("enable_tools", "toggle", True),
            ("output_intermediate_messages", "toggle", False),
        ),
        (
            "messages",
            "response_format",
            "usage",
            "cost_usd",
            "base_url",
            "max_rounds",
            "max_tool_calls",
            "tool_timeout",
            "max_seconds",
            "max_total_tokens",
            "max_cost_usd",
        ),
    ),
    "calculator_tool": Contract("Calculator", "Tools", CALLED, ANSWER),
    "weather_tool": Contract("Weather", "Tools", CALLED, ANSWER, (("openweathermap_api_key", "secret", ""),)),
    "text_analysis_tool": Contract("Text Analysis", "Tools", CALLED, ANSWER),
    "image_link_extract": Contract(
        "Image Link Extract",
        "Image",
        ("text TEXT required",),
        ("text TEXT", "image_link TEXT"),
        (("extract_first_only", "toggle", True),),
    ),
    "display_output": Contract(
        "Display Output",
        "Output",
        ("data ANY pull required",),
        ("data_out ANY",),
        (("content_type", "combo", "text", "text", "image", "video"),),
    ),
    "get_display_context": Contract(
        "Get Display Context", "Input", (), ("context ANY",), (("filter_by_node_id", "toggle", False),)
    ),
    "display_input": Contract(
        "Display Input",
        "Events",
        (),
        ("user_input TEXT", "display_context ANY", "trigger ANY"),
        (),
        ("message",),
    ),
    "receive_event": Contract(
        "Receive Event",
        "Events",
        (),
        ("data ANY", "event_id TEXT", "await_id TEXT"),
        (("listen_id", "text", "event_1"),),
        ("payload",),
    ),
    "send_event": Contract(
        "Send Event",
        "Events",
        ("event_ids ANY pull", "data ANY"),
        ("sent_count NUMBER",),
        (("event_id_widget", "text", "event_1"),),
    ),
    "await_event": Contract(
        "Await Event",
        "Events",
        ("event_ids ANY pull", "data ANY", "timeout NUMBER"),
        ("results ANY", "sent_count NUMBER"),
        (("event_id_widget", "text", "event_1"), ("timeout_seconds", "number", 30, 1, 300)),
    ),
    "return_event_data": Contract(
        "Return Event Data", "Events", ("return_data ANY", "await_id TEXT"), ("confirmed TEXT",)
    ),
    "webhook": Contract(
        "Webhook",
        "Events",
        (),
        ("received_data TEXT",),
        (("path", "text", "/webhook"),),
        (
            *("method", "query", "headers", "methods", "secret", "signature", "answer", "answer_seconds"),
            *("rate_per_minute", "max_cost_usd_per_day", "payload", "request"),
        ),
    ),
    "add": Contract("Add", "Math", ("a NUMBER pull required", "b NUMBER pull required"), ("result NUMBER",)),
    "decision": Contract(
        "Decision",
        "Conditional",
        ("input_value ANY pull required", "comparison_value ANY pull required"),
        ("true_output ANY", "false_output ANY"),
        (("operator", "combo", "==", "==", "!=", ">", "<", ">=", "<="),),
    ),
    "concatenate_array": Contract(
        "Concatenate Array",
        "Text",
        ("texts TEXT array pull required",),
        ("full_text TEXT",),
        (("separator", "text", ", "),),
    ),
    "dictionary_get_element": Contract(
        "Dictionary Get Element",
        "Dictionary",
        ("dictionary DICTIONARY pull required",),
        ("value ANY", "error TEXT"),
        (("key_to_get", "text", "name"),),
    ),
    "dictionary_set_element": Contract(
        "Dictionary Set Element",
        "Dictionary",
        ("dictionary DICTIONARY pull required", "value ANY pull required"),
        ("updated_dictionary DICTIONARY",),
        (("key_to_set", "text", "new_key"),),
    ),
    "wait": Contract(
        "Wait",
        "Utility",
        ("trigger ANY pull required",),
        ("output ANY",),
        (("wait_time_seconds", "number", 5, 0, None),),
    ),
    "string_array_creator": Contract(
        "String Array Creator",
        "Utility",
        ("inputs ANY array pull",),
        ("string_array ANY",),
        (
            ("wait_toggle", "toggle", True),
            ("dependency_toggle", "toggle", True),
            ("single_item_passthrough", "toggle", True),
            ("accumulate", "toggle", False),
        ),
    ),
    "trigger_detection": Contract(
        "Trigger Detection",
        "Utility",
        ("dependency_input ANY pull", "trigger_input ANY do-not-wait"),
        ("trigger_source TEXT",),
    ),
    "assert": Contract(
        "Assert",
        "Testing",
        ("actual ANY required", "expected ANY pull required"),
        ("on_success ANY", "on_failure ANY"),
    ),
    "test_display_feature": Contract("Test Display Feature", "Test"),
    "socket_array_test": Contract(
        "Socket Array Test",
        "Test",
        ("texts_1 TEXT array pull required", "texts_2 TEXT array pull required", "dependency ANY pull required"),
        ("output_1 TEXT", "output_2 TEXT"),
    ),
    "counter": Contract("Counter", "Loops", ("trigger ANY required",), ("count NUMBER",)),
    "add_node_test": Contract(
        "Add Node Test", "Test", ("a NUMBER pull required", "b NUMBER required"), ("result NUMBER",)
    ),
    "looping_accumulator": Contract(
        "Looping Accumulator",
        "Test",
        ("initial_value NUMBER", "add_value NUMBER do-not-wait"),
        ("result NUMBER", "threshold_reached NUMBER"),
        (("threshold", "number", 100, None, None),),
    ),
    "input_output_array_test": Contract(
        "Input Output Array Test",
        "Test",
        ("in_array TEXT array pull required",),
        ("out_array TEXT array",),
        (("prefix", "text", "pre-"),),
    ),
    "widget_test": Contract(
        "Widget Test",
        "Test",
        (),
        ("output TEXT",),
        (
            ("text_widget", "text", "Test String"),
            ("number_widget", "number", 42, 0, 100),
            ("slider_widget", "slider", 5, 0, 10),
            ("boolean_widget", "toggle", True),
            ("combo_widget", "combo", "Option 2", "Option 1", "Option 2", "Option 3"),
        ),
    ),
    "logging_test": Contract("Logging Test", "Test", ("trigger ANY required",), ("output TEXT",)),
}
"""Keys are secrets, where they were texts that every file showed; `max_tokens` goes beyond 8,000, as models do."""

TOOLS: dict[str, Any] = {
    "calculator_tool": (
        "calculator",
        {
            "operation": {"type": "string", "enum": ["add", "subtract", "multiply", "divide"]},
            "a": {"type": "number"},
            "b": {"type": "number"},
        },
        "calc_error",
    ),
    "weather_tool": ("get_weather", {"city": {"type": "string"}}, "weather_error"),
    "text_analysis_tool": ("analyze_text", {"text": {"type": "string"}}, "analysis_error"),
}
"""For each tool: its name, its arguments (all required), and the id of the answer to a call that is none."""


def node(kind: str) -> NodeDefinition:
    found = REGISTRY.definition(kind)
    assert found is not None
    return found


def told(socket: InputSocket | OutputSocket) -> str:
    """Return a socket in the words of the table."""
    flags = {"array": socket.array}
    if isinstance(socket, InputSocket):
        flags |= {"pull": socket.pull, "do-not-wait": socket.do_not_wait, "many": socket.many}
        flags |= {"required": socket.required}
    return " ".join([socket.name, socket.type.value, *(name for name, is_set in flags.items() if is_set)])


def facts(widget: Widget) -> tuple[Any, ...]:
    """Return a widget in the words of the table."""
    ends = (widget.minimum, widget.maximum) if widget.kind in ("slider", "number") else ()
    return (widget.name, widget.kind, widget.default, *ends, *widget.options)


@pytest.mark.parametrize("kind", CONTRACTS)
def test_a_node_keeps_to_its_contract(kind: str) -> None:
    wanted, found = CONTRACTS[kind], node(kind)
    assert (found.title, found.category) == (wanted.title, wanted.category)
    inputs, outputs = [*map(told, found.inputs)], [*map(told, found.outputs)]
    widgets = [*map(facts, found.widgets)]
    assert tuple(inputs[: len(wanted.inputs)]) == wanted.inputs
    assert tuple(outputs[: len(wanted.outputs)]) == wanted.outputs
    assert tuple(widgets[: len(wanted.widgets)]) == wanted.widgets
    assert all(type(have[2]) is type(want[2]) for have, want in zip(widgets, wanted.widgets, strict=False))


@pytest.mark.parametrize("kind", CONTRACTS)
def test_what_a_node_has_beyond_its_contract_is_known_and_can_be_left_alone(kind: str) -> None:
    wanted, found = CONTRACTS[kind], node(kind)
    inputs = found.inputs[len(wanted.inputs) :]
    more = [*inputs, *found.outputs[len(wanted.outputs) :], *found.widgets[len(wanted.widgets) :]]
    assert tuple(each.name for each in more) == wanted.more
    assert not any(socket.required for socket in inputs)


@pytest.mark.parametrize("kind", TOOLS)
async def test_a_tool_describes_itself_in_the_known_form(bench: Bench, kind: str) -> None:
    name, arguments, _ = TOOLS[kind]
    said = await definition(bench, kind)
    assert set(said) == {"name", "description", "input_schema"}
    assert said["name"] == name
    assert said["description"]
    schema = said["input_schema"]
    assert (schema["type"], schema["required"]) == ("object", list(arguments))
    assert set(schema["properties"]) == set(arguments)
    for argument, wanted in arguments.items():
        assert wanted.items() <= schema["properties"][argument].items()


@pytest.mark.parametrize("kind", TOOLS)
@pytest.mark.parametrize("nonsense", [{}, {"id": "", "arguments": 5}])
async def test_a_call_that_is_none_is_answered_under_the_known_id(bench: Bench, kind: str, nonsense: Any) -> None:
    answer = await call(bench, kind, nonsense)
    assert set(answer) == {"id", "error"}
    assert answer["id"] == TOOLS[kind][2]
