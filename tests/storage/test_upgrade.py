from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from nodebuilder.settings import Settings
from nodebuilder.storage.database import Database
from nodebuilder.storage.tables import REVISIONS, metadata
from nodebuilder.storage.upgrade import alembic_config, upgrade


def schema(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
    return sorted((name, " ".join((sql or "").split())) for name, sql in rows if name != "alembic_version")


def test_the_known_revisions_are_those_of_the_migrations() -> None:
    script = ScriptDirectory.from_config(alembic_config())

    assert tuple(step.revision for step in reversed(list(script.walk_revisions()))) == REVISIONS


async def test_migrating_gives_the_schema_that_a_new_database_has(settings: Settings, tmp_path: Path) -> None:
    await (await Database.open(settings)).close()
    migrated = tmp_path / "migrated.db"
    await asyncio.to_thread(upgrade, f"sqlite+aiosqlite:///{migrated}")

    assert schema(migrated) == schema(settings.data_dir / "nodebuilder.db")


def test_the_migrations_leave_nothing_of_the_tables_out(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()

    assert differences == []


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    before = schema(path)
    upgrade(f"sqlite+aiosqlite:///{path}")

    assert schema(path) == before


async def test_opening_a_migrated_database_needs_no_alembic(settings: Settings) -> None:
    code = (
        "import asyncio, sys; from nodebuilder.settings import load_settings;"
        "from nodebuilder.storage.database import Database;"
        f"settings = load_settings(data_dir={str(settings.data_dir)!r})\n"
        "async def go():\n"
        "    await (await Database.open(settings)).close()\n"
        "asyncio.run(go())\n"
        "print('alembic' in sys.modules)"
    )
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        assert done.stdout.strip() == "False"
