"""Writes records and their journal in bulk, as the services would have written them one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, insert

from frontdesk.core import journal
from frontdesk.core.journal import Change, Stamp
from frontdesk.core.model import Record

PIECE = 5000  # journal lines that are kept back before they are written

Released = Callable[[Connection, Sequence[dict[str, Any]]], None]


@dataclass
class Entry:
    """One record in the making: its row as it stands now, and what belongs to it (an order's lines).

    `after` are the records of other tables that it names: it is written when they are.
    """

    table: str
    id: int
    row: dict[str, Any]
    parts: list[Entry] = field(default_factory=list)
    after: tuple[Entry, ...] = ()


class Ledger:
    """Holds rows until nothing more happens to them, and writes each table in the order of its ids.

    `released` names, by table, who is told of the rows that were written: the search indexes, which are
    an order of magnitude quicker in that order.
    """

    def __init__(self, connection: Connection, released: Mapping[str, Released] | None = None) -> None:
        self._connection = connection
        self._released = released or {}
        self._lines: list[tuple[Stamp, Change]] = []
        self._tables: dict[str, Table] = {}
        self._blank: dict[str, dict[str, Any]] = {}
        self._blank_told: dict[str, dict[str, tuple[None, Any]]] = {}
        self._last: dict[str, int] = {}
        self._next: dict[str, int] = {}
        self._closed: dict[str, dict[int, Entry]] = {}

    def create(self, stamp: Stamp, model: type[Record], values: dict[str, Any]) -> Entry:
        """A new record, with the columns' defaults, and its line in the journal."""
        name = model.__tablename__
        if name not in self._tables:
            self._begin(name, model)
        self._last[name] += 1
        made = {"created_at": stamp.at, "created_by_id": stamp.actor_id, "created_by": stamp.actor}
        row = {**self._blank[name], **values, **made, "id": self._last[name]}
        told = dict(self._blank_told[name])
        for key, value in (*values.items(), *made.items()):
            if value is not None:
                told[key] = (None, journal.plain(value))
        self._note(stamp, Change(name, row["id"], "create", told))
        return Entry(name, row["id"], row)

    def change(self, stamp: Stamp, entry: Entry, values: dict[str, Any]) -> None:
        """What happens to a record later, with its line in the journal."""
        told = {
            key: (journal.plain(entry.row[key]), journal.plain(value))
            for key, value in values.items()
            if entry.row[key] != value
        }
        entry.row.update(values)
        if told:
            self._note(stamp, Change(entry.table, entry.id, "change", told))

    def close(self, entry: Entry) -> None:
        """Nothing more happens to this record: it may be written."""
        self._closed[entry.table][entry.id] = entry

    def flush(self) -> None:
        """Write the journal, and every row that all rows before it are ready for."""
        journal.append_many(self._connection, self._lines)
        self._lines.clear()
        while self._write_ready():  # what was written lets others come
            pass

    def _write_ready(self) -> bool:
        written = False
        for name, closed in self._closed.items():
            ready = []
            while (entry := closed.get(self._next[name])) is not None and self._may_come(entry):
                ready.append(closed.pop(entry.id))
                self._next[name] += 1
            self._write(name, ready)
            written = written or bool(ready)
        return written

    def _may_come(self, entry: Entry) -> bool:
        return all(self._next[named.table] > named.id for named in entry.after)

    def _begin(self, name: str, model: type[Record]) -> None:
        table = model.__table__
        assert isinstance(table, Table)
        self._tables[name] = table
        defaults = {column.name: getattr(column.default, "arg", None) for column in table.c}
        self._blank[name] = defaults
        self._blank_told[name] = {key: (None, value) for key, value in defaults.items() if value is not None}
        self._last[name], self._next[name], self._closed[name] = 0, 1, {}

    def _note(self, stamp: Stamp, change: Change) -> None:
        self._lines.append((stamp, change))
        if len(self._lines) >= PIECE:
            self.flush()

    def _write(self, name: str, entries: list[Entry]) -> None:
        if not entries:
            return
        rows = [entry.row for entry in entries]
        self._connection.execute(insert(self._tables[name]), rows)
        parts = [part for entry in entries for part in entry.parts]
        for table in {part.table for part in parts}:
            self._connection.execute(
                insert(self._tables[table]), [part.row for part in parts if part.table == table]
            )
        if name in self._released:
            self._released[name](self._connection, rows)
