"""The tables of the database, as the newest migration leaves them (a test compares the two)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint
from sqlalchemy.types import TypeEngine

FLOAT: Final[TypeEngine[float]] = Float()

REVISIONS: Final = ("0001", "0002", "0003", "0004")
"""The revisions of the schema that this version knows, oldest first."""

metadata = MetaData()

alembic_version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
"""Where the revision of the schema is written."""

receipts = Table(
    "receipts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("root", String(64), nullable=False),
    Column("run_id", String(64), nullable=False),
    Column("node", String(64), nullable=False),
    Column("firing", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("fingerprint", String(128), nullable=False),
    Column("provider", String(64), nullable=False),
    Column("model", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("charged", String(8), nullable=False),
    Column("cost_usd", FLOAT),
    Column("detail", Text, nullable=False),
    Column("asset", String(128)),
    Column("created_at", FLOAT, nullable=False),
    Column("updated_at", FLOAT, nullable=False),
    Column("place", String(64), nullable=False, server_default=""),
    UniqueConstraint("root", "node", "ordinal", "fingerprint", name="uq_receipts_call"),
    Index("ix_receipts_run_id", "run_id"),
    Index("ix_receipts_updated_at", "updated_at"),
)
"""One row for each paid call."""

runs = Table(
    "runs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("root", String(64), nullable=False),
    Column("request_id", String(128), unique=True),
    Column("session", String(32), nullable=False),
    Column("workflow_id", String(64)),
    Column("name", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("started_at", FLOAT, nullable=False),
    Column("finished_at", FLOAT),
    Column("cost_usd", FLOAT),
    Column("firings", Integer, nullable=False),
    Column("result", Text),
    Index("ix_runs_started_at", "started_at", "id"),
    Index("ix_runs_status", "status"),
    Index("ix_runs_workflow_id", "workflow_id", "started_at"),
)
"""One row for each run, with the document as it was run."""

events = Table(
    "events",
    metadata,
    Column("run_id", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("at", FLOAT, nullable=False),
    Column("body", Text, nullable=False),
)
"""What every run told."""

workflows = Table(
    "workflows",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", FLOAT, nullable=False),
)
"""One row for each saved workflow."""

workflow_versions = Table(
    "workflow_versions",
    metadata,
    Column("workflow_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("document", Text, nullable=False),
    Column("updated_at", FLOAT, nullable=False),
)
"""The documents of the saved workflows, version by version."""

assets = Table(
    "assets",
    metadata,
    Column("filename", String(128), primary_key=True),
    Column("media_type", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("created_at", FLOAT, nullable=False),
    Column("original_name", Text, nullable=False),
    Column("run_id", String(64)),
    Column("about", Text, nullable=False),
    Index("ix_assets_created_at", "created_at", "filename"),
    Index("ix_assets_run_id", "run_id"),
)
"""What is known of each file in the servable directory."""

secrets = Table(
    "secrets",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("updated_at", FLOAT, nullable=False),
)
"""Sealed keys by name."""

preferences = Table(
    "preferences",
    metadata,
    Column("key", String(128), primary_key=True),
    Column("value", Text, nullable=False),
    Column("updated_at", FLOAT, nullable=False),
)
"""What a person changed in the settings."""

display_entries = Table(
    "display_entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workflow_id", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_display_entries_workflow_id", "workflow_id", "id"),
)
"""What the display panel of each saved workflow holds, in order."""

listeners = Table(
    "listeners",
    metadata,
    Column("workflow_id", String(64), primary_key=True),
    Column("since", FLOAT, nullable=False),
)
"""The saved workflows that listen, and since when."""

schedule_state = Table(
    "schedule_state",
    metadata,
    Column("workflow_id", String(64), primary_key=True),
    Column("node", String(64), primary_key=True),
    Column("settings", Text, nullable=False),
    Column("due_at", FLOAT, nullable=False),
)
"""The last time that each schedule has dealt with, and the settings (as text) that it followed then."""

hook_deliveries = Table(
    "hook_deliveries",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("run_id", String(64), nullable=False),
    Column("at", FLOAT, nullable=False),
    Index("ix_hook_deliveries_at", "at"),
)
"""What hooks have taken in, by a digest that tells deliveries apart, and the run that each began."""
