"""The form of a new call: room, reason, category, and Ctrl+Enter. What is half typed is kept as a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal, SignalInstance

from frontdesk.calls.hints import Case, hint
from frontdesk.calls.register import CALL, COMPLAINT, ENQUIRY, NEED, NewCall
from frontdesk.core.fields import Field, Kind
from frontdesk.core.shown import shown_moment
from ui.register.attempt import attempt
from ui.register.entry_form import EntryForm
from ui.shortcuts import shortcut
from ui.widgets.buttons import PlainButton, PrimaryButton, QuietButton
from ui.widgets.containers import Card, Notice
from ui.widgets.flow_columns import FlowColumns
from ui.widgets.labels import ElidedLabel, PlainLabel
from ui.widgets.unit_box import UnitEditor

if TYPE_CHECKING:
    from collections.abc import Callable

    from frontdesk.desk import Desk

DRAFT_PAGE = "call"
DRAFT_MS = 400

SETTLED = Field("settled", "当场办结", Kind.FLAG)
_ORDER = ("unit_no", "caller", "number", "reason", "category", "recipient", "promised_at")
_RARE = ("appointment_at", "goods", "outcome", "remarks")
FIELDS = (*map(CALL.field, _ORDER), SETTLED, *map(CALL.field, _RARE))

_LETTERS = {
    "unit_no": "F", "caller": "R", "number": "H", "reason": "Y", "category": "L", "recipient": "J",
    "promised_at": "C", "settled": "B", "appointment_at": "S", "goods": "W", "outcome": "Q", "remarks": "Z",
}  # fmt: skip
_CASES = {COMPLAINT: Case.COMPLAINT, ENQUIRY: Case.ENQUIRY, NEED: Case.NEED}


class CallForm(Card):
    """Asks for a call. `save_requested` and `order_requested` carry a `NewCall` that reads as typed."""

    unit_changed = Signal(object)
    save_requested = Signal(object)
    order_requested = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__("新来电")
        self._desk = desk
        self._draft_id: int | None = None
        self._cleared: dict[str, str] = {}
        self._unit = UnitEditor(CALL.field("unit_no"), desk.finder.find, desk.estate.unit_by_no)
        self._unit.unit_changed.connect(self._on_unit)
        self.form = EntryForm(
            FIELDS,
            desk.context.clock,
            own_editors={"unit_no": lambda _field: self._unit},
            phrase=desk.phrases.expand,
            letters=_LETTERS,
            name="新来电",
        )
        self.form.edited.connect(self._on_edited)
        self.form.end_reached.connect(self._on_end)
        self._say = ElidedLabel("", "hint")
        self._read_back = PlainLabel("", "large", selectable=True)
        self._read_back.hide()
        self.notice = Notice()
        self.notice.action_requested.connect(self.clear)
        self.save_button = QuietButton("保存", shortcut("save").shown, "save")
        self.order_button = PrimaryButton("保存并开服务单", shortcut("order").shown, "orders")
        self._clear_button = PlainButton("清空", "Alt+K")
        self._timer = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._timer.timeout.connect(self.keep_draft)
        self._lay_out()
        self.set_remark(desk.context.actor.name if desk.context.actor else "")

    def put_cursor(self, name: str = "") -> None:
        """Put the cursor into a field, the room unless named."""
        self.form.put_cursor(name)

    def is_empty(self) -> bool:
        """Whether nothing is typed."""
        return not self._typed()

    def unit_id(self) -> int | None:
        """The unit that is meant."""
        return self._unit.unit_id

    def new_call(self) -> NewCall:
        """What is typed. Raises RefusedError for what cannot be read."""
        values: dict[str, Any] = {
            name: value for name, value in self.form.values().items() if value is not None
        }
        return NewCall(
            **{"reason": "", "category": "", **values}, unit_id=self._unit.unit_id, draft_id=self._draft_id
        )

    def read(self, wanted: SignalInstance) -> None:
        """Emit one of the signals with what is typed; a refusal is shown in its place."""
        attempt(self.new_call, wanted.emit, self.form.show_refusal, self.notice.say)

    def begin(self, number: str = "", unit_no: str = "", caller: str = "") -> None:
        """A new call comes in: what is known of it stands in the empty form."""
        self.form.set_values({"number": number or None, "unit_no": unit_no or None, "caller": caller or None})
        self.form.put_cursor("reason" if unit_no else "unit_no")
        self._on_edited()

    def clear(self) -> None:
        """Empty the form; `restore_cleared` brings back what stood in it."""
        self._cleared = self._typed() or self._cleared
        self._forget()

    def restore_cleared(self) -> None:
        """Take the last emptying back."""
        if self._cleared:
            self.form.set_draft(self._cleared)
            self._cleared = {}
            self._on_edited()

    def saved(self, remark: str) -> None:
        """The call is on disk: empty the form for the next one and say so in place."""
        self._draft_id = None
        self._cleared = {}
        self._forget()
        self.set_remark(remark)

    def keep_draft(self) -> None:
        """Write down what is half typed, or drop the draft of an empty form."""
        self._timer.stop()
        if self._desk.read_only or self._desk.context.actor is None:
            return
        typed = self._typed()
        if typed:
            keep: Callable[[], int] = lambda: self._desk.drafts.save(DRAFT_PAGE, typed)  # noqa: E731
            attempt(keep, self._on_kept, self.form.show_refusal, self.notice.say)
        elif self._draft_id is not None:
            self._desk.drafts.drop(self._draft_id)
            self._draft_id = None

    def offer_draft(self) -> None:
        """Bring back what the person signed in had left half typed, and say so."""
        kept = self._desk.drafts.latest(DRAFT_PAGE)
        if kept is None or not self.is_empty():
            return
        self.form.set_draft(kept.content)
        self._draft_id = kept.id
        when = shown_moment(self._desk.context.clock, kept.saved_at)
        self.notice.say(f"这是 {when} 没存完的来电,接着填即可。", "info", "不要了", "Alt+K")
        self._show_read_back()

    def put_away(self) -> None:
        """Keep the draft and empty the form: somebody else takes the desk."""
        self.keep_draft()
        self._draft_id = None
        self._cleared = {}
        self._forget()

    def _typed(self) -> dict[str, str]:
        unticked = {"settled": ""} if self.form.editor("settled").value() is not True else {}
        return {name: text for name, text in {**self.form.draft(), **unticked}.items() if text}

    def _forget(self) -> None:
        self.form.set_values({})
        self.notice.clear()
        self._show_read_back()
        self._show_hint()
        self.keep_draft()

    def _lay_out(self) -> None:
        self.add_to_head(self._clear_button)
        self._clear_button.clicked.connect(self.clear)
        self.body.addWidget(self._say)
        self.body.addWidget(self.form, 1)
        self.body.addWidget(self.notice)
        self.body.addWidget(self._read_back)
        row = FlowColumns(narrow=240)
        row.add(self.save_button)
        row.add(self.order_button)
        self.body.addWidget(row)
        self.save_button.clicked.connect(lambda: self.read(self.save_requested))
        self.order_button.clicked.connect(lambda: self.read(self.order_requested))
        self._show_hint()

    def _on_unit(self, unit_id: int | None) -> None:
        if unit_id is not None and not self.form.draft().get("caller"):
            name = self._desk.estate.household(unit_id).heading
            if name:
                self.form.fill("caller", name)
                # The usual call needs no more than its reason now: the cursor spares two Enters.
                QTimer.singleShot(0, lambda: self._go_on("reason"))
        self.unit_changed.emit(unit_id)
        self._show_read_back()

    def _go_on(self, name: str) -> None:
        if self.form.editor("caller").hasFocus() or self.form.editor("caller").inner.hasFocus():
            self.form.put_cursor(name)

    def _on_edited(self) -> None:
        self._timer.start()
        self._show_read_back()
        self._show_hint()

    def _on_end(self) -> None:
        self.save_button.setFocus()

    def _on_kept(self, draft_id: int) -> None:
        self._draft_id = draft_id
        self.set_remark("草稿已存")

    def _show_read_back(self) -> None:
        # Room, time and telephone stand large before saving, to be read back (R-CALL-2).
        typed = self._typed()
        now = self._desk.context.clock.local(self._desk.context.clock.now())
        parts = (typed.get("unit_no", ""), f"{now:%H:%M}", typed.get("number", ""))
        self._read_back.setText("  ".join(part for part in parts if part))
        self._read_back.setVisible(bool(typed.get("unit_no") or typed.get("number")))

    def _show_hint(self) -> None:
        typed = self._typed()
        if not typed.get("unit_no"):
            case = Case.GREETING if not typed else Case.ROOM
        elif not typed.get("reason"):
            case = Case.ROOM
        else:
            case = _CASES.get(typed.get("category", ""), Case.READ_BACK)
        self._say.setText(hint(self._desk.context, case))
