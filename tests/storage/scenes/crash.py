"""Writes receipts and pictures, saying what is acknowledged, and is killed at random moments; then looks what is there.

Usage: crash.py FOLDER KILLS. Prints one JSON object with what was found.
"""

import asyncio
import hashlib
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from nodebuilder.engine.store import CallKey
from nodebuilder.settings import load_settings
from nodebuilder.storage.store import Store

FOLDER, KILLS = Path(sys.argv[1]), int(sys.argv[2])
SETTINGS = load_settings(data_dir=FOLDER / "data", key_file=FOLDER / "secret.key")
STEPS = ("intent", "sent", "kept", "done")


def answer(node: str) -> bytes:
    """Return the bytes that belong to a node: whoever reads them can tell whether they are whole."""
    seed = hashlib.sha256(node.encode()).digest()
    return seed * (200 + seed[0] * 40)


def key(node: str) -> CallKey:
    return CallKey("run", node, 1, 1, "print")


async def write(out: int) -> None:
    store = await Store.open(SETTINGS, exclusive=True)

    async def pay(worker: int) -> None:
        number = 0
        while True:
            number += 1
            node = f"{os.getpid()}-{worker}-{number}"
            receipt = await store.ledger.open(key(node), run_id="run", provider="p", model="m", request={})
            os.write(out, f"{node} intent\n".encode())
            await store.ledger.mark_sent(receipt.id)
            os.write(out, f"{node} sent\n".encode())
            await store.ledger.keep(receipt.id, answer(node))
            os.write(out, f"{node} kept\n".encode())
            asset = await store.assets.save(answer(node), prefix="picture", about={"node": node})
            await store.ledger.close(receipt.id, "done", charged="yes", cost_usd=0.01, asset=asset)
            os.write(out, f"{node} done {asset.filename}\n".encode())

    await asyncio.gather(*(pay(worker) for worker in range(3)))


def killed_at_random() -> list[list[str]]:
    """Let a process write until it is killed, and return what it had acknowledged by then."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        os.close(ours)
        try:
            asyncio.run(write(theirs))
        finally:
            os._exit(1)
    os.close(theirs)
    with os.fdopen(ours) as lines:
        early = random.random() < 0.2  # noqa: S311 - nobody gains by guessing it
        first = "" if early else lines.readline()
        time.sleep(random.uniform(0, 0.08))  # noqa: S311 - nobody gains by guessing it
        os.kill(child, signal.SIGKILL)
        rest = lines.read()
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        raise SystemExit("the writer ended by itself")
    return [line.split() for line in (first + rest).splitlines()]


async def look(told: list[list[str]]) -> dict[str, int]:
    store = await Store.open(SETTINGS, exclusive=True)
    await store.assets.reconcile()
    found = {"lost": 0, "torn": 0, "intent": 0, "sent": 0, "kept": 0, "done": 0}
    farthest = {line[0]: line for line in told}
    for node, line in farthest.items():
        record = await store.ledger.open(key(node), run_id="other", provider="p", model="m", request={})
        found[record.state] += 1
        found["lost"] += STEPS.index(record.state) < STEPS.index(line[1])
        found["lost"] += line[1] in ("kept", "done") and record.raw is None
        found["torn"] += record.raw is not None and record.raw != answer(node)
        if line[1] == "done":
            found["lost"] += record.asset is None or record.asset.filename != line[2]
            found["torn"] += await store.assets.read(line[2]) != answer(node)
    for page in [await store.assets.list(limit=1000)]:
        for file in page.files:
            data = await store.assets.read(file.asset.filename)
            found["torn"] += (
                len(data) % 32 != 0 or hashlib.sha256(data).hexdigest() != file.sha256 or data[:32] != data[-32:]
            )
    await store.close()
    return found


def looked_at(told: list[list[str]]) -> dict[str, int]:
    """Look in a process of its own, so that no thread is alive when the next writer is forked."""
    ours, theirs = os.pipe()
    if not (child := os.fork()):
        os.write(theirs, json.dumps(asyncio.run(look(told))).encode())
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        found = json.loads(pipe.read())
    os.waitpid(child, 0)
    return found


def main() -> None:
    told: list[list[str]] = []
    for _ in range(KILLS):
        told += killed_at_random()
    sys.stdout.write(json.dumps(looked_at(told) | {"kills": KILLS, "told": len(told)}))


if __name__ == "__main__":
    main()
