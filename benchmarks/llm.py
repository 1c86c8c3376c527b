"""Streamed answers of a language model: ours beside litellm alone and raw httpx, in the same process.

A server of its own process streams the same answer each time. CPU time of this process is measured, per answer, the
least of several rounds that take turns. *Provider* is what a node calls; *node* is an LLM node in the real runner, with
a real store: run, receipt, events and cost are part of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator
from pathlib import Path
from time import process_time
from typing import Any

import httpx
import orjson

from benchmarks.result import Result
from nodebuilder.engine.limits import Limits
from nodebuilder.engine.runner import Runner
from nodebuilder.engine.services import Services
from nodebuilder.providers.chat import ChatModel, ChatRequest
from nodebuilder.providers.litellm_chat import LitellmChat
from nodebuilder.providers.litellm_library import litellm_library
from nodebuilder.providers.pictures import Pictures
from nodebuilder.providers.servable_pictures import ServablePictures
from nodebuilder.registry import load_registry
from nodebuilder.settings import Settings
from nodebuilder.storage.store import Store
from nodebuilder.values import Secret
from nodebuilder.workflow.model import Link, Node, Workflow

ROUNDS = 5
ANSWERS = 100
DELTAS = 200
KEY = "sk-bench-0123456789abcdef"
MESSAGES = ({"role": "user", "content": "Say something."},)

Ask = Callable[[], Awaitable[str]]


def measure() -> Iterator[Result]:
    """Yield the CPU time per streamed answer, one at a time and fifty at a time."""
    with _server() as url:
        for at_once in (1, 50):
            spent = asyncio.run(_compared(url, at_once))
            for name in ("provider", "node"):
                for bare, aim in (("litellm", 1.3), ("httpx", None)):
                    what = f"{name}, {DELTAS} deltas, {at_once} at a time, beside {bare}"
                    yield Result("llm", what, spent[name], "ms CPU", spent[bare], at_most=aim)


@contextlib.contextmanager
def _server() -> Generator[str]:
    command = [sys.executable, "-m", "benchmarks.llm_server", str(DELTAS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


async def _compared(url: str, at_once: int) -> dict[str, float]:
    async with httpx.AsyncClient(trust_env=False, timeout=60) as http, _node(url) as node:
        asks = {"httpx": _raw(http, url), "litellm": await _litellm(url), "provider": _provider(url), "node": node}
        texts = {name: await ask() for name, ask in asks.items()}
        assert len(set(texts.values())) == 1, texts
        spent: dict[str, list[float]] = {name: [] for name in asks}
        for _ in range(ROUNDS):
            for name, ask in asks.items():
                spent[name].append(await _round(ask, at_once))
    return {name: min(times) for name, times in spent.items()}


async def _round(ask: Ask, at_once: int) -> float:
    """Return the milliseconds of CPU per answer."""
    left = iter(range(ANSWERS))

    async def ask_on() -> None:
        for _ in left:
            await ask()

    before = process_time()
    await asyncio.gather(*(ask_on() for _ in range(at_once)))
    return (process_time() - before) / ANSWERS * 1000


def _raw(http: httpx.AsyncClient, url: str) -> Ask:
    body = {"model": "gpt-4o", "messages": MESSAGES, "stream": True, "stream_options": {"include_usage": True}}

    async def ask() -> str:
        headers = {"authorization": f"Bearer {KEY}"}
        async with http.stream("POST", f"{url}/chat/completions", json=body, headers=headers) as answer:
            chunks = [orjson.loads(line[6:]) async for line in answer.aiter_lines() if line.startswith("data: {")]
        return "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks if chunk["choices"])

    return ask


async def _litellm(url: str) -> Ask:
    talk = (await litellm_library()).talk

    async def ask() -> str:
        stream: Any = await talk(
            model="openai/gpt-4o",
            messages=[dict(message) for message in MESSAGES],
            api_base=url,
            api_key=KEY,
            stream=True,
            stream_options={"include_usage": True},
        )
        texts = [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]
        return "".join(texts)

    return ask


def _provider(url: str) -> Ask:
    model = LitellmChat(Settings(openai_base_url=url))
    request = ChatRequest("openai", "gpt-4o", MESSAGES)

    async def keep(_: bytes) -> None:
        """Keep nothing."""

    async def ask() -> str:
        raw = await model.answer(request, Secret(KEY), keep=keep, delayed=_unheard, stream=_unheard)
        return model.decode(raw).text

    return ask


@contextlib.asynccontextmanager
async def _node(url: str) -> AsyncGenerator[Ask]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder) / "data", key_file=Path(folder) / "secret.key", openai_base_url=url)
        store = await Store.open(settings, exclusive=False)
        providers: dict[Any, object] = {
            ChatModel: LitellmChat(settings),
            Pictures: ServablePictures(store.assets, settings),
        }
        await store.secrets.set("openai", KEY)
        services = Services(providers, store.ledger, store.assets, store.secrets)
        runner = Runner(load_registry(), services, Limits.of(settings), on_event=_unheard)
        nodes = {"say": Node("say", "text", values={"value": MESSAGES[0]["content"]}), "llm": Node("llm", "llm")}
        link = Link.parse("say.text_out -> llm.prompt")
        assert link is not None
        workflow = Workflow(nodes=nodes, links=(link,))

        async def ask() -> str:
            finished = await runner.run(workflow)
            return str(finished.outputs["llm"]["response"])

        try:
            yield ask
        finally:
            await runner.close()
            await store.close()


def _unheard(*_: object) -> None:
    """Hear and do nothing."""
