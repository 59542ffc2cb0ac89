"""The frame of a page of sections: who is offered what, in and out by keys, wishes carried on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from frontdesk.core.actor import Permission
from ui.register.section import Section
from ui.register.section_page import SectionPage, SectionSpec
from ui.widgets.page import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytestqt.qtbot import QtBot

    from frontdesk.desk import Desk


class Noted(Section):
    """A section with one box and one step back."""

    def __init__(self) -> None:
        super().__init__()
        self.box = QLineEdit()
        self.shown, self.changed, self.steps_in = 0, set[str](), 0
        QVBoxLayout(self).addWidget(self.box)

    def key_actions(self) -> Sequence[Action]:
        return (Action("save", lambda: None),)

    def on_shown(self) -> None:
        self.shown += 1

    def on_changed(self, tables: frozenset[str]) -> None:
        self.changed |= tables

    def put_cursor(self) -> None:
        self.steps_in = 1
        self.box.setFocus()

    def go_back(self) -> bool:
        self.steps_in -= 1
        return self.steps_in >= 0


class Books(SectionPage):
    def specs(self) -> Sequence[SectionSpec]:
        return (
            SectionSpec("连号", "orders", Noted, (Permission.READ_ORDERS,)),
            SectionSpec(
                "移交财务", "money", Noted, (Permission.WRITE_ORDERS, Permission.RECEIVE_FINANCE_LISTS)
            ),
            SectionSpec("人人可见", "note", Noted),
        )


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> Books:
    page = Books(desk.context, "单据账册")
    qtbot.addWidget(page)
    page.resize(900, 600)
    with qtbot.waitExposed(page):
        page.show()
    page.on_shown()
    return page


def in_view(page: Books) -> Noted:
    section = page.current_section()
    assert isinstance(section, Noted)
    return section


def back(page: Books) -> None:
    next(action for action in page.key_actions() if action.id == "back").run()


def test_a_person_sees_only_the_sections_that_the_role_may_use(page: Books, desk: Desk) -> None:
    assert page.titles() == ["连号", "移交财务", "人人可见"]
    actor = desk.context.actor
    assert actor is not None
    before = in_view(page)
    desk.context.actor = replace(actor, permissions=frozenset({Permission.RECEIVE_FINANCE_LISTS}))
    page.on_shown()
    assert page.titles() == ["移交财务", "人人可见"]
    assert in_view(page) is not before, "nothing of the one before is left"


def test_the_keys_lead_in_and_step_by_step_out(page: Books, qtbot: QtBot) -> None:
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Down)
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Return)
    section = in_view(page)
    assert section is page.section("移交财务")
    assert section.box.hasFocus()
    back(page)
    assert section.box.hasFocus(), "the section had a step of its own to go back"
    back(page)
    assert not section.box.hasFocus()
    section.steps_in = 1
    back(page)
    assert not section.box.hasFocus(), "from the list Esc leads nowhere"


def test_who_comes_back_to_the_page_goes_on_where_the_cursor_was(page: Books, qtbot: QtBot) -> None:
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Return)
    page.setFocus()
    page.on_shown()
    assert in_view(page).box.hasFocus()


def test_only_the_section_in_view_is_told_and_its_wishes_are_carried_on(page: Books, qtbot: QtBot) -> None:
    away, near = page.section("移交财务"), page.section("连号")
    assert isinstance(away, Noted)
    assert isinstance(near, Noted)
    page.on_changed(frozenset({"service_order"}))
    assert near.changed == {"service_order"}
    assert not away.changed
    with qtbot.waitSignal(page.open_requested) as opened:
        near.open_requested.emit("service_order", 7)
    assert opened.args == ["service_order", 7]
    with qtbot.waitSignal(page.notice_requested):
        near.notice_requested.emit("已存", "ok")


def test_a_section_that_is_not_offered_is_a_bug(page: Books) -> None:
    with pytest.raises(KeyError):
        page.section("装订")
