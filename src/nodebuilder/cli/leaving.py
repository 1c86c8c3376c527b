"""Leaving: the work of a command is run to its end, and nothing that is left over holds the process.

A node may be anyone's code: one may ignore that it is cancelled, and another may block a thread for an hour.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Final

from nodebuilder.cli.console import show_error
from nodebuilder.errors import NodeBuilderError

GRACE: Final = 1.5
"""So many seconds what is left over may take to end by itself."""
MOST_THREADS: Final = 256
"""So many threads may be at work: those that nodes block must not keep others from writing to the disk."""
FAILED: Final = 1
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def run_to_its_end(work: Coroutine[Any, Any, int]) -> int:
    """Run the work of a command and return its exit code; Ctrl+C and SIGTERM cancel it (130 and 143).

    What does not end with it is cancelled and left behind; if that holds the process, the process ends without it. A
    second signal ends the process at once.
    """
    before = frozenset(threading.enumerate())
    loop = asyncio.new_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="asyncio"))
    asyncio.set_event_loop(loop)
    task, failure = loop.create_task(work), None
    with _heeding_signals(loop, task) as asked:
        try:
            code = loop.run_until_complete(task)
        except asyncio.CancelledError:
            code = asked[0] if asked else 128 + signal.SIGINT
        except BaseException as error:  # noqa: BLE001 - it is raised again when all is put away
            code, failure = FAILED, error
    _flush()
    last = threading.Timer(GRACE, _give_up, (code, failure))
    last.daemon = True
    last.start()
    try:
        _put_away(loop)
    finally:
        last.cancel()
    if any(not thread.daemon for thread in threading.enumerate() if thread not in before):
        threading.Thread(target=_outlast, args=(code,), daemon=True).start()
    if failure is not None:
        raise failure
    return code


@contextmanager
def _heeding_signals(loop: asyncio.AbstractEventLoop, task: asyncio.Task[int]) -> Generator[list[int]]:
    """Cancel the task when a signal comes, and yield where the exit code then stands.

    The loop's own handlers would do nothing while a node holds the loop.
    """
    asked: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        asked.append(128 + number)
        if len(asked) > 1:
            _give_up(asked[0], None)
        held = threading.Timer(GRACE, _give_up, (asked[0], None))
        held.daemon = True
        held.start()
        loop.call_soon_threadsafe(heed, held)

    def heed(held: threading.Timer) -> None:
        held.cancel()
        task.cancel()

    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    earlier = {each: signal.signal(each, stop) for each in SIGNALS}
    try:
        yield asked
    finally:
        for each, handler in earlier.items():
            signal.signal(each, handler)


def _put_away(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel what is left over and close the loop, as `asyncio.run` does: it waits until all of it has ended."""
    left = asyncio.all_tasks(loop)
    for each in left:
        each.cancel()
    loop.run_until_complete(asyncio.gather(*left, return_exceptions=True)) if left else None
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.run_until_complete(loop.shutdown_default_executor())
    asyncio.set_event_loop(None)
    loop.close()


def _give_up(code: int, failure: BaseException | None) -> None:
    """End the process without what holds it: a task that ignores its cancellation, a thread, or a node in the loop.

    This is the last resort, for Python itself waits for threads without end. All that the command had to say and to
    keep is on its way: its work is over, the house is closed and what was printed is flushed.
    """
    with suppress(Exception):
        if isinstance(failure, NodeBuilderError):
            show_error(failure)
        elif failure is not None:
            traceback.print_exception(failure)
    _flush()
    os._exit(code)


def _outlast(code: int) -> None:
    """End the process when Python has begun to wait for threads that somebody's node began, and does not end."""
    threading.main_thread().join()
    time.sleep(GRACE)
    _give_up(code, None)


def _flush() -> None:
    for each in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # whoever read it may be gone
            each.flush()
