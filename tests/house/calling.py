"""Workflows that can be called, for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nodebuilder.house import House
from nodebuilder.settings import Settings, load_settings
from nodebuilder.workflow.write import save
from tests.server.serving import NODES

ECHO: dict[str, Any] = {
    "format": "nodebuilder/1",
    "name": "Echo",
    "description": "Says it again.",
    "publish": ["model", "tool"],
    "nodes": {
        "prompt": {"type": "input", "values": {"required": True}},
        "times": {"type": "input", "values": {"type": "number", "default": "1"}},
        "options": {"type": "input", "values": {"type": "dictionary", "default": "{}"}},
        "picture": {"type": "input", "values": {"type": "image"}},
        "response": {"type": "output"},
        "count": {"type": "output", "values": {"name": "times"}},
        "said": {"type": "output", "values": {"name": "options"}},
        "shown": {"type": "output", "values": {"name": "picture"}},
    },
    "links": [
        "prompt.value -> response.value",
        "times.value -> count.value",
        "options.value -> said.value",
        "picture.value -> shown.value",
    ],
}


def flow(nodes: dict[str, Any], *links: str, **entries: Any) -> dict[str, Any]:
    return {"format": "nodebuilder/1", "nodes": nodes, "links": list(links), **entries}


SLOW = flow({"wait": {"type": "slow"}, "response": {"type": "output"}}, "wait.output -> response.value")
CRASH = flow(
    {"bad": {"type": "crash"}, "response": {"type": "output"}, "good": {"type": "text"}, "second": {"type": "output"}},
    "bad.output -> response.value",
    "good.text_out -> second.value",
)


def chosen(folder: Path, **more: Any) -> Settings:
    nodes = folder / "nodes"
    nodes.mkdir(exist_ok=True)
    (nodes / "for_tests.py").write_text(NODES)
    return load_settings(data_dir=folder / "data", key_file=folder / "secret.key", nodes_dir=nodes, **more)


async def keep(house: House, workflow_id: str, document: dict[str, Any]) -> None:
    await house.store.workflows.put(workflow_id, save(house.read(document)), name=document.get("name", ""))
