"""What the surroundings do while somebody types: a crash, a locked file, a folder that can only be read."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from frontdesk.core.paths import DATABASE_NAME
from frontdesk.core.settings import ESTATE_NAME
from ui import files

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

CRASHING = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from ui.app import DeskApp
from ui.theme import Appearance

def until(done):
    loop, look = QEventLoop(), QTimer(interval=20)
    look.timeout.connect(lambda: done() and loop.quit())
    look.start()
    loop.exec()

app = QApplication([])
desk_app = DeskApp(app, Path(sys.argv[1]), Appearance(app, "light"))
desk_app.window.show()
desk_app.start()
until(lambda: desk_app.desk is not None)
person = next(person for person in desk_app.desk.staff.people() if person.name == "陈晓婧")
desk_app.desk.staff.sign_in(person.id, sys.argv[2])
desk_app.signed_in()
desk_app.start_call()
form, kept = desk_app.window.page("call").form, []
form.draft.kept.connect(lambda: kept.append(True))
form.form.put_cursor("caller")
QTest.keyClicks(app.focusWidget(), "zhang")
form.form.put_cursor("reason")
QTest.keyClicks(app.focusWidget(), "water everywhere")
until(lambda: kept)
print("kept", flush=True)
os._exit(9)
"""

LOCKING = """
import sqlite3, sys, time
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
time.sleep(2)
file.execute("ROLLBACK")
"""


def test_what_was_half_typed_when_the_program_died_is_offered_again(
    estate_folder: Path, request: Any
) -> None:
    died = subprocess.run(
        [sys.executable, "-c", CRASHING, str(estate_folder), "246810"],
        capture_output=True, text=True, timeout=120, check=False, env=os.environ | {"PYTHONUTF8": "1"},
    )  # fmt: skip
    assert (died.stdout.strip(), died.returncode) == ("kept", 9), died.stderr[-800:]
    driver = request.getfixturevalue("driver")
    driver.sign_in()
    form = driver.page("call").form.form
    assert form.draft() == {"caller": "zhang", "reason": "water everywhere"}
    assert "没存完的来电" in form.notice.text()


def test_a_file_that_is_locked_for_a_moment_is_tried_again_beside_the_window(
    driver: Any, qtbot: QtBot, estate_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver.sign_in()
    driver.key(Qt.Key.Key_F5)
    driver.page("call").form.form.put_cursor("reason")
    driver.enter("电梯有异响")
    driver.keys("c")
    form = driver.page("call").form
    form.draft.keep()
    shorten_wait(driver.app.desk)
    locking = subprocess.Popen(
        [sys.executable, "-c", LOCKING, str(estate_folder / DATABASE_NAME)], stdout=subprocess.PIPE, text=True
    )
    with locking:
        assert locking.stdout is not None
        assert locking.stdout.readline() == "locked\n"
        driver.save()
        driver.save()  # impatient
        assert form.form.notice.tone() == "warn"
        assert form.form.draft()["reason"] == "电梯有异响"
        qtbot.waitUntil(form.is_empty, timeout=20_000)
    assert driver.app.desk.calls.get(1).reason == "电梯有异响"
    qtbot.wait(1_000)
    assert driver.app.desk.calls.counts().received == 1


def shorten_wait(desk: Any) -> None:
    """The file's own patience, which stands the window still, cut to a tenth of a second."""
    with desk.context.read() as session:
        session.connection().connection.driver_connection.execute("PRAGMA busy_timeout = 100")


def test_a_folder_that_can_only_be_read_answers_why_nothing_is_saved(
    estate_folder: Path, monkeypatch: pytest.MonkeyPatch, request: Any
) -> None:
    monkeypatch.setattr("frontdesk.desk.probe_writable", lambda _path: False)
    driver = request.getfixturevalue("driver")
    assert driver.app.desk.read_only
    driver.sign_in()
    driver.key(Qt.Key.Key_F5)
    form = driver.page("call").form.form
    driver.enter("1102")
    form.put_cursor("reason")
    driver.enter("厨房漏水")
    driver.keys("c")
    for key, modifier in (
        (Qt.Key.Key_Return, driver.CONTROL),
        (Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier),
    ):
        form.notice.clear()
        driver.key(key, modifier)
        assert "只能读" in form.notice.text()
        assert form.notice.isVisible()
        assert form.draft()["reason"] == "厨房漏水"
    assert "只读" in driver.app.window.top_bar.backup.accessibleName()


def test_the_calls_that_are_shown_are_exported_for_a_purpose(
    driver: Any, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "ask_where_to_save", lambda _parent, _name: tmp_path / "记录.xlsx")
    driver.sign_in("钱伟")
    driver.issue_order(reason='=HYPERLINK("x")厨房')
    driver.app.window.show_page("call")
    driver.key(Qt.Key.Key_E, driver.CONTROL)
    driver.save()
    page = driver.page("call")
    assert page.record._form.faults() == {"purpose": "请填写用途。"}
    driver.keys("月度统计")
    driver.save()
    qtbot.waitUntil(lambda: "已导出 1 行" in driver.app.window.notice.text(), timeout=30_000)
    with closing(openpyxl.load_workbook(tmp_path / "记录.xlsx")) as book:
        cells = [cell for row in book.active.iter_rows() for cell in row if cell.value]
    assert any("月度统计" in str(cell.value) for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
    assert not page.shows_record()


def test_a_clerk_is_not_offered_an_export(driver: Any) -> None:
    driver.sign_in()
    for name in ("call", "service_order"):
        driver.app.window.show_page(name)
        assert "export" not in {action.id for action in driver.page(name).key_actions()}


def test_esc_leaves_an_export_with_nothing_written(driver: Any) -> None:
    driver.sign_in("钱伟")
    driver.issue_order()
    driver.key(Qt.Key.Key_E, driver.CONTROL)
    page = driver.page("service_order")
    assert page.record.is_asking()
    driver.key(Qt.Key.Key_Escape)
    assert not page.record.is_asking()
    assert QApplication.focusWidget() is page.panel.table


def test_calls_are_filtered_by_clerk_and_by_room(driver: Any) -> None:
    driver.sign_in()
    driver.issue_order("1102")
    driver.app.desk.staff.sign_out()
    driver.sign_in("李慕颖")
    driver.issue_order("S-05")
    driver.app.window.show_page("call")
    bar = driver.page("call").panel.filter
    box = bar._boxes["answered_by"]
    box.setCurrentIndex(box.findData("陈晓婧"))
    assert shown(driver) == ["3-2-1102"]
    box.setCurrentIndex(0)
    bar._rooms["unit_no"].setText("商铺s05")
    bar._rooms["unit_no"].advance_requested.emit()
    assert shown(driver) == ["商铺S-05"]


def shown(driver: Any) -> list[str]:
    model = driver.page("call").panel.model
    column = next(at for at, field in enumerate(model.fields) if field.name == "unit_no")
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_closing_over_a_busy_file_warns_once_and_loses_nothing_unasked(
    driver: Any, qtbot: QtBot, estate_folder: Path, held: Any
) -> None:
    driver.sign_in()
    driver.key(Qt.Key.Key_F5)
    window, form = driver.app.window, driver.page("call").form
    shorten_wait(driver.app.desk)
    with held(estate_folder / DATABASE_NAME):
        form.form.put_cursor("reason")
        driver.keys("到处是水")
        assert not window.close()
        assert "还没存下" in window.notice.text()
        assert window.isVisible()
    form.draft.keep()
    assert window.close()


def test_settings_are_tried_again_as_the_sentence_says(
    driver: Any, qtbot: QtBot, estate_folder: Path, held: Any
) -> None:
    desk = driver.app.desk
    administrator = next(person for person in desk.staff.people() if person.name == "林雅")
    desk.staff.sign_in(administrator.id, "administrator-1")
    driver.app.signed_in()
    page = driver.app.window.show_page("settings")
    section = page.section("公司")
    section.form.fill(ESTATE_NAME.name, "㛃园")
    section.form.edited.emit()
    assert page.is_typing()
    shorten_wait(desk)
    with held(estate_folder / DATABASE_NAME):
        section.save()
        assert "占用" in section.form.notice.text()
    qtbot.waitUntil(lambda: desk.context.settings.get(ESTATE_NAME) == "㛃园", timeout=10_000)
    assert section.form.notice.text() == ""
    assert not page.is_typing()
