"""The host that called: found in the context of its own run, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from nodebuilder.errors import NodeError
from nodebuilder.providers.host import CALLING, CallingHost


class Echo:
    """Answers what it is asked with its name."""

    def __init__(self, name: str) -> None:
        self.offers = frozenset({name})
        self._name = name

    async def ask(self, requests: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        await asyncio.sleep(0)
        return dict.fromkeys(requests, self._name)


async def test_a_run_that_no_host_called_has_nobody_to_ask() -> None:
    host = CallingHost()
    assert host.offers == frozenset()
    with pytest.raises(NodeError) as refused:
        await host.ask({"x": {"method": "roots/list"}})
    assert refused.value.code == "no_host"


async def test_each_run_asks_the_host_that_called_it() -> None:
    host = CallingHost()

    async def run(name: str) -> tuple[frozenset[str], dict[str, Any]]:
        CALLING.set(Echo(name))
        return host.offers, await asyncio.create_task(host.ask({"x": {}}))

    told = await asyncio.gather(*(asyncio.create_task(run(name)) for name in "abc"))
    assert told == [(frozenset({name}), {"x": name}) for name in "abc"]
    assert host.offers == frozenset()
