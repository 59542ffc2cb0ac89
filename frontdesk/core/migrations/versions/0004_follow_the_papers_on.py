"""Follow the papers on: blanks that came back, what finance counted, volumes that were given up."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("blank_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("given_at", sa.String(length=24), nullable=True))
        batch_op.add_column(sa.Column("given_by", sa.String(length=120), server_default="", nullable=False))
        batch_op.add_column(sa.Column("returned_at", sa.String(length=24), nullable=True))
        batch_op.add_column(
            sa.Column("returned_to", sa.String(length=120), server_default="", nullable=False)
        )
    with op.batch_alter_table("finance_list", schema=None) as batch_op:
        batch_op.add_column(sa.Column("received_count", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("received_cash", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("difference", sa.String(length=400), server_default="", nullable=False))
    with op.batch_alter_table("order_volume", schema=None) as batch_op:
        batch_op.add_column(sa.Column("archived_at", sa.String(length=24), nullable=True))
        batch_op.add_column(
            sa.Column("archived_by", sa.String(length=120), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("archive_reason", sa.String(length=400), server_default="", nullable=False)
        )
