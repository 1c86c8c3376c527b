"""The node classes of the earlier system: what each is called here, its sockets, and its widgets in their order.

Widgets are known by their place in `widgets_values`, so the order here is that of the earlier classes, whatever widgets
the node has got since. A class that is not listed, but whose type id some pack has, is read by that definition.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from nodebuilder.definition import NodeDefinition, WidgetKind
from nodebuilder.workflow.graph import DefinitionOf

Kind = Literal["text", "number", "toggle", "combo", "secret"]


@dataclass(frozen=True, slots=True)
class OldWidget:
    """A widget of an earlier class."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class OldSocket:
    """A socket of an earlier class; slots of an `array` are drawn as `name_0`, `name_1` …."""

    name: str
    array: bool = False


@dataclass(frozen=True, slots=True)
class OldClass:
    """An earlier class: the id of its node type here, its sockets and its widgets, in order."""

    type: str
    inputs: tuple[OldSocket, ...] = ()
    outputs: tuple[OldSocket, ...] = ()
    widgets: tuple[OldWidget, ...] = ()


def _old(type_id: str, inputs: str = "", outputs: str = "", widgets: str = "") -> OldClass:
    """Return a class from words: sockets `name` or `name[]`, widgets `name` (a text) or `name:kind`."""
    kinds: dict[str, Kind] = {"number": "number", "toggle": "toggle", "combo": "combo", "secret": "secret"}
    listed = [word.partition(":") for word in widgets.split()]
    return OldClass(
        type_id,
        _sockets(inputs),
        _sockets(outputs),
        tuple(OldWidget(name, kinds.get(kind, "text")) for name, _, kind in listed),
    )


def _sockets(words: str) -> tuple[OldSocket, ...]:
    return tuple(OldSocket(word.removesuffix("[]"), word.endswith("[]")) for word in words.split())


_LLM: Final = (
    "provider model api_key:secret temperature:number max_tokens:number top_p:number use_display_context:toggle "
    "display_context_filter:combo use_runtime_memory:toggle enable_tools:toggle output_intermediate_messages:toggle"
)
_IMAGE: Final = "api_key:secret size:combo quality:combo"

CLASSES: Final[Mapping[str, OldClass]] = {
    "TextNode": _old("text", "", "text_out", "value"),
    "NumberNode": _old("number", "", "number_out", "value:number"),
    "DictionaryInputNode": _old("dictionary_input", "", "dictionary_out", "json_input"),
    "GetDisplayContextNode": _old("get_display_context", "", "context", "filter_by_node_id:toggle"),
    "AddNode": _old("add", "a b", "result"),
    "DecisionNode": _old("decision", "input_value comparison_value", "true_output false_output", "operator:combo"),
    "ConcatenateArrayNode": _old("concatenate_array", "texts[]", "full_text", "separator"),
    "ImageLinkExtractNode": _old("image_link_extract", "text", "text image_link", "extract_first_only:toggle"),
    "DictionaryGetElementNode": _old("dictionary_get_element", "dictionary", "value error", "key_to_get"),
    "DictionarySetElementNode": _old("dictionary_set_element", "dictionary value", "updated_dictionary", "key_to_set"),
    "LogNode": _old("log", "value_in", "value_out", "message_type:combo"),
    "DisplayOutputNode": _old("display_output", "data", "data_out", "content_type:combo"),
    "WaitNode": _old("wait", "trigger", "output", "wait_time_seconds:number"),
    "StringArrayCreatorNode": _old(
        "string_array_creator",
        "inputs[]",
        "string_array",
        "wait_toggle:toggle dependency_toggle:toggle single_item_passthrough:toggle accumulate:toggle",
    ),
    "TriggerDetectionNode": _old("trigger_detection", "dependency_input trigger_input", "trigger_source"),
    "CalculatorToolNode": _old("calculator_tool", "tool_call", "output"),
    "WeatherToolNode": _old("weather_tool", "tool_call", "output", "openweathermap_api_key:secret"),
    "TextAnalysisToolNode": _old("text_analysis_tool", "tool_call", "output"),
    "GPTImageToolNode": _old("gpt_image_tool", "tool_call", "output", _IMAGE),
    "GPTImageNode": _old("gpt_image", "prompt", "image_url filename servable_url", _IMAGE),
    "LLMNode": _old("llm", "prompt system_prompt image tools[]", "response tool_calls[]", _LLM),
    "WebhookNode": _old("webhook", "", "received_data", "port:number path"),
    "DisplayInputEventNode": _old("display_input", "", "user_input display_context trigger"),
    "ReceiveEventNode": _old("receive_event", "", "data event_id await_id", "listen_id"),
    "SendEventNode": _old("send_event", "event_ids data", "sent_count", "event_id_widget"),
    "AwaitEventNode": _old(
        "await_event", "event_ids data timeout", "results sent_count", "event_id_widget timeout_seconds:number"
    ),
    "ReturnEventDataNode": _old("return_event_data", "return_data await_id", "confirmed"),
    "AssertNode": _old("assert", "actual expected", "on_success on_failure"),
    "TestDisplayFeatureNode": _old("test_display_feature"),
    "SocketArrayTestNode": _old("socket_array_test", "texts_1[] texts_2[] dependency", "output_1 output_2"),
    "CounterNode": _old("counter", "trigger", "count"),
    "AddNodeTest": _old("add_node_test", "a b", "result"),
    "LoopingAccumulatorNode": _old(
        "looping_accumulator", "initial_value add_value", "result threshold_reached", "threshold:number"
    ),
    "InputOutputArrayTestNode": _old("input_output_array_test", "in_array[]", "out_array[]", "prefix"),
    "WidgetTestNode": _old(
        "widget_test",
        "",
        "output",
        "text_widget number_widget:number slider_widget:number boolean_widget:toggle combo_widget:combo",
    ),
    "LoggingTestNode": _old("logging_test", "trigger", "output"),
}
"""Every class of the earlier system, by its name."""

_KINDS: Final[Mapping[WidgetKind, Kind]] = {
    "number": "number",
    "slider": "number",
    "toggle": "toggle",
    "combo": "combo",
    "secret": "secret",
}
_HUMPS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OTHERS: Final = re.compile(r"[^a-z0-9]+")
LONGEST_WORD: Final = 48
"""Longest word that is made from the name of a class or from a title."""


def class_name(written: object) -> str:
    """Return the name of the class that a node's `type` names: what stands after the last slash."""
    return written.rpartition("/")[2].strip() if isinstance(written, str) else ""


def words(text: str) -> str:
    """Return a text in snake case: its ASCII letters and digits, in lower case; "" when it has none."""
    found = _OTHERS.sub("_", _HUMPS.sub("_", text[:200]).lower()).strip("_")
    return found[:LONGEST_WORD].strip("_")


def type_id(name: str) -> str:
    """Return what the node type of a class is called here: `GPTImageNode` is `gpt_image`."""
    known = CLASSES.get(name)
    return known.type if known else words(name.removesuffix("Node") or name)


def find_class(name: str, definition_of: DefinitionOf) -> OldClass | None:
    """Return what is known of a class: listed here, or by the definition of a node type with its id, or None."""
    known = CLASSES.get(name)
    if known is not None:
        return known
    definition = definition_of(type_id(name)) if name else None
    return _as_old(definition) if definition else None


def _as_old(definition: NodeDefinition) -> OldClass:
    return OldClass(
        definition.type,
        tuple(OldSocket(socket.name, socket.array) for socket in definition.inputs),
        tuple(OldSocket(socket.name, socket.array) for socket in definition.outputs),
        tuple(OldWidget(widget.name, _KINDS.get(widget.kind, "text")) for widget in definition.widgets),
    )
