"""Which copies of a multi-part form are printed: all, one or some."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.shortcuts import COPY_COUNT, bind, shortcut
from ui.widgets.buttons import ChipButton
from ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

_STRUCK = "多联纸一次打透，各联同时打出。"


class CopyChooser(QWidget):
    """A switch a copy, Alt+1 … Alt+9, and Alt+0 for all of them. One copy at least stays chosen.

    The keys work in the whole `dialog`.
    """

    changed = Signal()

    def __init__(self, names: Sequence[str], dialog: QWidget) -> None:
        super().__init__(dialog)
        self._chips: list[ChipButton] = []
        self._struck = PlainLabel(_STRUCK, "hint", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._struck)
        self._struck.hide()
        for number, name in enumerate(names[:COPY_COUNT], 1):
            key = shortcut(f"copy_{number}")
            chip = ChipButton(f"{name}　{key.shown}")
            chip.setAccessibleName(name)
            chip.setAccessibleDescription(key.shown)
            chip.setAutoDefault(False)
            chip.setChecked(True)
            chip.clicked.connect(partial(self._on_clicked, number))
            column.addWidget(chip)
            self._chips.append(chip)
            bind(key.id, dialog, chip.click)
        if self._chips:
            bind("all_copies", dialog, self._on_all)

    def chosen(self) -> tuple[int, ...]:
        """The numbers, from 1, of the copies wanted; () for all of them."""
        wanted = tuple(number for number, chip in enumerate(self._chips, 1) if chip.isChecked())
        return () if len(wanted) == len(self._chips) else wanted

    def choose(self, numbers: Sequence[int]) -> None:
        """Show a choice without telling of it; () is all, and so is one that names no copy there is."""
        wanted = {number for number in numbers if number <= len(self._chips)}
        for number, chip in enumerate(self._chips, 1):
            chip.setChecked(not wanted or number in wanted)

    def set_one_strike(self, *, one_strike: bool) -> None:
        """Where the needles go through all copies there is nothing to choose."""
        self._struck.setVisible(one_strike)
        for chip in self._chips:
            chip.setVisible(not one_strike)

    def _on_clicked(self, number: int, _on: bool = False) -> None:
        if not any(chip.isChecked() for chip in self._chips):
            self._chips[number - 1].setChecked(True)
            return
        self.changed.emit()

    def _on_all(self) -> None:
        if self.chosen() and not self._struck.isVisible():
            self.choose(())
            self.changed.emit()
