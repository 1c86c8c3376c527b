"""`nodebuilder import`: a file of the earlier AI Node Builder as a workflow of today."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from nodebuilder.cli.console import stderr
from nodebuilder.cli.flow_file import STDIN, import_workflow, tell_mends
from nodebuilder.cli.options import NodesDir
from nodebuilder.errors import StorageError
from nodebuilder.settings import load_settings
from nodebuilder.workflow.write import save

app = typer.Typer()
OldFile = Annotated[Path, typer.Argument(metavar="OLD", help="A file of the earlier AI Node Builder, or - for stdin.")]
NewFile = Annotated[Path | None, typer.Option("--output", "-o", metavar="NEW", help="Write it here, not to stdout.")]


@app.command("import")
def import_(old: OldFile, new: NewFile = None, nodes_dir: NodesDir = None) -> None:
    """Make a workflow of a file of the earlier AI Node Builder.

    What was mended is said on stderr. Keys are left out; the secrets to set instead are named.
    """
    settings = load_settings(nodes_dir=nodes_dir)
    imported = import_workflow(old, settings)
    text = save(imported.workflow)
    tell_mends(imported)
    if new is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
        return
    if old != STDIN and new.exists() and new.samefile(old):
        raise StorageError(f"{new} is the file that is imported.", "Give the new file another name.", code="same_file")
    try:
        new.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"{new} cannot be written: {error.strerror or error}.",
            "Give a path in a folder that you may write to.",
            code="unwritable_file",
        ) from error
    stderr.print(f"Written to {new}.", markup=False)
