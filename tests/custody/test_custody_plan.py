"""What is due of homes in custody: rounds, after rain, daily at request, the winter's word, security, terms (R-KEY-8)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.clock import FixedClock
from frontdesk.core.errors import RefusedError
from frontdesk.core.settings import CUSTODY_ROUND_DAYS
from frontdesk.custody import rules
from frontdesk.custody.register import NewRequest

from .conftest import HOME, visit

if TYPE_CHECKING:
    from frontdesk.desk import Desk

    from .conftest import Sign

NOW = datetime(2026, 11, 21, 10, 26, tzinfo=UTC)  # 18:26 at the desk
LIMITS = rules.Limits(7, 24, 11, 3)
TODAY = date(2026, 11, 21)
END = timedelta(milliseconds=1)


def whats(desk: Desk, *kinds: str) -> list[tuple[str, str]]:
    found = [(item.what, item.unit_no) for item in desk.custody.due(desk.context.clock.now())]
    return [one for one in found if not kinds or any(kind in one[0] for kind in kinds)]


def it_rained(desk: Desk) -> None:
    desk.callbacks.it_rained()


def test_r_key_8_a_round_is_due_a_week_after_the_last_look(
    office: Desk, sign: Sign, clock: FixedClock
) -> None:
    """R-KEY-8."""
    one = sign()
    assert office.custody.plan.visits() == []
    (coming,) = office.custody.plan.visits(all_homes=True)
    assert (coming.reason, coming.agreement_id, coming.keys, coming.last_at) == (
        "round",
        one.id,
        "T-01",
        None,
    )
    assert office.context.clock.local(coming.due_at).date() == TODAY + timedelta(days=7)
    clock.advance(timedelta(days=7))
    assert whats(office, "巡查") == [("通知保安部外围巡查托管房", HOME), ("托管房定期巡查", HOME)]
    office.custody.inspections.record(visit(office))
    assert whats(office, "定期") == []
    clock.advance(timedelta(days=8))
    (late,) = office.custody.plan.visits()
    assert late.due_at < clock.now()


def test_the_days_between_rounds_are_a_setting(office: Desk, sign: Sign, clock: FixedClock) -> None:
    sign()
    with office.context.transaction(Permission.KEEP_SETTINGS, actor=PROGRAM) as work:
        office.context.settings.write(work, CUSTODY_ROUND_DAYS, 2)
    office.context.settings.load()
    clock.advance(timedelta(days=2))
    assert whats(office, "定期") == [("托管房定期巡查", HOME)]


def test_r_key_8_after_rain_each_home_is_looked_at(office: Desk, sign: Sign, clock: FixedClock) -> None:
    """R-KEY-8."""
    it_rained(office)
    clock.advance(timedelta(hours=1))
    sign()
    assert whats(office, "雨后") == []
    clock.advance(timedelta(hours=1))
    it_rained(office)
    rained = clock.now()
    clock.advance(timedelta(hours=30))
    it_rained(office)
    (wet,) = office.custody.plan.visits()
    assert (wet.reason, wet.since, wet.due_at) == ("rain", rained, rained + timedelta(hours=24))
    assert whats(office, "雨后") == [("托管房雨后巡查", HOME)]
    clock.advance(timedelta(minutes=1))
    office.custody.inspections.record(visit(office, reason="rain"))
    assert whats(office, "雨后") == []


def test_r_key_8_daily_at_request_in_custody_and_vacant(office: Desk, sign: Sign, clock: FixedClock) -> None:
    """R-KEY-8."""
    sign()
    plan = office.custody.plan
    until = TODAY + timedelta(days=2)
    wish = plan.ask_daily(NewRequest(HOME, TODAY, until, "欧阳㛃䶮", "telephone"))
    vacant = plan.ask_daily(NewRequest("12－1－101", TODAY, until, "𬱖喆", "written", "空置"))
    assert vacant.unit_no == "12-1-101"
    assert [(one.unit_no, one.reason) for one in plan.visits()] == [
        (HOME, "request"),
        ("12-1-101", "request"),
    ]
    assert whats(office, "每天") == [("托管房业主要求每天巡查", HOME), ("空置房业主要求每天巡查", "12-1-101")]
    office.custody.inspections.record(visit(office, reason="request"))
    assert [one.unit_no for one in plan.visits()] == ["12-1-101"]
    clock.advance(timedelta(days=1))
    both = plan.visits()
    assert [one.unit_no for one in both] == ["12-1-101", HOME]
    assert both[0].due_at < clock.now() < both[1].due_at
    assert [one.id for one in plan.requests()] == [vacant.id, wish.id]
    plan.withdraw_daily(vacant.id, "业主回来了")
    assert [one.unit_no for one in plan.visits()] == [HOME]
    with pytest.raises(RefusedError, match="已经撤回"):
        plan.withdraw_daily(vacant.id, "业主回来了")
    with pytest.raises(RefusedError):
        plan.withdraw_daily(wish.id, " ")
    clock.advance(timedelta(days=2))
    assert plan.visits() == []  # the request is over


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"unit_no": ""}, "unit_no"),
        ({"asked_by": ""}, "asked_by"),
        ({"way": ""}, "way"),
        ({"last_day": TODAY - timedelta(days=1)}, "last_day"),
        ({"first_day": TODAY + timedelta(days=9)}, "last_day"),
        ({"asked_at": NOW + timedelta(hours=1)}, "asked_at"),
        ({}, "first_day"),
    ],
)
def test_a_request_that_cannot_be_is_refused_at_its_field(
    office: Desk, values: dict[str, object], field: str
) -> None:
    known = {"unit_no": HOME, "first_day": TODAY, "last_day": TODAY + timedelta(days=3)}
    known |= {"asked_by": "欧阳㛃䶮", "way": "telephone"}
    if not values:
        office.custody.plan.ask_daily(NewRequest(**known))  # type: ignore[arg-type]
    with pytest.raises(RefusedError) as refused:
        office.custody.plan.ask_daily(NewRequest(**(known | values)))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_r_key_8_in_winter_each_owner_is_told_once(office: Desk, sign: Sign, clock: FixedClock) -> None:
    """R-KEY-8."""
    one = sign()
    plan = office.custody.plan
    assert whats(office, "冬季") == [("通知业主冬季空调低温运行", HOME)]
    assert plan.tell_winter(HOME, "telephone", "欧阳㛃䶮", "没人接", reached=False).winter == 2026
    (still,) = plan.untold()
    assert (still.agreement_id, still.tries, still.owner) == (one.id, 1, "欧阳㛃䶮")
    told = plan.tell_winter("3－2－1102", "message", "欧阳㛃䶮", "已开 16 度")
    assert (told.unit_no, told.told_by, told.reached) == (HOME, "陈晓婧", True)
    assert plan.untold() == []
    assert [row.reached for row in plan.winters(HOME)] == [True, False]
    with pytest.raises(RefusedError, match="今冬已经通知过"):
        plan.tell_winter(HOME, "telephone", "欧阳㛃䶮")
    plan.tell_winter("12-1-101", "telephone", "𬱖喆")  # a vacant home's owner, too
    clock.put(datetime(2027, 4, 2, 2, 0, tzinfo=UTC))
    assert plan.untold() == []
    with pytest.raises(RefusedError, match="不是冬季"):
        plan.tell_winter(HOME, "telephone", "欧阳㛃䶮")
    clock.put(datetime(2027, 11, 2, 2, 0, tzinfo=UTC))
    assert [home.unit_no for home in plan.untold()] == [HOME]


def test_r_key_8_security_is_told_to_walk_round(office: Desk, sign: Sign) -> None:
    """R-KEY-8."""
    with pytest.raises(RefusedError, match="没有托管房"):
        office.paper.custody_rounds()
    one = sign()
    assert whats(office, "保安") == [("通知保安部外围巡查托管房", HOME)]
    text = PdfDocument(office.paper.custody_rounds())[0].get_textpage().get_text_range()
    assert all(word in text for word in ("内部联络单", "保安部", HOME, "周赟"))
    with pytest.raises(RefusedError):
        office.custody.agreements.tell_security([one.id], "")
    office.custody.agreements.tell_security([one.id], "何强")
    assert office.custody.agreements.get(one.id).security_told_to == "何强"
    assert whats(office, "保安") == []


def test_a_term_that_ends_and_a_problem_are_due(office: Desk, sign: Sign, clock: FixedClock) -> None:
    sign(ends_on=TODAY + timedelta(days=8))
    assert whats(office, "到期") == []
    clock.advance(timedelta(days=1))
    assert whats(office, "到期") == [("托管到期 TG2026-0001，请业主续签或领回钥匙", HOME)]
    one = office.custody.inspections.record(visit(office, air="abnormal", problem="空调停了"))
    assert whats(office, "问题") == [("上报托管房巡查发现的问题", HOME)]
    office.custody.inspections.report(one.id, "业主")
    assert whats(office, "问题") == [("处理托管房巡查发现的问题", HOME)]
    office.custody.inspections.settle(one.id, "业主远程打开")
    assert whats(office, "问题") == []


@pytest.mark.parametrize(
    ("day", "first", "last", "winter"),
    [
        (date(2026, 11, 1), 11, 3, 2026),
        (date(2027, 3, 31), 11, 3, 2026),
        (date(2027, 4, 1), 11, 3, None),
        (date(2026, 10, 31), 11, 3, None),
        (date(2026, 1, 5), 1, 2, 2026),
        (date(2026, 3, 1), 1, 2, None),
    ],
)
def test_a_winter_is_named_after_the_year_in_which_it_begins(
    day: date, first: int, last: int, winter: int | None
) -> None:
    assert rules.winter_of(day, rules.Limits(7, 24, first, last)) == winter


@given(st.lists(st.integers(0, 200), max_size=8), st.none() | st.integers(0, 200))
def test_r_key_8_what_is_due_lies_after_the_last_look(rained: list[int], looked: int | None) -> None:
    """R-KEY-8: a look settles every rain before it, and the first one after it counts."""
    begin = NOW
    rains = sorted(begin + timedelta(hours=hours) for hours in rained)
    last = begin + timedelta(hours=looked) if looked is not None else None
    due = rules.after_rain(begin, last, rains, LIMITS)
    after = [rain for rain in rains if rain > (last or begin)]
    assert (due.since if due else None) == (after[0] if after else None)
    coming = rules.next_round(begin, last, FixedClock(NOW), LIMITS)
    assert coming.since == (last or begin)
    assert timedelta(days=7) - END <= coming.due_at - coming.since <= timedelta(days=8)
