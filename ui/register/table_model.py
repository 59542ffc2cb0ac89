"""A register as a table of any length: a window of rows is fetched by id around what is looked at."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer

from frontdesk.core.errors import SurroundingsError
from frontdesk.core.query import VOID, RegisterQuery
from ui.rare_font import ensure_rare_font
from ui.register.columns import alignment
from ui.widgets.labels import plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.core.fields import Field
    from frontdesk.core.query import RegisterSource, TableRow

Index = QModelIndex | QPersistentModelIndex

ID_ROLE = Qt.ItemDataRole.UserRole
TONE_ROLE = Qt.ItemDataRole.UserRole + 1
VOID_ROLE = Qt.ItemDataRole.UserRole + 2

CHUNK = 32  # rows fetched at once: a screen; a key in the filter waits for the first
AGAIN_MS = 2_000  # rows that could not be read are asked for again
CHUNKS_KEPT = 48  # 1,536 rows, some 1 MB


class RegisterTableModel(QAbstractTableModel):
    """Rows of a source, newest first. It keeps the ids that answer a query (a `range` for the whole register)
    and the strings of the chunks last looked at; nothing is formatted here.
    """

    def __init__(self, fields: Sequence[Field], source: RegisterSource) -> None:
        super().__init__()
        self.fields = tuple(fields)
        self._source = source
        self._query = RegisterQuery()
        self._ids: Sequence[int] = ()
        self._chunks: OrderedDict[int, list[TableRow | None]] = OrderedDict()

    @property
    def query(self) -> RegisterQuery:
        """What is shown at present."""
        return self._query

    def set_query(self, query: RegisterQuery) -> None:
        """Show what answers the query."""
        self._query = query
        self.refresh()

    def refresh(self) -> None:
        """Ask the source again: records were added or changed. Raises SurroundingsError."""
        ids = self._source.find(self._query)  # may be hindered: then all stays as it is
        self.beginResetModel()
        self._ids = ids
        self._chunks.clear()
        self.endResetModel()

    def forget(self) -> None:
        """Show nothing until the next `refresh`, which asks for the whole register."""
        self._query = RegisterQuery()
        self.beginResetModel()
        self._ids = ()
        self._chunks.clear()
        self.endResetModel()

    def ids(self) -> Sequence[int]:
        """All that answer the query, as they stand in the table; a range for a whole register."""
        return self._ids

    def id_at(self, row: int) -> int:
        """The record's id in that row. Raises IndexError outside the table."""
        return self._ids[row]

    def row_of(self, record_id: int) -> int:
        """The row in which the record stands, -1 when it is not listed."""
        try:
            return self._ids.index(record_id)
        except ValueError:
            return -1

    def cell(self, row: int, column: int) -> tuple[str, str, bool]:
        """The string, the tone ("" for none) and whether the row is void: for painting, past Qt's roles."""
        found = self._row(row)
        if found is None:
            return "", "", False
        marks = found[len(self.fields) + 1 :]
        return str(found[column + 1]), self._tone_in(marks, column), VOID in marks

    def row_text(self, row: int) -> tuple[str, ...]:
        """The strings of a row, one for each field."""
        found = self._row(row)
        return () if found is None else tuple(str(cell) for cell in found[1 : len(self.fields) + 1])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """How many records answer the query."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """One for each listed field."""
        return 0 if parent.isValid() else len(self.fields)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The fields' labels, above figures at the right."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.fields[section].label
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment(self.fields[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The strings as the source formatted them, the tone of a cell, and whether the row is void."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            row = self._row(index.row())
            return "" if row is None else row[index.column() + 1]
        if role == ID_ROLE:
            return self._ids[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            row = self._row(index.row())
            return None if row is None else plain_tip(str(row[index.column() + 1]))
        if role == TONE_ROLE:
            return self.cell(index.row(), index.column())[1]
        if role == VOID_ROLE:
            return self.cell(index.row(), index.column())[2]
        return None

    def _tone_in(self, marks: Sequence[int | str], column: int) -> str:
        if not marks:
            return ""
        wanted = f"{self.fields[column].name}="
        for mark in marks:
            if isinstance(mark, str) and mark.startswith(wanted):
                return mark[len(wanted) :]
        return ""

    def _row(self, row: int) -> TableRow | None:
        number = row // CHUNK
        chunk = self._chunks.get(number)
        if chunk is None:
            chunk = self._fetch(number)
        else:
            self._chunks.move_to_end(number)
        return chunk[row - number * CHUNK]

    def _forget(self, number: int) -> None:
        if self._chunks.pop(number, None) is not None and self._ids:
            last = min((number + 1) * CHUNK, len(self._ids)) - 1
            self.dataChanged.emit(self.index(number * CHUNK, 0), self.index(last, len(self.fields) - 1))

    def _fetch(self, number: int) -> list[TableRow | None]:
        ids = self._ids[number * CHUNK : (number + 1) * CHUNK]
        try:
            rows = self._source.rows(ids)
        except SurroundingsError:  # in the middle of painting: blank for now
            rows = []
            QTimer.singleShot(AGAIN_MS, self, lambda: self._forget(number))
        by_id = {row[0]: row for row in rows}
        chunk = [by_id.get(record_id) for record_id in ids]
        ensure_rare_font("".join(str(cell) for row in rows for cell in row[1:]))
        self._chunks[number] = chunk
        if len(self._chunks) > CHUNKS_KEPT:
            self._chunks.popitem(last=False)
        return chunk
