"""What the window asks of a page, and the keys a page offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


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
    notice_requested = Signal(str, str)  # sentence, tone: say it above the page

    def key_actions(self) -> Sequence[Action]:
        """What keys do on this page now, in the order of the bottom bar."""
        return ()

    def on_shown(self) -> None:
        """The page came into view: look again if something changed, put the cursor where work goes on."""

    def open_record(self, record_id: int) -> None:
        """Show a record of this register."""
