"""The list of commands, and how errors become exit codes: 1 something failed, 2 it could not be run at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated, Any, Final, NoReturn

import typer
from typer.core import TyperGroup

from nodebuilder import __version__
from nodebuilder.cli.console import show_error
from nodebuilder.cli.loading import load
from nodebuilder.errors import DefinitionError, NodeBuilderError, SettingsError, WorkflowError

COMMANDS: Final = {
    "serve": "Open the editor in a browser.",
    "run": "Run a workflow and show what happens.",
    "listen": "Let workflows wait for webhooks, schedules and events.",
    "check": "Say all that is wrong with a workflow, without running it.",
    "test": "Run workflows as tests, by their Assert nodes.",
    "import": "Make a workflow of a file of the earlier AI Node Builder.",
    "nodes": "List the node types.",
    "docs": "Read a guide or the page of a node.",
    "secrets": "Keep keys, so that workflows only hold their names.",
    "files": "List and delete the files that runs have made.",
    "runs": "See earlier runs, and go on with one that was cut off.",
    "mcp": "Serve what is published to Claude and other MCP hosts.",
    "mcp-servers": "Set up MCP servers, whose tools workflows can use.",
    "sandbox": "Serve the offline provider alone, like OpenAI's API.",
}
"""Each command is a module of this package (see `module_of`); its sentence stands here, so that help loads none."""
_MODULES: Final = {"import": "importing", "test": "testing"}
"""Commands whose names no module can have, or better has not."""

FAILED: Final = 1
NOT_RUNNABLE: Final = 2


class LazyCommands(TyperGroup):
    """A group whose commands are imported when they are called; help and completion of names need none of them."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the name, the command itself, and the arguments left for it."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, (_command(name) if name is not None and found is not None else found), rest


def _command(name: str) -> Any:
    command = typer.main.get_command(load(module_of(name)).app)
    command.name = name
    return command


def module_of(command: str) -> str:
    """Return the name of the module that a command lives in."""
    return f"nodebuilder.cli.{_MODULES.get(command, command.replace('-', '_'))}"


app = typer.Typer(
    name="nodebuilder",
    cls=LazyCommands,
    help="AI Node Builder: wire AI nodes together, run them, and keep what they make.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)


def _stub() -> NoReturn:
    raise RuntimeError("This stands for a command that is loaded when it is called.")


for _name, _sentence in COMMANDS.items():
    app.command(_name, help=_sentence)(_stub)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"nodebuilder {__version__}")
        raise typer.Exit


@app.callback()
def nodebuilder(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """AI Node Builder: wire AI nodes together, run them, and keep what they make."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return the exit code; an error of ours is two lines, without a traceback."""
    try:
        app(args=list(arguments), prog_name="nodebuilder")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else FAILED
    except NodeBuilderError as error:
        if os.environ.get("NODEBUILDER_DEBUG"):
            raise
        show_error(error)
        return NOT_RUNNABLE if isinstance(error, WorkflowError | DefinitionError | SettingsError) else FAILED
    return 0
