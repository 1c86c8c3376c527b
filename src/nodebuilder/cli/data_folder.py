"""Asking the data folder from the terminal, beside a server that may be running."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from nodebuilder.settings import load_settings
from nodebuilder.storage.store import Store

Answer = TypeVar("Answer")


def ask(work: Callable[[Store], Awaitable[Answer]], data_dir: Path | None) -> Answer:
    """Open the data folder, do `work` with it, close it, and return what came of it."""
    settings = load_settings(data_dir=data_dir)

    async def asking() -> Answer:
        store = await Store.open(settings, exclusive=False)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(asking())


def when(at: float | None) -> str:
    """Return a time as the table shows it: local, to the minute; a dash for none."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at)) if at is not None else "-"


def size(count: float) -> str:
    """Return a number of bytes as a person reads it."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            break
        count /= 1000
    return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
