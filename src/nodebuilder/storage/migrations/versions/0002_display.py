"""What the display panel of each workflow holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table of display entries."""
    op.create_table(
        "display_entries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("workflow_id", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_display_entries_workflow_id", "display_entries", ["workflow_id", "id"])
