"""Workflows that listen, the times that schedules have dealt with, and the deliveries that hooks have taken."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0003"
down_revision = "0002"

FLOAT: Final[TypeEngine[float]] = sa.Float()


def upgrade() -> None:
    """Create the tables of listening, and find the runs of a workflow fast."""
    op.create_table(
        "listeners",
        sa.Column("workflow_id", sa.String(64), primary_key=True),
        sa.Column("since", FLOAT, nullable=False),
    )
    op.create_table(
        "schedule_state",
        sa.Column("workflow_id", sa.String(64), primary_key=True),
        sa.Column("node", sa.String(64), primary_key=True),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("due_at", FLOAT, nullable=False),
    )
    op.create_table(
        "hook_deliveries",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("run_id", sa.String(64), nullable=False),
        sa.Column("at", FLOAT, nullable=False),
    )
    op.create_index("ix_hook_deliveries_at", "hook_deliveries", ["at"])
    op.create_index("ix_runs_workflow_id", "runs", ["workflow_id", "started_at"])
