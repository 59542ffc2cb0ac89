"""The priced lines of an order, typed one after the other: item, unit, price, quantity; the amount follows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from frontdesk.core.errors import RefusedError
from frontdesk.core.money import MOST_FEN, capital_amount, format_fen
from frontdesk.core.typed import fold_width, read_money, shown_money
from frontdesk.orders.register import NewLine
from frontdesk.orders.rules import line_amount
from ui.register.editors import Editor
from ui.widgets.composing import LineEdit
from ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from frontdesk.core.fields import Field

_HEADS = ("项目", "单位", "单价", "数量")
_CELLS = 4
_STRETCH = (2, 3, 2, 3)  # unit, price, quantity, amount, below the item
THOUSAND = 1000


def read_quantity(text: str) -> int | None:
    """Thousandths of what was typed (`1.5` is 1500); None when it is no such number."""
    whole, _dot, part = fold_width(text).strip().partition(".")
    if not (whole or part) or not (whole + part).isdecimal() or len(part) > 3:
        return None
    return int(whole or "0") * THOUSAND + int(part.ljust(3, "0"))


def shown_quantity(thousandths: int) -> str:
    """1500 as it is typed: `1.5`."""
    whole, part = divmod(thousandths, THOUSAND)
    return f"{whole}.{part:03d}".rstrip("0").rstrip(".")


class PriceLinesEditor(Editor):
    """Its value is a tuple of NewLine. Enter goes from cell to cell; on an empty line it goes on.

    An item has a line of its own: the zone is narrow, and its words are long.
    """

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        for column, stretch in enumerate(_STRETCH):
            self._grid.setColumnStretch(column, stretch)
        self._rows: list[tuple[list[LineEdit], PlainLabel]] = []
        self._total = PlainLabel("", "section", wrap=True, selectable=True)
        self._total.hide()
        body = QWidget()
        stack = QVBoxLayout(body)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(6)
        stack.addLayout(self._grid)
        stack.addWidget(self._total)
        self._quiet = False
        self.adopt(body)
        self._add_row()
        self.setFocusProxy(self._rows[0][0][0])

    def value(self) -> tuple[NewLine, ...]:
        """The lines. Raises RefusedError for a price or quantity that cannot be read."""
        return tuple(self._line(texts) for texts in self._texts())

    def set_value(self, value: Iterable[NewLine] | None) -> None:
        """Show lines, and an empty one below."""
        texts = [
            [line.item, line.unit, shown_money(line.unit_price), shown_quantity(line.quantity)]
            for line in value or ()
        ]
        self._show(texts)

    def draft(self) -> str:
        """What is typed, as JSON; empty when nothing is."""
        texts = self._texts()
        return json.dumps(texts, ensure_ascii=False) if texts else ""

    def set_draft(self, text: str) -> None:
        """Show again what was typed."""
        self._show(json.loads(text) if text else [])

    def length(self) -> int:
        """Lines have no common limit; the service checks each."""
        return 0

    def put_cursor(self) -> None:
        """Go to the first item."""
        self._rows[0][0][0].setFocus()

    def total(self) -> int:
        """The sum in fen of the lines that can be read."""
        return sum(line_amount(line.unit_price, line.quantity) for line in self._readable())

    def _line(self, texts: list[str]) -> NewLine:
        item, unit, price, quantity = texts
        fen, thousandths = read_money(price), read_quantity(quantity or "1")
        if not item.strip():
            raise RefusedError("收费项目要写明是什么。", field=self.field.name)
        if fen is None:
            raise RefusedError(f"“{item}”的单价看不懂，例如 35 或 12.50。", field=self.field.name)
        if thousandths is None:
            raise RefusedError(f"“{item}”的数量看不懂，例如 1 或 1.5。", field=self.field.name)
        return NewLine(item.strip(), fen, thousandths, unit.strip())

    def _readable(self) -> list[NewLine]:
        lines = []
        for texts in self._texts():
            try:
                lines.append(self._line(texts))
            except RefusedError:
                continue  # still being typed: it is refused when the step is taken
        return lines

    def _texts(self) -> list[list[str]]:
        rows = [[cell.text() for cell in cells] for cells, _amount in self._rows]
        return [texts for texts in rows if any(text.strip() for text in texts)]

    def _show(self, rows: list[list[str]]) -> None:
        self._quiet = True
        while len(self._rows) < len(rows) + 1:
            self._add_row()
        for at, (cells, _amount) in enumerate(self._rows):
            for cell, text in zip(cells, rows[at] if at < len(rows) else [""] * _CELLS, strict=True):
                cell.setText(text)
        self._quiet = False
        self._on_typed()

    def _add_row(self) -> None:
        number = len(self._rows) + 1
        cells = [LineEdit() for _ in range(_CELLS)]
        amount = PlainLabel("", "label")
        for column, cell in enumerate(cells):
            cell.setAccessibleName(f"第 {number} 行 {_HEADS[column]}")
            # Only the columns' shares count: a line's own wish is the same for an item and a unit.
            cell.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            cell.settled.connect(self._on_typed)
            cell.advance_requested.connect(lambda at=(number - 1, column): self._advance(*at))
            cell.setPlaceholderText(_HEADS[column] if column else f"第 {number} 项")
            if column:
                self._grid.addWidget(cell, 2 * number, column - 1)
        self._grid.addWidget(cells[0], 2 * number - 1, 0, 1, len(_STRETCH))
        self._grid.addWidget(amount, 2 * number, _CELLS - 1, Qt.AlignmentFlag.AlignRight)
        self._rows.append((cells, amount))
        self._tell_height()

    def _tell_height(self) -> None:
        # What was added has no height before the event loop has turned.
        QTimer.singleShot(0, self.height_changed.emit)

    def _advance(self, row: int, column: int) -> None:
        cells, _amount = self._rows[row]
        if column == 0 and not any(cell.text().strip() for cell in cells):
            self.advance_requested.emit()
        elif column + 1 < _CELLS:
            cells[column + 1].setFocus()
        else:
            if row + 1 == len(self._rows):
                self._add_row()
            # The new line's cells are not laid out before the event loop has turned.
            QTimer.singleShot(0, self._rows[row + 1][0][0].setFocus)

    def _on_typed(self, _text: Any = None) -> None:
        for cells, amount in self._rows:
            fen, thousandths = read_money(cells[2].text()), read_quantity(cells[3].text() or "1")
            typed = fen is not None and thousandths is not None and cells[2].text().strip()
            amount.setText(shown_money(line_amount(fen or 0, thousandths or 0)) if typed else "")
        total = self.total()
        known = 0 < total <= MOST_FEN  # beyond that the service refuses
        self._total.setText(f"合计 {format_fen(total)} 元  {capital_amount(total)}" if known else "")
        if known != self._total.isVisibleTo(self):
            self._total.setVisible(known)
            self._tell_height()
        if not self._quiet:
            self.edited.emit()
