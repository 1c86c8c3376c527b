"""`nodebuilder secrets`: keys, by name; no command ever prints one."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from nodebuilder.cli.console import print_json, print_table, stderr
from nodebuilder.cli.data_folder import ask, when
from nodebuilder.cli.options import AsJson, DataDir
from nodebuilder.errors import StorageError
from nodebuilder.storage.secrets import SecretName
from nodebuilder.storage.store import Store

app = typer.Typer(no_args_is_help=True, help="Keep keys, so that workflows only hold their names.")
Name = Annotated[str, typer.Argument(help="The secret's name, for example openai.")]


@app.command("set")
def set_(name: Name, data_dir: DataDir = None) -> None:
    """Keep a key under a name; it is asked for, or read from stdin."""
    if sys.stdin.isatty():
        value: str = typer.prompt(f"Key for {name} (not shown)", hide_input=True, err=True)
    else:
        value = sys.stdin.read()

    async def keep(store: Store) -> None:
        await store.secrets.set(name, value)

    ask(keep, data_dir)
    stderr.print(f"The secret {name} is kept.", markup=False)


@app.command("list")
def list_(as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """List the names of all secrets."""

    async def names(store: Store) -> list[SecretName]:
        return await store.secrets.names()

    found = ask(names, data_dir)
    if as_json:
        print_json([secret.as_json() for secret in found])
    else:
        print_table(("Name", "Set"), [(secret.name, when(secret.updated_at)) for secret in found])


@app.command("rm")
def remove(name: Name, data_dir: DataDir = None) -> None:
    """Delete a secret."""

    async def forget(store: Store) -> bool:
        return await store.secrets.remove(name)

    if not ask(forget, data_dir):
        raise StorageError(
            f"There is no secret called {name}.", "`nodebuilder secrets list` shows their names.", code="no_such_secret"
        )
    stderr.print(f"The secret {name} is deleted.", markup=False)
