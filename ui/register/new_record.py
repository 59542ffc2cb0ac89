"""The form of a new record in a page's middle zone: its fields, its draft, its key to empty it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import Signal

from frontdesk.core.errors import RefusedError
from ui.register.draft_keeper import DraftKeeper
from ui.register.draft_shelf import DraftShelf
from ui.shortcuts import shortcut
from ui.widgets.buttons import PlainButton
from ui.widgets.containers import Card

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from frontdesk.desk import Desk
    from ui.register.entry_form import EntryForm
    from ui.widgets.unit_box import UnitEditor

T = TypeVar("T")


class NewRecordCard(Card):
    """What is half typed in `form` is kept as a draft under `draft_name`; `usual` stands in the empty form.

    `unit` is the form's own editor of the room, when it has one; `unit_changed(id)` tells the unit that is
    meant, None for none.
    """

    unit_changed = Signal(object)
    save_word = ""  # what Ctrl+Enter is called here, when not 保存

    def __init__(
        self,
        title: str,
        desk: Desk,
        form: EntryForm,
        draft_name: str,
        *,
        usual: Mapping[str, str] | None = None,
        unit: UnitEditor | None = None,
    ) -> None:
        super().__init__(title)
        self.form = form
        if usual:
            form.set_draft(usual)
        self.draft = DraftKeeper(desk, DraftShelf(desk, self), draft_name, form, usual or {})
        self.unit = unit
        self.clear_button = PlainButton("清空", shortcut("clear").shown)
        self.clear_button.clicked.connect(self.draft.clear)
        self.add_to_head(self.clear_button)

    def save(self) -> None:
        """Ctrl+Enter: wish what is typed to be written; a refusal is shown in its place."""
        raise NotImplementedError

    def put_cursor(self, name: str = "") -> None:
        """Put the cursor into a field, the first one unless named."""
        self.form.put_cursor(name)

    def is_empty(self) -> bool:
        """Whether nothing is typed but what stands there at first."""
        return not self.draft.typed()

    def unit_id(self) -> int | None:
        """The unit that is meant."""
        return self.unit.unit_id if self.unit is not None else None

    def typed_values(self) -> dict[str, Any]:
        """What is typed, by field, as its kind stores it. Raises RefusedError."""
        return {name: value for name, value in self.form.values().items() if value is not None}

    def wish(self, read: Callable[[], T], wanted: Callable[[T], object]) -> None:
        """Hand on what `read` makes of the form, as it stands now; a refusal is shown in its place."""
        try:
            new = read()
        except RefusedError as refusal:
            self.form.show_refusal(refusal)
        else:
            wanted(new)
