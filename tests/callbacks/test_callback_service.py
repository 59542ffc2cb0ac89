"""Call-backs at the desk: recorded, sent back, repeated, drawn, after rain, on paper (R-ORDER-9, 10, 11)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from pypdfium2 import PdfDocument
from sqlalchemy import select

from frontdesk.callbacks import rules
from frontdesk.callbacks.register import CALLBACK, NewCallback
from frontdesk.callbacks.service import CallbackService
from frontdesk.core.actor import Actor
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.model import JournalLine
from frontdesk.core.query import VOID, RegisterQuery
from frontdesk.core.settings import CALLBACK_HOURS
from frontdesk.exchange.export import ExportWish
from frontdesk.orders.register import NewOrder, OrderRow
from frontdesk.staff.permissions import role_of

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GOOD = NewCallback("satisfied", "satisfied", "satisfied")
BAD = NewCallback("dissatisfied", "fair", "satisfied", problem="夜里仍滴水")


def act_as(desk: Desk, role: str) -> None:
    desk.context.actor = Actor(77, f"某{role}", role, role_of(role).permissions)


def finished(desk: Desk, content: str = "换灯泡", **more: object) -> OrderRow:
    order = desk.orders.issue(NewOrder(content, unit_no="3-2-1102", customer="张㛃", **more))  # type: ignore[arg-type]
    desk.orders.dispatch(order.id, "李建国", "工程部")
    desk.orders.arrive(order.id)
    return desk.orders.finish(order.id, "已修好")


def whats(desk: Desk) -> list[str]:
    return [item.what for item in desk.callbacks.due() if not item.what.startswith("抽取")]


def test_r_order_9_a_finished_order_is_due_until_the_customer_was_asked(
    desk: Desk, clock: FixedClock
) -> None:
    assert desk.callbacks.due() == []
    order = finished(desk, category="other")
    (item,) = desk.callbacks.due()
    assert (item.register, item.record_id, item.unit_no) == ("service_order", order.id, "3-2-1102")
    assert (item.what, item.since, item.due_at) == (
        f"完工回访 {order.serial}",
        clock.now(),
        clock.now() + 2 * DAY,
    )
    clock.advance(HOUR)
    row = desk.callbacks.record(order.id, GOOD)
    assert (row.called_by, row.occasion, row.service_person) == ("陈晓婧", rules.FIRST, "李建国")
    assert desk.callbacks.due() == []
    assert desk.orders.get(order.id).called_back_at == clock.now()


def test_r_order_9_the_limit_is_a_setting(desk: Desk, clock: FixedClock) -> None:
    act_as(desk, "administrator")
    desk.context.settings.put(CALLBACK_HOURS, 5)
    act_as(desk, "clerk")
    finished(desk, category="other")
    assert desk.callbacks.due()[0].due_at == clock.now() + 5 * HOUR


def test_r_order_9_who_was_not_reached_is_still_due(desk: Desk) -> None:
    order = finished(desk, category="other")
    row = desk.callbacks.record(order.id, NewCallback(reached=False))
    assert desk.callbacks.rows([row.id])[0][8] == "未联系上"
    assert whats(desk) == [f"完工回访 {order.serial}"]
    assert desk.callbacks.slip_values([order.id]) == {}


def test_r_order_11_a_bad_answer_goes_back_in_writing_within_twelve_hours(
    desk: Desk, clock: FixedClock
) -> None:
    order = finished(desk, category="other")
    clock.advance(HOUR)
    row = desk.callbacks.record(order.id, BAD)
    assert row.bad
    (item,) = desk.callbacks.due()
    assert (item.register, item.record_id, item.due_at) == ("callback", row.id, clock.now() + 12 * HOUR)
    assert list(desk.callbacks.find(RegisterQuery(open_only=True))) == [row.id]
    with pytest.raises(RefusedError) as empty:
        desk.callbacks.refer(row.id, "  ")
    assert empty.value.field == "referral"
    clock.advance(HOUR)
    referred = desk.callbacks.refer(row.id, "更换阀芯，明早八点前到场")
    assert (referred.referred_to, referred.referred_at, referred.referred_by) == (
        "工程部",
        clock.now(),
        "陈晓婧",
    )
    assert desk.callbacks.find(RegisterQuery(open_only=True)) == []
    with pytest.raises(RefusedError, match="已经书面转回"):
        desk.callbacks.refer(row.id, "再转一次")
    (item,) = desk.callbacks.due()
    assert (item.what, item.due_at) == (f"再次回访 {order.serial}", clock.now() + 2 * DAY)
    assert desk.orders.get(order.id).called_back_at is None
    clock.advance(DAY)
    assert desk.callbacks.record(order.id, GOOD).occasion == rules.REPEAT
    assert desk.callbacks.due() == []


def test_r_order_11_who_is_content_is_not_sent_back(desk: Desk) -> None:
    row = desk.callbacks.record(finished(desk).id, GOOD)
    with pytest.raises(RefusedError) as refused:
        desk.callbacks.refer(row.id, "返工")
    assert refused.value.rule == "R-ORDER-11"


def test_r_order_11_rain_calls_for_a_second_call_back_of_leaks_alone(desk: Desk, clock: FixedClock) -> None:
    leak = finished(desk, "阳台渗水", category="other")
    desk.callbacks.record(leak.id, GOOD)
    lamp = finished(desk, "换灯泡", category="other")
    desk.callbacks.record(lamp.id, GOOD)
    assert desk.callbacks.due() == []
    assert desk.orders.get(leak.id).called_back_at is None
    assert desk.orders.get(lamp.id).called_back_at is not None
    clock.advance(9 * DAY)
    assert desk.callbacks.it_rained() == 1
    (item,) = desk.callbacks.due()
    assert (item.record_id, item.what, item.due_at) == (
        leak.id,
        f"雨后回访 {leak.serial}",
        clock.now() + 2 * DAY,
    )
    clock.advance(HOUR)
    desk.callbacks.record(leak.id, GOOD)
    assert desk.callbacks.due() == []
    assert desk.orders.get(leak.id).called_back_at == clock.now()


def test_r_order_10_a_fifth_of_the_days_repairs_is_drawn_kept_and_never_drawn_again(desk: Desk) -> None:
    orders = [finished(desk) for _ in range(11)]
    finished(desk, category="gardening")
    assert next(item.what for item in desk.callbacks.due()) == "抽取 11-21 的回访样本（11 单未抽）"
    sample = desk.callbacks.draw_sample()
    assert (sample.in_urn, len(sample.drawn), sample.waiting) == (11, 3, 0)
    assert set(sample.order_ids) <= {order.id for order in orders}
    assert len(set(sample.drawn)) == 3
    with pytest.raises(RefusedError, match="不能重抽") as refused:
        desk.callbacks.draw_sample()
    assert refused.value.rule == "R-ORDER-10"
    assert desk.callbacks.sample(sample.day) == sample
    sampled = {item.record_id for item in desk.callbacks.due() if item.what.startswith(rules.SAMPLE)}
    assert sampled == set(sample.order_ids)


def test_r_order_10_a_later_draw_takes_from_what_was_finished_since(desk: Desk, clock: FixedClock) -> None:
    early = {finished(desk).id for _ in range(5)}
    first = desk.callbacks.draw_sample()
    assert len(first.drawn) == 1
    late = {finished(desk).id for _ in range(6)}
    assert desk.callbacks.sample(first.day).waiting == 6
    second = desk.callbacks.draw_sample()
    assert second.drawn[:1] == first.drawn
    assert (second.in_urn, len(second.drawn)) == (11, 3)
    assert len(set(second.order_ids) & early) == 1
    assert len(set(second.order_ids) & late) == 2


def test_r_order_10_chance_picks_from_the_whole_urn(desk: Desk) -> None:
    asked: list[tuple[list[int], int]] = []

    def last_ones(ids: list[int], count: int) -> list[int]:
        asked.append((list(ids), count))
        return list(ids[-count:])

    orders = [finished(desk) for _ in range(6)]
    service = CallbackService(desk.context, draw=last_ones)  # type: ignore[arg-type]
    sample = service.draw_sample()
    ids = [order.id for order in orders]
    assert asked == [(ids, 2)]
    assert list(sample.order_ids) == ids[-2:]
    with desk.context.read() as session:
        registers = session.scalars(select(JournalLine.action).where(JournalLine.register == "callback_lot"))
        assert list(registers) == ["draw_sample"] * 6


def test_r_order_10_a_day_without_finished_repairs_has_nothing_to_draw(desk: Desk) -> None:
    with pytest.raises(RefusedError, match="还没有完工"):
        desk.callbacks.draw_sample()


def test_what_is_not_finished_or_void_is_not_called_back(desk: Desk) -> None:
    order = desk.orders.issue(NewOrder("换锁"))
    with pytest.raises(RefusedError, match="还没有完工"):
        desk.callbacks.record(order.id, GOOD)
    desk.orders.void(order.id, "重复")
    with pytest.raises(RefusedError, match="已作废"):
        desk.callbacks.record(order.id, GOOD)
    assert desk.callbacks.awaited(order.id) is None


def test_a_moment_before_the_work_was_done_or_ahead_is_refused(desk: Desk, clock: FixedClock) -> None:
    order = finished(desk)
    for at in (clock.now() - HOUR, clock.now() + HOUR):
        with pytest.raises(RefusedError) as refused:
            desk.callbacks.record(order.id, NewCallback("fair", "fair", "fair", called_at=at))
        assert refused.value.field == "called_at"
    with pytest.raises(RefusedError) as unknown:
        desk.callbacks.record(order.id, NewCallback("great", "fair", "fair"))
    assert unknown.value.field == "level"


def test_a_void_call_back_is_awaited_anew(desk: Desk) -> None:
    order = finished(desk, category="other")
    row = desk.callbacks.record(order.id, GOOD)
    assert desk.callbacks.void(row.id, "写到别的单上了").voided_at is not None
    assert whats(desk) == [f"完工回访 {order.serial}"]
    assert desk.orders.get(order.id).called_back_at is None
    assert desk.callbacks.rows([row.id])[0][-1] == VOID
    with pytest.raises(RefusedError):
        desk.callbacks.correct(row.id, {"opinion": "好"})


def test_r_order_11_a_bad_answer_is_taken_back_with_a_reason_alone(desk: Desk) -> None:
    """R-ORDER-11: the duty to write ends with it, so it is not typed over in passing."""
    order = finished(desk, category="other")
    row = desk.callbacks.record(order.id, BAD)
    good = {"level": "satisfied", "timing": "satisfied", "problem": ""}
    with pytest.raises(RefusedError, match="不满意") as refused:
        desk.callbacks.correct(row.id, good)
    assert refused.value.field == "reason"
    assert whats(desk) == [f"书面转回 {order.serial}"]
    assert desk.callbacks.correct(row.id, {"problem": "夜里仍滴水，很吵"}).bad  # still bad: no reason asked
    assert not desk.callbacks.correct(row.id, good, "按错了键").bad
    assert whats(desk) == []


def test_the_table_names_what_was_not_well_the_worst_first(desk: Desk) -> None:
    order = finished(desk, category="other")
    said = {
        ("satisfied", "fair", "dissatisfied"): "不满意：态度；一般：时间",
        ("satisfied", "dissatisfied", "dissatisfied"): "不满意：时间、态度",
        ("fair", "fair", "fair"): "一般",
        ("satisfied", "satisfied", "satisfied"): "满意",
    }
    rows = [desk.callbacks.record(order.id, NewCallback(*answers)) for answers in said]
    at = 1 + [field.name for field in CALLBACK.listed].index("satisfaction")
    assert [line[at] for line in desk.callbacks.rows([row.id for row in rows])] == list(said.values())


def test_a_correction_to_a_bad_answer_opens_the_next_step(desk: Desk) -> None:
    order = finished(desk, category="other")
    row = desk.callbacks.record(order.id, GOOD)
    assert desk.callbacks.correct(row.id, {"attitude": "dissatisfied"}).bad
    assert whats(desk) == [f"书面转回 {order.serial}"]
    with pytest.raises(RefusedError):
        desk.callbacks.correct(row.id, {"level": ""})


def test_the_orders_paper_bears_the_last_answers(desk: Desk, clock: FixedClock) -> None:
    order = finished(desk)
    desk.callbacks.record(order.id, BAD)
    clock.advance(DAY)
    desk.callbacks.record(order.id, NewCallback("satisfied", "fair", "satisfied", opinion="早点来"))
    assert desk.callbacks.slip_values([order.id, 999]) == {
        order.id: {
            "callback_at": "11-22 18:26",
            "callback_by": "陈晓婧",
            "callback_level": "满意",
            "callback_time": "一般",
            "callback_attitude": "满意",
            "callback_opinion": "早点来",
        }
    }


def test_the_register_prints_each_call_back_with_the_one_that_followed(desk: Desk, clock: FixedClock) -> None:
    order = finished(desk, "厨房漏水<b>")
    first = desk.callbacks.record(order.id, BAD)
    desk.callbacks.refer(first.id, "重修")
    clock.advance(DAY)
    desk.callbacks.record(order.id, GOOD)
    rows = [
        dict(zip((field.name for field in CALLBACK.printed), row, strict=True))
        for row in desk.callbacks.print_rows(RegisterQuery())
    ]
    assert rows[0]["satisfaction"] == "水平不满意\n时间一般\n态度满意"
    assert rows[0]["problem"] == "夜里仍滴水\n11-21 18:26 书面转工程部：重修"
    assert rows[0]["second"] == "11-22 18:26 满意"
    assert (rows[0]["content"], rows[1]["second"]) == ("厨房漏水<b>", "")
    pdf = PdfDocument(desk.paper.callbacks(RegisterQuery()))
    text = pdf[0].get_textpage().get_text_range().replace("\r\n", "")
    pdf.close()
    assert "客户回访记录表" in text.replace(" ", "")
    assert "厨房漏水<b>" in text


def test_the_register_is_found_by_words_days_and_answers(desk: Desk, clock: FixedClock) -> None:
    lamp, leak = finished(desk, "换灯泡"), finished(desk, "漏水")
    good = desk.callbacks.record(lamp.id, GOOD).id
    bad = desk.callbacks.record(leak.id, BAD).id
    find = desk.callbacks.find
    assert list(find(RegisterQuery())) == [bad, good]
    assert list(find(RegisterQuery(text="滴水"))) == [bad]
    assert list(find(RegisterQuery(text=lamp.serial))) == [good]
    assert list(find(RegisterQuery(choices={"level": "dissatisfied"}))) == [bad]
    assert list(find(RegisterQuery(first_day=clock.today() + DAY))) == []
    row = desk.callbacks.rows([bad, 999, good])
    assert [cells[0] for cells in row] == [bad, good]
    assert len(row[1]) == 1 + len(CALLBACK.listed)


def test_the_register_goes_out_as_a_sheet(desk: Desk, tmp_path: Path) -> None:
    desk.callbacks.record(finished(desk, "=1+1").id, BAD)
    with pytest.raises(NotAllowedError):
        desk.callbacks.export(tmp_path / "c.xlsx", RegisterQuery(), ExportWish("统计"))
    act_as(desk, "supervisor")
    assert desk.callbacks.export(tmp_path / "c.xlsx", RegisterQuery(), ExportWish("统计")) == 1
    sheet = load_workbook(tmp_path / "c.xlsx").active
    head, row = ([cell.value for cell in sheet[number]] for number in (3, 4))
    assert head[: len(CALLBACK.exported)] == [field.label for field in CALLBACK.exported]
    assert (row[head.index("内容")], row[head.index("服务水平")]) == ("=1+1", "不满意")


def test_finance_reads_what_is_due_and_writes_nothing(desk: Desk) -> None:
    order = finished(desk, category="other")
    act_as(desk, "finance")
    assert len(desk.callbacks.due()) == 1
    for command in (
        lambda: desk.callbacks.record(order.id, GOOD),
        desk.callbacks.it_rained,
        desk.callbacks.draw_sample,
    ):
        with pytest.raises(NotAllowedError):
            command()


def test_r_order_11_what_the_department_answers_is_kept_and_its_silence_is_due(
    desk: Desk, clock: FixedClock
) -> None:
    """R-ORDER-11: who answered, when and what; without an answer the repeated call says so once it is late."""
    order = finished(desk, category="other")
    row = desk.callbacks.record(order.id, BAD)
    assert desk.callbacks.reply_due(row) is None
    with pytest.raises(RefusedError, match="还没有书面转回"):
        desk.callbacks.note_reply(row.id, "换了", "王𬱖")
    row = desk.callbacks.refer(row.id, "更换阀芯")
    assert row.awaits_reply
    assert desk.callbacks.reply_due(row) == clock.now() + 2 * DAY
    assert whats(desk) == [f"再次回访 {order.serial}"]
    clock.advance(2 * DAY)
    assert whats(desk) == [f"再次回访 {order.serial}，部门还没有答复"]
    for given, field in ((("", "王𬱖"), "reply"), (("换了", " "), "replied_by")):
        with pytest.raises(RefusedError) as refused:
            desk.callbacks.note_reply(row.id, *given)
        assert refused.value.field == field
    with pytest.raises(RefusedError, match="早于书面转回") as early:
        desk.callbacks.note_reply(row.id, "换了", "王𬱖", clock.now() - 3 * DAY)
    assert early.value.field == "replied_at"
    answered = desk.callbacks.note_reply(row.id, "阀芯已换，试水半小时", "王𬱖", clock.now() - HOUR)
    assert (answered.reply, answered.replied_by) == ("阀芯已换，试水半小时", "王𬱖")
    assert answered.replied_at == clock.now() - HOUR
    assert desk.callbacks.reply_due(answered) is None
    assert whats(desk) == [f"再次回访 {order.serial}"]
    assert "王𬱖答复：阀芯已换" in desk.callbacks.rows([row.id])[0][9]
    with pytest.raises(RefusedError, match="已经登记过"):
        desk.callbacks.note_reply(row.id, "又换了", "王𬱖")
