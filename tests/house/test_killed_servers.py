"""A real server with a schedule of every second, killed again and again: no due time has two runs."""

from __future__ import annotations

import asyncio
import signal
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.e2e.server import Server, served

FLOW = {
    "format": "nodebuilder/1",
    "name": "Every second",
    "nodes": {
        "when": {"type": "schedule", "values": {"every": 1, "unit": "seconds", "overlap": "run beside"}},
        "said": {"type": "log"},
    },
    "links": ["when.time -> said.value_in"],
}


def dues(server: Server) -> list[str]:
    """The due times of all runs that got so far, the oldest first."""
    runs = reversed(server.api("GET", "/api/runs?limit=50")["runs"])
    told = [server.api("GET", f"/api/runs/{run['run_id']}")["outputs"] for run in runs]
    return [outputs["when"]["time"] for outputs in told if "when" in outputs]


async def more(server: Server, than: int) -> list[Any]:
    """Wait until there are more runs than so many."""
    for _ in range(600):
        found = await asyncio.to_thread(dues, server)
        if len(found) > than:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("no run began within 30 seconds")


async def test_a_server_that_is_killed_keeps_its_grid_and_repeats_nothing(tmp_path: Path) -> None:
    with served(tmp_path, "--sandbox") as server:
        server.api("PUT", "/api/workflows/seconds", {"workflow": FLOW})
        begun = server.api("PUT", "/api/workflows/seconds/listening")
        assert begun["listening"] is True
        found = await more(server, 1)
        for _ in range(2):
            await asyncio.to_thread(server.stop, signal.SIGKILL)
            await asyncio.to_thread(server.start)
            found = await more(server, len(found) + 1)
    assert found == sorted(set(found))
    assert len({datetime.fromisoformat(due).microsecond for due in found}) == 1, "all on one grid"
