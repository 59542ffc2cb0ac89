"""One record as it stands, and what may be done with it next: each step a key, its few fields in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from ui.register.attempt import Saving, attempt
from ui.register.entry_form import EntryForm
from ui.widgets.buttons import DangerButton, KeyButton, PrimaryButton, QuietButton
from ui.widgets.containers import Card, Notice, ScrollBody
from ui.widgets.flow_columns import FlowColumns
from ui.widgets.labels import Pill, PlainLabel

if TYPE_CHECKING:
    from frontdesk.core.clock import Clock
    from frontdesk.core.fields import Field
    from frontdesk.core.query import Tone
    from ui.register.editors import Editor

Values = Mapping[str, Any]

_LOW = 400  # px


@dataclass(frozen=True)
class Fact:
    """A line of the record: label and text. A `strong` one stands in the body's type."""

    label: str
    text: str
    strong: bool = False
    struck: bool = False


@dataclass(frozen=True)
class Step:
    """Something to do with the record. Without fields it is done at once; with fields they are asked first.

    `run` gets the values by field name and may raise what services raise. `question` names the thing when
    the step cannot be taken back. `letter` is the Alt key. `follow` is called with the form at first and after
    each edit: one field may depend on another.
    """

    name: str
    label: str
    letter: str
    run: Callable[[Values], object]
    fields: Sequence[Field] = ()
    values: Values = field(default_factory=dict)
    main: bool = False
    danger: bool = False
    question: str = ""
    own_editors: Mapping[str, Callable[[Field], Editor]] = field(default_factory=dict)
    follow: Callable[[EntryForm], object] | None = None


@dataclass(frozen=True)
class Record:
    """What the panel shows: title, remark, the state's word and colour, facts and steps, the main one first.

    `picture` stands above the facts: an order's way.
    """

    title: str
    remark: str
    state: str
    tone: Tone
    facts: Sequence[Fact]
    steps: Sequence[Step]
    warnings: Sequence[str] = ()
    picture: QWidget | None = None


class RecordPanel(Card):
    """Shows a `Record`. `step_done(result)` carries what the step's command gave back."""

    step_done = Signal(object)
    steps_changed = Signal()

    def __init__(self, clock: Clock) -> None:
        super().__init__(" ")
        self._clock = clock
        self._record: Record | None = None
        self._asking: Step | None = None
        self._saving = Saving()
        self._form: EntryForm | None = None
        self._yes: KeyButton | None = None  # answers the open question
        self._keys: list[QShortcut] = []
        self._pill = Pill()
        self.add_to_head(self._pill)
        self.notice = Notice()
        self._facts = QScrollArea()
        self._facts.setWidgetResizable(True)
        self._facts.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._facts.setAccessibleName("记录内容")
        self._foot = QVBoxLayout()
        self._foot.setSpacing(8)
        self.body.addWidget(self._facts, 1)
        self.body.addWidget(self.notice)
        self.body.addLayout(self._foot)

    def show_record(self, record: Record) -> None:
        """Show a record and its steps; a question that was open is taken back."""
        self._record, self._asking, self._form, self._yes = record, None, None, None
        self.set_title(record.title, record.remark)
        self._pill.set(record.state, record.tone)
        self._pill.setVisible(bool(record.state))
        self._facts.setWidget(_facts_view(record))
        if record.warnings:
            self.notice.say("\n".join(record.warnings), "warn")
        else:
            self.notice.clear()
        self._show_steps()

    def put_cursor(self) -> None:
        """Put the cursor to the question that is open, else to the first step."""
        if self._asking is not None and self._form is not None:
            if self._asking.fields:
                self._form.put_cursor()
            elif self._yes is not None:  # a question without fields: Enter answers it
                self._yes.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            first = self._foot.itemAt(0)
            widget = first.widget() if first is not None else None
            button = widget.findChild(KeyButton) if widget is not None else None
            (button or self._facts).setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self, name: str) -> None:
        """Take the step of that name, as its key does; nothing when the record has no such step."""
        step = next((step for step in self._steps() if step.name == name), None)
        if step is not None:
            self._on_step(step)

    def is_asking(self) -> bool:
        """Whether a step's question is open."""
        return self._asking is not None

    def main_step(self) -> Step | None:
        """The step that leads on, or the one whose question is open."""
        return self._asking or next((step for step in self._steps() if step.main), None)

    def confirm(self) -> None:
        """Ctrl+Enter: answer the open question, else take the main step."""
        if self._asking is not None:
            self._run(self._asking)
        elif (step := self.main_step()) is not None:
            self._on_step(step)

    def go_back(self) -> bool:
        """Esc: take an open question back; False when there was none."""
        if self._asking is None:
            return False
        self._asking, self._form, self._yes = None, None, None
        self.notice.clear()
        self._show_steps()
        return True

    def _steps(self) -> Sequence[Step]:
        return self._record.steps if self._record else ()

    def _on_step(self, step: Step) -> None:
        if step.fields or step.question:
            self._ask(step)
        else:
            self._run(step)

    def _ask(self, step: Step) -> None:
        self._asking = step
        self._clear_foot()
        if step.question:
            self._foot.addWidget(PlainLabel(step.question, "section", wrap=True))
        self._form = EntryForm(
            step.fields, self._clock, own_editors=step.own_editors, name=step.label, reserved="123"
        )
        self._form.set_values(step.values)
        if step.follow is not None:
            self._form.edited.connect(partial(step.follow, self._form))
            step.follow(self._form)
        self._form.end_reached.connect(self.confirm)
        self._foot.addWidget(self._form, 1)
        row = FlowColumns(narrow=200)
        kind = DangerButton if step.danger else PrimaryButton
        self._yes, no = kind(step.label, "Ctrl+⏎"), QuietButton("返回", "Esc")
        self._yes.clicked.connect(self.confirm)
        no.clicked.connect(self.go_back)
        row.add(no)
        row.add(self._yes)
        self._foot.addWidget(row)
        self._fit(asking=True)
        self.put_cursor()
        self.steps_changed.emit()

    def _run(self, step: Step) -> None:
        # Read once: what is tried again later is what was confirmed, whatever stands there by then.
        attempt(self._values, lambda values: self._take(step, values), self._on_refused, self.notice.say)

    def _take(self, step: Step, values: Values) -> None:
        self._saving(lambda: step.run(values), self.step_done.emit, self._on_refused, self.notice.say)

    def _values(self) -> Values:
        return self._form.values() if self._form is not None else {}

    def _on_refused(self, error: Any) -> None:
        if self._form is not None:
            self._form.show_refusal(error)
        else:
            self.notice.say(error.message, "danger")

    def _show_steps(self) -> None:
        self._clear_foot()
        columns = FlowColumns(narrow=200)
        for step in self._steps():
            kind = DangerButton if step.danger else PrimaryButton if step.main else QuietButton
            key = f"Ctrl+⏎ · Alt+{step.letter}" if step.main else f"Alt+{step.letter}"
            button = kind(step.label, key)
            button.clicked.connect(partial(self._on_step, step))
            columns.add(button, full=step.main)
            shortcut = QShortcut(QKeySequence(f"Alt+{step.letter}"), self)
            shortcut.activated.connect(partial(self._on_step, step))
            self._keys.append(shortcut)
        self._foot.addWidget(columns)
        self._fit(asking=False)
        self.steps_changed.emit()

    def _fit(self, *, asking: bool) -> None:
        # While a question is open it needs the room more than what is known already; in a low window all of it.
        known = self._record is not None and bool(self._record.facts or self._record.picture)
        self._facts.setVisible(known and not (asking and self.height() < _LOW))
        self.body.setStretch(self.body.indexOf(self._facts), 1)
        self.body.setStretch(self.body.indexOf(self._foot), 2 if asking else 0)

    def _clear_foot(self) -> None:
        for key in self._keys:
            key.setEnabled(False)
            key.deleteLater()
        self._keys.clear()
        while item := self._foot.takeAt(0):
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()


def _facts_view(record: Record) -> QWidget:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    shown = [fact for fact in record.facts if fact.text]
    for row, fact in enumerate(shown):
        label = PlainLabel(fact.label, "hint")
        text = PlainLabel(fact.text, "section" if fact.strong else "", wrap=True, selectable=True)
        if fact.struck:
            font = text.font()
            font.setStrikeOut(True)
            text.setFont(font)
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(text, row, 1, Qt.AlignmentFlag.AlignTop)
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 4, 4)
    column.setSpacing(8)
    if record.picture is not None:
        column.addWidget(record.picture)
    column.addLayout(grid)
    column.addStretch(1)
    return ScrollBody(column)
