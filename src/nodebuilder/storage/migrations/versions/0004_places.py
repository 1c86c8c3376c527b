"""The round of a loop in which a paid call was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Note with each receipt the round it belongs to."""
    op.add_column("receipts", sa.Column("place", sa.String(64), nullable=False, server_default=""))
