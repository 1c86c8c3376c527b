"""Options that several commands share, each with its sentence of help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Folder of pictures, runs and secrets [NODEBUILDER_DATA_DIR].")
]
NodesDir = Annotated[
    Path | None, typer.Option("--nodes", help="Folder with your own node files [NODEBUILDER_NODES_DIR].")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Sandbox = Annotated[bool, typer.Option("--sandbox", help="Without a key, use the built-in offline provider.")]
FlowFile = Annotated[Path, typer.Argument(metavar="FILE", help="A workflow (*.flow.json), or - for stdin.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show errors only.")]
