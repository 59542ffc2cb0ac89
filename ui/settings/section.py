"""What the settings page asks of each of its sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.widgets.page import Action


class Section(QWidget):
    """One entry of the list at the left, and what stands beside it."""

    actions_changed = Signal()
    settings_saved = Signal()  # values that the rest of the window goes by have changed

    def key_actions(self) -> Sequence[Action]:
        """What keys do in this section now."""
        return ()

    def on_shown(self) -> None:
        """The section came into view: read again what others may have changed."""

    def put_cursor(self) -> None:
        """Put the cursor where work begins."""
