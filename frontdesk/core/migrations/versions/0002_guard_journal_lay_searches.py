"""Guard the journal, lay out the search indexes: what only SQLite understands, written by hand."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SEARCHED = ("call", "order", "resident")


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER journal_refuses_{verb.lower()} BEFORE {verb} ON journal "
            "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        )
    # REPLACE deletes without asking the trigger of DELETE, unless a connection says otherwise: refused as it comes.
    op.execute(
        "CREATE TRIGGER journal_refuses_replace BEFORE INSERT ON journal "
        "WHEN EXISTS (SELECT 1 FROM journal WHERE seq = NEW.seq) "
        "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
    )
    for name in SEARCHED:
        table = f"search_{name}"
        # Contentless, with our own tokens (core/search.py). FTS5's own merging can hold a commit for
        # seconds, so it is put off: SearchIndex.tidy merges in small steps when the desk idles.
        op.execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5("
            "body, content='', detail=full, tokenize=\"ascii tokenchars '_=/-'\")"
        )
        op.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('automerge', 0)")
        op.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('crisismerge', 512)")
