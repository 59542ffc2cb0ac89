"""A register's page as a section of a page of sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from ui.register.section import Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.register.register_page import RegisterPage
    from ui.widgets.page import Action


class RegisterSection(Section):
    """Carries wishes and keys between the two. `page` is made without a margin: the page of sections has one."""

    def __init__(self, page: RegisterPage) -> None:
        super().__init__()
        self.page = page
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)
        page.actions_changed.connect(self.actions_changed)
        page.open_requested.connect(self.open_requested)
        page.notice_requested.connect(self.notice_requested)

    def key_actions(self) -> Sequence[Action]:
        """The register's, but for Esc."""
        return [action for action in self.page.key_actions() if action.id != "back"]

    def go_back(self) -> bool:
        """Esc: what the register does; from its table the section is left."""
        if self.page.panel.table.hasFocus() and not self.page.is_asking():
            return False
        self.page.on_back()
        return True

    def on_shown(self) -> None:
        """Look again, and show the first row beside the table."""
        self.page.refresh()
        self.page.fit_to_role()
        table = self.page.panel.table
        if not self.page.shows_record() and not table.current_id() and table.model().rowCount():
            table.selectRow(0)

    def on_changed(self, tables: frozenset[str]) -> None:
        """Records were written."""
        self.page.on_changed(tables)

    def is_typing(self) -> bool:
        """Whether a step's question is open."""
        return self.page.is_typing()

    def keep_draft(self) -> None:
        """What is half filled in is written down."""
        self.page.keep_draft()

    def put_cursor(self) -> None:
        """Into an open question, else into the table."""
        if self.page.is_asking():
            self.page.record.put_cursor()
        else:
            self.page.put_cursor_into_table()
