"""The hits of a finder as a list model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class FinderLine:
    """One hit: what it is, what else to know, why it matched, and what choosing it gives; None gives nothing."""

    icon: str
    title: str
    detail: str
    why: str
    chosen: Any


class FinderListModel(QAbstractListModel):
    """Holds the lines of the last search."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._lines: list[FinderLine] = []

    def lines(self) -> list[FinderLine]:
        """All of them, best first."""
        return list(self._lines)

    def set_lines(self, lines: list[FinderLine]) -> None:
        """Show these."""
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def line(self, row: int) -> FinderLine | None:
        """The line in a row, None outside."""
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """How many there are."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The title for those who read aloud, the line for the painter."""
        line = self.line(index.row())
        if line is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{line.title} {line.detail}"
        return line if role == Qt.ItemDataRole.UserRole else None
