"""The residents' page: kept true by steps, filled from a sheet, taken out for a purpose."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.desk import open_desk
from frontdesk.estate.import_plan import RowState
from frontdesk.estate.register import NewResident, NewUnit
from ui import files
from ui.estate.import_view import Stage
from ui.main_window import MainWindow, PageSpec
from ui.pages.estate_page import EstatePage
from ui.register.table_model import TONE_ROLE
from ui.tasks import TaskRunner
from ui.widgets.drop_zone import DropZone
from ui.widgets.page import Action

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk
    from ui.estate.import_view import ImportView

PASSWORD = "guanliyuan8"
HEADS = ("房号", "业主", "电话", "使用人", "手机")


@pytest.fixture
def house(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    """A desk with an administrator, a clerk, and two households."""
    desk = open_desk(tmp_path / "house", create=True, clock=clock)
    desk.staff.first_start("富成物业", "富成花园", "李国强", PASSWORD)
    desk.staff.add_person("陈晓婧", "clerk", "111111")
    desk.staff.add_person("曾㛃", "supervisor", "222222")
    desk.context.actor = PROGRAM
    first = desk.estate.add_unit(NewUnit("3-2-1102"))
    desk.estate.add_resident(NewResident(first.id, "张晓敏", telephones=("13800138000",)))
    second = desk.estate.add_unit(NewUnit("商铺S-05"))
    desk.estate.add_resident(NewResident(second.id, "<b>赟</b>&喆", telephones=("13900139000",)))
    yield desk
    desk.close()


@pytest.fixture
def tasks() -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


@pytest.fixture
def page(house: Desk, tasks: TaskRunner, qtbot: QtBot) -> EstatePage:
    """The page, with a supervisor signed in."""
    sign_in(house, "曾㛃", "222222")
    page = EstatePage(house, tasks)
    qtbot.addWidget(page)
    page.resize(1180, 660)
    with qtbot.waitExposed(page):
        page.show()
    page.on_shown()
    return page


@pytest.fixture
def view(page: EstatePage, house: Desk) -> ImportView:
    """The import, with the administrator signed in."""
    sign_in(house, "李国强", PASSWORD)
    page.person_left()
    page.person_came()
    page.show_import()
    return page.import_view


class Facts:
    """What the window shows around the page."""

    def estate_name(self) -> str:
        return "富成花园"

    def person_name(self) -> str:
        return "李国强"

    def shift(self) -> str:
        return ""

    def local_now(self) -> datetime:
        return datetime(2026, 11, 21, 18, 26, tzinfo=UTC)

    def backup(self) -> tuple[str, str]:
        return ("", "ok")

    def due(self) -> dict[str, int]:
        return {}

    def proof(self) -> str:
        return ""


def sign_in(house: Desk, name: str, secret: str) -> None:
    person = next(row for row in house.staff.people() if row.name == name)
    house.staff.sign_in(person.id, secret)


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def names(house: Desk) -> list[str]:
    found = [house.estate.unit_by_no(room) for room in ("3-2-1102", "1-1-101", "1-1-102", "商铺S-05")]
    return [one.name for unit in found if unit for one in house.estate.household(unit.id).residents]


def key(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget.focusWidget() or widget, key, modifier)


def offered(page: EstatePage) -> list[str]:
    return [action.id for action in page.key_actions()]


def run(page: EstatePage, action_id: str) -> None:
    """Do what a key does on this page now, as the window would."""
    next(action for action in page.key_actions() if action.id == action_id).run()


def sheet(path: Path, *rows: tuple[object, ...], heads: tuple[str, ...] = HEADS) -> Path:
    book = openpyxl.Workbook()
    for row in (heads, *rows):
        book.active.append(row)
    book.save(path)
    return path


def read(view: ImportView, path: Path, qtbot: QtBot) -> None:
    view.read(path)
    qtbot.waitUntil(lambda: view.stage is not Stage.READING, timeout=20_000)


def settle(view: ImportView, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: view.stage is not Stage.WRITING, timeout=20_000)


# --- residents --------------------------------------------------------------------------------------


def test_walking_the_table_shows_each_resident_literally(page: EstatePage) -> None:
    key(page, Qt.Key.Key_Home)
    assert "<b>赟</b>&喆" in texts(page.record)
    key(page, Qt.Key.Key_Down)
    assert "张晓敏" in texts(page.record)
    assert "3-2-1102" in texts(page.card)


def test_a_resident_is_entered_by_keyboard(page: EstatePage, house: Desk) -> None:
    run(page, "new")
    for answer in ("321102", None, "wang", None, "13700137000"):
        if answer:
            QTest.keyClicks(page.focusWidget(), answer)
        key(page, Qt.Key.Key_Return)
    run(page, "save")
    assert names(house)[:2] == ["张晓敏", "wang"]
    assert "wang" in texts(page.record)


def test_an_unknown_room_is_made_only_when_ticked(page: EstatePage, house: Desk) -> None:
    page.begin_new()
    form = page.record._form
    assert form is not None
    form.fill("unit_no", "9-9-999")
    form.fill("name", "王㛃")
    run(page, "save")
    assert "没有 9-9-999" in form.faults()["unit_no"]
    form.fill("new_unit", True)
    run(page, "save")
    assert house.estate.unit_by_no("9-9-999") is not None


def test_a_correction_changes_only_what_was_changed(page: EstatePage, house: Desk) -> None:
    key(page, Qt.Key.Key_End)
    run(page, "save")
    form = page.record._form
    assert form is not None
    form.fill("name", "张晓慧")
    form.fill("telephones", ["13800138000", "010-88886666"])
    run(page, "save")
    unit = house.estate.unit_by_no("3-2-1102")
    assert unit is not None
    resident = house.estate.household(unit.id).residents[0]
    assert resident.name == "张晓慧"
    assert [one.shown for one in resident.telephones] == ["13800138000", "010-88886666"]


def test_moving_out_asks_and_names_the_person(page: EstatePage, house: Desk) -> None:
    key(page, Qt.Key.Key_End)
    page.record.take("withdraw")
    QTest.qWait(1)
    assert any("3-2-1102 张晓敏 迁出" in text for text in texts(page.record))
    run(page, "save")
    assert page.record.is_asking()
    QTest.keyClicks(page.focusWidget(), "moved")
    run(page, "save")
    assert "张晓敏" not in names(house)
    page.panel.table.selectRow(1)
    assert "还没有选中住户" in texts(page)


def test_a_standing_note_is_written_and_taken_off(page: EstatePage, house: Desk) -> None:
    key(page, Qt.Key.Key_End)
    page.record.take("note")
    page.record._form.fill("text", "未经业主同意不得借钥匙")
    run(page, "save")
    assert any("不得借钥匙" in text for text in texts(page.card))
    page.record.take("unnote")
    page.record._form.fill("reason", "已同意")
    run(page, "save")
    assert not any("不得借钥匙" in text for text in texts(page.card))


def test_esc_takes_a_question_back_and_nothing_has_happened(page: EstatePage, house: Desk) -> None:
    key(page, Qt.Key.Key_End)
    page.record.take("withdraw")
    run(page, "back")
    assert not page.record.is_asking()
    assert "张晓敏" in names(house)


def test_another_commit_does_not_disturb_what_is_being_typed(page: EstatePage, house: Desk) -> None:
    page.begin_new()
    page.record._form.fill("name", "half")
    unit = house.estate.add_unit(NewUnit("5-5-501"))
    page.on_changed(frozenset({"unit"}))
    assert page.record._form.draft()["name"] == "half"
    assert unit.unit_no == "5-5-501"


@pytest.mark.parametrize("masked", [True, False])
def test_r_res_2_numbers_are_seen_in_full_only_for_a_purpose(
    page: EstatePage, house: Desk, masked: bool
) -> None:
    actor = house.context.actor
    assert actor is not None
    sees = actor.permissions - {Permission.SEE_FULL_TELEPHONES} if masked else actor.permissions
    house.context.actor = type(actor)(actor.person_id, actor.name, actor.role, sees)
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


def test_a_role_is_offered_only_what_it_may_do(page: EstatePage, house: Desk) -> None:
    assert "import" not in offered(page)
    assert "export" in offered(page)
    sign_in(house, "李国强", PASSWORD)
    page.person_came()
    assert "import" in offered(page)
    house.context.actor = None
    page.person_left()
    assert "import" not in offered(page)


def test_a_found_unit_is_shown_here(page: EstatePage, house: Desk) -> None:
    unit = house.estate.unit_by_no("3-2-1102")
    assert unit is not None
    assert page.show_unit(unit.id)
    assert "张晓敏" in texts(page.record)


def test_tab_goes_in_reading_order(page: EstatePage, house: Desk) -> None:
    sign_in(house, "李国强", PASSWORD)
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


# --- import -----------------------------------------------------------------------------------------


def test_the_preview_tells_each_row_in_a_word_and_a_colour(
    view: ImportView, tmp_path: Path, qtbot: QtBot
) -> None:
    path = sheet(
        tmp_path / "名册.xlsx",
        ("3-2-1102", "张晓敏", "13800138000"),
        ("1-1-101", "王㛃", "13700137000"),
        ("", "没有房号", "13700137001"),
        ("1-1-103", "电话不对", "没有数字"),
    )
    read(view, path, qtbot)
    assert view.stage is Stage.LOOKING
    assert view.model.rowCount() == 2, "the rows at fault are shown first"
    for row in range(2):
        assert view.model.index(row, 1).data() == RowState.BAD.value
        assert view.model.index(row, 1).data(TONE_ROLE) == "danger"
        assert view.model.index(row, 5).data(TONE_ROLE) == "danger"
        assert view.model.index(row, 5).data()
    view._show_state(None)
    states = [view.model.index(row, 1).data() for row in range(view.model.rowCount())]
    assert states == ["无变化", "新增", "有问题", "有问题"]
    assert view.model.index(1, 1).data(TONE_ROLE) == "ok"
    assert view._write.word() == "导入 1 行"


def test_nothing_is_written_before_it_is_confirmed(
    view: ImportView, house: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    read(view, sheet(tmp_path / "a.xlsx", ("1-1-101", "王㛃", "13700137000")), qtbot)
    assert house.estate.unit_by_no("1-1-101") is None
    view.go_back()
    assert view.stage is Stage.CHOOSING
    assert house.estate.unit_by_no("1-1-101") is None


def test_an_import_is_done_and_undone_by_one_key_each(
    page: EstatePage, view: ImportView, house: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    path = sheet(tmp_path / "a.xlsx", ("1-1-101", "王㛃", "13700137000"), ("1-1-102", "李喆", "13700137001"))
    read(view, path, qtbot)
    run(page, "save")
    settle(view, qtbot)
    assert view.stage is Stage.DONE
    assert {"王㛃", "李喆"} <= set(names(house))
    assert "2 位住户" in view._notice.text()
    run(page, "undo_last")
    settle(view, qtbot)
    assert not {"王㛃", "李喆"} & set(names(house))
    assert view._notice.text().startswith("已撤销")
    assert "张晓敏" in names(house)


def test_while_the_file_is_written_nothing_else_in_the_window_asks_it(
    house: Desk, tasks: TaskRunner, tmp_path: Path, qtbot: QtBot
) -> None:
    sign_in(house, "李国强", PASSWORD)
    spec = PageSpec("resident", "住户", "residents", lambda: EstatePage(house, tasks))
    window = MainWindow([spec], Facts(), actions=[Action("undo_last", lambda: None)])
    qtbot.addWidget(window)
    page = window.show_page("resident")
    assert isinstance(page, EstatePage)
    page.show_import()
    view = page.import_view
    read(view, sheet(tmp_path / "a.xlsx", ("1-1-101", "王㛃", "13700137000")), qtbot)
    assert window.sidebar.isEnabled()
    view.write()
    assert not window.sidebar.isEnabled()
    assert not window.top_bar.isEnabled()
    keys = [key.key().toString() for key in window.findChildren(QShortcut) if key.isEnabled()]
    assert "F2" not in keys
    assert "F12" not in keys
    assert "Esc" in keys
    settle(view, qtbot)
    assert window.sidebar.isEnabled()
    assert "F2" in [key.key().toString() for key in window.findChildren(QShortcut) if key.isEnabled()]


def test_the_same_sheet_again_changes_nothing(
    page: EstatePage, view: ImportView, tmp_path: Path, qtbot: QtBot
) -> None:
    path = sheet(tmp_path / "a.xlsx", ("1-1-101", "王㛃", "13700137000"))
    read(view, path, qtbot)
    run(page, "save")
    settle(view, qtbot)
    read(view, path, qtbot)
    assert "都已在册" in view._notice.text()
    assert not view._write.isEnabled()
    run(page, "save")
    assert view.stage is Stage.LOOKING


def test_the_last_import_can_be_undone_another_day(
    page: EstatePage, view: ImportView, house: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    read(view, sheet(tmp_path / "a.xlsx", ("1-1-101", "王㛃", "13700137000")), qtbot)
    run(page, "save")
    settle(view, qtbot)
    view.go_back()
    page.show_import()
    assert "a.xlsx" in view._notice.text()
    view._notice.action_requested.emit()
    settle(view, qtbot)
    assert "王㛃" not in names(house)


@pytest.mark.parametrize("content", [b"not a sheet at all", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_sheet_is_refused_in_a_sentence(
    view: ImportView, tmp_path: Path, qtbot: QtBot, content: bytes
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    read(view, path, qtbot)
    assert view.stage is Stage.CHOOSING
    assert view._notice.tone() == "danger"
    assert view._notice.text().endswith("。")


def test_reading_can_be_stopped(view: ImportView, tmp_path: Path, qtbot: QtBot) -> None:
    rows = [(f"1-1-{n}", f"王{n}", f"137{n:08d}") for n in range(101, 1101)]
    path = sheet(tmp_path / "a.xlsx", *rows)
    view.read(path)
    view.go_back()
    qtbot.waitUntil(lambda: view._task is None, timeout=20_000)
    assert view.stage in (Stage.CHOOSING, Stage.LOOKING)
    if view.stage is Stage.CHOOSING:
        assert "没有任何变化" in view._notice.text()


def test_a_sheet_let_fall_on_the_page_is_read(view: ImportView, tmp_path: Path, qtbot: QtBot) -> None:
    path = sheet(tmp_path / "a.xlsx", ("1-1-101", "王㛃", "13700137000"))
    drop = view.findChild(DropZone)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(9, 9),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    drop.dropEvent(event)
    qtbot.waitUntil(lambda: view.stage is Stage.LOOKING, timeout=20_000)


def test_a_picture_let_fall_is_left_alone(view: ImportView, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.png"))])
    event = QDropEvent(
        QPointF(9, 9),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    view.findChild(DropZone).dropEvent(event)
    assert view.stage is Stage.CHOOSING


def test_choosing_no_file_changes_nothing(view: ImportView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ask_for_sheet", lambda _parent: None)
    view.choose()
    assert view.stage is Stage.CHOOSING


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
