"""Note what departments answer: to a call-back that went back in writing (R-ORDER-11)."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("callback", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replied_at", sa.String(length=24), nullable=True))
        batch_op.add_column(sa.Column("replied_by", sa.String(length=120), server_default="", nullable=False))
        batch_op.add_column(sa.Column("reply", sa.Text(), server_default="", nullable=False))
