"""Another program holds the file while somebody types: no key is lost, no dialog comes, the call is saved after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from frontdesk.core.paths import DATABASE_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def test_every_key_typed_under_a_lock_stands_and_the_call_is_saved_afterwards(
    driver: Any, qtbot: QtBot, estate_folder: Path, held: Any
) -> None:
    driver.sign_in()
    driver.key(Qt.Key.Key_F5)
    form = driver.page("call").form
    with held(estate_folder / DATABASE_NAME) as other:
        driver.enter("3-2-1102", "zhang", "13800138000")
        driver.keys("ls kt water")
        driver.key(Qt.Key.Key_Return)
        driver.keys("c")
        form.draft.keep()
        assert form.draft.typed() == {
            "unit_no": "3-2-1102", "caller": "zhang", "number": "13800138000", "reason": "ls kt water",
            "category": "C",
        }  # fmt: skip
        assert "占用" in form.form.notice.text()
        driver.save()
        driver.app.window.top_bar.findChild(type(driver.app.window._finder)).put_cursor()
        driver.keys("1102")
        assert driver.app.window._finder.text() == "1102"
        other.communicate()
        qtbot.waitUntil(form.is_empty, timeout=20_000)
    call = driver.app.desk.calls.get(1)
    assert (call.unit_no, call.reason) == ("3-2-1102", "ls kt water")
    assert call.unit_id is not None, "the room is known once the file answers"
