"""The form of a new call: room, reason, category, and Ctrl+Enter. What is half typed is kept as a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, SignalInstance

from frontdesk.calls.hints import Case, case_of, hint
from frontdesk.calls.register import CALL, NewCall
from frontdesk.core.fields import Field, Kind
from frontdesk.core.settings import ORDER_URGENT_WORDS
from frontdesk.estate.register import number_for
from ui.register.attempt import LookUp
from ui.register.entry_form import EntryForm
from ui.register.new_record import NewRecordCard
from ui.register.repeat_notice import RepeatNotice
from ui.shortcuts import shortcut
from ui.widgets.buttons import PlainButton, PrimaryButton, QuietButton
from ui.widgets.flow_columns import FlowColumns
from ui.widgets.labels import PlainLabel
from ui.widgets.unit_box import UnitEditor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from frontdesk.desk import Desk
    from frontdesk.estate.register import ResidentRow

SETTLED = Field("settled", "当场办结", Kind.FLAG)
_ORDER = ("unit_no", "caller", "number", "reason", "category", "recipient", "promised_at")
_RARE = ("appointment_at", "goods", "outcome", "remarks")
FIELDS = (*map(CALL.field, _ORDER), SETTLED, *map(CALL.field, _RARE))

LETTERS = {
    "unit_no": "F", "caller": "R", "number": "H", "reason": "Y", "category": "L", "recipient": "J",
    "promised_at": "C", "settled": "B", "appointment_at": "S", "goods": "W", "outcome": "Q", "remarks": "Z",
}  # fmt: skip
_HINT_HEIGHT, _LOW, _WIDE = 38, 400, 400  # px
_REMINDED_WORDS = 40  # characters of the order's matter in the line of a call that only reminds
_GOODBYE_MS = 15_000  # the closing words stand so long after a call is saved


class CallForm(NewRecordCard):
    """Asks for a call. `save_requested` and `order_requested` carry a `NewCall` that reads as typed."""

    save_requested = Signal(object)
    order_requested = Signal(object)
    remind_requested = Signal(object, int)  # NewCall, the id of the order that is reminded of

    def __init__(self, desk: Desk) -> None:
        unit = UnitEditor(CALL.field("unit_no"), desk.finder.find, desk.estate.unit_by_no)
        form = EntryForm(
            FIELDS,
            desk.context.clock,
            own_editors={"unit_no": lambda _field: unit},
            phrases=desk.phrases,
            letters=LETTERS,
            name="新来电",
        )
        super().__init__("新来电", desk, form, "call", unit=unit)
        self._desk = desk
        self._residents: Sequence[ResidentRow] = ()
        self._look = LookUp(form.say_hindered)
        self.repeat = RepeatNotice(desk, self._look)
        self.repeat.action_requested.connect(self.remind)
        unit.unit_changed.connect(self._on_unit)
        self.form.edited.connect(self._on_edited)
        self.draft.changed.connect(self._on_edited)
        self.draft.changed.connect(self._name_clerk)
        self.draft.kept.connect(lambda: self.set_remark("草稿已存"))
        self.form.end_reached.connect(self._on_end)
        self._say = PlainLabel("", "label", wrap=True)
        self._closing = QTimer(self, singleShot=True, interval=_GOODBYE_MS)
        self._closing.timeout.connect(self._show_hint)
        # Two lines always: what is below must not move while a phrase is looked for.
        self._say.setMinimumHeight(_HINT_HEIGHT)
        self._say.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._read_back = PlainLabel("", "large", wrap=True, selectable=True)
        self._read_back.hide()
        self.save_button = QuietButton("保存", shortcut("save").shown, "save")
        self.order_button = PrimaryButton("保存并开服务单", shortcut("order").shown, "orders")
        self._unfolded = False
        self._wide = True
        self._more_button = PlainButton("更多", shortcut("more").shown)
        self._lay_out()
        self._name_clerk()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the fields need the room of what one may say."""
        super().resizeEvent(event)
        self._say.setVisible(self.height() >= _LOW)
        if self._wide != (
            self.width() >= _WIDE
        ):  # narrow, the remark needs the room of the keys; F1 lists them
            self._wide = not self._wide
            self.clear_button.set_key(shortcut("clear").shown if self._wide else "")
            self._more_button.set_key(shortcut("more").shown if self._wide else "")

    def _name_clerk(self) -> None:
        actor = self._desk.context.actor
        self.set_remark(actor.name if actor else "")

    def new_call(self) -> NewCall:
        """What is typed. Raises RefusedError for what cannot be read."""
        values = {"reason": "", "category": "", **self.typed_values()}
        return NewCall(**values, unit_id=self.unit_id())

    def save(self) -> None:
        """Ctrl+Enter: wish the call to be logged."""
        self.read(self.save_requested)

    def unfold(self) -> None:
        """Ask for the rarer things too, or no more: appointment, goods, outcome, remarks."""
        self._unfolded = not self._unfolded
        self._show_rare()
        self.form.put_cursor(_RARE[0] if self._unfolded else "")

    def read(self, wanted: SignalInstance) -> None:
        """Emit one of the signals with what is typed; a refusal is shown in its place."""
        self.wish(self.new_call, wanted.emit)

    def remind(self) -> None:
        """Log the call as a reminder of the order that is shown; what was not typed is filled in (R-CALL-1)."""
        matter = self.repeat.matter()
        if matter is None:
            return
        typed = self.form.draft()
        if not typed.get("reason"):
            self.form.fill("reason", f"催办：{' '.join(matter.content.split())[:_REMINDED_WORDS]}")
        if not typed.get("category"):
            self.form.fill("category", "C")
        self.wish(self.new_call, lambda call: self.remind_requested.emit(call, matter.order_id))

    def begin(self, number: str = "", unit_no: str = "", caller: str = "") -> None:
        """A new call comes in: what is known of it stands in the empty form."""
        self.form.set_values({"number": number or None, "caller": caller or None})
        if unit_no:  # last: it fills in who lives there, where nobody is named
            self.form.fill("unit_no", unit_no)
        self.form.put_cursor("reason" if unit_no else "unit_no")
        self.form.edited.emit()

    def saved(self, remark: str) -> None:
        """The call is on disk and the form empty for the next one: say so in place."""
        self.set_remark(remark)
        self._say.setText(hint(self._desk.context, Case.CLOSING))
        self._closing.start()

    def _lay_out(self) -> None:
        self.add_to_head(self._more_button)
        self._more_button.clicked.connect(self.unfold)
        self.body.addWidget(self._say)
        self.body.addWidget(self.form, 1)
        self.body.addWidget(self.repeat)
        self.body.addWidget(self._read_back)
        row = FlowColumns(narrow=240)
        row.add(self.save_button)
        row.add(self.order_button)
        self.body.addWidget(row)
        self.save_button.clicked.connect(self.save)
        self.order_button.clicked.connect(lambda: self.read(self.order_requested))
        self._show_rare()
        self._show_hint()

    def _on_unit(self, unit_id: int | None) -> None:
        household = None
        if unit_id is not None:
            household = self._look(lambda: self._desk.estate.household(unit_id), None)
        self._residents = household.residents if household else ()
        if household and not self.form.draft().get("caller"):
            name = household.heading
            if name:
                self.form.fill("caller", name)
                # The usual call needs no more than its reason now: the cursor spares two Enters.
                QTimer.singleShot(0, lambda: self._go_on("reason"))
        self.repeat.show_unit(unit_id)
        self.unit_changed.emit(unit_id)
        self._show_read_back()

    def _go_on(self, name: str) -> None:
        if self.form.editor("caller").hasFocus() or self.form.editor("caller").inner.hasFocus():
            self.form.put_cursor(name)

    def _show_rare(self) -> None:
        # What holds something is never folded away: nothing is saved that nobody saw.
        typed = self.form.draft()
        for name in _RARE:
            self.form.show_field(name, shown=self._unfolded or name in typed)
        self._more_button.set_word("收起" if self._unfolded else "更多")

    def _on_edited(self) -> None:
        self.repeat.show_text(self.form.draft().get("reason", ""))
        self._show_rare()
        self._show_read_back()
        self._show_hint()

    def _on_end(self) -> None:
        self.save_button.setFocus()

    def _show_read_back(self) -> None:
        # Room, time and telephone stand large before saving, to be read back (R-CALL-2).
        typed = self.draft.typed()
        now = self._desk.context.clock.local(self._desk.context.clock.now())
        number = typed.get("number", "") or self._registered(typed.get("caller", ""))
        parts = (typed.get("unit_no", ""), f"{now:%H:%M}", number)
        self._read_back.setText("  ".join(part for part in parts if part))
        self._read_back.setVisible(bool(typed.get("unit_no") or typed.get("number")))

    def _registered(self, caller: str) -> str:
        # What an order gets when the call names no telephone; masked where the role masks.
        number = number_for(self._residents, caller)
        return f"登记号码 {number}" if number else ""

    def _show_hint(self) -> None:
        typed = self.draft.typed()
        self._closing.stop()
        words = self._desk.context.settings.get(ORDER_URGENT_WORDS)
        self._say.setText(
            hint(self._desk.context, case_of(typed, words), self.form.editor("promised_at").words())
        )
