"""One record as it stands, and what may be done with it next: each step a key, its few fields in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout

from frontdesk.core.errors import RefusedError
from ui.register.attempt import Saving
from ui.register.draft_keeper import DraftKeeper, Sent
from ui.register.draft_shelf import DraftShelf
from ui.register.entry_form import EntryForm
from ui.register.facts_area import FactsArea
from ui.widgets.buttons import DangerButton, KeyButton, PrimaryButton, QuietButton
from ui.widgets.containers import Card, Notice
from ui.widgets.flow_columns import FlowColumns
from ui.widgets.labels import Pill, PlainLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from frontdesk.core.actor import Actor
    from frontdesk.core.fields import Field
    from frontdesk.core.query import Tone
    from frontdesk.desk import Desk
    from ui.register.editors import Editor
    from ui.widgets.timeline import Stop

Values = Mapping[str, Any]

_LOW = 400  # px
_LEAST_FACTS = 66  # px: what is asked is about something
_NO_LIMIT = 16_777_215  # px, as Qt has it
_LEFT = "接着填 {when} 没做完的；要从头填，按 Alt+K。"
_FIRST = "“{}”还没做完：先按 Ctrl+⏎ 做完，或按 Esc 放下，填的都留着。"
_WAITS = "“{}”还在等数据文件，写进去了再做别的。"
_MORE = "已写入。之后输入的没有写进去，还留着：再按“{}”接着填。"


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
    the step cannot be taken back. `letter` is the Alt key, `letters` are its fields' as in the form of a new record. `follow` is called with the form at first and after
    each edit: one field may depend on another. `part` is the id of what the step is about within the record, where
    that is only a part of it: what is half filled in is kept for each.
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
    part: int = 0
    own_editors: Mapping[str, Callable[[Field], Editor]] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)
    follow: Callable[[EntryForm], object] | None = None

    @property
    def place(self) -> str:
        """The step's name among all of the record's, and of its parts."""
        return f"{self.name}:{self.part}" if self.part else self.name


@dataclass(frozen=True)
class Record:
    """What the panel shows: title, remark, the state's word and colour, facts and steps, the main one first.

    `way` stands above the facts as a picture: an order's steps.
    """

    title: str
    remark: str
    state: str
    tone: Tone
    facts: Sequence[Fact]
    steps: Sequence[Step]
    warnings: Sequence[str] = ()
    way: Sequence[Stop] = ()

    def looks_like(self, other: Record) -> bool:
        """Whether both look the same; what their steps run is always new."""
        return self._look() == other._look()

    def _look(self) -> tuple[object, ...]:
        steps = [replace(step, run=_nothing, follow=None, own_editors={}) for step in self.steps]
        seen = (self.title, self.remark, self.state, self.tone)
        return (*seen, list(self.facts), steps, list(self.warnings), list(self.way))


def _nothing(_values: Values) -> None:
    """In the place of what a step runs."""


@dataclass
class _Press:
    """A step on its way to disk: of which record, by whom, with which answers. `waited`: the file was busy."""

    key: str
    title: str
    step: Step
    sent: Sent
    waited: bool = False

    def tell(self, what: str, seated: Actor | None) -> str:
        """A sentence about it for where it is no longer in view."""
        actor = self.sent.actor
        if actor is not None and actor != seated:  # not of whom or what: somebody else sits here
            return f"{actor.name}刚才的“{self.step.label}”：{what}"
        return f"{self.title} {self.step.label}：{what}"


class RecordPanel(Card):
    """Shows a `Record`. `step_done(result)` carries what the step's command gave back.

    A step is done for who pressed, with what was filled in then. While another program holds the file it is tried
    again and no other step is taken; when by then another record, question or person is here, that it was done is
    only `told(sentence, tone)`. What was filled in and not done is kept as a draft, offered when it is asked again.
    """

    step_done = Signal(object)
    steps_changed = Signal()
    told = Signal(str, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(" ")
        self._desk = desk
        self._record: Record | None = None
        self._key = ""
        self._asking: Step | None = None
        self._asked: Actor | None = None  # whose question it is
        self._saving = Saving(desk.context.on_behalf, self)
        self._saving.waiting_changed.connect(self._show_waiting)
        self._pressed: _Press | None = None
        self._hindrance = ""
        self._shelf = DraftShelf(desk, self)
        self.draft: DraftKeeper | None = None  # of the open question
        self._form: EntryForm | None = None
        self._yes: KeyButton | None = None  # answers the open question
        self._keys: list[QShortcut] = []
        self._pill = Pill()
        self.add_to_head(self._pill)
        self.notice = Notice()
        self._facts = FactsArea()
        self._facts.setMinimumHeight(_LEAST_FACTS)
        self._foot = QVBoxLayout()
        self._foot.setSpacing(8)
        self.body.addWidget(self._facts, 1)
        self.body.addWidget(self.notice)
        self.body.addLayout(self._foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Facts and question share the new room."""
        super().resizeEvent(event)
        self._fit(asking=self._asking is not None)

    def show_record(self, record: Record, key: str = "") -> None:
        """Show a record and its steps; a question that was open is taken back, its answers are kept.

        `key` names the record among all: what is half filled in is kept under it, and without one not at all.
        """
        same = bool(key) and key == self._key
        if same and self._asking is None and self._record is not None and record.looks_like(self._record):
            self._record = record  # its steps run with what is known now; cursor, place and selection stay
            return
        self.keep_draft()
        had_cursor, place = self._cursor_step(), self._facts.verticalScrollBar().value() if same else 0
        self._record, self._key = record, key
        self._close_question()
        if key:
            self._shelf.drop_steps(key, [step.name for step in record.steps])
        self.set_title(record.title, record.remark)
        self._pill.set(record.state, record.tone)
        self._pill.setVisible(bool(record.state))
        self._facts.show_facts(record.facts, record.way)
        if record.warnings:
            self.notice.say("\n".join(record.warnings), "warn")
        else:
            self.notice.clear()
        self._show_steps()
        self._put_back(had_cursor)
        if place:  # once the new facts are laid out
            QTimer.singleShot(0, self, lambda: self._facts.verticalScrollBar().setValue(place))

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
        if step is None:
            return
        if self._asking is None:
            self._on_step(step)
        elif self._asking.name != name:
            self.notice.say(_FIRST.format(self._asking.label), "warn")

    def offers(self, name: str) -> bool:
        """Whether that step may be taken now: no other one is being answered."""
        return self._asking is None and any(step.name == name for step in self._steps())

    def keep_draft(self) -> None:
        """Write down what is filled in so far."""
        if self.draft is not None and self._asked == self._desk.context.actor:
            self.draft.keep()

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
        """Esc: take an open question back, its answers are kept; False when there was none."""
        if self._asking is None:
            return False
        self.keep_draft()
        had_cursor = self._cursor_step()
        self._close_question()
        self.notice.clear()
        self._show_steps()
        self._put_back(had_cursor)
        return True

    def _steps(self) -> Sequence[Step]:
        return self._record.steps if self._record else ()

    def _close_question(self) -> None:
        self._asking = self._asked = self._form = self._yes = self.draft = None

    def _on_step(self, step: Step) -> None:
        if self._says_wait():
            return
        if step.fields or step.question:
            self._ask(step)
        else:
            self._run(step)

    def _ask(self, step: Step) -> None:
        self._asking, self._asked = step, self._desk.context.actor
        self._clear_foot()
        if step.question:
            self._foot.addWidget(PlainLabel(step.question, "section", wrap=True))
        self._form = EntryForm(
            step.fields,
            self._desk.context.clock,
            own_editors=step.own_editors,
            phrases=self._desk.phrases,
            letters=step.letters,
            reserved="123K",  # the answers' figures, and what empties a form
            name=step.label,
        )
        self._form.set_values(step.values)
        if step.follow is not None:
            self._form.edited.connect(partial(step.follow, self._form))
            step.follow(self._form)
        if step.fields and self._key:
            self._offer_draft(step, self._form)
        self._form.end_reached.connect(self.confirm)
        self._form.height_changed.connect(self._share_room)
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

    def _offer_draft(self, step: Step, form: EntryForm) -> None:
        self.draft = DraftKeeper(self._desk, self._shelf, f"{self._key}:{step.place}", form, form.draft())
        if step.follow is not None:
            self.draft.changed.connect(partial(step.follow, form))
        self.draft.offer(_LEFT)

    def _run(self, step: Step) -> None:
        if self._says_wait():
            return
        try:
            values = self._form.values() if self._form is not None else {}
        except RefusedError as refusal:
            self._show_refusal(refusal)
            return
        sent = self.draft.sent() if self.draft is not None else Sent(self._desk.context.actor, {})
        press = self._pressed = _Press(self._key, self.title.text(), step, sent)
        self._saving(
            lambda: step.run(values),
            partial(self._on_written, press),
            partial(self._on_refused, press),
            partial(self._on_hindered, press),
        )

    def _says_wait(self) -> bool:
        """While a step is tried again no other one is taken; pressed once more it has its sentence already."""
        press = self._pressed
        if press is None or not self._saving.is_waiting:
            return False
        if not self._is_at(press):
            self.notice.say(_WAITS.format(f"{press.title} {press.step.label}"), "warn")
        return True

    def _is_at(self, press: _Press) -> bool:
        """Whether the panel still stands where the step was confirmed."""
        if self._asking is None:
            return self._key == press.key and not (press.step.fields or press.step.question)
        return (self._key, self._asking.place, self._asked) == (press.key, press.step.place, press.sent.actor)

    def _is_here(self, press: _Press) -> bool:
        return self._is_at(press) and self._desk.context.actor == press.sent.actor

    def _on_written(self, press: _Press, result: Any) -> None:
        if not press.waited or self._is_here(press):
            more = self.draft is not None and not self.draft.spend(press.sent)
            self.draft = None
            self.step_done.emit(result)
            if more:
                self.notice.say(_MORE.format(press.step.label), "warn")
            return
        self._shelf.spend(f"{press.key}:{press.step.place}", press.sent.actor, press.sent.typed)
        if self._asking is not None and self._is_at(press):  # the desk is locked over its question
            self.draft = None
            self.go_back()
        self.told.emit(press.tell("已写入。", self._desk.context.actor), "ok")

    def _on_hindered(self, press: _Press, sentence: str, tone: str) -> None:
        press.waited = True
        if self._is_here(press) and self._form is not None:
            self._form.say_hindered(sentence, tone)  # where its look-ups and its draft say the same
        elif self._is_here(press):
            self._hindrance = self.notice.say_for_now(sentence, tone, self._hindrance)
        elif sentence:
            self.told.emit(press.tell(sentence, self._desk.context.actor), tone)

    def _on_refused(self, press: _Press, refusal: RefusedError) -> None:
        if not press.waited or self._is_here(press):
            self._show_refusal(refusal)
        else:
            own = self._desk.context.actor == press.sent.actor
            said = f"没有写入，填的都留着。{refusal.message if own else ''}"
            self.told.emit(press.tell(said, self._desk.context.actor), "danger")

    def _show_waiting(self, waits: bool) -> None:
        if self._yes is not None and self._asking is not None:
            self._yes.set_word("等数据文件…" if waits else self._asking.label)

    def _show_refusal(self, error: RefusedError) -> None:
        if self._form is not None:
            self._form.show_refusal(error)
        else:
            self.notice.say(error.message, "danger")

    def _show_steps(self) -> None:
        self._clear_foot()
        columns = FlowColumns(narrow=200, most=4)
        for step in self._steps():
            kind = DangerButton if step.danger else PrimaryButton if step.main else QuietButton
            key = f"Ctrl+⏎ · Alt+{step.letter}" if step.main else f"Alt+{step.letter}"
            button = kind(step.label, key)
            button.setObjectName(step.name)
            button.clicked.connect(partial(self.take, step.name))
            columns.add(button, full=step.main)
            shortcut = QShortcut(QKeySequence(f"Alt+{step.letter}"), self)
            shortcut.activated.connect(partial(self.take, step.name))
            self._keys.append(shortcut)
        self._foot.addWidget(columns)
        self._fit(asking=False)
        self.steps_changed.emit()

    def _cursor_step(self) -> str | None:
        """Whose button has the cursor, "" for another widget of the panel, None when the cursor is elsewhere.

        The window's own cursor is meant: a preview may stand before it.
        """
        cursor = self.window().focusWidget()
        if cursor is None or not self.isAncestorOf(cursor):
            return None
        return cursor.objectName() if isinstance(cursor, KeyButton) else ""

    def _put_back(self, step: str | None) -> None:
        """Put the cursor where it was before the foot was made anew; else it would fall to whatever comes next."""
        if step is None:
            return
        button = next((each for each in self.findChildren(KeyButton, step) if not each.isHidden()), None)
        if step and button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.put_cursor()

    def _fit(self, *, asking: bool) -> None:
        # While a question is open it needs the room more than what is known already; in a low window all of it.
        known = self._record is not None and bool(self._record.facts or self._record.way)
        self._facts.setVisible(known and not (asking and self.height() < _LOW))
        # The facts grow to what `_share_room` lets them have; the question has the rest.
        self.body.setStretch(self.body.indexOf(self._facts), 100)
        self.body.setStretch(self.body.indexOf(self._foot), 1 if asking else 0)
        self._share_room()

    def _share_room(self) -> None:
        """An open question has what it needs, what is known the rest: neither is cut where the other has room."""
        self._facts.setMaximumHeight(_NO_LIMIT)
        layout = self.layout()
        if self._form is None or layout is None or not self.isVisible() or self._facts.isHidden():
            return
        layout.activate()
        left = self._facts.height() + self._form.height() - self._form.wanted_height()
        self._facts.setMaximumHeight(max(_LEAST_FACTS, min(left, self._facts.wanted_height())))

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
