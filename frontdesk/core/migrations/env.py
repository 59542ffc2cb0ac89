"""Alembic's environment: works on the connection that `migrate.py` hands over, in its transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

config = context.config


def _ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
    # FTS5 keeps a handful of shadow tables beside each search index; their shape is SQLite's affair.
    return not (kind == "table" and name is not None and name.startswith("search_"))


def _rendered(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    # A migration must not lean on today's code: a moment is written down as the text column it is.
    return "sa.String(length=24)" if kind == "type" and type(item).__name__ == "UtcMoment" else False


context.configure(
    connection=config.attributes["connection"],
    target_metadata=config.attributes["metadata"],
    include_object=_ours,
    render_item=_rendered,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
