"""空白单: a run from the printer to its last number (R-ORDER-2, R-ORDER-3)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt

from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.settings import SERVICE_PEOPLE
from frontdesk.estate.register import NewResident, NewUnit
from frontdesk.forms.printers import PrinterChoice
from ui.books.blanks import BlanksSection

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk


class NoTask:
    """A job that nobody stops."""

    def progress(self, done: int, total: int) -> None:
        """Nobody looks."""

    def cancelled(self) -> bool:
        return False


@pytest.fixture
def section(desk: Desk, show_section: Callable[[type[BlanksSection]], BlanksSection]) -> BlanksSection:
    clerk, desk.context.actor = desk.context.actor, PROGRAM
    desk.estate.add_unit(NewUnit("3-2-1102"))
    desk.context.actor = clerk
    desk.context.settings.put(SERVICE_PEOPLE, ["李建国 工程部", "马强 工程部"], actor=PROGRAM)
    return show_section(BlanksSection)


def answer(section: BlanksSection, **typed: str) -> None:
    """Type into the step's question and confirm."""
    form = section.record._form
    assert form is not None
    for name, text in typed.items():
        form.editor(name).set_draft(text)
    section.record.confirm()


def run_of(section: BlanksSection, count: str = "4", given_to: str = "") -> Any:
    section.begin_run()
    answer(section, count=count, given_to=given_to)
    return section.desk.order_books.blanks.run(section.chosen())


def facts(section: BlanksSection) -> dict[str, str]:
    record = section.record_of(section.chosen())
    assert record is not None
    return {fact.label: fact.text for fact in record.facts if fact.text}


def steps(section: BlanksSection) -> dict[str, bool]:
    record = section.record_of(section.chosen())
    return {step.name: step.main for step in record.steps} if record else {}


def test_an_empty_section_offers_to_begin(section: BlanksSection) -> None:
    assert steps(section) == {"take": True, "fill": False}
    assert {action.id for action in section.key_actions()} == {"save", "order"}


def test_r_order_2_a_run_is_taken_by_f8_printed_and_given_out(
    section: BlanksSection, asked_printing: Any, qtbot: QtBot
) -> None:
    run = run_of(section)
    assert (run.first_serial, run.count, run.is_out) == ("FW2026-000001", 4, False)
    assert section.table.hasFocus()
    assert facts(section)["领用人"] == "在前台"
    assert steps(section)["print"], "an unprinted run is printed first"
    section.print_chosen()
    (request,) = asked_printing.requests
    assert request.title == "空白服务单 FW2026-000001–000004"
    counted = request.count()
    assert counted.make(PrinterChoice(), NoTask()).startswith(b"%PDF")
    section.refresh()
    assert facts(section)["打印"] == "已打 4 张"
    assert steps(section)["give"], "then it is given to somebody"
    section.record.take("give")
    answer(section, given_to="李建国", purpose="夜间停电备用")
    assert facts(section)["领用人"] == "李建国"
    assert steps(section)["fill"], "then its papers come back, one by one"


def test_r_order_2_a_blank_is_back_filled_with_its_serial_and_the_time_of_the_work(
    section: BlanksSection, desk: Desk, clock: FixedClock, qtbot: QtBot
) -> None:
    run = run_of(section, given_to="马强")
    clock.advance(timedelta(hours=3))
    served = clock.now() - timedelta(hours=1)
    qtbot.keyClick(section.table, Qt.Key.Key_Return)
    qtbot.keyClick(section.lines_table, Qt.Key.Key_Down)
    section.record.take("fill")
    form = section.record._form
    assert form is not None
    assert form.draft()["serial"] == "FW2026-000002", "the one under the cursor"
    assert form.draft()["service_person"] == "马强"
    answer(
        section, served_at=f"{clock.local(served):%H:%M}", unit_no="3-2-1102", content="水管爆裂，已换阀门"
    )
    order = desk.orders.get(run.order_ids[1])
    assert (order.serial, order.content, order.urgent) == ("FW2026-000002", "水管爆裂，已换阀门", True)
    assert order.issued_at == served.replace(second=0, microsecond=0)
    assert order.unit_id is not None
    assert order.backfilled_at is not None
    lines = section.lines_table.model()
    assert [lines.index(row, 1).data() for row in range(4)] == ["空白", "待派工", "空白", "空白"]


def test_a_back_filled_order_knows_the_room_s_customer_and_the_desk_s_phrases(
    section: BlanksSection, desk: Desk, qtbot: QtBot
) -> None:
    clerk, desk.context.actor = desk.context.actor, PROGRAM
    unit = desk.estate.unit_by_no("3-2-1102")
    desk.estate.add_resident(NewResident(unit.id, "张㛃", "owner"))
    with desk.context.transaction(Permission.WRITE_CALLS) as work:
        desk.phrases.seed(work)
    desk.context.actor = clerk
    section.activateWindow()
    section.record.take("fill")
    form = section.record._form
    form.put_cursor("unit_no")
    box = form.editor("unit_no").box
    qtbot.keyClicks(box, "1102")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert form.draft()["customer"] == "张㛃"
    form.put_cursor("content")
    qtbot.keyClicks(form.editor("content").inner, "cfds ")
    assert form.draft()["content"] == "厨房下水堵塞"


def test_r_order_3_an_emergency_without_a_blank_takes_a_number_of_its_own(
    section: BlanksSection, desk: Desk, clock: FixedClock
) -> None:
    section.record.take("fill")
    served = clock.local(clock.now() - timedelta(hours=1))
    answer(section, served_at=f"{served:%H:%M}", content="电梯困人")
    order = desk.orders.by_serial("FW2026-000001")
    assert order is not None
    assert order.backfilled_at is not None


def test_r_order_2_what_is_not_a_blank_is_refused_in_its_place(section: BlanksSection, desk: Desk) -> None:
    run = run_of(section)
    desk.orders.void(run.order_ids[0], "写坏")
    section.refresh()
    section.record.take("void")
    answer(section, serial="FW2026-000001", reason="再一次")
    assert section.record._form.faults()["serial"] == "FW2026-000001 不是空白单，请核对编号。"
    answer(section, serial="FW2026-000002", reason="湿了")
    assert facts(section)["已交代"] == "作废 2"


def test_r_order_2_lost_blanks_are_listed_and_the_rest_is_counted_back(
    section: BlanksSection, desk: Desk
) -> None:
    run = run_of(section, given_to="马强")
    section.record.take("give_back")
    answer(section, count="3")
    assert "还差 1 张" in section.record._form.faults()["count"]
    assert section.go_back()
    section.record.take("list_missing")
    assert section.record._form.draft()["followed_by"] == "马强", "whoever has the run"
    answer(section)
    section.record.take("give_back")
    answer(section, count="3")
    assert "退回" in facts(section)
    row = desk.order_books.blanks.run(run.id)
    assert (row.is_out, row.missing, row.blank) == (False, 1, 3)


def test_a_run_used_up_prints_nothing(section: BlanksSection, desk: Desk) -> None:
    run = run_of(section, count="1")
    desk.orders.void(run.order_ids[0], "印坏")
    section.refresh()
    assert section.print_request() is None
    assert steps(section) == {}


def test_a_size_that_is_none_is_refused_under_its_field(section: BlanksSection) -> None:
    section.begin_run()
    answer(section, count="300")
    assert "1 到 200" in section.record._form.faults()["count"]
    with pytest.raises(RefusedError):
        section.desk.order_books.blanks.run(1)
