"""What the window asks of a page, and the keys a page offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from frontdesk.core.query import Picked


@dataclass(frozen=True)
class Action:
    """Something that a key of `ui.shortcuts` (scope PAGE) does here and now. `label` replaces the list's own."""

    id: str
    run: Callable[[], object]
    label: str = ""


class Page(QWidget):
    """A tab. The window shows its keys at the bottom and calls them; it carries wishes between pages."""

    actions_changed = Signal()  # what the keys do has changed
    open_requested = Signal(str, int)  # page name, record id: show that record there
    rows_requested = Signal(str, object)  # page name, Picked: list those records there
    notice_requested = Signal(str, str)  # sentence, tone: say it above the page
    busy_changed = Signal(bool)  # a long job of the page holds the file, or has let go of it

    def key_actions(self) -> Sequence[Action]:
        """What keys do on this page now, in the order of the bottom bar."""
        return ()

    def on_shown(self) -> None:
        """The page came into view: look again if something changed, put the cursor where work goes on."""

    def on_changed(self, tables: frozenset[str]) -> None:
        """Records were written in these tables; a page that shows them looks again. Only the page in view is told."""

    def is_typing(self) -> bool:
        """Whether something is half typed here: then neither the page nor the cursor moves by itself."""
        return False

    def keep_draft(self) -> None:
        """Write down what is half typed: the desk is locked or closed."""

    def show_unit(self, unit_id: int) -> bool:
        """A unit was found: show it here. False when this page has no place for it."""
        return False

    def person_left(self) -> None:
        """Somebody else takes the desk: keep what is half typed for its writer."""

    def person_came(self) -> None:
        """Whoever signed in is here: offer what that person left half typed."""

    def open_record(self, record_id: int) -> None:
        """Show a record of this register."""

    def show_rows(self, picked: Picked) -> None:
        """List these records of this register alone."""
