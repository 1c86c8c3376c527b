"""Random files of the earlier system, valid and mutilated: nothing raises but an error of ours, and nothing is lost."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nodebuilder.errors import WorkflowError
from nodebuilder.interop.litegraph.catalogue import CLASSES
from nodebuilder.interop.litegraph.importing import import_graph
from nodebuilder.registry import load_registry
from nodebuilder.workflow.check import check
from nodebuilder.workflow.read import load
from nodebuilder.workflow.write import save
from tests.interop.litegraph.old import graph, node

REGISTRY = load_registry()
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KINDS = st.sampled_from([*CLASSES, "StrangerNode", "Other"])
SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """A file as the earlier editor could have saved it: each input takes one link."""
    ids = draw(st.lists(st.integers(1, 99), min_size=1, max_size=8, unique=True))
    entries: list[dict[str, Any]] = []
    for number in ids:
        kind = draw(KINDS)
        old = CLASSES.get(kind)
        arrays_in = [s.name for s in old.inputs if s.array] if old else ["in"]
        arrays_out = [s.name for s in old.outputs if s.array] if old else ["out"]
        count = draw(st.integers(0, 3))
        values = ["" if widget.kind == "secret" else draw(SCALARS) for widget in (old.widgets if old else ())]
        entries.append(
            node(
                number,
                kind,
                values,
                inputs=[f"{name}_{at}" for name in arrays_in for at in range(count)],
                outputs=[f"{name}_{at}" for name in arrays_out for at in range(count)],
                title=draw(st.none() | st.text(max_size=20)),
            )
        )
    outputs = [f"{entry['id']}.{slot['name']}" for entry in entries for slot in entry.get("outputs", ())]
    inputs = [f"{entry['id']}.{slot['name']}" for entry in entries for slot in entry.get("inputs", ())]
    ends = draw(st.lists(st.sampled_from(inputs), unique=True, max_size=12)) if inputs and outputs else []
    return graph(entries, [f"{draw(st.sampled_from(outputs))} > {end}" for end in ends], draw(st.sampled_from(ids)))


@SOME
@given(files())
def test_a_valid_file_keeps_every_node_and_every_link(data: dict[str, Any]) -> None:
    before, old = copy.deepcopy(data), data["graph_data"]
    found = import_graph(data, REGISTRY)
    assert data == before
    assert set(found.ids) == {str(entry["id"]) for entry in old["nodes"]}
    assert set(found.ids.values()) == set(found.workflow.nodes)
    assert found.workflow.start == found.ids[data["start_node_id"]]
    assert len(found.workflow.links) == len(old["links"])
    ends = {(link.source.node, link.target.node) for link in found.workflow.links}
    assert ends == {(found.ids[str(link[1])], found.ids[str(link[3])]) for link in old["links"]}
    again = load(save(found.workflow))
    assert (again.nodes, again.links) == (found.workflow.nodes, found.workflow.links)
    assert import_graph(data, REGISTRY).workflow == found.workflow


@st.composite
def mutilated(draw: st.DrawFn) -> Any:
    """A file with parts of it replaced, taken away or given twice."""
    data: Any = draw(files())
    for _ in range(draw(st.integers(1, 6))):
        at: Any = data["graph_data"] if isinstance(data, dict) and draw(st.booleans()) else data
        for _ in range(draw(st.integers(0, 5))):
            inner = list(at.values()) if isinstance(at, dict) else at if isinstance(at, list) else []
            inner = [each for each in inner if isinstance(each, dict | list) and each]
            at = draw(st.sampled_from(inner)) if inner else at
        if isinstance(at, dict) and at:
            key = draw(st.sampled_from(sorted(at)))
            at[key] = draw(ANYTHING)
        elif isinstance(at, list) and at:
            place = draw(st.integers(0, len(at) - 1))
            match draw(st.integers(0, 2)):
                case 0:
                    at[place] = draw(ANYTHING)
                case 1:
                    del at[place]
                case _:
                    at.insert(place, copy.deepcopy(at[place]))
        if not isinstance(data.get("graph_data"), dict):
            return data
    return data


def seen(data: Any) -> None:
    """Import; if it is a workflow, each node is there, and each entry of the links is one or is kept beside them."""
    try:
        found = import_graph(data, REGISTRY)
    except WorkflowError:
        return
    old = data.get("graph_data", data)
    listed = list(old["nodes"].values()) if isinstance(old["nodes"], dict) else old["nodes"]
    assert len(found.workflow.nodes) == sum(isinstance(entry, dict) for entry in listed)
    assert all(entry.id == name for name, entry in found.workflow.nodes.items())
    kept: Any = found.workflow.extra.get("litegraph", {})
    links = old.get("links")
    given_links = list(links.values()) if isinstance(links, dict) else links
    if isinstance(given_links, list):
        left = len(kept.get("links", ()))
        assert len(found.workflow.links) + left == sum(entry is not None for entry in given_links)
        assert bool(left) <= bool(found.mends)
    again = load(save(found.workflow))
    assert (again.nodes, again.links, again.start) == (found.workflow.nodes, found.workflow.links, found.workflow.start)
    assert not again.stray_links
    known = {
        "bad_id",
        "bad_link",
        "missing_node",
        "bad_node",
        "slot_missing",
        "slot_on_plain",
        "two_links",
        "slot_taken",
    }
    assert not known & {problem.code for problem in check(again, REGISTRY)}


@SOME
@given(mutilated())
def test_a_mutilated_file_is_mended_or_refused(data: Any) -> None:
    seen(data)


@SOME
@given(ANYTHING)
def test_anything_is_refused_or_read(data: Any) -> None:
    seen(data)
    seen({"nodes": data})
    seen({"nodes": [data], "links": data})
    seen({"graph_data": {"nodes": [{"type": "AI/LLMNode", "inputs": data, "outputs": data, "properties": data}]}})


@SOME
@given(st.text(st.characters(codec="ascii", exclude_characters='"\\ '), min_size=12, max_size=40), files())
def test_a_key_stands_nowhere_in_what_is_written(middle: str, data: dict[str, Any]) -> None:
    key = f"sk-CANARY-{middle}"
    data["graph_data"]["nodes"].append(node(100, "LLMNode", ["openai", "m", key], title=key))
    data["graph_data"]["links"].append([1, 1, 0, 100, key, key])
    data["graph_data"]["extra"] = {"note": key}
    found = import_graph(data, REGISTRY)
    assert [each.value.reveal() for each in found.secrets] == [key.strip()]
    assert key not in json.dumps(json.loads(save(found.workflow)), ensure_ascii=False)
    assert key not in "".join(found.mends)
