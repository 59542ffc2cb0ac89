"""The priced lines of an order, typed one after the other: item, unit, price, quantity; the amount follows.

An item is found in the price list of the order's day by its name or initials; another price asks why (R-ORDER-7).
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from frontdesk.core.errors import RefusedError
from frontdesk.core.money import MOST_FEN, capital_amount, format_fen, read_money
from frontdesk.core.typed import fold_width
from frontdesk.orders.register import LINE, NewLine
from frontdesk.orders.rules import line_amount
from frontdesk.prices.register import PRICE, PriceRow
from frontdesk.prices.rules import RULE, listed, matching
from ui.register.attempt import LookUp
from ui.register.editors import Editor
from ui.widgets.composing import LineEdit
from ui.widgets.finder_box import ListBox
from ui.widgets.finder_model import FinderLine
from ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PySide6.QtGui import QShowEvent

    from frontdesk.core.fields import Field

_HEADS = ("项目", "单位", "单价", "数量")
_STRETCH = (2, 3, 2, 3)  # unit, price, quantity, amount, below the item
_MOST_HITS = 40
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


class ChargeLine(QWidget):
    """One line's cells. The item has a row of its own, for its words are long; so has the reason for another price.

    `listed_as` gives the list's line of a name, `find` those that answer what is typed.
    """

    typed = Signal()
    left = Signal()  # Enter behind the last cell
    passed = Signal()  # Enter on an empty line
    grown = Signal()  # the reason came or went

    def __init__(
        self,
        number: int,
        find: Callable[[str], Sequence[PriceRow]],
        listed_as: Callable[[str], PriceRow | None],
    ) -> None:
        super().__init__()
        self._find, self._listed_as = find, listed_as
        self._picked: PriceRow | None = None
        self._kept_id: int | None = None  # of the list's line that the order has already
        self.item = ListBox(self._hits)
        self.unit, self.price, self.quantity, self.reason = (LineEdit() for _ in range(4))
        self._amount = PlainLabel("", "label")
        self.cells = (self.item, self.unit, self.price, self.quantity)
        self._lay_out(number)
        self.item.line_chosen.connect(self._on_chosen)
        self.item.settled.connect(self._on_item)
        for at, cell in enumerate((*self.cells, self.reason)):
            cell.settled.connect(self._on_typed)
            cell.advance_requested.connect(lambda at=at: self._advance(at))

    def texts(self) -> list[str]:
        """Item, unit, price, quantity and reason as typed; nothing for an untouched line."""
        texts = [cell.text() for cell in (*self.cells, self.reason)]
        return texts if any(text.strip() for text in texts) else []

    def show_texts(self, texts: Sequence[str], kept_id: int | None = None) -> None:
        """Show what was typed, or a stored line and the price list's line that it has."""
        self._picked, self._kept_id = None, None
        for cell, text in zip((*self.cells, self.reason), texts, strict=True):
            if cell is self.item:
                self.item.show_text(text)
            else:
                cell.setText(text)
        self._kept_id = kept_id
        self._on_typed()

    def line(self, field: str) -> NewLine:
        """The line. Raises RefusedError for `field`; `fault` is the cell it is about."""
        item, fen, thousandths = self.item.text().strip(), self._fen(), self._thousandths()
        if not item:
            raise RefusedError("收费项目要写明是什么。", field=field)
        if fen is None:
            raise RefusedError(f"“{item}”的单价看不懂，例如 35 或 12.50。", field=field)
        if thousandths is None:
            raise RefusedError(f"“{item}”的数量看不懂，例如 1 或 1.5。", field=field)
        row, reason = self._listed(), self.reason.text().strip()
        if row is not None and fen != row.unit_price and not reason:
            price = format_fen(row.unit_price)
            raise RefusedError(
                f"“{item}”价目表上是 {price} 元，按别的价收请写明原因。", field=field, rule=RULE
            )
        other = row is not None and fen != row.unit_price
        item_id = self._picked.id if self._picked else self._kept_id
        return NewLine(item, fen, thousandths, self.unit.text().strip(), item_id, reason if other else "")

    def fault(self) -> LineEdit:
        """The first cell that keeps the line from being read."""
        if not self.item.text().strip():
            return self.item
        if self._fen() is None:
            return self.price
        return self.quantity if self._thousandths() is None else self.reason

    def amount(self) -> int:
        """In fen; 0 while it cannot be read."""
        fen, thousandths = self._fen(), self._thousandths()
        readable = fen is not None and thousandths is not None and self.item.text().strip()
        return line_amount(fen or 0, thousandths or 0) if readable else 0

    def _lay_out(self, number: int) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for column, stretch in enumerate(_STRETCH):
            grid.setColumnStretch(column, stretch)
        for column, cell in enumerate(self.cells):
            cell.setAccessibleName(f"第 {number} 行 {_HEADS[column]}")
            # Only the columns' shares count: a line's own wish is the same for an item and a unit.
            cell.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            cell.setPlaceholderText(_HEADS[column] if column else f"第 {number} 项：名称或首字母，↓ 列出价目")
            if column:
                grid.addWidget(cell, 1, column - 1)
        grid.addWidget(self.item, 0, 0, 1, len(_STRETCH))
        grid.addWidget(self._amount, 1, len(_STRETCH) - 1, Qt.AlignmentFlag.AlignRight)
        self.reason.setAccessibleName(f"第 {number} 行 {LINE.field('price_reason').label}")
        grid.addWidget(self.reason, 2, 0, 1, len(_STRETCH))
        self.reason.hide()

    def _hits(self, text: str) -> list[FinderLine]:
        return [
            FinderLine("money", row.name, _about(row), f"{format_fen(row.unit_price)} 元", row)
            for row in self._find(text)[:_MOST_HITS]
        ]

    def _on_chosen(self, row: PriceRow) -> None:
        self.item.show_text(row.name)
        self._picked, self._kept_id = row, None
        self.unit.setText(row.unit)
        self.price.setText(format_fen(row.unit_price))
        self._on_typed()
        self.quantity.setFocus()
        self.quantity.selectAll()

    def _on_item(self, text: str) -> None:
        if self._picked is not None and text.strip() != self._picked.name:
            self._picked = None
        self._kept_id = None

    def _advance(self, at: int) -> None:
        if at == 0 and not self.texts():
            self.passed.emit()
            return
        if at == 0:
            self._fill_in()
        following = at + 1
        if following < len(self.cells):
            self.cells[following].setFocus()
        elif following == len(self.cells) and not self.reason.isHidden():
            self.reason.setFocus()
        else:
            self.left.emit()

    def _fill_in(self) -> None:
        """A service of the list that was typed in full has its unit and price, too."""
        row = self._listed_as(self.item.text())
        if row is not None and not self.price.text().strip():
            self.unit.setText(row.unit)
            self.price.setText(format_fen(row.unit_price))

    def _on_typed(self, _text: Any = None) -> None:
        self._amount.setText(format_fen(self.amount()) if self.amount() else "")
        row, fen = self._listed(), self._fen()
        other = row is not None and fen is not None and fen != row.unit_price
        if row is not None and other:
            self.reason.setPlaceholderText(f"价目表 {format_fen(row.unit_price)} 元，另定价格的原因")
        if other == self.reason.isHidden():
            self.reason.setVisible(other)
            self.grown.emit()
        self.typed.emit()

    def _listed(self) -> PriceRow | None:
        return self._picked or self._listed_as(self.item.text())

    def _fen(self) -> int | None:
        return read_money(self.price.text())

    def _thousandths(self) -> int | None:
        return read_quantity(self.quantity.text() or "1")


class PriceLinesEditor(Editor):
    """Its value is a tuple of NewLine. Enter goes from cell to cell; on an empty line it goes on.

    `price_list` gives the list of the order's day, asked for when the cursor comes to an item; `category` is the
    order's, whose services are offered first.
    """

    def __init__(
        self,
        field: Field,
        price_list: Callable[[], Sequence[PriceRow]] = tuple,
        category: Callable[[], str] = str,
    ) -> None:
        super().__init__(field)
        self._price_list, self._category = price_list, category
        self._look = LookUp(self.hindered.emit)
        self._prices: Sequence[PriceRow] = ()
        self._quiet = False
        self._faulty: LineEdit | None = None
        self._lines: list[ChargeLine] = []
        self._total = PlainLabel("", "section", wrap=True, selectable=True)
        self._total.hide()
        body = QWidget()
        self._stack = QVBoxLayout(body)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.setSpacing(6)
        self._stack.addWidget(self._total)
        self.adopt(body)
        self._add_line()
        self.setFocusProxy(self._lines[0].item)

    def value(self) -> tuple[NewLine, ...]:
        """The lines. Raises RefusedError for a price or quantity that cannot be read, or another price without a reason."""
        self._look_up()
        return tuple(self._read(line) for line in self._typed_lines())

    def set_value(self, value: Iterable[NewLine] | None) -> None:
        """Show lines, and an empty one below."""
        lines = tuple(value or ())
        texts = [
            [
                line.item,
                line.unit,
                format_fen(line.unit_price),
                shown_quantity(line.quantity),
                line.price_reason,
            ]
            for line in lines
        ]
        self._show(texts, [line.price_item_id for line in lines])

    def draft(self) -> str:
        """What is typed, as JSON; empty when nothing is."""
        texts = [line.texts() for line in self._typed_lines()]
        return json.dumps(texts, ensure_ascii=False) if texts else ""

    def set_draft(self, text: str) -> None:
        """Show again what was typed."""
        texts = json.loads(text) if text else []
        self._show(texts, [None] * len(texts))

    def length(self) -> int:
        """Lines have no common limit; the service checks each."""
        return 0

    def put_cursor(self) -> None:
        """Go to what was refused, else to the first item."""
        (self._faulty or self._lines[0].item).setFocus()
        self._faulty = None

    def total(self) -> int:
        """The sum in fen of the lines that can be read."""
        return sum(line.amount() for line in self._lines)

    def showEvent(self, event: QShowEvent) -> None:
        """The form has put its editors in order by now: Tab goes through the cells before it leaves them."""
        super().showEvent(event)
        self._chain()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The list is asked for anew whenever the cursor comes to an item."""
        if event.type() == QEvent.Type.FocusIn:
            self._look_up()
        return super().eventFilter(watched, event)

    def _chain(self) -> None:
        cells = [cell for line in self._lines for cell in (*line.cells, line.reason)]
        for first, second in pairwise(cells):
            QWidget.setTabOrder(first, second)

    def _look_up(self) -> None:
        self._prices = self._look(self._price_list, self._prices)

    def _find(self, text: str) -> Sequence[PriceRow]:
        return matching(self._prices, text, self._category())

    def _listed_as(self, name: str) -> PriceRow | None:
        return listed(self._prices, name, self._category())

    def _typed_lines(self) -> list[ChargeLine]:
        return [line for line in self._lines if line.texts()]

    def _read(self, line: ChargeLine) -> NewLine:
        try:
            return line.line(self.field.name)
        except RefusedError:
            self._faulty = line.fault()
            raise

    def _show(self, texts: Sequence[Sequence[str]], kept: Sequence[int | None]) -> None:
        self._quiet = True
        if texts:
            self._look_up()
        while len(self._lines) < len(texts) + 1:
            self._add_line()
        for at, line in enumerate(self._lines):
            if at < len(texts):
                line.show_texts(texts[at], kept[at])
            else:
                line.show_texts([""] * 5)
                line.setVisible(at == len(texts))
        self._quiet = False
        self._on_typed()

    def _add_line(self) -> None:
        at = len(self._lines)
        line = ChargeLine(at + 1, self._find, self._listed_as)
        line.typed.connect(self._on_typed)
        line.grown.connect(self._tell_height)
        line.passed.connect(self.advance_requested)
        line.left.connect(lambda: self._go_on(at + 1))
        line.item.installEventFilter(self)
        self._stack.insertWidget(at, line)
        self._lines.append(line)
        self._chain()
        self._tell_height()

    def _tell_height(self) -> None:
        # What was added has no height before the event loop has turned.
        QTimer.singleShot(0, self.height_changed.emit)

    def _go_on(self, at: int) -> None:
        if at == len(self._lines):
            self._add_line()
        self._lines[at].show()
        # The new line's cells are not laid out before the event loop has turned.
        QTimer.singleShot(0, self._lines[at].item.setFocus)

    def _on_typed(self) -> None:
        total = self.total()
        known = 0 < total <= MOST_FEN  # beyond that the service refuses
        self._total.setText(f"合计 {format_fen(total)} 元  {capital_amount(total)}" if known else "")
        if known != self._total.isVisibleTo(self):
            self._total.setVisible(known)
            self._tell_height()
        if not self._quiet:
            self.edited.emit()


def _about(row: PriceRow) -> str:
    category = PRICE.field("category").label_of(row.category)
    return " · ".join(filter(None, (category, f"每{row.unit}", row.note)))
