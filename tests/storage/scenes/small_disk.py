"""A paid picture comes in while the disk takes nothing; then space returns. Prints one JSON object with what happened.

Usage: small_disk.py FOLDER full|read-only|file-size. The first two mount a small disk on FOLDER/data:
run them in a mount namespace of their own.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from nodebuilder.engine.store import CallKey
from nodebuilder.errors import StorageError
from nodebuilder.settings import load_settings
from nodebuilder.storage.store import Store

FOLDER, SCENE = Path(sys.argv[1]), sys.argv[2]
DATA = FOLDER / "data"
PICTURE = b"\x89PNG\r\n\x1a\n" + os.urandom(2_000_000)
RAW = os.urandom(2_500_000)
KEY = CallKey("run", "image", 1, 1, "print")


def mount(*options: str) -> None:
    subprocess.run(["mount", *options, str(DATA)], check=True)


def begin() -> None:
    DATA.mkdir()
    if SCENE != "file-size":
        mount("-t", "tmpfs", "-o", "size=24m", "tmpfs")


def take_nothing() -> None:
    if SCENE == "full":
        with (DATA / "filler").open("wb") as file:
            try:
                while True:
                    file.write(b"\0" * 65536)
                    file.flush()
            except OSError:
                pass
    elif SCENE == "read-only":
        mount("--bind", str(DATA))
        mount("-o", "remount,bind,ro")
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))


def take_again() -> None:
    if SCENE == "full":
        (DATA / "filler").unlink()
    elif SCENE == "read-only":
        subprocess.run(["umount", str(DATA)], check=True)
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


async def chunks() -> AsyncIterator[bytes]:
    yield PICTURE


async def code_of(work: object) -> str:
    try:
        await work  # type: ignore[misc]
    except StorageError as error:
        return error.code
    return "fine"


async def play() -> dict[str, object]:
    begin()
    store = await Store.open(load_settings(data_dir=DATA, key_file=FOLDER / "key"), exclusive=False)
    receipt = await store.ledger.open(KEY, run_id="run", provider="p", model="m", request={})
    await store.ledger.mark_sent(receipt.id)
    take_nothing()
    found: dict[str, object] = {}
    await store.ledger.keep(receipt.id, RAW)
    found["raw_of_receipt"] = (
        await store.ledger.open(KEY, run_id="run", provider="p", model="m", request={})
    ).raw == RAW
    code = await code_of(store.assets.save(PICTURE, prefix="gpt_image", about={}))
    waiting = next(item for item in store.assets.spilled() if item.folder == "servable")
    served = (await store.assets.open_for_serving(waiting.name)).open().read() == PICTURE
    temporary = waiting.path is not None and not waiting.path.is_relative_to(DATA)
    place = "memory" if waiting.path is None else "temporary" if temporary else "data"
    found["save"] = {"code": code, "place": place, "served": served}
    other = CallKey("run", "image", 2, 2, "print")
    found["next_call"] = await code_of(store.ledger.open(other, run_id="run", provider="p", model="m", request={}))
    found["upload"] = await code_of(store.assets.upload(chunks(), "x.png"))
    take_again()
    found["landed"] = len(await store.assets.retry_spilled())
    record = await store.ledger.open(KEY, run_id="run", provider="p", model="m", request={})
    found["after"] = {
        "waiting": len(store.assets.spilled()),
        "picture": (store.assets.folder / waiting.name).read_bytes() == PICTURE,
        "raw": (DATA / "receipts" / f"{receipt.id}.raw").read_bytes() == RAW,
        "state": record.state,
    }
    await store.close()
    return found


sys.stdout.write(json.dumps(asyncio.run(play())) + "\n")
