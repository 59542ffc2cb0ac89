"""What services work with: permissions, the business day, and telling of changes."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from frontdesk.core.actor import PROGRAM, Actor, Permission
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.model import JournalLine
from frontdesk.core.settings import (
    COMPANY_NAME,
    DEPARTMENTS,
    ORDER_COPY_NAMES,
    ORDER_DIGITS,
    ORDER_LAYOUT,
    ORDER_PREFIX,
    SHIFT_HOURS,
    THEME,
    shown_settings,
)
from frontdesk.desk import open_desk
from frontdesk.staff.model import Person

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk


def day_of_an_entry(desk: Desk) -> date:
    with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
        work.add(Person(name="喆", role="clerk"))
        return work.today


def test_nobody_signed_in_writes_nothing(desk: Desk) -> None:
    desk.context.actor = None
    with pytest.raises(NotAllowedError, match="请先登录"), desk.context.transaction(Permission.WRITE_CALLS):
        pass


def test_a_role_that_does_not_reach_is_refused_by_name(desk: Desk) -> None:
    with (
        pytest.raises(NotAllowedError, match="陈晓婧的岗位没有这项权限"),
        desk.context.transaction(Permission.KEEP_STAFF),
    ):
        pass


def test_a_new_record_carries_who_and_when(desk: Desk, clock: FixedClock) -> None:
    with desk.context.transaction(Permission.WRITE_CALLS) as work:
        person = work.add(Person(name="赟", role="clerk"))
    assert (person.created_by, person.created_by_id, person.created_at) == ("陈晓婧", 1, clock.now())


def test_listeners_hear_which_tables_changed_and_only_after_the_commit(desk: Desk) -> None:
    heard: list[frozenset[str]] = []
    desk.context.subscribe(heard.append)
    with desk.context.transaction(Permission.WRITE_CALLS) as work:
        work.add(Person(name="赟", role="clerk"))
        assert heard == []
    assert heard == [frozenset({"person"})]


def test_listeners_hear_nothing_of_what_was_rolled_back(desk: Desk) -> None:
    heard: list[frozenset[str]] = []
    desk.context.subscribe(heard.append)

    def refuse() -> None:
        with desk.context.transaction(Permission.WRITE_CALLS) as work:
            work.add(Person(name="赟", role="clerk"))
            raise RefusedError("不行。")

    with pytest.raises(RefusedError):
        refuse()
    assert heard == []


def test_a_listener_that_fails_neither_undoes_the_save_nor_keeps_others_from_hearing(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[frozenset[str]] = []

    def fail(_tables: frozenset[str]) -> None:
        raise ValueError("a page that broke")

    desk.context.subscribe(fail)
    desk.context.subscribe(heard.append)
    assert day_of_an_entry(desk) == date(2026, 11, 21)
    assert heard == [frozenset({"person"})]
    assert "a page that broke" in caplog.text


def test_r_order_1_a_clock_set_back_neither_brings_back_the_year_nor_stays_unseen(
    desk: Desk, clock: FixedClock
) -> None:
    """R-ORDER-1."""
    today = day_of_an_entry(desk)
    clock.advance(-timedelta(days=6 * 365))
    for _ in range(3):  # the entries made with the wrong clock do not make it right
        assert day_of_an_entry(desk) == today
        assert desk.context.clock_behind() > timedelta(days=5 * 365)


def test_r_order_1_the_business_day_stands_through_a_restart(desk: Desk, clock: FixedClock) -> None:
    """R-ORDER-1."""
    today = day_of_an_entry(desk)
    desk.close()
    clock.advance(-timedelta(days=400))
    again = open_desk(desk.folder, clock=clock)
    assert day_of_an_entry(again) == today
    again.close()


def test_a_clock_that_runs_as_it_should_is_not_warned_of(desk: Desk, clock: FixedClock) -> None:
    assert day_of_an_entry(desk) == date(2026, 11, 21)
    clock.advance(timedelta(hours=8))
    assert desk.context.clock_behind() == timedelta(0)
    assert day_of_an_entry(desk) == date(2026, 11, 22)


def test_a_fresh_file_is_not_behind(desk: Desk) -> None:
    assert desk.context.clock_behind() == timedelta(0)


def test_a_clock_that_was_ahead_is_set_right_once_an_administrator_says_so(
    desk: Desk, clock: FixedClock
) -> None:
    clock.advance(timedelta(days=365))
    assert day_of_an_entry(desk) == date(2027, 11, 21)
    clock.advance(-timedelta(days=365))
    assert day_of_an_entry(desk) == date(2027, 11, 21)
    desk.context.actor = PROGRAM
    desk.context.confirm_clock("电池没电，时钟快了一年")
    assert desk.context.clock_behind() == timedelta(0)
    assert day_of_an_entry(desk) == date(2026, 11, 21)


def test_a_clerk_cannot_confirm_the_clock(desk: Desk) -> None:
    with pytest.raises(NotAllowedError):
        desk.context.confirm_clock("试试")


def test_a_setting_has_its_default_until_it_is_set_and_stays_set(desk: Desk) -> None:
    assert desk.context.settings.get(ORDER_DIGITS) == 6
    desk.context.settings.put(ORDER_DIGITS, 4, actor=PROGRAM)
    desk.context.settings.put(ORDER_DIGITS, 5, actor=PROGRAM)
    desk.context.settings.put(COMPANY_NAME, "安居物业<b>&", actor=PROGRAM)
    desk.close()
    again = open_desk(desk.folder)
    assert again.context.settings.get(ORDER_DIGITS) == 5
    assert again.context.settings.get(COMPANY_NAME) == "安居物业<b>&"
    again.close()


def test_settings_are_kept_by_those_who_may(desk: Desk) -> None:
    with pytest.raises(NotAllowedError):
        desk.context.settings.put(COMPANY_NAME, "别的公司")
    assert desk.context.settings.get(COMPANY_NAME) == ""


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        (ORDER_DIGITS, 2, "应在 3 到 9 之间"),
        (ORDER_DIGITS, 10, "应在 3 到 9 之间"),
        (ORDER_DIGITS, True, "值不对"),
        (ORDER_DIGITS, "6", "值不对"),
        (ORDER_LAYOUT, "fax", "只能是"),
        (THEME, "pink", "只能是"),
        (ORDER_PREFIX, "fw", "大写字母"),
        (ORDER_PREFIX, "", "大写字母"),
        (ORDER_PREFIX, "F" * 9, "大写字母"),
        (ORDER_COPY_NAMES, [" "], "至少要有一联"),
        (SHIFT_HOURS, ["早"], "看不懂"),
        (DEPARTMENTS, [1], "应是文字"),
        (DEPARTMENTS, ["部"] * 201, "最多 200 行"),
        (COMPANY_NAME, "长" * 201, "最多 200 字"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused(desk: Desk, setting, value, told: str) -> None:
    with pytest.raises(RefusedError, match=told) as caught:
        desk.context.settings.put(setting, value, actor=PROGRAM)
    assert caught.value.field == setting.name
    assert desk.context.settings.get(setting) == setting.default


def test_a_job_acts_for_whoever_began_it(desk: Desk) -> None:
    clerk = desk.context.actor
    told: list[Actor | None] = []
    job = desk.context.on_behalf(lambda: told.append(desk.context.actor))
    desk.context.actor = None
    worker = threading.Thread(target=job)
    worker.start()
    worker.join()
    job()
    assert told == [clerk, clerk]
    assert desk.context.actor is None


def test_what_nobody_began_nobody_does(desk: Desk) -> None:
    clerk, desk.context.actor = desk.context.actor, None
    job = desk.context.on_behalf(lambda: desk.context.require(Permission.READ_REGISTERS))
    desk.context.actor = clerk
    with pytest.raises(NotAllowedError, match="请先登录"):
        job()
    assert desk.context.require(Permission.READ_REGISTERS) is clerk


def test_every_default_fits_its_own_setting() -> None:
    for setting in shown_settings():
        assert setting.checked(setting.default) == setting.default


def test_what_no_file_can_store_is_mended_in_a_setting_and_its_reason(desk: Desk) -> None:
    desk.context.settings.put(COMPANY_NAME, " 安居\ud83d ", reason="改\ud83d名", actor=PROGRAM)
    assert desk.context.settings.get(COMPANY_NAME) == "安居�"
    desk.context.settings.put(DEPARTMENTS, ["工程部 ", "", "保安\0部"], actor=PROGRAM)
    assert desk.context.settings.get(DEPARTMENTS) == ["工程部", "保安部"]
    with pytest.raises(RefusedError, match="原因"):
        desk.context.settings.put(COMPANY_NAME, "安居", reason="长" * 401, actor=PROGRAM)


def test_the_clock_is_confirmed_in_one_unit_of_work_or_not_at_all(
    desk: Desk, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.advance(timedelta(days=365))
    day_of_an_entry(desk)
    clock.advance(-timedelta(days=365))
    desk.context.actor = PROGRAM

    def fail(*_args: object) -> None:
        raise RefusedError("不行。")

    with monkeypatch.context() as patched:
        patched.setattr(desk.context.settings, "write", fail)
        with pytest.raises(RefusedError):
            desk.context.confirm_clock("快了一年")
    assert day_of_an_entry(desk) == date(2027, 11, 21)
    with pytest.raises(RefusedError, match="原因"):
        desk.context.confirm_clock("长" * 401)
    desk.context.confirm_clock("快了\ud83d一年")
    with desk.context.read() as session:
        told = session.scalars(select(JournalLine).order_by(JournalLine.seq.desc())).first()
    assert (told.action, told.reason) == ("confirm_clock", "快了�一年")
    assert desk.context.clock_behind() == timedelta(0)
