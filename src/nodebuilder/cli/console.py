"""Where the terminal's words go: results to stdout, everything about them to stderr."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from nodebuilder.errors import NodeBuilderError

stdout: Final = Console(highlight=False, soft_wrap=True)
stderr: Final = Console(stderr=True, highlight=False, soft_wrap=True)


def show_error(error: NodeBuilderError) -> None:
    """Write an error as two lines: the cause, and what to do."""
    stderr.print(Text(error.message, style="bold red"))
    if error.remedy:
        stderr.print(Text(error.remedy))


def log_to_stderr(level: str) -> None:
    """Write log lines from this level on to stderr, and of other people's libraries only what is a warning or worse.

    The house keeps keys out of them while it is open.
    """
    logging.basicConfig(level=max(logging.WARNING, logging.getLevelNamesMapping()[level.upper()]), force=True)
    logging.getLogger("nodebuilder").setLevel(level.upper())


def print_json(value: Any) -> None:
    """Write one JSON value to stdout, indented, as UTF-8 whatever the locale; what orjson refuses in plain ASCII."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    except orjson.JSONEncodeError:  # an integer of more than 64 bits, half of a pair that UTF-8 cannot hold
        text = json.dumps(value, indent=2).encode()
    sys.stdout.flush()
    sys.stdout.buffer.write(text + b"\n")
    sys.stdout.buffer.flush()


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write rows in columns to stdout; tab-separated and without a heading when it is no terminal."""
    if not stdout.is_terminal:
        for row in rows:
            sys.stdout.write("\t".join(row) + "\n")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    stdout.print(table, soft_wrap=False)
