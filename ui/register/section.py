"""What a page of sections asks of each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.widgets.page import Action


class Section(QWidget):
    """One entry of the list at the left, and what stands beside it. `SectionPage` carries its wishes on."""

    actions_changed = Signal()  # what the keys do has changed
    open_requested = Signal(str, int)  # page name, record id: show that record there
    rows_requested = Signal(str, object)  # page name, Picked: list those records there
    notice_requested = Signal(str, str)  # sentence, tone: say it above the page
    busy_changed = Signal(bool)  # a long job of the section holds the file, or has let go of it

    def key_actions(self) -> Sequence[Action]:
        """What keys do in this section now; Esc is the page's, see `go_back`."""
        return ()

    def go_back(self) -> bool:
        """Esc: one step back within the section; False when there is none, and the list of sections is next."""
        return False

    def on_shown(self) -> None:
        """The section came into view: read again what others may have changed."""

    def on_changed(self, tables: frozenset[str]) -> None:
        """Records were written in these tables; only the section in view is told."""

    def is_typing(self) -> bool:
        """Whether something is half typed here."""
        return False

    def keep_draft(self) -> None:
        """Write down what is half typed: the desk is locked or closed."""

    def put_cursor(self) -> None:
        """Put the cursor where work begins."""
