"""What all pages of registers do alike, whoever sits there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from frontdesk.calls.register import NewMessage
from frontdesk.core.actor import PROGRAM
from ui import files

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sheet that an export is asked to write."""
    path = tmp_path / "out.xlsx"
    monkeypatch.setattr(files, "ask_where_to_save", lambda _parent, _name: path)
    return path


def test_ctrl_enter_in_an_export_exports_and_writes_no_half_typed_message(
    driver: Any, qtbot: QtBot, target: Path
) -> None:
    driver.sign_in("钱伟")
    driver.app.window.show_page("message")
    page = driver.page("message")
    page.form.put_cursor("wanted")
    driver.keys("李建国")
    page.form.put_cursor("text")
    driver.keys("请回")
    driver.key(Qt.Key.Key_E, driver.CONTROL)
    driver.keys("月度统计")
    driver.save()
    qtbot.waitUntil(lambda: "已导出" in driver.app.window.notice.text(), timeout=20_000)
    assert target.exists()
    assert page.panel.model.rowCount() == 0
    assert page.form.form.draft()["text"] == "请回"


def test_esc_leaves_the_export_question_of_the_messages(driver: Any) -> None:
    driver.sign_in("钱伟")
    driver.app.window.show_page("message")
    page = driver.page("message")
    driver.key(Qt.Key.Key_E, driver.CONTROL)
    assert page.record.is_asking()
    driver.key(Qt.Key.Key_Escape)
    assert not page.shows_record()


@pytest.mark.parametrize("name", ["call", "service_order", "message"])
def test_who_may_export_but_not_write_confirms_by_ctrl_enter(
    driver: Any, qtbot: QtBot, name: str, target: Path
) -> None:
    desk = driver.app.desk
    administrator = next(person for person in desk.staff.people() if person.name == "林雅")
    desk.staff.sign_in(administrator.id, "administrator-1")
    driver.app.signed_in()
    driver.app.window.show_page(name)
    driver.key(Qt.Key.Key_E, driver.CONTROL)
    if name == "call":  # which of two sheets is asked first
        driver.key(Qt.Key.Key_Return)
    driver.keys("月度统计")
    driver.save()
    qtbot.waitUntil(lambda: "已导出" in driver.app.window.notice.text(), timeout=20_000)
    assert target.exists()


def test_an_open_message_follows_what_becomes_of_it(driver: Any) -> None:
    driver.sign_in()
    messages = driver.app.desk.messages
    message = messages.take(NewMessage("李建国", "请回电"))
    driver.app.window.show_page("message")
    page = driver.page("message")
    page.open_record(message.id)
    messages.pass_on(message.id)
    QApplication.processEvents()
    assert page.opened.passed_on_at is not None
    assert page.record.main_step() is None


def test_finance_walks_the_orders_without_the_residents(driver: Any) -> None:
    """roles.md: finance reads orders and amounts, nothing else."""
    desk = driver.app.desk
    driver.sign_in()
    driver.issue_order()
    desk.context.actor = PROGRAM
    desk.staff.add_person("吴丽", "finance", "246810", department="财务部")
    desk.staff.sign_out()
    driver.sign_in("吴丽")
    driver.app.window.show_page("service_order")
    page = driver.page("service_order")
    page.panel.table.selectRow(0)
    driver.key(Qt.Key.Key_Return)
    assert page.opened is not None
    assert page.card.unit_id is None
    driver.app.window.refresh()
    page.on_changed(frozenset({"service_order"}))
    assert page.opened is not None
