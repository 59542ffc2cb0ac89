"""Choose among the copies."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("printer_setup", schema=None) as batch_op:
        batch_op.add_column(sa.Column("copies", sa.String(length=40), server_default="", nullable=False))
