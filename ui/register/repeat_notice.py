"""What is on its way already for the room that is being typed: a reminder (催办) instead of a second order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from frontdesk.core.actor import Permission
from frontdesk.orders.reminders import OpenMatter, likest
from ui.shortcuts import shortcut
from ui.widgets.containers import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.desk import Desk
    from ui.register.attempt import LookUp


class RepeatNotice(Notice):
    """Stands in a form as long as the room has an unfinished order; in amber when the matter is the like.

    `matter_changed` tells that there is another one to remind of, or none.
    """

    matter_changed = Signal()

    def __init__(self, desk: Desk, look: LookUp) -> None:
        super().__init__()
        self._desk, self._look = desk, look
        self._unit_id: int | None = None
        self._matters: Sequence[OpenMatter] = ()
        self._text = ""
        self._matter: OpenMatter | None = None

    def matter(self) -> OpenMatter | None:
        """The order that a reminder would go to."""
        return self._matter

    def show_unit(self, unit_id: int | None) -> None:
        """Ask what the room has under way; None is no room."""
        self._unit_id = unit_id
        matters: Sequence[OpenMatter] = ()
        if unit_id is not None and self._may(Permission.READ_ORDERS):
            matters = self._look(lambda: self._desk.reminders.open_matters(unit_id), ())
        self._matters = matters
        self._show()

    def refresh(self) -> None:
        """Orders were written: ask again."""
        self.show_unit(self._unit_id)

    def show_text(self, text: str) -> None:
        """Hold what is typed of the matter against what is under way."""
        if text.strip() != self._text:
            self._text = text.strip()
            self._show()

    def _show(self) -> None:
        before, like = self._matter, likest(self._matters, self._text)
        self._matter = like or next(iter(self._matters), None)
        if self._matter is None:
            self.clear()
        else:
            others = len(self._matters) - 1
            more = f"；另有 {others} 张未完成" if others else ""
            may = self._may(Permission.WRITE_ORDERS)
            self.say(
                f"{self._matter.shown}{more}",
                "warn" if like else "info",
                "催办" if may else "",
                shortcut("remind").shown if may else "",
            )
        if before != self._matter:
            self.matter_changed.emit()

    def _may(self, permission: Permission) -> bool:
        actor = self._desk.context.actor
        return actor is not None and actor.may(permission)
