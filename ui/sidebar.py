"""The tabs at the left: icon, name, and how many things are due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.icons import paint_icon
from ui.widgets.labels import paint_pill

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ui.main_window import PageSpec

WIDE, SLIM = 164, 60
_HEIGHT, _LOW_HEIGHT = 40, 36


class SidebarItem(QAbstractButton):
    """One tab."""

    step_requested = Signal(int)

    def __init__(self, name: str, title: str, icon_name: str, key: str) -> None:
        super().__init__()
        self.name, self._title, self._icon, self._key = name, title, icon_name, key
        self._due = 0
        self._slim = False
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(f"{title} {key}".strip())
        self._tell()

    def due(self) -> int:
        """How many things are due here."""
        return self._due

    def set_due(self, count: int) -> None:
        """Show how many things are due."""
        self._due = count
        self._tell()
        self.update()

    def set_slim(self, slim: bool) -> None:
        """Show the icon alone."""
        self._slim = slim
        self.update()

    def sizeHint(self) -> QSize:
        """A row."""
        return QSize(SLIM - 16, _HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the page, as the blank does; ↑ ↓ move."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.step_requested.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, icon, name, count and ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        token = "accent_text" if self.isChecked() else "text"
        middle = self.height() // 2
        left = 14
        if self._slim:
            left = (self.width() - 20) // 2 - 3  # room for the count at the corner
        paint_icon(painter, self._icon, QRect(left, middle - 10, 20, 20), token)
        if not self._slim:
            painter.setFont(theme.text_font(bold=self.isChecked()))
            painter.setPen(theme.color(token))
            room = QRect(44, 0, self.width() - 44, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._title)
        if self._due:
            self._paint_due(painter)

    def _paint_ground(self, painter: QPainter) -> None:
        token = "accent_soft" if self.isChecked() else ""
        if self.isDown():
            token = "pressed"
        elif self.underMouse() and not self.isChecked():
            token = "hover"
        painter.setPen(Qt.PenStyle.NoPen)
        if token:
            painter.setBrush(theme.color(token))
            painter.drawRoundedRect(self.rect(), 8, 8)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 7, 7)

    def _paint_due(self, painter: QPainter) -> None:
        text = str(self._due) if self._due < 100 else "99+"
        width = max(24, QFontMetrics(theme.text_font(theme.HINT_PX)).horizontalAdvance(text) + 14)
        if self._slim:
            small = max(18, width - 6)
            corner = QRect(self.width() - small, 0, small, 16)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft" if self.isChecked() else "surface"))
            painter.drawRoundedRect(corner.adjusted(-2, -2, 2, 2), 10, 10)
            paint_pill(painter, corner, text, "danger")
        else:
            right, middle = self.width() - 8, self.height() // 2
            paint_pill(painter, QRect(right - width, middle - 10, width, 20), text, "danger")

    def _tell(self) -> None:
        due = f"，{self._due} 件待办" if self._due else ""
        self.setAccessibleName(f"{self._title}{due}")
        self.setAccessibleDescription(self._key)


class Sidebar(QScrollArea):
    """All tabs; in a narrow window their icons alone, in a low one they scroll."""

    page_requested = Signal(str)

    def __init__(self, specs: Sequence[PageSpec], keys: Mapping[str, str]) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("页面")
        self._items: dict[str, SidebarItem] = {}
        body = QWidget()
        body.setObjectName("sidebarBody")
        column = QVBoxLayout(body)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(2)
        for spec in specs:
            item = SidebarItem(spec.name, spec.title, spec.icon, keys.get(spec.name, ""))
            item.clicked.connect(lambda _on=False, name=spec.name: self.page_requested.emit(name))
            item.step_requested.connect(self._step)
            self._items[spec.name] = item
            column.addWidget(item)
        column.addStretch(1)
        self.setWidget(body)
        self.set_slim(False)

    def item(self, name: str) -> SidebarItem:
        """The tab of a page. Raises KeyError."""
        return self._items[name]

    def set_current(self, name: str) -> None:
        """Show which page is in view."""
        self._items[name].setChecked(True)
        self.ensureWidgetVisible(self._items[name], 0, 8)

    def set_offered(self, names: Collection[str]) -> None:
        """Show the tabs of these pages only: what a role may not do is not offered."""
        for name, item in self._items.items():
            item.setVisible(name in names)

    def set_due(self, counts: Mapping[str, int]) -> None:
        """Show the counts; a page without one has none."""
        for name, item in self._items.items():
            item.set_due(counts.get(name, 0))

    def set_slim(self, slim: bool, *, low: bool = False) -> None:
        """Icons alone, and lower rows in a low window."""
        self.setFixedWidth(SLIM if slim else WIDE)
        for item in self._items.values():
            item.set_slim(slim)
            item.setFixedHeight(_LOW_HEIGHT if low else _HEIGHT)

    def _step(self, by: int) -> None:
        items = [item for item in self._items.values() if item.isVisibleTo(self)]
        focused = next((i for i, item in enumerate(items) if item.hasFocus()), 0)
        item = items[max(0, min(focused + by, len(items) - 1))]
        item.setFocus(Qt.FocusReason.TabFocusReason)
        self.ensureWidgetVisible(item, 0, 8)
