"""The list below a text: hits of a finder, phrases of a code. The cursor stays in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyledItemDelegate, QWidget

from ui import theme
from ui.icons import paint_icon
from ui.widgets.finder_model import FinderLine, FinderListModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtWidgets import QStyleOptionViewItem

_ROW, _LOW_ROW = 44, 32  # px: with a detail below the title, without
_MOST_ROWS = 8
_LEAST_WIDTH = 320


class HitList(QListView):
    """Stands in the window of its owner and is no window of its own, so the input method is left alone.

    `line_chosen(line.chosen)` comes by `take` or a click. With `begin` None no line is chosen at first.
    """

    line_chosen = Signal(object)

    def __init__(self, owner: QWidget, name: str) -> None:
        super().__init__(owner.window())
        self._owner = owner
        self._lines = FinderListModel(self)
        self._window_size = owner.window().size()
        self.setObjectName("hits")
        self.setAccessibleName(name)
        self.setModel(self._lines)
        self._delegate = _HitDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.clicked.connect(self._take)
        owner.window().installEventFilter(self)
        owner.destroyed.connect(self.deleteLater)  # the window outlives a question's fields
        self.hide()

    def offer(self, lines: Sequence[FinderLine], below: QRect, *, begin: int | None = 0) -> None:
        """Show lines below a rectangle of the owner; no lines hide the list."""
        self._delegate.row = _ROW if any(line.detail for line in lines) else _LOW_ROW
        self._lines.set_lines(list(lines))
        if not lines:
            self.hide()
            return
        index = self._lines.index(begin) if begin is not None else self._lines.index(-1)
        self.setCurrentIndex(index)
        self.place(below)
        self._window_size = self._owner.window().size()
        self.show()
        self.raise_()

    def place(self, below: QRect) -> None:
        """Follow the owner; where there is no room below, stand above."""
        window = self._owner.window()
        corner = self._owner.mapTo(window, QPoint(below.left(), below.bottom() + 5))
        width = min(max(below.width(), _LEAST_WIDTH), window.width() - 16)
        left = max(8, min(corner.x(), window.width() - width - 8))
        rows = min(self._lines.rowCount(), _MOST_ROWS)
        wanted, room = rows * self.sizeHintForRow(0) + 10, window.height() - corner.y() - 8
        top, bottom = corner.y(), 0
        if room < min(wanted, 3 * _ROW):
            bottom = self._owner.mapTo(window, below.topLeft()).y() - 5
            room = bottom - 8
        whole = max(1, (room - 10) // self.sizeHintForRow(0))  # no line is cut through
        height = min(wanted, whole * self.sizeHintForRow(0) + 10)
        self.setGeometry(QRect(left, bottom - height if bottom else top, width, height))

    def lines(self) -> list[FinderLine]:
        """The lines on show."""
        return self._lines.lines() if self.isVisible() else []

    def walk(self, step: int) -> None:
        """Go to the next line or the one before, round the ends."""
        rows, row = self._lines.rowCount(), self.currentIndex().row()
        self.setCurrentIndex(
            self._lines.index((row + step) % rows if row >= 0 else 0 if step > 0 else rows - 1)
        )

    def has_choice(self) -> bool:
        """Whether a line is marked."""
        return self.isVisible() and self.currentIndex().isValid()

    def take(self) -> None:
        """Choose the marked line."""
        self._take(self.currentIndex())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A window that changes its size puts the list away. The list's own scroll bar comes through here, too."""
        resized = event.type() == QEvent.Type.Resize and watched is self.parent()
        if resized and event.size() != self._window_size:  # type: ignore[attr-defined]
            self.hide()
        return super().eventFilter(watched, event)

    def _take(self, index: QModelIndex) -> None:
        line = self._lines.line(index.row())
        self.hide()
        if line is not None and line.chosen is not None:
            self.line_chosen.emit(line.chosen)


class _HitDelegate(QStyledItemDelegate):
    """Icon, title, detail below it, and at the right why it matched."""

    row = _ROW

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        line: FinderLine = index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft"))
            painter.drawRoundedRect(rect.adjusted(4, 1, -4, -1), 6, 6)
        icon = QRect(rect.left() + 14, rect.center().y() - 9, 18, 18)
        paint_icon(painter, line.icon, icon, "accent" if chosen else "muted")
        hint = theme.text_font(theme.HINT_PX)
        why_width = QFontMetrics(hint).horizontalAdvance(line.why) + 8
        text = QRect(rect.left() + 42, rect.top(), rect.width() - 56 - why_width, rect.height())
        if line.detail:
            text = QRect(text.left(), rect.top() + 5, text.width(), 18)
            self._line(painter, text.translated(0, 18), line.detail, hint, "muted")
        self._line(painter, text, line.title, theme.text_font(), "text")
        right = QRect(rect.right() - why_width - 10, rect.top(), why_width, rect.height())
        painter.setFont(hint)
        painter.setPen(theme.color("muted"))
        painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, line.why)
        painter.restore()

    def _line(self, painter: QPainter, rect: QRect, text: str, font: Any, token: str) -> None:
        painter.setFont(font)
        painter.setPen(theme.color(token))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine
        painter.drawText(rect, flags, shown)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All rows of a list alike."""
        return QSize(_LEAST_WIDTH, self.row)
