"""The form of a new message: who is wanted, and what about (F-MESSAGE, R-CALL-6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from frontdesk.calls.hints import Case, hint
from frontdesk.calls.register import MESSAGE, NewMessage
from ui.register.entry_form import EntryForm
from ui.register.new_record import NewRecordCard
from ui.shortcuts import shortcut
from ui.widgets.buttons import PrimaryButton
from ui.widgets.labels import PlainLabel
from ui.widgets.unit_box import UnitEditor

if TYPE_CHECKING:
    from frontdesk.desk import Desk

FIELDS = tuple(map(MESSAGE.field, ("wanted", "text", "caller", "number", "unit_no")))


class MessageForm(NewRecordCard):
    """Asks for a message; `take_requested` carries a `NewMessage`."""

    take_requested = Signal(object)

    def __init__(self, desk: Desk) -> None:
        unit = UnitEditor(MESSAGE.field("unit_no"), desk.finder.find, desk.estate.unit_by_no)
        form = EntryForm(
            FIELDS,
            desk.context.clock,
            own_editors={"unit_no": lambda _field: unit},
            phrases=desk.phrases,
            full=("wanted",),
            name="新转告",
        )
        super().__init__("新转告", desk, form, "message", unit=unit)
        save = PrimaryButton("保存", shortcut("save").shown, "save")
        save.clicked.connect(self.save)
        form.end_reached.connect(save.setFocus)
        self.body.addWidget(PlainLabel(hint(desk.context, Case.ABSENT), "label", wrap=True))
        self.body.addWidget(form, 1)
        self.body.addWidget(save)

    def save(self) -> None:
        """Ctrl+Enter: wish the message to be taken."""
        self.wish(self._new_message, self.take_requested.emit)

    def _new_message(self) -> NewMessage:
        return NewMessage(**{"wanted": "", "text": "", **self.typed_values()})
