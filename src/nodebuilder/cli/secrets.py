"""`nodebuilder secrets`: keys, by name; no command ever prints one."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from nodebuilder.cli.console import print_json, print_table, stderr
from nodebuilder.cli.data_folder import ask, when
from nodebuilder.cli.options import AsJson, DataDir
from nodebuilder.errors import StorageError
from nodebuilder.storage.bindings import read_place
from nodebuilder.storage.secrets import SecretName
from nodebuilder.storage.store import Store

app = typer.Typer(no_args_is_help=True, help="Keep keys, so that workflows only hold their names.")
Name = Annotated[str, typer.Argument(help="The secret's name, for example openai.")]
Host = Annotated[str, typer.Argument(metavar="HOST[:PORT]", help="A host, for example llm.example.com:8443.")]


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
        rows = [(secret.name, when(secret.updated_at), ", ".join(secret.hosts)) for secret in found]
        print_table(("Name", "Set", "Also for"), rows)


@app.command()
def bind(name: Name, host: Host, data_dir: DataDir = None) -> None:
    """Let a key be sent to a host beside its provider's own, for nodes whose base_url names it.

    NAME is that of a secret, or of a provider whose key comes from the environment.
    """

    async def add(store: Store) -> None:
        await store.secrets.bind(name, {*await store.secrets.bindings.of(name), host})

    ask(add, data_dir)
    stderr.print(f"The key {name} may now be sent to {host}.", markup=False)


@app.command()
def unbind(name: Name, host: Host, data_dir: DataDir = None) -> None:
    """Let a key no longer be sent to a host."""
    place = read_place(host)

    async def drop(store: Store) -> bool:
        bound = await store.secrets.bindings.of(name)
        await store.secrets.bind(name, bound - {place})
        return place in bound

    if not ask(drop, data_dir):
        raise StorageError(
            f"The key {name} is not bound to {place}.",
            "`nodebuilder secrets list` shows its hosts.",
            code="no_such_binding",
        )
    stderr.print(f"The key {name} is no longer sent to {place}.", markup=False)


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
