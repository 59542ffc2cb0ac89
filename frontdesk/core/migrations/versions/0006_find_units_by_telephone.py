"""Find units by a telephone: a caller's number is looked for among all of them."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_index("ix_telephone_digits", "telephone", ["digits"])
