"""`nodebuilder files`: what lies in the servable directory."""

from __future__ import annotations

from typing import Annotated

import typer

from nodebuilder.cli.console import print_json, print_table, stderr, stdout
from nodebuilder.cli.data_folder import ask, size, when
from nodebuilder.cli.options import AsJson, DataDir
from nodebuilder.storage.assets import AssetPage, AssetRecord
from nodebuilder.storage.retention import PruneReport
from nodebuilder.storage.store import Store

app = typer.Typer(no_args_is_help=True, help="List and delete the files that runs have made.")
PAGE = 1000


@app.command("list")
def list_(as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """List all files, newest first."""

    async def all_files(store: Store) -> tuple[list[AssetRecord], AssetPage]:
        await store.assets.reconcile()
        files: list[AssetRecord] = []
        before: str | None = None
        while True:
            page = await store.assets.list(limit=PAGE, before=before)
            files += page.files
            before = page.next
            if before is None:
                return files, page

    files, page = ask(all_files, data_dir)
    if as_json:
        print_json({"files": [file.as_json() for file in files], "count": page.count, "total_size": page.total_size})
        return
    rows = [
        (file.asset.filename, size(file.asset.size), _pixels(file), when(file.created_at), file.asset.url)
        for file in files
    ]
    print_table(("File", "Size", "Pixels", "Made", "Address"), rows)
    stderr.print(f"{page.count} files, {size(page.total_size)}")


def _pixels(file: AssetRecord) -> str:
    return f"{file.asset.width}x{file.asset.height}" if file.asset.width else "-"


@app.command("rm")
def remove(
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="The names of the files.")],
    data_dir: DataDir = None,
) -> None:
    """Delete files for good."""

    async def delete(store: Store) -> None:
        for name in names:
            await store.assets.delete(name)
            stderr.print(f"{name} is deleted.", markup=False)

    ask(delete, data_dir)


@app.command()
def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Delete what the retention setting no longer keeps, and nothing that is in use."""

    async def work(store: Store) -> PruneReport:
        return await store.retention.prune(dry_run=dry_run)

    report = ask(work, data_dir)
    if as_json:
        names = {"files": report.files, "in_use": report.in_use}
        listed = {key: [file.filename for file in files] for key, files in names.items()}
        print_json({**listed, "size": report.size, "dry_run": report.dry_run})
        return
    for file in report.files:
        stdout.print(file.filename, markup=False)
    done = "would be deleted" if dry_run else "deleted"
    stderr.print(f"{len(report.files)} files ({size(report.size)}) {done}, {len(report.in_use)} spared: in use.")
