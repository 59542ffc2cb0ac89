"""One line that finds: hits appear below while typing, Enter takes the first, arrows another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyledItemDelegate, QWidget

from ui import theme
from ui.icons import paint_icon
from ui.widgets.composing import LineEdit
from ui.widgets.finder_model import FinderLine, FinderListModel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMoveEvent, QResizeEvent
    from PySide6.QtWidgets import QStyleOptionViewItem

_ROW = 44
_MOST_ROWS = 8
_LEAST_WIDTH = 320


class FinderBox(LineEdit):
    """Asks `find` at each settled change; a search is some milliseconds, so it runs in the gesture."""

    line_chosen = Signal(object)

    def __init__(self, find: Callable[[str], Sequence[FinderLine]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._find = find
        self._model = FinderListModel(self)
        self._list: QListView | None = None
        self.settled.connect(self._on_settled)
        self._silent = False

    def show_text(self, text: str) -> None:
        """Show a text without searching for it."""
        self._silent = True
        self.setText(text)
        self._silent = False
        self.hide_hits()

    def hits(self) -> list[FinderLine]:
        """The hits on show."""
        return self._model.lines() if self._shown() else []

    def hide_hits(self) -> None:
        """Put the hits away; what is typed stays."""
        if self._list is not None:
            self._list.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk the hits, Enter takes one, Esc puts them away."""
        if self.composing or not self._shown() or self._list is None:
            super().keyPressEvent(event)
            return
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            row = (self._list.currentIndex().row() + step) % self._model.rowCount()
            self._list.setCurrentIndex(self._model.index(row))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._take(self._list.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.hide_hits()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """While hits are shown Esc belongs to them, not to the page."""
        if event.type() == QEvent.Type.ShortcutOverride and self._shown():
            key: QKeyEvent = event  # type: ignore[assignment]
            if key.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The hits go when the cursor goes."""
        super().focusOutEvent(event)
        self.hide_hits()

    def moveEvent(self, event: QMoveEvent) -> None:
        """The hits follow the box."""
        super().moveEvent(event)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The hits are at least as wide as the box."""
        super().resizeEvent(event)
        self._place()

    def _shown(self) -> bool:
        return self._list is not None and self._list.isVisible()

    def _on_settled(self, text: str) -> None:
        if self._silent or not self.hasFocus() or not text.strip():
            self.hide_hits()
            return
        self._model.set_lines(list(self._find(text)))
        if not self._model.rowCount():
            self.hide_hits()
            return
        shown = self._popup()
        shown.setCurrentIndex(self._model.index(0))
        self._place()
        shown.show()
        shown.raise_()

    def _popup(self) -> QListView:
        # A child of the window and no window of its own: the cursor and the input method stay here.
        window = self.window()
        if self._list is None or self._list.parent() is not window:
            self._list = _HitList(self._model, window)
            self._list.clicked.connect(self._take)
            window.installEventFilter(self)
        return self._list

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A window that changes its size puts the hits away."""
        if event.type() == QEvent.Type.Resize:
            self.hide_hits()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        if self._list is None:
            return
        window = self.window()
        corner = self.mapTo(window, QPoint(0, self.height() + 4))
        width = min(max(self.width(), _LEAST_WIDTH), window.width() - 16)
        left = max(8, min(corner.x(), window.width() - width - 8))
        rows = min(self._model.rowCount(), _MOST_ROWS)
        height = min(rows * _ROW + 10, window.height() - corner.y() - 8)
        self._list.setGeometry(QRect(left, corner.y(), width, height))

    def _take(self, index: QModelIndex) -> None:
        line = self._model.line(index.row())
        self.hide_hits()
        if line is not None:
            self.line_chosen.emit(line.chosen)


class _HitList(QListView):
    def __init__(self, model: FinderListModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("hits")
        self.setAccessibleName("查找结果")
        self.setModel(model)
        self.setItemDelegate(_HitDelegate(self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.hide()


class _HitDelegate(QStyledItemDelegate):
    """Icon, title, detail below it, and at the right why it matched."""

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
        text = QRect(rect.left() + 42, rect.top() + 5, rect.width() - 56 - why_width, 18)
        self._line(painter, text, line.title, theme.text_font(theme.TEXT_PX), "text")
        self._line(painter, text.translated(0, 18), line.detail, hint, "muted")
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
        """All rows alike."""
        return QSize(_LEAST_WIDTH, _ROW)
