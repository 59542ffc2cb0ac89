"""What is known and what is asked share the height of a record: neither is cut while the other has room to spare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QScrollArea

from frontdesk.core.fields import Field, Kind
from ui.register.facts_area import FactsArea
from ui.register.record_panel import Fact, Record, RecordPanel, Step
from ui.widgets.buttons import KeyButton
from ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from frontdesk.desk import Desk

FACTS = tuple(Fact(f"第 {number} 项", f"张㛃的话 {number}", strong=number % 3 == 0) for number in range(12))


def show(
    desk: Desk, qtbot: QtBot, fields: int, size: tuple[int, int], *, kind: Kind = Kind.TEXT, steps: int = 1
) -> RecordPanel:
    panel = RecordPanel(desk)
    qtbot.addWidget(panel)
    panel.resize(*size)
    with qtbot.waitExposed(panel):
        panel.show()
    asked = tuple(Field(f"field_{number}", f"问题 {number}", kind) for number in range(fields))
    made = [
        Step(f"step_{at}", "完成", "ABCDEF"[at], lambda _v: None, asked, main=at == 0) for at in range(steps)
    ]
    panel.show_record(Record("FW2026-000001", "", "待返单", "info", FACTS, made), "order:1")
    return panel


def facts_of(panel: RecordPanel) -> FactsArea:
    return panel.findChild(FactsArea)


def spare(area: QScrollArea) -> int:
    body = area.widget()
    return area.viewport().height() - body.heightForWidth(area.viewport().width())


@pytest.mark.parametrize("fields", [1, 3, 5, 24])
@pytest.mark.parametrize("height", [420, 560, 660, 900])
def test_facts_are_cut_only_where_the_question_needs_the_room(
    desk: Desk, qtbot: QtBot, fields: int, height: int
) -> None:
    panel = show(desk, qtbot, fields, (356, height))
    panel.take("step_0")
    QApplication.processEvents()
    facts, form = facts_of(panel), panel._form
    assert form is not None
    assert spare(facts) >= -8 or spare(form._area) <= 8
    assert spare(form._area) >= -8 or facts.height() <= 80


def test_facts_give_way_when_the_question_grows(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, qtbot, 4, (356, 660), kind=Kind.LONG_TEXT)
    panel.take("step_0")
    QApplication.processEvents()
    before, form = facts_of(panel).height(), panel._form
    assert form is not None
    form.editor("field_0").put_cursor()
    form.editor("field_0").set_draft("水漫到楼下\n" * 9)
    form.say_hindered("数据文件正被另一个程序占用。")
    form.editor("field_1").set_draft("x")
    form.edited.emit()
    QApplication.processEvents()
    assert facts_of(panel).height() <= before
    panel.go_back()
    QApplication.processEvents()
    assert facts_of(panel).height() > before


@pytest.mark.parametrize("height", range(262, 302, 8))
def test_no_line_of_the_facts_is_cut_through(desk: Desk, qtbot: QtBot, height: int) -> None:
    panel = show(desk, qtbot, 1, (600, height))
    QApplication.processEvents()
    facts = facts_of(panel)
    room = facts.viewport().height()
    through = [
        label.text()
        for label in facts.widget().findChildren(PlainLabel)
        if label.geometry().top() < room < label.geometry().bottom()
    ]
    assert room > 40
    assert not through


def test_six_steps_stand_in_two_rows_of_a_wide_low_record(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, qtbot, 0, (600, 270), steps=6)
    QApplication.processEvents()
    buttons = [each for each in panel.findChildren(KeyButton) if each.isVisible()]
    tops = sorted({button.mapTo(panel, button.rect().topLeft()).y() for button in buttons})
    assert (len(buttons), len(tops)) == (6, 2)
    assert max(button.mapTo(panel, button.rect().bottomLeft()).y() for button in buttons) < panel.height() - 8
