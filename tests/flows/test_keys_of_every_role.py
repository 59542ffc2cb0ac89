"""Each role, on each page it is offered: every key that is shown does something, and none of them breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from frontdesk.calls.register import NewCall, NewMessage
from frontdesk.core.actor import PROGRAM
from frontdesk.orders.register import NewOrder
from ui import files, printing

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


_NOTHING_TO_DO = ("back", "clear", "undo_last")  # of a form that is empty, at the table already
_THERE = ("call: new", "message: order")  # these pages open with the cursor in their empty form


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No file dialog and no printer of this machine; what was asked for is listed."""
    asked: list[str] = []
    monkeypatch.setattr(files, "ask_for_sheet", lambda _parent: asked.append("sheet"))
    monkeypatch.setattr(files, "ask_where_to_save", lambda _parent, _name: asked.append("place"))
    monkeypatch.setattr(printing, "printers", list)
    return asked


def sit_down(driver: Any, role: str) -> None:
    """Something of every register, and a person of that role at the desk."""
    desk = driver.app.desk
    driver.app.window.resize(1366, 768)
    desk.context.actor = PROGRAM
    unit = desk.estate.unit_by_no("3-2-1102")
    desk.calls.log(NewCall("灯不亮", category="C", unit_no="3-2-1102", unit_id=unit.id))
    desk.orders.issue(NewOrder("换灯泡", unit_no="3-2-1102", unit_id=unit.id))
    desk.messages.take(NewMessage("李建国", "请回电"))
    secret = "guanliyuan8" if role in ("department_manager", "administrator") else "246810"
    desk.staff.add_person("王赟", role, secret, department="客服部")
    desk.staff.sign_out()
    person = next(one for one in desk.staff.people() if one.name == "王赟")
    desk.staff.sign_in(person.id, secret)
    driver.app.signed_in()


def settle(driver: Any, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not driver.app.tasks.is_busy(), timeout=20_000)
    QApplication.processEvents()


def leave(driver: Any) -> None:
    """Whatever was opened is closed: dialogs, questions."""
    for dialog in driver.app.window.findChildren(QDialog):
        dialog.reject()
    for _ in range(3):
        driver.app.window.act("back")
    QApplication.processEvents()


def seen(driver: Any, asked: list[str]) -> tuple[Any, ...]:
    """What somebody at the desk would notice."""
    window = driver.app.window
    dialogs = sum(dialog.isVisible() for dialog in window.findChildren(QDialog))
    return (
        window.current_name(),
        str(window.focusWidget()),
        dialogs,
        len(asked),
        window.notice.text(),
        window.grab().toImage().cacheKey() if dialogs else bytes(window.grab().toImage().constBits()),
    )


@pytest.mark.parametrize(
    "role", ["clerk", "mail_carrier", "supervisor", "department_manager", "finance", "administrator"]
)
def test_every_key_that_is_shown_does_something(
    driver: Any, qtbot: QtBot, role: str, asked: list[str]
) -> None:
    sit_down(driver, role)
    window, idle = driver.app.window, []
    for name in driver.app.offered():
        page = window.show_page(name)
        settle(driver, qtbot)
        for action_id in [action.id for action in page.key_actions()]:
            window.say("")
            window.show_page(name)
            settle(driver, qtbot)
            if action_id in _NOTHING_TO_DO or action_id not in {each.id for each in page.key_actions()}:
                continue
            before = seen(driver, asked)
            window.act(action_id)
            settle(driver, qtbot)
            if seen(driver, asked) == before and f"{name}: {action_id}" not in _THERE:
                idle.append(f"{name}: {action_id}")
            leave(driver)
    assert not idle, ", ".join(idle)


def test_who_writes_no_calls_is_promised_no_key_for_one(driver: Any, qtbot: QtBot) -> None:
    sit_down(driver, "administrator")
    window = driver.app.window
    for name in driver.app.offered():
        page = window.show_page(name)
        own = [action.id for action in page.key_actions()]
        assert ("new" in own) or "新来电" not in [label for _shown, label in window.page_keys()], name
    window.show_page("service_order")
    window.act("new")
    assert window.current_name() == "service_order"
    driver.app.incoming("13800138000")
    assert "请前台接听" in window.notice.text()
    for name in ("call", "message", "resident"):
        page = window.show_page(name)
        assert "F5" not in page.panel._empty.accessibleName(), name
        assert "F8" not in page.panel._empty.accessibleName(), name
    driver.app.change_person()
    driver.sign_in()
    assert "F5" in driver.page("call").panel._empty.accessibleName()
    assert "新来电" in [label for _shown, label in window.page_keys()]
