"""The table of a register: calm rows, all by keyboard, no scrolling sideways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QToolTip,
    QWidget,
)

from frontdesk.core.fields import Kind
from ui import theme
from ui.register import columns
from ui.register.row_painter import PAD, Place, RowPainter
from ui.register.table_model import RegisterTableModel
from ui.shortcuts import bind
from ui.widgets.containers import EmptyState
from ui.widgets.labels import plain_tip

if TYPE_CHECKING:
    from collections.abc import Mapping

ROW_HEIGHT = 34
HEAD_HEIGHT = 34
_WIDEST = {Kind.DATE: ("2025-12-30",), Kind.MOMENT: ("2025-12-30", "昨天 00:00"), Kind.TIME: ("00:00",)}


class RegisterTableView(QTableView):
    """Shows a `RegisterTableModel`. Arrows, PgUp/PgDn, Home/End, Enter opens, Ctrl+C copies."""

    record_selected = Signal(int)
    record_opened = Signal(int)

    def __init__(
        self,
        model: RegisterTableModel,
        *,
        name: str = "登记表",
        own_columns: Mapping[str, columns.Column] | None = None,
        empty: EmptyState | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._register = model
        self._own = dict(own_columns or {})
        self._empty = empty or EmptyState("registers", "还没有记录")
        self._empty.setParent(self.viewport())
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(name)
        self._dress()
        self.setModel(model)
        self._painter = RowPainter(model.fields, ROW_HEIGHT)
        self._places: list[Place] = []
        model.modelAboutToBeReset.connect(self._on_about_to_reset)
        model.modelReset.connect(self._on_reset)
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.doubleClicked.connect(lambda index: self.record_opened.emit(model.id_at(index.row())))
        bind("copy", self, self.copy_cell)
        bind("copy_row", self, self.copy_row)
        self._hovered = -1
        self._kept_id = 0
        self._on_reset()

    def _dress(self) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows = self.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setFixedHeight(HEAD_HEIGHT)
        head.setMinimumSectionSize(0)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setHighlightSections(False)
        head.setSectionsClickable(False)

    def current_id(self) -> int:
        """The id of the row with the cursor, 0 without one."""
        row = self.currentIndex().row()
        return self._register.id_at(row) if row >= 0 else 0

    def select_id(self, record_id: int) -> bool:
        """Put the cursor on a record and bring it into view; False when it is not listed."""
        row = self._register.row_of(record_id)
        if row < 0:
            return False
        self.setCurrentIndex(self._register.index(row, self._first_shown()))
        return True

    def copy_cell(self) -> None:
        """Copy the cell under the cursor as plain text."""
        index = self.currentIndex()
        if index.isValid():
            QGuiApplication.clipboard().setText(str(index.data()))

    def copy_row(self) -> None:
        """Copy the whole row, cells parted by tabs."""
        row = self.currentIndex().row()
        if row >= 0:
            QGuiApplication.clipboard().setText("\t".join(self._register.row_text(row)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; Home and End go to the first and the last row."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_id():
            self.record_opened.emit(self.current_id())
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and self._register.rowCount():
            row = 0 if key == Qt.Key.Key_Home else self._register.rowCount() - 1
            column = max(self.currentIndex().column(), self._first_shown())
            self.setCurrentIndex(self._register.index(row, column))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns into the new width; those of little weight give way."""
        super().resizeEvent(event)
        self._fit_columns()
        self._empty.setGeometry(self.viewport().rect())

    def viewportEvent(self, event: QEvent) -> bool:
        """Follow the pointer, so that the whole row lights up; a tool tip only for what is cut."""
        kind = event.type()
        if kind == QEvent.Type.MouseMove:
            self._hover(self.rowAt(event.position().toPoint().y()))  # type: ignore[attr-defined]
        elif kind == QEvent.Type.Leave:
            self._hover(-1)
        elif kind == QEvent.Type.ToolTip:
            self._tip(event)  # type: ignore[arg-type]
            return True
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that are asked for, and a ring around the cursor's while the keyboard is here."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.color("surface"))
        first, last = self.rowAt(event.rect().top()), self.rowAt(event.rect().bottom())
        if first < 0:
            return
        last = self._register.rowCount() - 1 if last < 0 else last
        current = self.currentIndex().row()
        top = self.rowViewportPosition(first)
        rows = [(row, top + (row - first) * ROW_HEIGHT) for row in range(first, last + 1)]
        self._painter.paint(painter, self._register, rows, self._places, (current, self._hovered))
        if current >= 0 and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("focus"), 2))
            y = self.rowViewportPosition(current)
            painter.drawRoundedRect(1, y + 1, self.viewport().width() - 2, ROW_HEIGHT - 2, 4, 4)

    def _tip(self, event: QHelpEvent) -> None:
        index = self.indexAt(event.pos())
        text = str(index.data()) if index.isValid() else ""
        cut = index.isValid() and self._painter.advance(text) > self.columnWidth(index.column()) - 2 * PAD
        QToolTip.showText(event.globalPos(), plain_tip(text) if cut else "", self.viewport())

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.viewport().update()

    def _first_shown(self) -> int:
        shown = (i for i in range(len(self._register.fields)) if not self.isColumnHidden(i))
        return next(shown, 0)

    def _fit_columns(self) -> None:
        metrics = QFontMetrics(theme.text_font(theme.LABEL_PX))
        heads = [metrics.horizontalAdvance(field.label) + 2 * PAD + 2 for field in self._register.fields]
        for i, field in enumerate(self._register.fields):  # half a date is none
            heads[i] = max(
                [heads[i], *(self._painter.advance(day) + 2 * PAD for day in _WIDEST.get(field.kind, ()))]
            )
        widths = columns.fit(self._register.fields, self._own, self.viewport().width(), heads)
        for column, width in enumerate(widths):
            self.setColumnHidden(column, width == 0)
            if width:
                self.setColumnWidth(column, width)
        left = 0
        self._places.clear()
        for column, width in enumerate(widths):
            if width:
                self._places.append(Place(column, left, width))
                left += width
        self.viewport().update()

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.viewport().update()
        if current.isValid():
            self.record_selected.emit(self._register.id_at(current.row()))

    def _on_about_to_reset(self) -> None:
        self._kept_id = self.current_id()

    def _on_reset(self) -> None:
        is_empty = self._register.rowCount() == 0
        self._empty.setGeometry(self.viewport().rect())
        self._empty.setVisible(is_empty)
        if self._kept_id and not is_empty:
            self.blockSignals(True)
            self.select_id(self._kept_id)
            self.blockSignals(False)
