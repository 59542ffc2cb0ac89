"""The import of households: looked at before anything is written, taken back by one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QShortcut

from frontdesk.core.actor import PROGRAM
from frontdesk.core.errors import FileBusyError
from frontdesk.estate.import_plan import RowState
from frontdesk.estate.register import NewResident, NewUnit
from ui import files
from ui.estate.import_view import Stage
from ui.main_window import MainWindow, PageSpec
from ui.pages.estate_page import EstatePage
from ui.register.table_model import TONE_ROLE
from ui.widgets.drop_zone import DropZone
from ui.widgets.page import Action

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from frontdesk.desk import Desk
    from ui.estate.import_view import ImportView
    from ui.main_window import ShellFacts
    from ui.tasks import TaskRunner

HEADS = ("房号", "业主", "电话", "使用人", "手机")


@pytest.fixture
def homes(house: Desk) -> Desk:
    """One household; the administrator is signed in."""
    administrator, house.context.actor = house.context.actor, PROGRAM
    unit = house.estate.add_unit(NewUnit("3-2-1102"))
    house.estate.add_resident(NewResident(unit.id, "张晓敏", telephones=("13800138000",)))
    house.context.actor = administrator
    return house


@pytest.fixture
def page(homes: Desk, tasks: TaskRunner, qtbot: QtBot) -> EstatePage:
    page = EstatePage(homes, tasks)
    qtbot.addWidget(page)
    page.resize(1180, 660)
    with qtbot.waitExposed(page):
        page.show()
    page.on_shown()
    return page


@pytest.fixture
def view(page: EstatePage) -> ImportView:
    """The import, laid over the page."""
    page.show_import()
    return page.import_view


def names(homes: Desk) -> list[str]:
    found = [homes.estate.unit_by_no(room) for room in ("3-2-1102", "1-1-101", "1-1-102")]
    return [one.name for unit in found if unit for one in homes.estate.household(unit.id).residents]


def run(page: EstatePage, action_id: str) -> None:
    """Do what a key does on this page now, as the window would."""
    next(action for action in page.key_actions() if action.id == action_id).run()


def sheet(path: Path, *rows: tuple[object, ...]) -> Path:
    book = openpyxl.Workbook()
    for row in (HEADS, *rows):
        book.active.append(row)
    book.save(path)
    return path


def read(view: ImportView, path: Path, qtbot: QtBot) -> None:
    view.read(path)
    qtbot.waitUntil(lambda: view.stage is not Stage.READING, timeout=20_000)


def settle(view: ImportView, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: view.stage is not Stage.WRITING, timeout=20_000)


def dropped(path: Path) -> QDropEvent:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    no_key, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    event = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, left, no_key)
    event._data = data  # Qt does not keep it alive
    return event


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
    assert view._details.text().startswith("第 4 行")
    view.table.setCurrentIndex(view.model.index(1, 0))
    assert view._details.text() == f"第 5 行 1-1-103：{view.model.index(1, 5).data()}"
    view._show_state(None)
    states = [view.model.index(row, 1).data() for row in range(view.model.rowCount())]
    assert states == ["无变化", "新增", "有问题", "有问题"]
    assert view.model.index(1, 1).data(TONE_ROLE) == "ok"
    assert view._write.word() == "导入 1 行"


def test_nothing_is_written_before_it_is_confirmed(
    view: ImportView, homes: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    read(view, sheet(tmp_path / "a.xlsx", ("1-1-101", "王㛃", "13700137000")), qtbot)
    assert homes.estate.unit_by_no("1-1-101") is None
    view.go_back()
    assert view.stage is Stage.CHOOSING
    assert homes.estate.unit_by_no("1-1-101") is None


def test_an_import_is_done_and_undone_by_one_key_each(
    page: EstatePage, view: ImportView, homes: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    path = sheet(tmp_path / "a.xlsx", ("1-1-101", "王㛃", "13700137000"), ("1-1-102", "李喆", "13700137001"))
    read(view, path, qtbot)
    run(page, "save")
    settle(view, qtbot)
    assert view.stage is Stage.DONE
    assert {"王㛃", "李喆"} <= set(names(homes))
    assert "2 位住户" in view._notice.text()
    run(page, "undo_last")
    settle(view, qtbot)
    assert not {"王㛃", "李喆"} & set(names(homes))
    assert view._notice.text().startswith("已撤销")
    assert "张晓敏" in names(homes)


def test_while_the_file_is_written_nothing_else_in_the_window_asks_it(
    homes: Desk, quiet_facts: ShellFacts, tasks: TaskRunner, tmp_path: Path, qtbot: QtBot
) -> None:
    spec = PageSpec("resident", "住户", "residents", lambda: EstatePage(homes, tasks))
    window = MainWindow([spec], quiet_facts, actions={"resident": Action("undo_last", lambda: None)})
    qtbot.addWidget(window)
    page = window.show_page("resident")
    assert isinstance(page, EstatePage)
    page.show_import()
    view = page.import_view
    read(view, sheet(tmp_path / "a.xlsx", ("1-1-101", "王㛃", "13700137000")), qtbot)
    assert window.sidebar.isEnabled()
    view.write()
    assert not window.sidebar.isEnabled()
    keys = [key.key().toString() for key in window.findChildren(QShortcut) if key.isEnabled()]
    assert "F2" not in keys
    assert "F12" in keys, "a desk can be locked whatever it is doing"
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
    page: EstatePage, view: ImportView, homes: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    read(view, sheet(tmp_path / "a.xlsx", ("1-1-101", "王㛃", "13700137000")), qtbot)
    run(page, "save")
    settle(view, qtbot)
    view.go_back()
    page.show_import()
    assert "a.xlsx" in view._notice.text()
    view._notice.action_requested.emit()
    settle(view, qtbot)
    assert "王㛃" not in names(homes)
    assert view._notice.text() == "已撤销：收回 1 户的新增，改回 0 处。"


def test_an_undo_that_the_file_refuses_can_be_tried_again(
    page: EstatePage,
    view: ImportView,
    homes: Desk,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    read(view, sheet(tmp_path / "a.xlsx", ("1-1-101", "王㛃", "13700137000")), qtbot)
    run(page, "save")
    settle(view, qtbot)

    def busy(_batch_id: int) -> None:
        raise FileBusyError("数据文件正被另一个程序占用。")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(homes.household_import, "undo", busy)
        run(page, "undo_last")
        assert "back" not in [action.id for action in view.key_actions()]  # it cannot be stopped half-way
        settle(view, qtbot)
    assert "占用" in view._notice.text()
    run(page, "undo_last")
    settle(view, qtbot)
    assert "王㛃" not in names(homes)


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
    view.findChild(DropZone).dropEvent(dropped(path))
    qtbot.waitUntil(lambda: view.stage is Stage.LOOKING, timeout=20_000)


def test_a_picture_let_fall_is_left_alone(view: ImportView, tmp_path: Path) -> None:
    view.findChild(DropZone).dropEvent(dropped(tmp_path / "a.png"))
    assert view.stage is Stage.CHOOSING


def test_choosing_no_file_changes_nothing(view: ImportView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ask_for_sheet", lambda _parent: None)
    view.choose()
    assert view.stage is Stage.CHOOSING
