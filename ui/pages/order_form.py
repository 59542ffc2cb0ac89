"""The form of a new order that no call came before: asked for at the desk, by letter, from above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal

from frontdesk.orders.register import ORDER, NewOrder
from ui.register.attempt import attempt
from ui.register.entry_form import EntryForm
from ui.shortcuts import shortcut
from ui.widgets.buttons import PlainButton, PrimaryButton
from ui.widgets.containers import Card, Notice
from ui.widgets.unit_box import UnitEditor

if TYPE_CHECKING:
    from frontdesk.desk import Desk

DRAFT_PAGE = "order"
DRAFT_MS = 400

FIELDS = tuple(
    map(
        ORDER.field,
        (
            "unit_no", "customer", "telephone", "content", "category", "channel", "urgent", "at_once",
            "appointment_at", "appointment_until", "expected_cost", "materials", "remarks",
        ),
    )
)  # fmt: skip
_USUAL = {"category": "repair", "channel": "counter"}
_LETTERS = {
    "unit_no": "F",
    "customer": "R",
    "telephone": "H",
    "content": "Y",
    "category": "L",
    "channel": "S",
}


class OrderForm(Card):
    """Asks for a new order; `issue_requested` carries a `NewOrder`."""

    unit_changed = Signal(object)
    issue_requested = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__("新服务单")
        self._desk = desk
        self._unit = UnitEditor(ORDER.field("unit_no"), desk.finder.find, desk.estate.unit_by_no)
        self._unit.unit_changed.connect(self._on_unit)
        self.form = EntryForm(
            FIELDS,
            desk.context.clock,
            own_editors={"unit_no": lambda _field: self._unit},
            phrase=desk.phrases.expand,
            letters=_LETTERS,
            reserved="K",
            name="新服务单",
        )
        self.notice = Notice()
        button = PrimaryButton("开单", shortcut("save").shown, "orders")
        button.clicked.connect(self.save)
        clear = PlainButton("清空", "")
        clear.clicked.connect(self.clear)
        self.add_to_head(clear)
        self.body.addWidget(self.form, 1)
        self.body.addWidget(self.notice)
        self.body.addWidget(button)
        self.form.end_reached.connect(button.setFocus)
        self._timer = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._timer.timeout.connect(self.keep_draft)
        self.form.edited.connect(self._timer.start)
        self._draft_id: int | None = None
        self.form.set_values(_USUAL)

    def put_cursor(self) -> None:
        """Go to the room."""
        self.form.put_cursor()

    def unit_id(self) -> int | None:
        """The unit that is meant."""
        return self._unit.unit_id

    def is_empty(self) -> bool:
        """Whether nothing is typed but what stands there at first."""
        return not self._typed()

    def save(self) -> None:
        """Emit what is typed; a refusal is shown in its place."""
        attempt(self._new_order, self.issue_requested.emit, self.form.show_refusal, self.notice.say)

    def saved(self) -> None:
        """The order is on disk: empty the form for the next one."""
        self.clear()

    def clear(self) -> None:
        """Empty the form and drop its draft."""
        self.form.set_values(_USUAL)
        self.notice.clear()
        self.keep_draft()

    def keep_draft(self) -> None:
        """Write down what is half typed, or drop the draft of an empty form."""
        self._timer.stop()
        if self._desk.read_only or self._desk.context.actor is None:
            return
        typed = self._typed()
        if typed:
            attempt(
                lambda: self._desk.drafts.save(DRAFT_PAGE, typed),
                self._on_kept,
                self.form.show_refusal,
                self.notice.say,
            )
        elif self._draft_id is not None:
            self._desk.drafts.drop(self._draft_id)
            self._draft_id = None

    def offer_draft(self) -> None:
        """Bring back what the person signed in had left half typed."""
        kept = self._desk.drafts.latest(DRAFT_PAGE)
        if kept is not None and self.is_empty():
            self.form.set_draft({**_USUAL, **kept.content})
            self._draft_id = kept.id
            self.notice.say("这是上次没开完的服务单,接着填即可。", "info")

    def put_away(self) -> None:
        """Keep the draft and empty the form: somebody else takes the desk."""
        self.keep_draft()
        self._draft_id = None
        self.clear()

    def _new_order(self) -> NewOrder:
        values: dict[str, Any] = {
            name: value for name, value in self.form.values().items() if value is not None
        }
        return NewOrder(**{"content": "", **values}, unit_id=self._unit.unit_id)

    def _typed(self) -> dict[str, str]:
        typed = {name: text for name, text in self.form.draft().items() if text != _USUAL.get(name, "")}
        flags = [name for name in ("urgent", "at_once") if self.form.editor(name).value() is not True]
        return {name: text for name, text in typed.items() if name not in flags}

    def _on_kept(self, draft_id: int) -> None:
        self._draft_id = draft_id
        self.set_remark("草稿已存")

    def _on_unit(self, unit_id: int | None) -> None:
        if unit_id is not None and not self.form.draft().get("customer"):
            name = self._desk.estate.household(unit_id).heading
            if name:
                self.form.fill("customer", name)
        self.unit_changed.emit(unit_id)
