"""Documents for tests: a small library of node types, and strategies for any document that can be read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from nodebuilder.definition import InputSocket, NodeDefinition, OutputSocket, Widget
from nodebuilder.values import SocketType
from nodebuilder.workflow.doors import TYPES
from nodebuilder.workflow.model import Workflow
from nodebuilder.workflow.read import from_json

LION = """{
  "format": "nodebuilder/1",
  "name": "A lion",
  "nodes": {
    "prompt": {"type": "text", "values": {"value": "A majestic lion"}},
    "image":  {"type": "gpt_image", "values": {"quality": "low"}},
    "show":   {"type": "display_output"}
  },
  "links": ["prompt.text_out -> image.prompt", "image.image_url -> show.data"],
  "start": "prompt",
  "layout": {"prompt": [0, 0], "image": [320, 0], "show": [640, 0]}
}"""
"""The example of the design, laid out by hand."""

BARE = {"format": "nodebuilder/1"}


def document(**entries: Any) -> Workflow:
    return from_json({**BARE, **entries})


def text_of(**entries: Any) -> str:
    return json.dumps({**BARE, **entries})


@dataclass(frozen=True)
class Kinds:
    """A library as check sees it."""

    definitions: tuple[NodeDefinition, ...]

    def definition(self, type_id: str) -> NodeDefinition | None:
        return next((one for one in self.definitions if one.type == type_id), None)

    def __iter__(self) -> Iterator[NodeDefinition]:
        return iter(self.definitions)


def kind(
    type_id: str,
    inputs: Sequence[InputSocket] = (),
    outputs: Sequence[OutputSocket] = (),
    widgets: Sequence[Widget] = (),
) -> NodeDefinition:
    return NodeDefinition(type_id, type_id.title(), "Test", "", tuple(inputs), tuple(outputs), tuple(widgets))


T = SocketType
LIBRARY = Kinds(
    (
        kind(
            "text",
            outputs=[OutputSocket("text_out", T.TEXT)],
            widgets=[Widget("value", "text", "")],
        ),
        kind("number", outputs=[OutputSocket("output", T.NUMBER)], widgets=[Widget("value", "number", 0)]),
        kind(
            "picture",
            [InputSocket("prompt", T.TEXT), InputSocket("style", T.TEXT, default="")],
            [OutputSocket("image", T.IMAGE)],
            [
                Widget("api_key", "secret", "", provider="openai"),
                Widget("size", "combo", "small", options=("small", "large")),
                Widget("model", "combo", "new", options=("new", "old"), option_warnings={"old": "old was retired."}),
                Widget("steps", "slider", 5, minimum=1, maximum=9, integer=True),
                Widget("sharp", "toggle", default=False),
            ],
        ),
        kind(
            "tool", [InputSocket("call", T.DICTIONARY, default=None, do_not_wait=True)], [OutputSocket("use", T.TOOL)]
        ),
        kind(
            "model",
            [
                InputSocket("prompt", T.TEXT),
                InputSocket("tools", T.TOOL, default=(), array=True, pull=True),
            ],
            [OutputSocket("answer", T.TEXT), OutputSocket("calls", T.DICTIONARY, array=True)],
        ),
        kind("join", [InputSocket("parts", T.TEXT, array=True)], [OutputSocket("joined", T.TEXT)]),
        kind("show", [InputSocket("data", T.ANY)]),
        kind(
            "loop",
            [InputSocket("things", T.ANY), InputSocket("back", T.ANY, default=None, do_not_wait=True, back=True)],
            [OutputSocket("thing", T.ANY, body=True), OutputSocket("after", T.ANY)],
        ),
        kind(
            "input",
            outputs=[OutputSocket("value", T.ANY)],
            widgets=[Widget("name", "text", ""), Widget("type", "combo", "text", options=TYPES)],
        ),
        kind("output", [InputSocket("value", T.ANY, default=None)], widgets=[Widget("name", "text", "")]),
    )
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.just("x" * 130) | st.just("…" * 119)
keys = texts | st.sampled_from(
    ["format2", "type", "title", "values", "nodes", "links", "layout", "start", "publish", "a", "1"]
)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
anything = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
ids = st.sampled_from(["a", "b", "text", "image_2", "__proto__", "1", "not an id", ""])
sockets = st.sampled_from(["text_out", "prompt", "tools[0]", "tools[007]", "calls[12]", "x[-1]", "größe"])
ends = st.builds("{}.{}".format, ids, sockets)
links = (
    st.builds("{} -> {}".format, ends, ends)
    | st.builds("{}->  {} ".format, ends, ends)
    | st.fixed_dictionaries({"from": ends, "to": ends}, optional={"colour": texts})
    | anything
)
nodes = (
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["text", "picture", "model", "of_someone_else"]) | anything,
            "title": texts | anything,
            "ask": st.booleans() | anything,
            "values": st.dictionaries(st.sampled_from(["value", "size", "api_key"]) | texts, anything, max_size=3)
            | anything,
            "colour": anything,
            "": anything,
        },
    )
    | anything
)
documents = st.fixed_dictionaries(
    {"format": st.sampled_from(["nodebuilder/1", "nodebuilder/2"])},
    optional={
        "name": texts | anything,
        "description": texts | anything,
        "publish": st.lists(st.sampled_from(["model", "tool", "prompt", "resource", "web"]) | anything, max_size=3)
        | anything,
        "resource_uri": texts | anything,
        "nodes": st.dictionaries(ids | texts, nodes, max_size=4) | anything,
        "links": st.lists(links, max_size=4) | anything,
        "start": ids | anything,
        "groups": st.lists(anything, max_size=3) | anything,
        "layout": st.dictionaries(ids, anything, max_size=3) | anything,
        "somebody": anything,
        "": anything,
    },
)
"""Any document that can be read, with wrong and unknown things everywhere."""

NUMBER_LITERALS = st.sampled_from(
    ["0", "-0", "1.0", "1e5", "1E5", "1e+05", "-0.0", "0.10", "12345678901234567890", "1e400", "-1E-400", "9" * 400]
) | st.from_regex(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
