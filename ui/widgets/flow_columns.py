"""Columns that become one where they would be too narrow."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QSizePolicy, QWidget

_EACH = 172  # px: what one of more than two columns has at least


class FlowColumns(QWidget):
    """Children in reading order, each half or full width; below `narrow` px all are full width.

    With room for more than two columns there are up to `most`, equally filled, and nothing is full width.
    """

    def __init__(
        self,
        *,
        narrow: int = 264,
        most: int = 2,
        gap: int = 12,
        row_gap: int = 8,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._most = most
        self._narrow, self._gap, self._row_gap = narrow, gap, row_gap
        self._items: list[tuple[QWidget, bool]] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget, *, full: bool = False) -> None:
        """Append a widget; `full` gives it the whole width."""
        widget.setParent(self)
        self._items.append((widget, full))
        if self.isVisible():  # before that it comes into view with its place, and is dressed once, there
            widget.show()
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        """Its height follows its width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height in px at a width."""
        places = self._places(width)
        return max((rect.bottom() + 1 for _widget, rect in places), default=0)

    def sizeHint(self) -> QSize:
        """Comfortable for two columns."""
        width = max(self.width(), 300)
        return QSize(300, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """One column."""
        return QSize(180, self.heightForWidth(max(self.width(), 180)))

    def refit(self) -> None:
        """Lay out again: a child's height has changed."""
        if self.isVisible():
            self._place()
        self.updateGeometry()

    def showEvent(self, event: object) -> None:
        """Lay out for what has changed meanwhile."""
        self._place()

    def resizeEvent(self, event: object) -> None:
        """Lay out for the new width."""
        self._place()
        self.setFixedHeight(self.heightForWidth(self.width()))

    def _place(self) -> None:
        for widget, rect in self._places(self.width()):
            widget.setGeometry(rect)
        self.setFixedHeight(self.heightForWidth(self.width()))

    def _places(self, width: int) -> list[tuple[QWidget, QRect]]:
        made: list[tuple[QWidget, QRect]] = []
        top = 0
        many = min(self._most, width // _EACH)
        for row in self._even_rows(many) if many > 2 else self._rows(one_column=width < self._narrow):
            each = (width - self._gap * (len(row) - 1)) // len(row)
            height = max(_height(widget, each) for widget in row)
            for column, widget in enumerate(row):
                made.append((widget, QRect(column * (each + self._gap), top, each, _height(widget, each))))
            top += height + self._row_gap
        return made

    def _rows(self, *, one_column: bool) -> list[list[QWidget]]:
        """Two halves that follow each other share a row; a half alone has the whole of it."""
        rows: list[list[QWidget]] = []
        waiting = False
        for widget, full in self._items:
            if widget.isHidden():
                continue
            if waiting and not full and not one_column:
                rows[-1].append(widget)
                waiting = False
            else:
                rows.append([widget])
                waiting = not full
        return rows

    def _even_rows(self, columns: int) -> list[list[QWidget]]:
        shown = [widget for widget, _full in self._items if not widget.isHidden()]
        count = max(1, -(-len(shown) // columns))
        each = max(1, -(-len(shown) // count))  # a record may offer no step at all
        return [shown[at : at + each] for at in range(0, len(shown), each)]


def _height(widget: QWidget, width: int) -> int:
    if widget.hasHeightForWidth():
        return widget.heightForWidth(width)
    return max(widget.sizeHint().height(), widget.minimumSizeHint().height())
