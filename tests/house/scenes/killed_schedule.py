"""A server that dies while a due time gets its run: data folder, key file, and `before` or `after` the run began."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from tests.house.faked_clock import FakedClock

from nodebuilder.house import open_house
from nodebuilder.house.schedules import Schedules
from nodebuilder.settings import load_settings
from nodebuilder.storage.schedules import ScheduleStore

WORKFLOW = {
    "format": "nodebuilder/1",
    "name": "Clockwork",
    "nodes": {"when": {"type": "schedule"}, "hold": {"type": "wait", "values": {"wait_time_seconds": 3600}}},
    "links": ["when.time -> hold.trigger"],
}


async def main(data_dir: Path, key_file: Path, moment: str) -> None:
    settings, clock = load_settings(data_dir=data_dir, key_file=key_file), FakedClock("2026-03-02T10:00:00Z")
    async with open_house(settings, exclusive=True) as house:

        async def fire(*args: Any, **options: Any) -> str:
            if moment == "after":
                await house.listening.fire(*args, **options)
            os.kill(os.getpid(), signal.SIGKILL)
            return ""

        dying = Schedules(fire, house.runs.wait, ScheduleStore(house.store.database), clock)
        house.listening.hear_with(dying)
        await house.store.workflows.put("clockwork", json.dumps(WORKFLOW), name="Clockwork")
        await house.listening.start("clockwork")
        await clock.to("2026-03-02T11:00:00Z")


asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
