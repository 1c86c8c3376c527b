"""`nodebuilder nodes`: the node types that are known."""

from __future__ import annotations

import typer

from nodebuilder.cli.console import print_json, print_table
from nodebuilder.cli.options import AsJson, NodesDir
from nodebuilder.registry import load_registry
from nodebuilder.settings import load_settings

app = typer.Typer()


@app.command()
def nodes(as_json: AsJson = False, nodes_dir: NodesDir = None) -> None:
    """List the node types."""
    registry = load_registry(load_settings(nodes_dir=nodes_dir).nodes_dir)
    if as_json:
        print_json([node_type.definition.as_json() for node_type in registry])
        return
    known = sorted((node_type.definition for node_type in registry), key=lambda definition: definition.category)
    print_table(
        ("Type", "Title", "Category", "What it does"),
        [(found.type, found.title, found.category, found.description) for found in known],
    )
