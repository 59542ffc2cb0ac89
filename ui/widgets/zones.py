"""A page's three zones side by side, folding where there is no room: the card first, then all into one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui.shortcuts import bind, shortcut
from ui.widgets.buttons import ChipButton

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

GAP = 12
_LOW = 420  # px


@dataclass(frozen=True)
class Zone:
    """A part of a page. `width` is what it needs in px, `stretch` its share of the rest, `cursor` the widget that
    takes the cursor (or has `put_cursor`).
    """

    widget: QWidget
    title: str
    width: int
    stretch: int = 0
    cursor: QWidget | None = None


class _Column(QWidget):
    """One or more zones at the same place, with a strip to choose when there are more."""

    def __init__(self) -> None:
        super().__init__()
        self.strip = QWidget()
        self.strip_row = QHBoxLayout(self.strip)
        self.strip_row.setContentsMargins(0, 0, 0, 0)
        self.strip_row.setSpacing(6)
        self.strip_row.addStretch(1)
        self.stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.strip)
        column.addWidget(self.stack, 1)


class FoldingZones(QWidget):
    """Up to three zones in reading order: table, form, card. With room for two, form and card share a place;
    with room for one, all three do. Alt+1…3 show a zone wherever it is; nothing is cut, nothing is lost.
    """

    def __init__(self, zones: Sequence[Zone], *, margin: int = GAP, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if parent is not None:
            self.resize(parent.size())  # so that each zone is put where it will stay
        self._zones = list(zones)
        self._shown = [True] * len(self._zones)
        self._margin = margin
        self._current = 0
        self._columns = [_Column() for _zone in self._zones]
        self._chips = [
            ChipButton(f"{zone.title} {shortcut(f'zone_{i}').shown}") for i, zone in enumerate(self._zones, 1)
        ]
        self._places: list[list[int]] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(margin, margin, margin, margin)
        self._row.setSpacing(GAP)
        for i, column in enumerate(self._columns):
            self._row.addWidget(column)
            chip = self._chips[i]
            chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            chip.clicked.connect(partial(self._on_chip, i))
            bind(f"zone_{i + 1}", self, partial(self.show_zone, i, focus=True))
        self._arrange()

    def columns(self) -> int:
        """How many zones stand side by side at present."""
        return len(self._places)

    def show_zone(self, index: int, *, focus: bool = False) -> None:
        """Bring a zone into view where it shares its place, and the cursor into it if wanted."""
        if not self._shown[index]:
            return
        self._current = index
        self._raise(index)
        if focus:
            zone = self._zones[index]
            _put_cursor(zone.cursor or zone.widget)

    def set_zone_shown(self, index: int, *, shown: bool) -> None:
        """Take a zone out, or back in: the card while no unit is known."""
        if self._shown[index] != shown:
            self._shown[index] = shown
            if not shown and self._current == index:
                self._current = 0
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold for the new width; a low window has narrower margins."""
        super().resizeEvent(event)
        margin = self._margin if self.height() >= _LOW else self._margin // 2
        self._row.setContentsMargins(*(margin,) * 4)
        if self._wanted_places() != self._places:
            self._arrange()

    def _on_chip(self, index: int, _on: bool = False) -> None:
        self.show_zone(index)

    def _wanted_places(self) -> list[list[int]]:
        shown = [i for i, is_shown in enumerate(self._shown) if is_shown]
        room = self.width() - 2 * self._margin
        if self._needed(shown) <= room or len(shown) < 2:
            return [[i] for i in shown]
        if len(shown) > 2 and self._needed(shown[:2]) <= room:
            return [[shown[0]], shown[1:]]
        return [shown]

    def _needed(self, zones: Sequence[int]) -> int:
        return sum(self._zones[i].width for i in zones) + GAP * (len(zones) - 1)

    def _arrange(self) -> None:
        """Put each zone where it belongs now; the cursor stays where it was."""
        focus = QApplication.focusWidget()
        self._places = self._wanted_places()
        for i, column in enumerate(self._columns):
            used = self._places[i] if i < len(self._places) else []
            column.setVisible(bool(used))
            column.strip.setVisible(len(used) > 1)
            for chip in self._chips:
                column.strip_row.removeWidget(chip)
            for place, zone in enumerate(used):
                column.stack.addWidget(self._zones[zone].widget)
                column.strip_row.insertWidget(place, self._chips[zone])
                self._chips[zone].setVisible(len(used) > 1)
            self._size(i, column, used)
        crowded = {zone for used in self._places if len(used) > 1 for zone in used}
        for i, shown in enumerate(self._shown):
            if i not in crowded:
                self._chips[i].hide()  # it has left its row, and would lie over the others
            if not shown:
                self._zones[i].widget.setParent(None)
        for places in self._places:
            self._raise(self._current if self._current in places else places[0])
        if focus is not None and self.isAncestorOf(focus):
            focus.setFocus()

    def _size(self, index: int, column: _Column, used: Sequence[int]) -> None:
        alone = len(self._places) == 1
        stretch = max((self._zones[zone].stretch for zone in used), default=0)
        self._row.setStretch(index, 1 if alone and used else stretch)
        fixed = bool(used) and not alone and stretch == 0
        width = max((self._zones[zone].width for zone in used), default=0)
        column.setMinimumWidth(width if fixed else 0)
        column.setMaximumWidth(width if fixed else 16777215)

    def _raise(self, index: int) -> None:
        for column, places in zip(self._columns, self._places, strict=False):
            if index in places:
                column.stack.setCurrentWidget(self._zones[index].widget)
                for zone in places:
                    self._chips[zone].setChecked(zone == index)


def _put_cursor(widget: QWidget) -> None:
    put_cursor = getattr(widget, "put_cursor", None)
    if put_cursor is not None:
        put_cursor()
        return
    if _takes_cursor(widget):
        widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return
    first = next((each for each in widget.findChildren(QWidget) if _takes_cursor(each)), None)
    if first is not None:
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _takes_cursor(widget: QWidget) -> bool:
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and widget.isEnabled() and not widget.isHidden()
