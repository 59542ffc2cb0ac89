"""The residents' page: kept true by steps, filled from a sheet, taken out for a purpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.estate.register import NewResident, NewUnit
from ui import files
from ui.pages.estate_page import EstatePage

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from frontdesk.desk import Desk
    from ui.tasks import TaskRunner

SignIn = Callable[[str], None]


@pytest.fixture
def homes(staffed: Desk) -> Desk:
    """The staffed desk with two households."""
    staffed.context.actor = PROGRAM
    for room, name, number in (
        ("3-2-1102", "张晓敏", "13800138000"),
        ("2-1-505", "<b>赟</b>&喆", "13900139000"),
    ):
        unit = staffed.estate.add_unit(NewUnit(room))
        staffed.estate.add_resident(NewResident(unit.id, name, telephones=(number,)))
    return staffed


@pytest.fixture
def page(homes: Desk, sign_in: SignIn, tasks: TaskRunner, qtbot: QtBot) -> EstatePage:
    """The page, with a supervisor signed in."""
    sign_in("曾㛃")
    page = EstatePage(homes, tasks)
    qtbot.addWidget(page)
    page.resize(1180, 660)
    with qtbot.waitExposed(page):
        page.show()
    page.on_shown()
    return page


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def names(homes: Desk) -> list[str]:
    found = [homes.estate.unit_by_no(room) for room in ("3-2-1102", "1-1-101", "1-1-102", "2-1-505")]
    return [one.name for unit in found if unit for one in homes.estate.household(unit.id).residents]


def key(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget.focusWidget() or widget, key, modifier)


def offered(page: EstatePage) -> list[str]:
    return [action.id for action in page.key_actions()]


def run(page: EstatePage, action_id: str) -> None:
    """Do what a key does on this page now, as the window would."""
    next(action for action in page.key_actions() if action.id == action_id).run()


# --- residents --------------------------------------------------------------------------------------


def test_walking_the_table_shows_each_resident_literally(page: EstatePage) -> None:
    key(page, Qt.Key.Key_Home)
    assert "<b>赟</b>&喆" in texts(page.record)
    key(page, Qt.Key.Key_Down)
    assert "张晓敏" in texts(page.record)
    assert "3-2-1102" in texts(page.card)


def test_a_resident_is_entered_by_keyboard(page: EstatePage, homes: Desk) -> None:
    run(page, "new")
    for answer in ("321102", None, "wang", None, "13700137000"):
        if answer:
            QTest.keyClicks(page.focusWidget(), answer)
        key(page, Qt.Key.Key_Return)
    run(page, "save")
    assert names(homes)[:2] == ["张晓敏", "wang"]
    assert "wang" in texts(page.record)


def test_an_unknown_room_is_made_only_when_ticked(page: EstatePage, homes: Desk) -> None:
    page.start_new()
    form = page.record._form
    assert form is not None
    form.fill("unit_no", "9-9-999")
    form.fill("name", "王㛃")
    run(page, "save")
    assert "没有 9-9-999" in form.faults()["unit_no"]
    form.fill("new_unit", True)
    run(page, "save")
    assert homes.estate.unit_by_no("9-9-999") is not None


def test_a_correction_changes_only_what_was_changed(page: EstatePage, homes: Desk) -> None:
    key(page, Qt.Key.Key_End)
    run(page, "save")
    form = page.record._form
    assert form is not None
    form.fill("name", "张晓慧")
    form.fill("telephones", ["13800138000", "010-88886666"])
    run(page, "save")
    unit = homes.estate.unit_by_no("3-2-1102")
    assert unit is not None
    resident = homes.estate.household(unit.id).residents[0]
    assert resident.name == "张晓慧"
    assert [one.shown for one in resident.telephones] == ["13800138000", "010-88886666"]


def test_a_room_gets_its_area_and_is_withdrawn_with_its_people_by_keyboard(
    page: EstatePage, homes: Desk
) -> None:
    key(page, Qt.Key.Key_End)
    unit = homes.estate.unit_by_no("3-2-1102")
    assert unit is not None
    page.record.take("room")
    run(page, "save")
    for answer in (None, "９８．５㎡", "by deed"):
        if answer:
            page.focusWidget().insert(answer)
        key(page, Qt.Key.Key_Return)
    assert homes.estate.unit(unit.id).area_cm2 == 985_000
    assert "98.5 ㎡" in texts(page.record)
    page.record.take("withdraw")
    QTest.qWait(1)
    assert any("连同住户 张晓敏" in text for text in texts(page.record))
    run(page, "save")
    assert homes.estate.unit_by_no("3-2-1102") is not None, "no reason was given"
    QTest.keyClicks(page.focusWidget(), "merged")
    run(page, "save")
    assert homes.estate.unit_by_no("3-2-1102") is None
    assert not page.shows_record()
    homes.context.actor = PROGRAM
    assert homes.verify().ok


def test_a_room_without_anybody_is_found_and_kept(page: EstatePage, homes: Desk, sign_in: SignIn) -> None:
    homes.context.actor = PROGRAM
    unit = homes.estate.add_unit(NewUnit("1-1-101"))
    sign_in("曾㛃")
    assert page.show_unit(unit.id)
    assert "没有登记住户" in texts(page.record)
    page.record.take("note")
    QTest.keyClicks(page.focusWidget(), "keys")
    run(page, "save")
    assert "keys" in texts(page.record)
    page.refresh()
    assert page.opened == homes.estate.unit(unit.id)
    page.record.take("correct")
    page.record._form.fill("area", "a lot")
    page.record._form.fill("reason", "guess")
    run(page, "save")
    assert "98.5" in page.record._form.faults()["area"]


def test_moving_out_asks_and_names_the_person(page: EstatePage, homes: Desk) -> None:
    key(page, Qt.Key.Key_End)
    page.record.take("withdraw")
    QTest.qWait(1)
    assert any("3-2-1102 张晓敏 迁出" in text for text in texts(page.record))
    run(page, "save")
    assert page.record.is_asking()
    QTest.keyClicks(page.focusWidget(), "moved")
    run(page, "save")
    assert "张晓敏" not in names(homes)
    page.panel.table.selectRow(1)
    assert "还没有选中住户" in texts(page)


def test_a_standing_note_is_written_and_taken_off(page: EstatePage, homes: Desk) -> None:
    key(page, Qt.Key.Key_End)
    page.record.take("note")
    page.record._form.fill("text", "未经业主同意不得借钥匙")
    run(page, "save")
    assert any("不得借钥匙" in text for text in texts(page.card))
    page.record.take("unnote")
    page.record._form.fill("reason", "已同意")
    run(page, "save")
    assert not any("不得借钥匙" in text for text in texts(page.card))


def test_esc_takes_a_question_back_and_nothing_has_happened(page: EstatePage, homes: Desk) -> None:
    key(page, Qt.Key.Key_End)
    page.record.take("withdraw")
    run(page, "back")
    assert not page.record.is_asking()
    assert "张晓敏" in names(homes)


def test_another_commit_does_not_disturb_what_is_being_typed(page: EstatePage, homes: Desk) -> None:
    page.start_new()
    page.record._form.fill("name", "half")
    unit = homes.estate.add_unit(NewUnit("5-5-501"))
    page.on_changed(frozenset({"unit"}))
    assert page.record._form.draft()["name"] == "half"
    assert unit.unit_no == "5-5-501"


@pytest.mark.parametrize("masked", [True, False])
def test_r_res_2_numbers_are_seen_in_full_only_for_a_purpose(
    page: EstatePage, homes: Desk, masked: bool
) -> None:
    """R-RES-2."""
    actor = homes.context.actor
    assert actor is not None
    sees = actor.permissions - {Permission.SEE_FULL_TELEPHONES} if masked else actor.permissions
    homes.context.actor = type(actor)(actor.person_id, actor.name, actor.role, sees)
    page.person_came()
    page.refresh()
    key(page, Qt.Key.Key_End)
    shown = " ".join(texts(page.record))
    assert ("138****8000" in shown) is masked
    page.record.take("reveal")
    assert page.record.is_asking() is masked
    if masked:
        QTest.keyClicks(page.focusWidget(), "call back")
        run(page, "save")
        assert "13800138000" in page.record.notice.text()
        page.person_left()
        assert "13800138000" not in " ".join(texts(page))


def test_a_role_is_offered_only_what_it_may_do(page: EstatePage, homes: Desk, sign_in: SignIn) -> None:
    assert "import" not in offered(page)
    assert "export" in offered(page)
    sign_in("李国强")
    page.person_came()
    assert "import" in offered(page)
    homes.context.actor = None
    page.person_left()
    assert "import" not in offered(page)


def test_a_found_unit_is_shown_here(page: EstatePage, homes: Desk) -> None:
    unit = homes.estate.unit_by_no("3-2-1102")
    assert unit is not None
    assert page.show_unit(unit.id)
    assert "张晓敏" in texts(page.record)


def test_tab_goes_in_reading_order(page: EstatePage, homes: Desk, sign_in: SignIn) -> None:
    sign_in("李国强")
    page.person_came()
    page._import_button.setFocus()
    passed = []
    for _ in range(9):
        passed.append(page.focusWidget().accessibleName())
        key(page, Qt.Key.Key_Tab)
    assert passed[:3] == ["导入", "导出", "筛选"]
    assert passed.index("筛选") < passed.index("业主基本情况登记表")


def test_everything_is_reachable_when_the_page_is_narrow(page: EstatePage, qtbot: QtBot) -> None:
    page.resize(560, 320)
    qtbot.waitUntil(lambda: page.zones.columns() == 1)
    page.panel.table.setFocus()
    key(page, Qt.Key.Key_Home)
    run(page, "save")
    QTest.qWait(1)
    assert page.record._form is not None
    assert page.record._form.isVisible()


# --- export -----------------------------------------------------------------------------------------


def test_an_export_asks_for_its_purpose_and_masks_what_it_does_not_need(
    page: EstatePage, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.xlsx"
    monkeypatch.setattr(files, "ask_where_to_save", lambda _parent, _proposed: path)
    run(page, "export")
    run(page, "save")
    assert "purpose" in page.record._form.faults()
    page.record._form.fill("purpose", "物业费核对")
    with qtbot.waitSignal(page.notice_requested, timeout=20_000) as told:
        run(page, "save")
    assert "已导出 2 行" in told.args[0]
    cells = [str(cell.value) for row in openpyxl.load_workbook(path).active for cell in row]
    assert "138****8000" in cells
    assert "13800138000" not in " ".join(cells)
    assert "<b>赟</b>&喆" in cells


def test_long_notes_are_read_whole_before_one_is_withdrawn(page: EstatePage, homes: Desk) -> None:
    unit = homes.estate.unit_by_no("3-2-1102")
    assert unit is not None
    for number in range(2):
        homes.estate.add_note(
            unit.id, f"第 {number} 条，𬱖先生独居，上门前先打电话，不要按门铃，" + "狗会叫，" * 20
        )
    page.open_record(homes.estate.household(unit.id).residents[0].id)
    page.record.take("unnote")
    assert page.record._form is not None
    editor = page.record._form.editor("note")
    page.grab()  # lays it out
    assert editor.segments.height() >= editor.segments.heightForWidth(editor.segments.width())
    first, second = editor.segments._rects()
    assert first.height() >= 3 * editor.segments.fontMetrics().lineSpacing()
    assert second.top() > first.bottom()
    QTest.keyClick(editor.segments, Qt.Key.Key_2)
    assert editor.value() == str(homes.estate.household(unit.id).notes[1].id)


def test_what_is_half_typed_for_a_resident_is_not_offered_for_the_room_of_the_same_number(
    page: EstatePage, homes: Desk
) -> None:
    unit = homes.estate.unit_by_no("3-2-1102")
    assert unit is not None
    resident = homes.estate.household(unit.id).residents[0]
    assert (unit.id, page.unit_of(resident)) == (resident.id, unit.id)  # the first of each table
    assert page.key_of(resident) != page.key_of(unit)
