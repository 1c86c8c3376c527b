"""`nodebuilder docs`: the guides and the pages of the nodes, in the terminal."""

from __future__ import annotations

import difflib
from typing import Annotated, Final

import typer
from rich.markdown import Markdown

from nodebuilder.cli.console import print_table, stdout
from nodebuilder.cli.options import NodesDir
from nodebuilder.documentation import PAGE_LINK, Page, pages
from nodebuilder.errors import WorkflowError
from nodebuilder.registry import load_registry
from nodebuilder.settings import load_settings

app = typer.Typer()
WIDEST: Final = 100


@app.command()
def docs(
    name: Annotated[str | None, typer.Argument(metavar="[NODE]", help="A node type or a guide.")] = None,
    nodes_dir: NodesDir = None,
) -> None:
    """Read a guide or the page of a node."""
    found = pages(load_registry(load_settings(nodes_dir=nodes_dir).nodes_dir))
    if name is None:
        print_table(("Page", "Kind", "What it is about"), [(page.slug, page.kind, page.description) for page in found])
        return
    page = next((page for page in found if page.slug == name), None)
    if page is None:
        raise _unknown(name, found)
    text = PAGE_LINK.sub(r"\g<text> (`nodebuilder docs \g<slug>`)", page.markdown)
    if stdout.is_terminal:
        stdout.print(Markdown(text), width=min(stdout.width, WIDEST), soft_wrap=False)
    else:
        typer.echo(text, nl=False)


def _unknown(name: str, found: list[Page]) -> WorkflowError:
    near = difflib.get_close_matches(name, [page.slug for page in found], 1)
    return WorkflowError(
        f'There is no page "{name}".',
        f'Did you mean "{near[0]}"?' if near else "`nodebuilder docs` lists all pages.",
        code="missing_page",
    )
