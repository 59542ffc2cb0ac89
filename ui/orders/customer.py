"""The customer's name as the room has it: whoever asks for an order by room need not type it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frontdesk.desk import Desk
    from ui.register.attempt import LookUp
    from ui.register.entry_form import EntryForm


class CustomerFiller:
    """Puts the household's first name into `customer`, and another room's in its place; what was typed stays."""

    def __init__(self, desk: Desk, look: LookUp) -> None:
        self._desk, self._look = desk, look
        self._form: EntryForm | None = None
        self._proposed = ""

    def follow(self, form: EntryForm) -> None:
        """Fill this form."""
        self._form = form

    def show_unit(self, unit_id: int | None) -> None:
        """The room that is meant has changed."""
        form = self._form
        if form is None or unit_id is None or form.draft().get("customer", "") not in ("", self._proposed):
            return
        household = self._look(lambda: self._desk.estate.household(unit_id), None)
        if household is not None:
            self._proposed = household.heading
            form.fill("customer", household.heading or None)
