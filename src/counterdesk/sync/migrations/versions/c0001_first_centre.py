"""The first schema of the centre: the files of `c0001`, in the order of their names."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "c0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

_PARTS = Path(__file__).parent.parent / "c0001"


def upgrade() -> None:
    """Create everything in the schema `cd`."""
    for part in sorted(_PARTS.glob("*.sql")):
        # The driver's own cursor: SQLAlchemy would take colons and per cents for its own.
        op.get_bind().connection.cursor().execute(part.read_text("utf-8"))


def downgrade() -> None:
    """There is nothing before the first schema: drop the database instead."""
    raise NotImplementedError
