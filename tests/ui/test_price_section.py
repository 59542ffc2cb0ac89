"""The price list at the window: read by all, drafted, imported and published by who keeps it (R-ORDER-7)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from frontdesk.core.actor import Actor
from frontdesk.prices.register import NewPrice
from frontdesk.staff.permissions import role_of
from ui.books.prices import PricesSection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from frontdesk.desk import Desk
    from ui.print_desk import PrintRequest
    from ui.tasks import TaskRunner

TODAY = date(2026, 11, 21)


class Printer:
    """Takes what a section hands it."""

    def __init__(self) -> None:
        self.given: list[PrintRequest] = []

    def print_now(self, request: PrintRequest) -> None:
        self.given.append(request)

    preview = print_now


def act_as(desk: Desk, role: str) -> None:
    desk.context.actor = Actor(7, "周赟", role, role_of(role).permissions)


@pytest.fixture
def listed(desk: Desk) -> Desk:
    """A desk with two published revisions, finance signed in."""
    act_as(desk, "finance")
    desk.prices.begin_revision()
    for name, fen in (("疏通下水", 6000), ("更换角阀", 3500)):
        desk.prices.add_line(NewPrice(name, fen))
    desk.prices.publish(date(2026, 7, 1))
    first = desk.prices.lines(desk.prices.begin_revision().id)[0]
    desk.prices.correct_line(first.id, NewPrice("疏通下水", 8000))
    desk.prices.publish(TODAY)
    return desk


@pytest.fixture
def make(qtbot: QtBot, tasks: TaskRunner) -> Callable[[Desk], Any]:
    def made(desk: Desk) -> PricesSection:
        section = PricesSection(desk, Printer(), tasks)  # type: ignore[arg-type]
        qtbot.addWidget(section)
        section.resize(900, 620)
        with qtbot.waitExposed(section):
            section.show()
        section.activateWindow()
        section.on_shown()
        section.put_cursor()
        return section

    return made


def press(section: PricesSection, action: str) -> None:
    next(each for each in section.key_actions() if each.id == action).run()
    QApplication.processEvents()


def shown(section: PricesSection) -> list[list[str]]:
    model = section.model
    return [
        [str(model.index(at, column).data() or "") for column in range(model.columnCount())]
        for at in range(model.rowCount())
    ]


def test_the_revision_in_force_is_shown_and_the_older_ones_by_arrows(
    listed: Desk, make: Callable[[Desk], Any], qtbot: QtBot
) -> None:
    section = make(listed)
    assert section.table.hasFocus()
    assert [row[2:6] for row in shown(section)] == [
        ["疏通下水", "次", "80.00", "60.00"],
        ["更换角阀", "次", "35.00", ""],
    ]
    qtbot.keyClick(section.table, Qt.Key.Key_Left)
    assert [row[4:6] for row in shown(section)] == [["60.00", ""], ["35.00", ""]]
    assert section.record.head.isVisible()
    qtbot.keyClick(section.table, Qt.Key.Key_Left)  # there is none before
    qtbot.keyClick(section.table, Qt.Key.Key_Right)
    assert shown(section)[0][4] == "80.00"
    assert not section.go_back()


def test_r_order_7_a_clerk_reads_and_prints_but_keeps_nothing(
    listed: Desk, make: Callable[[Desk], Any]
) -> None:
    """R-ORDER-7: finance and supervisors keep the list."""
    act_as(listed, "clerk")
    section = make(listed)
    assert {action.id for action in section.key_actions()} == {"filter", "print", "preview"}
    assert [step.name for step in section.record._steps()] == ["print"]


def test_r_order_7_a_draft_is_written_and_published_by_keys(
    listed: Desk, make: Callable[[Desk], Any], qtbot: QtBot
) -> None:
    """R-ORDER-7: a copy of the last list, one line after the other, valid from a day on."""
    section = make(listed)
    press(section, "new")
    assert listed.prices.revisions()[0].is_draft
    assert len(shown(section)) == 2
    press(section, "new")
    form = section.record._form
    form.fill("name", "喆䶮清洗")
    form.fill("unit_price", 4550)
    form.fill("category", "laundry")
    press(section, "save")
    # the next line is asked for at once, of the same kind
    assert section.record.is_asking()
    assert section.record._form.draft()["category"] == "laundry"
    assert section.go_back()
    section.table.select_id(listed.prices.lines(listed.prices.revisions()[0].id)[2].id)
    assert shown(section)[2][5] == "新增"
    qtbot.keyClick(section.table, Qt.Key.Key_Return)
    assert section.record._form.draft()["name"] == "喆䶮清洗"
    section.record._form.fill("unit_price", 5000)
    press(section, "save")
    assert shown(section)[2][4] == "50.00"
    press(section, "save")  # publish
    assert section.record._form.draft()["valid_from"]
    press(section, "save")
    newest = listed.prices.revisions()[0]
    assert (newest.number, newest.valid_from) == (3, date(2026, 11, 22))


def test_r_order_7_a_day_gone_by_is_refused_in_its_place(listed: Desk, make: Callable[[Desk], Any]) -> None:
    """R-ORDER-7: orders written already keep their price."""
    listed.prices.begin_revision()
    section = make(listed)
    section.step_revision(-1)
    press(section, "save")
    section.record._form.editor("valid_from").set_draft("2026-11-01")
    press(section, "save")
    assert "只能从今天或以后" in section.record._form.faults()["valid_from"]


def test_lines_are_found_by_initials(listed: Desk, make: Callable[[Desk], Any], qtbot: QtBot) -> None:
    section = make(listed)
    press(section, "filter")
    qtbot.keyClicks(QApplication.focusWidget(), "jf")
    assert [row[2] for row in shown(section)] == ["更换角阀"]


def sheet(path: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in (("服务类别", "项目", "单位", "单价"), *rows):
        book.active.append(row)
    book.save(path)
    return path


def test_a_sheet_is_looked_at_before_it_becomes_the_draft(
    listed: Desk, make: Callable[[Desk], Any], qtbot: QtBot, tmp_path: Path
) -> None:
    section = make(listed)
    section.read_sheet(sheet(tmp_path / "a.xlsx", ("报修", "疏通下水", "次", 90), ("报修", "𬱖喆", "次", 5)))
    qtbot.waitUntil(lambda: not section._reading)
    assert [row[2:6] for row in shown(section)] == [
        ["疏通下水", "次", "90.00", "80.00"],
        ["𬱖喆", "次", "5.00", "新增"],
    ]
    assert not listed.prices.revisions()[0].is_draft
    press(section, "save")
    draft = listed.prices.revisions()[0]
    assert (draft.is_draft, draft.lines) == (True, 2)
    assert "新增一项" in [action.label for action in section.key_actions()]


def test_a_sheet_with_a_bad_row_is_told_and_can_only_be_left(
    listed: Desk, make: Callable[[Desk], Any], qtbot: QtBot, tmp_path: Path
) -> None:
    section = make(listed)
    section.read_sheet(sheet(tmp_path / "b.xlsx", ("报修", "疏通下水", "次", "面议")))
    qtbot.waitUntil(lambda: not section._reading)
    assert "save" not in {action.id for action in section.key_actions()}
    assert any("第 2 行" in fact.text for fact in section.record._record.facts)
    assert section.go_back()
    assert len(shown(section)) == 2


def test_the_printer_is_handed_the_revision_in_view(listed: Desk, make: Callable[[Desk], Any]) -> None:
    section = make(listed)
    section.step_revision(1)
    press(section, "print")
    (request,) = section._printing.given
    assert (request.form_id, request.title) == ("F-PRICE", "专项服务项目及收费标准 第 1 版")


def test_an_empty_list_says_who_begins_and_how(desk: Desk, make: Callable[[Desk], Any]) -> None:
    section = make(desk)
    assert section.model.rowCount() == 0
    assert {action.id for action in section.key_actions()} == {"filter"}
    act_as(desk, "supervisor")
    section.refresh()
    press(section, "new")
    assert desk.prices.revisions()[0].is_draft
