"""The terminal: `nodebuilder …`. Reads arguments, calls the same parts as the server, writes text or JSON."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Final

from nodebuilder import __version__
from nodebuilder.cli.loading import load

WELCOME: Final = f"""AI Node Builder {__version__}: wire AI nodes together, run them, and keep what they make.

  nodebuilder serve --sandbox       open the editor; the sandbox draws offline, without a key
  nodebuilder run FILE.flow.json    run a workflow here in the terminal
  nodebuilder check FILE.flow.json  say all that is wrong with a workflow, without running it
  nodebuilder nodes                 list what there is to build with
  nodebuilder docs first-picture    read a guide, or the page of a node
  nodebuilder secrets set openai    keep a key, so that no workflow has to hold it

nodebuilder --help lists all commands, nodebuilder COMMAND --help the options of one."""

COMPLETION: Final = "_NODEBUILDER_COMPLETE"
"""Set by a shell that asks for completions, which are then printed instead of running anything."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name and return its exit code; this is the `nodebuilder` program."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given in ([], ["--version"]) and COMPLETION not in os.environ:
        sys.stdout.write(f"{WELCOME}\n" if not given else f"nodebuilder {__version__}\n")
        return 0
    run: int = load("nodebuilder.cli.app").run(given)
    return run
