"""Workflows that send and hear events, for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nodebuilder.events import RunFinished
from nodebuilder.house import House
from nodebuilder.settings import Settings
from tests.house.calling import chosen, flow

GIVEN = '''
import asyncio, json
from typing import Any
from nodebuilder import Context, node

@node
async def given(*, value: str = "null") -> Any:
    """Give what a text says as JSON."""
    return json.loads(value)

@node
async def after(value: Any, *, seconds: float = 0.05) -> Any:
    """Pass on after a while."""
    await asyncio.sleep(seconds)
    return value

@node(paid=True)
async def pay(ctx: Context, value: Any, *, usd: float = 1.0) -> Any:
    """Spend money."""
    async def call(keep: Any) -> bytes:
        await keep(b"paid")
        return b"paid"

    async def work(receipt: Any) -> None:
        await receipt.send(call)
        await receipt.settle(usd=usd, model="bank")

    await ctx.paid(work, provider="bank", model="bank", request={"usd": usd}, estimate_usd=usd)
    return value
'''


def hearing(folder: Path, **more: Any) -> Settings:
    """Return settings with the node types of these tests."""
    settings = chosen(folder, **more)
    (folder / "nodes" / "for_events.py").write_text(GIVEN)
    return settings


def echo(event_id: str, *, seconds: float | None = None, name: str = "") -> dict[str, Any]:
    """A workflow that returns what it hears."""
    nodes = {
        "on": {"type": "receive_event", "values": {"listen_id": event_id}},
        "hold": {"type": "after", "values": {"seconds": seconds or 0}},
        "back": {"type": "return_event_data"},
    }
    links = ("on.data -> hold.value", "hold.output -> back.return_data", "on.await_id -> back.await_id")
    return flow(nodes, *links, name=name or f"Echo of {event_id}")


def deaf(event_id: str, *, seconds: float = 0) -> dict[str, Any]:
    """A workflow that hears and returns nothing."""
    nodes = {
        "on": {"type": "receive_event", "values": {"listen_id": event_id}},
        "hold": {"type": "after", "values": {"seconds": seconds}},
    }
    return flow(nodes, "on.data -> hold.value", name=f"Deaf to {event_id}")


def sender(kind: str, ids: Any, data: Any = None, **values: Any) -> dict[str, Any]:
    """A workflow that sends (`send_event`) or asks (`await_event`)."""
    nodes = {
        "ids": {"type": "given", "values": {"value": json.dumps(ids)}},
        "data": {"type": "given", "values": {"value": json.dumps(data)}},
        "send": {"type": kind, "values": values},
    }
    return flow(nodes, "ids.output -> send.event_ids", "data.output -> send.data", name="Sender")


async def run(house: House, document: dict[str, Any], **options: Any) -> RunFinished:
    """Run a workflow to its end."""
    finished = await house.runs.wait(await house.runs.start(house.read(document), **options))
    assert finished is not None
    return finished


async def set_off(house: House) -> list[dict[str, Any]]:
    """Return the runs of all who heard something, oldest first, when they have ended."""
    await house.fired.settled()
    for told in house.runs.running():
        await house.runs.wait(told["run_id"])
    return list(reversed(await house.runs.list()))


async def received(house: House, run: dict[str, Any], node: str = "on") -> Any:
    """Return what a Receive Event node gave in a run."""
    return (await house.runs.detail(run["run_id"]))["outputs"][node]
