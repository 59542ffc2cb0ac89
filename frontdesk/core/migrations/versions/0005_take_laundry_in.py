"""Take laundry in, and note what was damaged before housekeeping work begins."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "laundry_ticket",
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("order_serial", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.String(length=24), nullable=False),
        sa.Column("unit_no", sa.String(length=40), nullable=False),
        sa.Column("customer", sa.String(length=120), nullable=False),
        sa.Column("telephone", sa.String(length=40), nullable=False),
        sa.Column("cleaning", sa.String(length=40), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("return_on", sa.Date(), nullable=False),
        sa.Column("laundry", sa.String(length=400), nullable=False),
        sa.Column("signed_by", sa.String(length=120), nullable=False),
        sa.Column("sent_at", sa.String(length=24), nullable=True),
        sa.Column("back_at", sa.String(length=24), nullable=True),
        sa.Column("back_note", sa.String(length=400), nullable=False),
        sa.Column("handed_at", sa.String(length=24), nullable=True),
        sa.Column("handed_note", sa.String(length=400), nullable=False),
        sa.Column("satisfaction", sa.String(length=40), nullable=False),
        sa.Column("handled_by", sa.String(length=120), nullable=False),
        sa.Column("prints", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("voided_at", sa.String(length=24), nullable=True),
        sa.Column("voided_by", sa.String(length=120), nullable=False),
        sa.Column("void_reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["service_order.id"], name=op.f("fk_laundry_ticket_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_laundry_ticket")),
        sa.UniqueConstraint("serial", name=op.f("uq_laundry_ticket_serial")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_laundry_ticket_year_number")),
    )
    with op.batch_alter_table("laundry_ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_laundry_ticket_received_at"), ["received_at"], unique=False)
        batch_op.create_index("ix_laundry_ticket_return_on", ["return_on"], unique=False)
        batch_op.create_index(
            "uq_laundry_ticket_order",
            ["order_id"],
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )

    op.create_table(
        "garment",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.Column("damage", sa.String(length=400), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("voided_at", sa.String(length=24), nullable=True),
        sa.Column("voided_by", sa.String(length=120), nullable=False),
        sa.Column("void_reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["laundry_ticket.id"], name=op.f("fk_garment_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_garment")),
    )
    with op.batch_alter_table("garment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_garment_ticket_id"), ["ticket_id"], unique=False)

    with op.batch_alter_table("service_order", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("prior_damage", sa.String(length=400), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("damage_seen_by", sa.String(length=120), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("damage_confirmed_by", sa.String(length=120), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("damage_confirmed_at", sa.String(length=24), nullable=True))
