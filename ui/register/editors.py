"""One editor for each kind of field: what is typed stays as typed until it is read.

An editor made elsewhere (the unit box) is a subclass of `Editor` that fills in the methods below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QWidget

from frontdesk.core import time_entry
from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Field, Kind
from frontdesk.core.money import format_fen, read_money
from frontdesk.core.typed import read_integer, read_phone
from ui.register.phrase_list import PhraseList, Phrases
from ui.widgets.composing import LineEdit, TextEdit

if TYPE_CHECKING:
    from datetime import date, datetime

    from PySide6.QtGui import QResizeEvent

    from frontdesk.core.clock import Clock


class Editor(QWidget):
    """What a form asks of each of its editors. `value` and `draft` of an untouched one are None and ""."""

    edited = Signal()
    advance_requested = Signal()
    picked = Signal()  # out of a list: the next field's turn, but a form does not end by it
    height_changed = Signal()
    hindered = Signal(str)  # what keeps a look-up from answering; "" when it answers again

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)

    def adopt(self, inner: QWidget) -> None:
        """Show the one widget that takes the cursor."""
        self._row.addWidget(inner)
        self.setFocusProxy(inner)
        inner.setAccessibleName(self.field.label)
        self.inner = inner

    def value(self) -> Any:
        """What was typed, as the field's kind stores it; None when empty.

        Raises RefusedError, naming the field, when it cannot be read.
        """
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a stored value; None empties. Says nothing to the form."""
        raise NotImplementedError

    def draft(self) -> str:
        """What is typed, as typed: readable or not."""
        raise NotImplementedError

    def set_draft(self, text: str) -> None:
        """Show again what was typed."""
        raise NotImplementedError

    def settle(self) -> None:
        """Look once more at what is typed, before all values are taken. Raises RefusedError."""

    def words(self) -> str:
        """What stands there, as one reads it."""
        return self.draft()

    def length(self) -> int:
        """How many characters are typed."""
        return len(self.draft())

    def put_cursor(self) -> None:
        """Take the cursor, with the text selected so that typing replaces it."""
        self.inner.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_fault(self, fault: bool) -> None:
        """Stand in red, or no more."""
        if bool(self.inner.property("fault")) != fault:
            self.inner.setProperty("fault", fault)
            self.inner.style().polish(self.inner)

    def refuse(self, why: str) -> RefusedError:
        """The refusal of what is typed here."""
        return RefusedError(f"{self.field.label}{why}", field=self.field.name)


class LineEditor(Editor):
    """TEXT, PERSON, SERIAL, UNIT without a box of its own: one line, taken as typed."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.line = LineEdit()
        self.line.setPlaceholderText(field.hint)
        self.line.settled.connect(self._on_settled)
        self.line.advance_requested.connect(self.advance_requested)
        self._quiet = False
        self.adopt(self.line)

    def value(self) -> Any:
        """The text without blanks at its ends."""
        return self.line.text().strip() or None

    def set_value(self, value: Any) -> None:
        """Show a text."""
        self.set_draft("" if value is None else self.shown(value))

    def shown(self, value: Any) -> str:
        """A stored value as it is typed."""
        return str(value)

    def draft(self) -> str:
        """What is typed."""
        return self.line.text()

    def set_draft(self, text: str) -> None:
        """Show a text, from its beginning."""
        self._quiet = True
        self.line.setText(text)
        self.line.setCursorPosition(0)
        self._quiet = False

    def put_cursor(self) -> None:
        """Take the cursor and select."""
        super().put_cursor()
        self.line.selectAll()

    def _on_settled(self) -> None:
        if not self._quiet:
            self.edited.emit()


class PhoneEditor(LineEditor):
    """A telephone, folded to half width. Extensions and odd prefixes are real, one without a figure is none."""

    def value(self) -> Any:
        """The telephone as it is kept."""
        phone = read_phone(self.line.text())
        if phone and not any(char.isdigit() for char in phone):
            raise self.refuse("里没有数字；不知道就空着。")
        return phone or None


class IntegerEditor(LineEditor):
    """A whole number."""

    def value(self) -> Any:
        """An int."""
        if not self.line.text().strip():
            return None
        number = read_integer(self.line.text())
        if number is None:
            raise self.refuse("要填整数。")
        return number


class MoneyEditor(LineEditor):
    """An amount in yuan; the value is int fen."""

    def value(self) -> Any:
        """An int, in fen."""
        if not self.line.text().strip():
            return None
        fen = read_money(self.line.text())
        if fen is None:
            raise self.refuse("看不懂，金额例如 12.50。")
        return fen

    def shown(self, value: Any) -> str:
        """Yuan with two places."""
        return format_fen(value)


class SpokenTimeEditor(LineEditor):
    """A day or a moment in words, and 明天 is another day tomorrow: they mean what they meant when they were typed.

    It shows how it was understood when left; its draft is the date in figures, good on any day.
    """

    example = ""

    def __init__(self, field: Field, clock: Clock) -> None:
        super().__init__(field)
        self._clock = clock
        self._typed_at = clock.now()
        self.line.editingFinished.connect(self._tidy)

    def meant(self) -> Any:
        """What the words mean, None while they cannot be read."""
        raise NotImplementedError

    def figures(self, value: Any) -> str:
        """A value in figures, which are read as the same on any day."""
        raise NotImplementedError

    def value(self) -> Any:
        """The day or moment."""
        if not self.line.text().strip():
            return None
        meant = self.meant()
        if meant is None:
            raise self.refuse(f"看不懂，例如 {self.example}。")
        return meant

    def draft(self) -> str:
        """What is meant, in figures; as typed while it cannot be read."""
        meant = self.meant() if self.line.text().strip() else None
        return self.line.text() if meant is None else self.figures(meant)

    def set_draft(self, text: str) -> None:
        """Show it in words of today."""
        super().set_draft(text)
        meant = self.meant() if text.strip() else None
        if meant is not None:
            super().set_draft(self.shown(meant))

    def words(self) -> str:
        """What is typed."""
        return self.line.text()

    def length(self) -> int:
        """How many characters are typed."""
        return len(self.line.text())

    def _on_settled(self) -> None:
        self._typed_at = self._clock.now()
        super()._on_settled()

    def _tidy(self) -> None:
        if not self.line.composing and self.line.text().strip() and (meant := self.meant()) is not None:
            super().set_draft(self.shown(meant))


class DateEditor(SpokenTimeEditor):
    """A day typed freely: 今天, 周五, 11-23; the value is a date."""

    example = "今天、周五、11-23"

    def meant(self) -> Any:
        """A date."""
        return time_entry.read_date(self.line.text(), self._clock.local(self._typed_at).date())

    def shown(self, value: Any) -> str:
        """今天, 明天, 11-23."""
        day: date = value
        return time_entry.typed_day(day, self._clock.today())

    def figures(self, value: Any) -> str:
        """2026-11-23."""
        day: date = value
        return day.isoformat()


class MomentEditor(SpokenTimeEditor):
    """A moment typed freely: 今天 15:00, 下午3点, +2h. The value is aware, in UTC.

    For a TIME field a bare hour is enough.
    """

    example = "15:00、明天 9点、+2h"

    def meant(self) -> Any:
        """An aware datetime in UTC."""
        read = time_entry.read_time if self.field.kind is Kind.TIME else time_entry.read_moment
        spoken = read(self.line.text(), self._clock.local(self._typed_at))
        return None if spoken is None else self._clock.moment(*spoken)

    def shown(self, value: Any) -> str:
        """今天 15:00; a TIME of today as 15:00."""
        local: datetime = self._clock.local(value)
        today = self._clock.today()
        if self.field.kind is Kind.TIME and local.date() == today:
            return f"{local:%H:%M}"
        return time_entry.typed_moment(local, today)

    def figures(self, value: Any) -> str:
        """2026-11-23 15:00."""
        return f"{self._clock.local(value):%Y-%m-%d %H:%M}"


class LongTextEditor(Editor):
    """Several lines that grow with what is said, with phrases by their codes."""

    def __init__(self, field: Field, phrases: Phrases | None = None, lines: int = 3) -> None:
        super().__init__(field)
        self._lines = lines
        self._quiet = False
        self.text = TextEdit()
        self.text.setPlaceholderText(field.hint)
        self.text.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.text.settled.connect(self._on_settled)
        self.text.advance_requested.connect(self.advance_requested)
        self.phrases = PhraseList(self.text, phrases, self.hindered.emit) if phrases is not None else None
        self.text.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.adopt(self.text)
        self._fit()

    def value(self) -> Any:
        """The text without blanks at its ends."""
        return self.text.toPlainText().strip() or None

    def set_value(self, value: Any) -> None:
        """Show a text."""
        self.set_draft("" if value is None else str(value))

    def draft(self) -> str:
        """What is typed."""
        return self.text.toPlainText()

    def set_draft(self, text: str) -> None:
        """Show a text."""
        self._quiet = True
        self.text.setPlainText(text)
        self._quiet = False

    def put_cursor(self) -> None:
        """Take the cursor, behind what is written."""
        super().put_cursor()
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The lines break elsewhere now."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        line = QFontMetrics(self.text.font()).lineSpacing() + 1  # a text edit rounds each line up
        shown = int(self.text.document().size().height())
        height = max(self._lines, min(shown, self._lines * 3)) * line + 18
        if height != self.text.height():
            self.text.setFixedHeight(height)
            self.setFixedHeight(height)
            self.height_changed.emit()

    def _on_settled(self) -> None:
        if not self._quiet:
            self.edited.emit()
