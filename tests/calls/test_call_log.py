"""Writing, correcting, voiding and settling lines of the call log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from frontdesk.calls.register import CALL, CallRow, NewCall
from frontdesk.core import journal
from frontdesk.core.clock import FixedClock
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.model import JournalLine
from frontdesk.core.query import RegisterQuery
from frontdesk.core.settings import REPLY_HOURS
from frontdesk.desk import Desk
from frontdesk.estate.register import NewUnit

LEAK = NewCall("厨房下水堵塞，水已漫到地面", "C", unit_no="3-2-1102", caller="张㛃", number="138 0013 8000")


def journal_actions(desk: Desk, register: str = "call") -> list[tuple[str, str]]:
    lines = select(JournalLine.action, JournalLine.reason).where(JournalLine.register == register)
    with desk.context.read() as session:
        return [tuple(row) for row in session.execute(lines.order_by(JournalLine.seq))]


def changed_by(desk: Desk, action: Callable[[], object]) -> int:
    """How many lines the journal grew by."""
    with desk.context.read() as session:
        before, _ = journal.head(session.connection())
    action()
    with desk.context.read() as session:
        after, _ = journal.head(session.connection())
    return after - before


def test_r_call_1_a_line_has_day_time_room_number_reason_and_who_answered(desk: Desk) -> None:
    """R-CALL-1."""
    row = desk.calls.log(LEAK)
    assert (row.day, row.day_no) == (date(2026, 11, 21), 1)
    assert row.logged_at == datetime(2026, 11, 21, 10, 26, tzinfo=UTC)
    assert (row.unit_no, row.number, row.caller) == ("3-2-1102", "138 0013 8000", "张㛃")
    assert (row.answered_by, row.reason) == ("陈晓婧", "厨房下水堵塞，水已漫到地面")
    assert (row.progress, row.tone) == ("未完成", "warn")
    assert desk.calls.get(row.id) == row


def test_a_line_needs_no_more_than_reason_and_category(desk: Desk) -> None:
    assert desk.calls.log(NewCall("外来：应聘保洁", "D")).unit_no == ""


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewCall("", "C"), "reason"),
        (NewCall(" \n\t", "C"), "reason"),
        (NewCall("停水", ""), "category"),
        (NewCall("停水", "E"), "category"),
        (NewCall("停水", "c"), "category"),
        (NewCall("长" * 4001, "C"), "reason"),
        (NewCall("停水", "C", unit_no="x" * 41), "unit_no"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field_and_takes_no_number(
    desk: Desk, new: NewCall, field: str
) -> None:
    with pytest.raises(RefusedError) as refusal:
        desk.calls.log(new)
    assert refusal.value.field == field
    assert desk.calls.log(LEAK).day_no == 1


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ('<b>免单</b> & =HYPERLINK("x")', '<b>免单</b> & =HYPERLINK("x")'),
        ("一行\r\n二行\t三", "一行\n二行\t三"),
        ("㛃䶮𬱖喆赟😀", "㛃䶮𬱖喆赟😀"),
        ("坏\ud83d字\0", "坏�字"),
        ("字" * 4000, "字" * 4000),
    ],
)
def test_what_residents_say_is_kept_as_data(desk: Desk, said: str, kept: str) -> None:
    row = desk.calls.log(NewCall(said, "A", caller="𬱖"))
    assert desk.calls.get(row.id).reason == kept
    assert list(desk.calls.find(RegisterQuery(text="𬱖"))) == [row.id]


def test_full_width_telephones_are_folded(desk: Desk) -> None:
    row = desk.calls.log(NewCall("停水", "B", number="１３８ 0013 8000"))
    assert row.number == "138 0013 8000"
    assert list(desk.calls.find(RegisterQuery(text="13800138000"))) == [row.id]


def test_numbers_begin_anew_each_day_and_never_run_back(desk: Desk, clock: FixedClock) -> None:
    assert [desk.calls.log(LEAK).day_no for _ in range(2)] == [1, 2]
    clock.advance(timedelta(days=1))
    tomorrow = desk.calls.log(LEAK)
    assert (tomorrow.day, tomorrow.day_no) == (date(2026, 11, 22), 1)
    clock.advance(timedelta(days=-300))
    set_back = desk.calls.log(LEAK)
    assert (set_back.day, set_back.day_no) == (date(2026, 11, 22), 2)


def test_r_call_4_an_open_enquiry_is_promised_word_within_the_usual_hours(desk: Desk) -> None:
    """R-CALL-4."""
    row = desk.calls.log(NewCall("询问周日能否装修", "B"))
    assert row.promised_at == desk.context.clock.now() + timedelta(hours=24)
    assert (row.progress, row.tone) == ("承诺 明天 18:26", "info")


def test_r_call_4_the_usual_hours_are_a_setting(desk: Desk, signed_in) -> None:
    """R-CALL-4."""
    with signed_in("administrator"):
        desk.context.settings.put(REPLY_HOURS, 2)
    row = desk.calls.log(NewCall("询问周日能否装修", "B"))
    assert row.promised_at == desk.context.clock.now() + timedelta(hours=2)


def test_r_call_4_an_agreed_time_goes_before_the_usual_one(desk: Desk) -> None:
    """R-CALL-4."""
    agreed = desk.context.clock.now() + timedelta(minutes=34)
    row = desk.calls.log(NewCall("夜间噪音", "A", promised_at=agreed))
    assert (row.promised_at, row.progress, row.tone) == (agreed, "承诺 19:00", "warn")


def test_a_question_answered_at_once_is_settled_and_promises_nothing(desk: Desk) -> None:
    row = desk.calls.log(NewCall("停水什么时候恢复", "B", outcome="已答复", settled=True))
    assert (row.promised_at, row.settled_at, row.progress) == (None, desk.context.clock.now(), "已答复")


def test_r_call_4_promises_stand_in_order_with_the_time_left_and_who_took_the_call(
    desk: Desk, clock: FixedClock, signed_in
) -> None:
    """R-CALL-4."""
    now = clock.now()
    late = desk.calls.log(NewCall("楼上噪音", "A", promised_at=now + timedelta(hours=1)))
    usual = desk.calls.log(NewCall("询问装修", "B"))
    desk.calls.log(NewCall("送水", "C"))
    settled = desk.calls.log(NewCall("询问停车", "B"))
    desk.calls.reply(settled.id)
    clock.advance(timedelta(hours=2))
    with signed_in("clerk", "李慕颇"):  # the next clerk sees them after the handover
        due = desk.calls.promised_due()
    assert [(reply.call.id, reply.left) for reply in due] == [
        (late.id, timedelta(hours=-1)),
        (usual.id, timedelta(hours=22)),
    ]
    assert {reply.call.answered_by for reply in due} == {"陈晓婧"}
    assert (due[0].call.progress, due[0].call.tone) == ("逾期 19:26", "danger")


def test_r_call_4_another_clerk_replies_and_the_first_stays_responsible(desk: Desk, signed_in) -> None:
    """R-CALL-4."""
    asked = desk.calls.log(NewCall("询问装修", "B"))
    with signed_in("clerk", "李慕颇"):
        answered = desk.calls.reply(asked.id, "周日不可以，已告知")
    assert (answered.answered_by, answered.outcome) == ("陈晓婧", "周日不可以，已告知")
    assert answered.settled_at == desk.context.clock.now()
    assert desk.calls.promised_due() == []
    assert journal_actions(desk)[-1] == ("reply", "")


def test_another_time_may_be_promised_but_not_one_that_is_past(desk: Desk) -> None:
    asked = desk.calls.log(NewCall("询问装修", "B"))
    later = desk.context.clock.now() + timedelta(days=2)
    assert desk.calls.promise(asked.id, later).promised_at == later
    with pytest.raises(RefusedError) as refusal:
        desk.calls.promise(asked.id, desk.context.clock.now())
    assert refusal.value.field == "promised_at"


def test_settling_twice_is_refused_and_a_wrong_tick_is_taken_back(desk: Desk) -> None:
    row = desk.calls.log(LEAK)
    assert desk.calls.settle(row.id, "已通").progress == "已通"
    with pytest.raises(RefusedError):
        desk.calls.settle(row.id)
    assert desk.calls.reopen(row.id).settled_at is None
    with pytest.raises(RefusedError):
        desk.calls.reopen(row.id)
    assert desk.calls.settle(row.id).settled_at is not None


def test_r_call_5_what_is_beyond_the_company_is_reported_to_the_outside_body(desk: Desk) -> None:
    """R-CALL-5."""
    row = desk.calls.log(NewCall("小区外路灯不亮", "C"))
    reported = desk.calls.report_outside(row.id, "政务服务热线", "工单 8812")
    assert (reported.outside_body, reported.outcome) == ("政务服务热线", "已转报政务服务热线 工单 8812")
    assert reported.settled_at is not None
    assert list(desk.calls.find(RegisterQuery(text="政务服务"))) == [row.id]
    with pytest.raises(RefusedError):
        desk.calls.report_outside(desk.calls.log(LEAK).id, " ")


def test_a_clerk_corrects_an_own_line_and_the_old_words_stay_in_the_journal(desk: Desk) -> None:
    row = desk.calls.log(LEAK)
    corrected = desk.calls.correct(row.id, {"reason": "卫生间下水堵塞", "number": "13900001111"})
    assert (corrected.reason, corrected.number, corrected.day_no) == ("卫生间下水堵塞", "13900001111", 1)
    with desk.context.read() as session:
        content = session.scalars(select(JournalLine.content).where(JournalLine.action == "correct")).one()
    assert '"reason":["厨房下水堵塞，水已漫到地面","卫生间下水堵塞"]' in content
    assert not desk.calls.find(RegisterQuery(text="厨房"))
    assert list(desk.calls.find(RegisterQuery(text="13900001111"))) == [row.id]
    assert list(desk.calls.find(RegisterQuery(text="13800138000"))) == []


def test_a_correction_that_changes_nothing_leaves_no_line_in_the_journal(desk: Desk) -> None:
    row = desk.calls.log(LEAK)
    assert changed_by(desk, lambda: desk.calls.correct(row.id, {"reason": LEAK.reason})) == 0


@pytest.mark.parametrize("field", ["day_no", "day", "logged_at", "answered_by", "order_serial", "created_by"])
def test_what_proves_a_line_cannot_be_corrected(desk: Desk, field: str) -> None:
    row = desk.calls.log(LEAK)
    with pytest.raises(KeyError):
        desk.calls.correct(row.id, {field: "1"})


def test_after_the_shift_a_supervisor_corrects_with_a_reason(
    desk: Desk, clock: FixedClock, signed_in
) -> None:
    row = desk.calls.log(LEAK)
    clock.advance(timedelta(hours=8))
    with pytest.raises(NotAllowedError):
        desk.calls.correct(row.id, {"reason": "漏水"})
    with signed_in("supervisor"):
        with pytest.raises(RefusedError) as refusal:
            desk.calls.correct(row.id, {"reason": "漏水"})
        assert refusal.value.field == "reason"
        assert desk.calls.correct(row.id, {"reason": "漏水"}, "业主更正").reason == "漏水"
    assert journal_actions(desk)[-1] == ("correct", "业主更正")


def test_another_clerks_line_is_not_corrected_nor_voided(desk: Desk, signed_in) -> None:
    row = desk.calls.log(LEAK)
    with signed_in("clerk", "李慕颇"):
        with pytest.raises(NotAllowedError):
            desk.calls.correct(row.id, {"reason": "漏水"})
        with pytest.raises(NotAllowedError):
            desk.calls.void(row.id, "写错")


def test_a_void_line_keeps_its_number_and_its_reason_and_is_done_with(desk: Desk) -> None:
    row = desk.calls.log(NewCall("询问装修", "B"))
    with pytest.raises(RefusedError) as refusal:
        desk.calls.void(row.id, " ")
    assert refusal.value.field == "reason"
    voided = desk.calls.void(row.id, "号码打错")
    assert (voided.day_no, voided.void_reason, voided.progress) == (1, "号码打错", "作废")
    assert desk.calls.promised_due() == []
    for command in (desk.calls.settle, desk.calls.reply, desk.calls.reopen):
        with pytest.raises(RefusedError):
            command(row.id)
    with pytest.raises(RefusedError):
        desk.calls.correct(row.id, {"reason": "漏水"})
    assert desk.calls.log(LEAK).day_no == 2


@pytest.mark.parametrize("role", ["finance", "mail_carrier"])
def test_those_without_the_registers_read_no_call(desk: Desk, signed_in, role: str) -> None:
    row = desk.calls.log(LEAK)
    reads: list[Callable[[], object]] = [
        lambda: desk.calls.get(row.id),
        lambda: desk.calls.find(RegisterQuery()),
        lambda: desk.calls.rows([row.id]),
        desk.calls.promised_due,
        desk.calls.counts,
        lambda: desk.calls.summary(date(2026, 11, 21)),
        lambda: list(desk.calls.print_rows(RegisterQuery())),
    ]
    with signed_in(role):
        for read in reads:
            with pytest.raises(NotAllowedError):
                read()


def test_an_administrator_writes_no_line(desk: Desk, signed_in) -> None:
    with signed_in("administrator"), pytest.raises(NotAllowedError):
        desk.calls.log(LEAK)


def test_r_res_2_telephones_are_masked_for_those_who_neither_write_nor_need_them(
    desk: Desk, signed_in
) -> None:
    """R-RES-2."""
    row = desk.calls.log(LEAK)
    with signed_in("clerk", "李慕颇"):
        assert desk.calls.get(row.id).number == "138 0013 8000"
    with signed_in("administrator"):
        assert desk.calls.get(row.id).number == "138 **** 8000"


def test_the_twelve_columns_are_printed_in_their_order_oldest_first(desk: Desk) -> None:
    first = desk.calls.log(LEAK)
    desk.calls.log(NewCall("询问装修", "B", recipient="客服部", remarks="急"))
    third = desk.calls.log(NewCall("打错", "D"))
    desk.calls.void(third.id, "不是本小区")
    rows = list(desk.calls.print_rows(RegisterQuery()))
    assert rows[0] == (
        *("1", "2026-11-21", "18:26", "3-2-1102", "138 0013 8000", first.reason, ""),
        *("陈晓婧", "", "未完成", "C", ""),
    )
    assert rows[1][8:] == ("客服部", "承诺 11-22 18:26", "B", "急")
    assert rows[2][9] == "作废：不是本小区"
    assert [field.label for field in CALL.printed] == [
        *("序号", "记录日期", "记录时间", "房间号", "来电号码", "来电缘由"),
        *("工单编号", "接听人", "信息接受人", "完成情况", "信息类别", "备注"),
    ]
    assert CALL.foot_note == "注:信息类别A代表投诉;B代表询问;C代表合理建议、需求;D代表其它"


def test_each_table_row_has_one_string_for_each_listed_field(desk: Desk) -> None:
    row = desk.calls.log(NewCall("一行\n二行", "A", caller="王𬱖", unit_no="别墅A12"))
    (cells,) = desk.calls.rows([row.id])
    width = len(CALL.listed)
    assert cells[: width + 1] == (row.id, "1", "18:26", "别墅A12", "王𬱖", "一行 二行", "", "A", "未完成")
    assert set(cells[width + 1 :]) == {"category=danger", "outcome=warn"}
    desk.calls.void(row.id, "错")
    assert "void" in desk.calls.rows([row.id])[0]


def test_rows_come_in_the_order_asked_and_unknown_ids_are_left_out(desk: Desk) -> None:
    ids = [desk.calls.log(LEAK).id for _ in range(3)]
    assert [row[0] for row in desk.calls.rows([ids[2], 99, ids[0]])] == [ids[2], ids[0]]


def test_the_head_counts_the_day_and_what_is_open(desk: Desk, clock: FixedClock) -> None:
    desk.calls.log(LEAK)
    clock.advance(timedelta(days=1))
    settled = desk.calls.log(LEAK)
    desk.calls.settle(settled.id)
    counts = desk.calls.counts()
    assert (counts.received, counts.open) == (1, 1)
    assert desk.calls.counts(date(2026, 11, 21)).received == 1


def test_a_households_card_shows_its_newest_calls_and_no_void_ones(desk: Desk, signed_in) -> None:
    with signed_in("clerk"):
        unit = desk.estate.add_unit(NewUnit("3-2-1102")).id
    rows = [desk.calls.log(NewCall(f"第{n}次", "C", unit_id=unit)) for n in range(7)]
    desk.calls.log(replace(LEAK, unit_no="8-3-2004"))
    desk.calls.void(rows[6].id, "错")
    assert [row.id for row in desk.calls.recent_for_unit(unit)] == [row.id for row in rows[5:0:-1]]


def test_a_call_row_holds_what_new_call_gives() -> None:
    given = set(NewCall.__dataclass_fields__) - {"settled", "draft_id"}
    assert given <= set(CallRow.__dataclass_fields__)


def test_the_draft_goes_with_the_call_that_it_became(desk: Desk) -> None:
    draft_id = desk.drafts.save("calls", {"reason": "漏水"})
    with pytest.raises(RefusedError):
        desk.calls.log(NewCall("", "C", draft_id=draft_id))
    assert desk.drafts.latest("calls") is not None
    desk.calls.log(NewCall("漏水", "C", draft_id=draft_id))
    assert desk.drafts.latest("calls") is None


def test_what_a_person_may_correct_is_known_before_anything_is_typed(
    desk: Desk, signed_in, clock: FixedClock
) -> None:
    """roles.md: one's own of the running shift, any other by a supervisor; no void line by anybody."""
    row = desk.calls.log(NewCall("漏水", "C"))
    assert desk.calls.may_correct(row)
    assert not desk.calls.may_correct(replace(row, answered_by_id=99))
    with signed_in("supervisor"):
        assert desk.calls.may_correct(row)
        assert not desk.calls.may_correct(replace(row, voided_at=clock.now()))
    clock.put(clock.now() + timedelta(days=1))
    assert not desk.calls.may_correct(row)
