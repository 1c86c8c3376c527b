"""The first schema: receipts, runs, events, workflows, assets, secrets, preferences."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
FLOAT: Final[TypeEngine[float]] = sa.Float()


def upgrade() -> None:
    """Create all tables."""
    _receipts()
    _runs()
    _workflows()
    _assets()
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("updated_at", FLOAT, nullable=False),
    )
    op.create_table(
        "preferences",
        sa.Column("key", sa.String(128), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("updated_at", FLOAT, nullable=False),
    )


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("run_id", sa.String(64), nullable=False),
        sa.Column("node", sa.String(64), nullable=False),
        sa.Column("firing", sa.Integer, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(128), nullable=False),
        sa.Column("provider", sa.String(64), nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("charged", sa.String(8), nullable=False),
        sa.Column("cost_usd", FLOAT),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("asset", sa.String(128)),
        sa.Column("created_at", FLOAT, nullable=False),
        sa.Column("updated_at", FLOAT, nullable=False),
        sa.UniqueConstraint("root", "node", "ordinal", "fingerprint", name="uq_receipts_call"),
    )
    op.create_index("ix_receipts_run_id", "receipts", ["run_id"])
    op.create_index("ix_receipts_updated_at", "receipts", ["updated_at"])


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("request_id", sa.String(128), unique=True),
        sa.Column("session", sa.String(32), nullable=False),
        sa.Column("workflow_id", sa.String(64)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("started_at", FLOAT, nullable=False),
        sa.Column("finished_at", FLOAT),
        sa.Column("cost_usd", FLOAT),
        sa.Column("firings", sa.Integer, nullable=False),
        sa.Column("result", sa.Text),
    )
    op.create_index("ix_runs_started_at", "runs", ["started_at", "id"])
    op.create_index("ix_runs_status", "runs", ["status"])
    op.create_table(
        "events",
        sa.Column("run_id", sa.String(64), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("at", FLOAT, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )


def _workflows() -> None:
    op.create_table(
        "workflows",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("updated_at", FLOAT, nullable=False),
    )
    op.create_table(
        "workflow_versions",
        sa.Column("workflow_id", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("updated_at", FLOAT, nullable=False),
    )


def _assets() -> None:
    op.create_table(
        "assets",
        sa.Column("filename", sa.String(128), primary_key=True),
        sa.Column("media_type", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", FLOAT, nullable=False),
        sa.Column("original_name", sa.Text, nullable=False),
        sa.Column("run_id", sa.String(64)),
        sa.Column("about", sa.Text, nullable=False),
    )
    op.create_index("ix_assets_created_at", "assets", ["created_at", "filename"])
    op.create_index("ix_assets_run_id", "assets", ["run_id"])
