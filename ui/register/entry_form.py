"""The form of a register: labels, editors and their refusals, all from the fields."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Field, Kind
from ui.register.choice_editors import editor_for
from ui.register.editors import Editor
from ui.widgets.containers import Notice, ScrollBody
from ui.widgets.flow_columns import FlowColumns
from ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from PySide6.QtGui import QResizeEvent

    from frontdesk.core.clock import Clock
    from ui.register.phrase_list import Phrases

_FULL = {Kind.LONG_TEXT, Kind.UNIT}
_SHORT_WORDS = 8  # characters that half the width has room for
_COUNT_FROM = 0.8  # of the greatest length: the counter shows


class FieldRow(QWidget):
    """A label with its Alt letter, the editor, and what is wrong below it."""

    def __init__(self, field: Field, editor: Editor, letter: str) -> None:
        super().__init__()
        self.field, self.editor, self.letter = field, editor, letter
        head = QHBoxLayout()
        head.setSpacing(4)
        self.label = PlainLabel(field.label, "label")
        head.addWidget(self.label)
        if field.required:
            star = PlainLabel("*", "danger")
            star.setAccessibleName("必填")
            head.addWidget(star)
        head.addStretch(1)
        self._counter = PlainLabel("", "hint")
        head.addWidget(self._counter)
        self.key = PlainLabel(f"Alt+{letter}" if letter else "", "hint")
        head.addWidget(self.key)
        self._fault = PlainLabel("", "error", wrap=True)
        self._fault.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(editor)
        column.addWidget(self._fault)
        self._column = column
        editor.edited.connect(self.check_length)

    def hasHeightForWidth(self) -> bool:
        """Its height follows the refusal's text."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height in px at a width."""
        return (
            self._column.totalHeightForWidth(width)
            if self._column.hasHeightForWidth()
            else (self._column.totalSizeHint().height())
        )

    def show_fault(self, text: str) -> None:
        """Say what is wrong; "" takes it back."""
        self._fault.setText(text)
        self._fault.setVisible(bool(text))
        self.editor.set_fault(bool(text))
        self.editor.inner.setAccessibleDescription(text)  # where the cursor is: a reader hears it

    def fault(self) -> str:
        """What is said to be wrong."""
        return self._fault.text()

    def check_length(self) -> None:
        """Count near the end; more than fits is said, never cut (an input method would lose its word)."""
        length, most = self.editor.length(), self.field.max_length
        self._counter.setText(f"{length}/{most}" if length > most * _COUNT_FROM else "")
        self._counter.set_kind("error" if length > most else "hint")

    def value(self) -> Any:
        """The editor's value, checked for what every field asks. Raises RefusedError."""
        label, most = self.field.label, self.field.max_length
        if self.editor.length() > most:
            message = f"{label}最多 {most} 个字，现在有 {self.editor.length()} 个。"
            raise RefusedError(message, field=self.field.name)
        value = self.editor.value()
        if self.field.required and value is None:
            raise RefusedError(f"请填写{label}。", field=self.field.name)
        return value


class EntryForm(QWidget):
    """Asks for the fields in order. Enter moves on, Alt+letter jumps, nothing typed is lost by a refusal.

    `own_editors` gives an editor for a field by name (the unit box); `phrases` offers them by their codes in
    long texts; `letters` fixes the Alt letter of a field, the others take the first free letter of their name;
    `notice` is the page's: what else is known of this call. It stands below the fields that scroll, and so does a
    refusal that names no field: always in view.
    `full` names the fields that want the whole width besides long texts, rooms and wide choices.
    """

    edited = Signal()
    height_changed = Signal()  # what is asked, or said of it, takes another height
    end_reached = Signal()

    def __init__(
        self,
        fields: Sequence[Field],
        clock: Clock,
        *,
        own_editors: Mapping[str, Callable[[Field], Editor]] | None = None,
        phrases: Phrases | None = None,
        letters: Mapping[str, str] | None = None,
        reserved: str = "",
        full: Iterable[str] = (),
        name: str = "登记表单",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rows: dict[str, FieldRow] = {}
        self._columns = FlowColumns()
        fields_column = QVBoxLayout()
        fields_column.setContentsMargins(2, 2, 2, 2)
        fields_column.addWidget(self._columns)
        fields_column.addStretch(1)
        self._body = ScrollBody(fields_column)
        self._area.setWidget(self._body)
        self.notice = Notice()
        self._refusal = Notice()
        self._hindrance = ""
        given = letters or {}
        keys = letters_for(fields, given, reserved)
        for field in fields:
            make = (own_editors or {}).get(field.name)
            editor = make(field) if make else editor_for(field, clock, phrases)
            self._add(field, editor, keys.get(field.name, ""), full=field.name in set(full))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._area, 1)
        column.addWidget(self.notice)
        column.addWidget(self._refusal)
        self._chain()

    def values(self) -> dict[str, Any]:
        """Every field's value as its kind stores it, None where nothing was typed.

        Raises RefusedError for the first field that is missing, too long or not understood.
        """
        for row in self._rows.values():
            row.editor.settle()  # may fill other fields in
        return {name: row.value() for name, row in self._rows.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show stored values; a field that is not named is emptied. Takes all refusals back."""
        self.clear_refusal()
        for name, row in self._rows.items():
            row.editor.set_value(values.get(name))
            row.check_length()
        self._refit()

    def fill(self, name: str, value: Any) -> None:
        """Show one value and leave the others."""
        self._rows[name].editor.set_value(value)
        self._rows[name].check_length()

    def draft(self) -> dict[str, str]:
        """What is typed, as typed, without the empty fields; {} for an untouched form."""
        texts = {name: row.editor.draft() for name, row in self._rows.items()}
        return {name: text for name, text in texts.items() if text}

    def set_draft(self, texts: Mapping[str, str]) -> None:
        """Show again what was typed."""
        for name, row in self._rows.items():
            row.editor.set_draft(texts.get(name, ""))
            row.check_length()
        self._refit()

    def overlay(self, texts: Mapping[str, str]) -> None:
        """Show again what was typed in these fields, and leave the others; a field that is gone is passed over."""
        for name, text in texts.items():
            if name in self._rows:
                self._rows[name].editor.set_draft(text)
                self._rows[name].check_length()
        self._refit()

    def wanted_height(self) -> int:
        """What all of it takes, in px, at the present width: nothing scrolls then."""
        layout = self.layout()
        fields = self._body.heightForWidth(self._area.contentsRect().width())
        said = [notice for notice in (self.notice, self._refusal) if not notice.isHidden()]
        spacing = layout.spacing() if layout is not None else 0
        return fields + sum(_height_of(notice) + spacing for notice in said)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """At another width the fields take another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.height_changed.emit()

    def editor(self, name: str) -> Editor:
        """The editor of a field. Raises KeyError."""
        return self._rows[name].editor

    def show_field(self, name: str, *, shown: bool) -> None:
        """Ask for a field, or for now not; what it holds stays. Enter passes over what is not asked."""
        row = self._rows[name]
        if row.isHidden() == shown:
            row.setVisible(shown)
            self._refit()

    def put_cursor(self, name: str = "") -> None:
        """Put the cursor into a field, the first one unless named, and bring it into view."""
        row = self._rows[name] if name else next(iter(self._rows.values()))
        row.editor.put_cursor()
        self._area.ensureWidgetVisible(row, 0, 8)

    def show_refusal(self, refusal: RefusedError) -> None:
        """Say the refusal under its field with the cursor put there, or below the form when it names none."""
        self.clear_refusal()
        row = self._rows.get(refusal.field)
        if row is None:
            self._refusal.say(refusal.message, "danger")
        else:
            row.show()
            row.show_fault(refusal.message)
            self._refit()
            self.put_cursor(refusal.field)

    def say_hindered(self, sentence: str, tone: str = "warn") -> None:
        """Say what hinders a look-up, a draft or a command; "" takes it back, and nothing else that is said."""
        self._hindrance = self.notice.say_for_now(sentence, tone, self._hindrance)

    def clear_refusal(self) -> None:
        """Take back whatever was said to be wrong."""
        for row in self._rows.values():
            row.show_fault("")
        self._refusal.clear()
        self._refit()

    def faults(self) -> dict[str, str]:
        """What is said to be wrong, by field; "" for what concerns no field."""
        said = {name: row.fault() for name, row in self._rows.items()} | {"": self._refusal.text()}
        return {name: text for name, text in said.items() if text}

    def letters(self) -> dict[str, str]:
        """The Alt letters, by field."""
        return {name: row.letter for name, row in self._rows.items() if row.letter}

    def _add(self, field: Field, editor: Editor, letter: str, *, full: bool) -> None:
        row = FieldRow(field, editor, letter)
        wide = field.kind in _FULL or len(field.choices) > 2 or _long_words(field)
        self._columns.add(row, full=full or wide)
        self._rows[field.name] = row
        editor.edited.connect(lambda: self._on_edited(row))
        editor.advance_requested.connect(lambda: self._advance(field.name))
        editor.picked.connect(lambda: self._advance(field.name, ends=False))
        editor.height_changed.connect(self._refit)
        editor.hindered.connect(self.say_hindered)
        if letter:
            key = QShortcut(QKeySequence(f"Alt+{letter}"), self)
            key.setContext(Qt.ShortcutContext.WindowShortcut)
            key.activated.connect(lambda: self._jump(field.name))

    def _refit(self) -> None:
        self._columns.refit()
        self.height_changed.emit()

    def _jump(self, name: str) -> None:
        if not self._rows[name].isHidden():
            self.put_cursor(name)

    def _chain(self) -> None:
        editors = [row.editor.focusProxy() or row.editor for row in self._rows.values()]
        for first, second in pairwise(editors):
            QWidget.setTabOrder(first, second)

    def _on_edited(self, row: FieldRow) -> None:
        if row.fault():
            row.show_fault("")
            self._refit()
        self.edited.emit()

    def _advance(self, name: str, *, ends: bool = True) -> None:
        names = [each for each, row in self._rows.items() if row.editor.isEnabled() and not row.isHidden()]
        at = names.index(name) + 1
        if at < len(names):
            self.put_cursor(names[at])
        elif ends:
            self.end_reached.emit()


def _height_of(notice: Notice) -> int:
    width = notice.width()
    return notice.heightForWidth(width) if notice.hasHeightForWidth() else notice.sizeHint().height()


def _long_words(field: Field) -> bool:
    """Whether a choice's or a flag's own words want the whole width."""
    words = "".join(choice.label for choice in field.choices)
    return len(field.hint if field.kind is Kind.FLAG else words) > _SHORT_WORDS


def letters_for(fields: Sequence[Field], given: Mapping[str, str], reserved: str = "") -> dict[str, str]:
    """An Alt letter for each field: the given one, else the first letter of its name that is still free."""
    taken = {letter.upper() for letter in given.values()} | set(reserved.upper())
    made = {name: letter.upper() for name, letter in given.items()}
    for field in fields:
        if field.name in made:
            continue
        free = (char for char in field.name.upper() if "A" <= char <= "Z" and char not in taken)
        letter = next(free, "")
        if letter:
            taken.add(letter)
            made[field.name] = letter
    return made
