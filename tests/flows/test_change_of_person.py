"""F12 and the idle lock: the desk is covered whatever the file does, and the same person goes on where work was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from frontdesk.core.paths import DATABASE_NAME
from frontdesk.core.query import RegisterQuery
from ui.sign_in import SignInView
from ui.widgets.containers import Notice

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def test_the_desk_is_covered_and_asks_again_while_another_program_holds_the_file(
    driver: Any, qtbot: QtBot, estate_folder: Path, held: Any
) -> None:
    driver.sign_in()
    with driver.app.desk.context.read() as session:
        session.connection().connection.driver_connection.execute("PRAGMA busy_timeout = 30")
    with held(estate_folder / DATABASE_NAME):
        driver.key(Qt.Key.Key_F12)
        assert driver.app.desk.context.actor is None
        view = next(view for view in driver.app.window.findChildren(SignInView) if view.isVisible())
        assert "占用" in view.findChild(Notice).text()
    qtbot.waitUntil(lambda: view._chooser._people.chosen() is not None, timeout=6000)
    driver.sign_in()
    assert driver.app.desk.context.actor.name == "陈晓婧"


def test_who_unlocks_the_desk_goes_on_where_the_cursor_was(driver: Any, qtbot: QtBot) -> None:
    driver.sign_in()
    driver.key(Qt.Key.Key_F5)
    driver.enter("1102")
    form = driver.page("call").form.form
    qtbot.waitUntil(form.editor("reason").inner.hasFocus)
    driver.keys("water")
    driver.app.change_person()
    driver.sign_in()
    qtbot.waitUntil(form.editor("reason").inner.hasFocus)
    driver.keys("x")
    assert (form.draft()["unit_no"], form.draft()["reason"]) == ("3-2-1102", "waterx")


def test_an_open_question_is_still_there_for_who_unlocks_the_desk(driver: Any) -> None:
    driver.sign_in()
    driver.app.window.show_page("resident")
    page = driver.page("resident")
    page.panel.put_cursor()
    driver.key(Qt.Key.Key_Home)
    page.record.take("correct")
    assert page.record.is_asking()
    driver.app.change_person()
    driver.sign_in()
    assert page.record.is_asking()


@pytest.mark.parametrize("role", ["finance", "mail_carrier"])
def test_a_ringing_telephone_is_told_to_a_role_that_logs_no_calls(driver: Any, role: str) -> None:
    staff = driver.app.desk.staff
    administrator = next(person for person in staff.people() if person.name == "林雅")
    staff.sign_in(administrator.id, "administrator-1")
    staff.add_person("王赟", role, "246810")
    staff.sign_out()
    driver.sign_in("王赟")
    driver.app.incoming("13800138000")
    assert "13800138000" in driver.app.window.notice.text()
    assert QApplication.activeModalWidget() is None


def test_the_next_person_finds_neither_filter_nor_record_nor_cursor_of_the_one_before(driver: Any) -> None:
    driver.sign_in()
    order_id = driver.issue_order()
    orders, calls = driver.page("service_order"), driver.page("call")
    driver.app.window.show_page("call")
    calls.put_cursor_into_filter()
    driver.keys("3-2")
    calls.panel.filter._more.setChecked(True)
    orders.panel.filter._open_chip.click()
    calls.open_record(calls.panel.model.id_at(0))
    driver.app.change_person()
    driver.sign_in()
    assert calls.panel.query.text == "3-2", "the same person goes on where that was"
    assert calls.shows_record()
    assert orders.panel.query.open_only
    driver.app.change_person()
    driver.sign_in("李慕颖")
    for page in (calls, orders):
        assert page.panel.query == RegisterQuery()
        assert page.panel.filter.query == RegisterQuery()
        assert page.panel.table.current_id() == 0
        assert page.opened is None
    assert calls.panel.filter.box.text() == ""
    assert not calls.panel.filter._more.isChecked()
    assert calls.panel.model.rowCount() == 1
    driver.app.window.show_page("service_order")
    assert orders.panel.model.ids()[0] == order_id
