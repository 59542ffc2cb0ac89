"""Copying and scrapping: by application, agreed by two managers, then registered at the desk (F-KEY-APPL)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.query import VOID, RegisterQuery
from frontdesk.keys.model import KeyApplication
from frontdesk.keys.register import APPLICATION, ApplicationRow, Authority, NewApplication, NewLoan, Wanted

from .conftest import somebody

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

    from .conftest import Enter

DEPARTMENT, PROPERTY = somebody("department_manager", "孙国庆"), somebody("property_manager", "郑赟")


def applied(desk: Desk, key_id: int, kind: str = "copy", quantity: int = 1) -> ApplicationRow:
    return desk.keys.applications.apply(NewApplication(key_id, kind, quantity, "只剩一把", "李䶮", "工程部"))


def approved(desk: Desk, key_id: int, kind: str = "copy", quantity: int = 1) -> int:
    one = applied(desk, key_id, kind, quantity)
    desk.keys.applications.review(one.id, DEPARTMENT)
    return desk.keys.applications.approve(one.id, PROPERTY).id


def test_the_declared_fields_are_columns_of_the_table() -> None:
    assert {field.name for field in APPLICATION.fields} <= set(KeyApplication.__table__.columns.keys())


def test_r_key_3_applications_are_numbered_without_gaps(office: Desk, enter: Enter) -> None:
    """R-KEY-3."""
    a, b = enter("A-01"), enter("A-02")
    with pytest.raises(RefusedError):
        applied(office, a.id, quantity=0)
    first = applied(office, a.id)
    office.keys.applications.void(first.id, "写错")
    assert [first.serial, applied(office, b.id).serial] == ["YS2026-0001", "YS2026-0002"]
    with pytest.raises(RefusedError, match="YS2026-0002 还没有办完"):
        applied(office, b.id, "scrap")


def test_r_key_3_both_managers_agree_in_their_order_and_nobody_else(office: Desk, enter: Enter) -> None:
    """R-KEY-3."""
    service, one = office.keys.applications, applied(office, enter().id)
    assert one.step == "review"
    with pytest.raises(NotAllowedError, match="没有这项权限"):
        service.review(one.id)
    for wrong in (PROPERTY, somebody("supervisor"), somebody("general_manager")):
        with pytest.raises(NotAllowedError, match="客服部经理本人"):
            service.review(one.id, wrong)
    with pytest.raises(RefusedError, match="待部门审核"):
        service.approve(one.id, PROPERTY)
    reviewed = service.review(one.id, DEPARTMENT)
    assert (reviewed.reviewed_by, reviewed.step) == ("孙国庆", "approve")
    with pytest.raises(NotAllowedError, match="物业部经理本人"):
        service.approve(one.id, DEPARTMENT)
    with pytest.raises(RefusedError, match="待物业批准"):
        service.register_copy(one.id)
    assert service.approve(one.id, PROPERTY).step == "register"
    office.context.actor = PROPERTY
    with pytest.raises(NotAllowedError):
        service.register_copy(one.id)


def test_r_key_3_copying_takes_the_key_away_and_the_count_rises(office: Desk, enter: Enter) -> None:
    """R-KEY-3."""
    key = enter("A-01", spare=1)
    one = approved(office, key.id, quantity=2)
    assert office.keys.applications.register_copy(one).state == "copying"
    away = office.keys.held.get(key.id)
    assert (away.state, away.hanging) == ("copying", 0)
    with pytest.raises(RefusedError, match="复制中"):
        office.keys.loans.lend(NewLoan((Wanted(key.id),), "李䶮", "检修"))
    with pytest.raises(RefusedError, match="请写明原因"):
        office.keys.applications.complete_copy(one, 1)
    done = office.keys.applications.complete_copy(one, 1, 1)
    assert (done.state, done.step, done.outcome) == ("done", "", "取回在用 1 把、备用 1 把")
    back = office.keys.held.get(key.id)
    assert (back.state, back.in_use, back.hanging, back.spare, back.change) == ("in", 2, 2, 2, "copied")


def test_a_lost_key_is_copied_without_a_piece_going_away(office: Desk, enter: Enter) -> None:
    key = enter()
    office.keys.held.report_lost(key.id)
    one = approved(office, key.id)
    office.keys.applications.register_copy(one)
    office.keys.applications.complete_copy(one, 1)
    row = office.keys.held.get(key.id)
    assert (row.state, row.in_use, row.lost, row.hanging) == ("in", 2, 1, 1)


def test_r_key_3_a_scrapped_key_takes_its_spare_with_it(office: Desk, enter: Enter) -> None:
    """R-KEY-3, R-KEY-9: taken off the hook, which is free again."""
    key = enter("A-01", "旧门", cabinet="A柜", hook="1", in_use=2, spare=1)
    one = approved(office, key.id, "scrap", 2)
    with pytest.raises(RefusedError, match="申请的是作废"):
        office.keys.applications.register_copy(one)
    (loan,) = office.keys.loans.lend(NewLoan((Wanted(key.id),), "李䶮", "检修"))
    with pytest.raises(RefusedError, match="还有 1 把领出"):
        office.keys.applications.register_scrap(one)
    office.keys.loans.take_back(loan.id)
    authority = Authority(name="沈赟", way="written")
    (spare,) = office.keys.loans.lend(
        NewLoan((Wanted(key.id, spare=True),), "李䶮", "x", authority=authority)
    )
    with pytest.raises(RefusedError, match="备用钥匙还有 1 把领出"):
        office.keys.applications.register_scrap(one)
    office.keys.loans.take_back(spare.id)
    done = office.keys.applications.register_scrap(one)
    assert done.outcome == "作废 2 把，备用 1 把一并作废；已撤下"
    gone = office.keys.held.get(key.id)
    assert (gone.state, gone.in_use, gone.spare, gone.hanging, gone.place) == ("void", 0, 0, 0, "")
    assert VOID in office.keys.held.rows([key.id])[0]
    with pytest.raises(RefusedError, match="已作废"):
        applied(office, key.id)
    with pytest.raises(RefusedError, match="已作废"):
        office.keys.held.correct(key.id, {"in_use": 2})
    again = enter("A-02", "旧门", cabinet="A柜", hook="1")
    assert [one.key_id for one in office.keys.held.board()] == [again.id]


def test_r_key_9_a_scrapped_key_that_stays_carries_its_mark(office: Desk, enter: Enter) -> None:
    """R-KEY-9."""
    key = enter("A-01", cabinet="A柜", hook="1")
    office.keys.applications.register_scrap(approved(office, key.id, "scrap"), marked=True)
    (hook,) = office.keys.held.board()
    assert (hook.state, hook.hanging) == ("void", 0)
    assert office.keys.held.tags([key.id])[0].void_reason == "作废"


def test_r_key_3_what_is_lost_or_damaged_is_scrapped_by_the_piece(office: Desk, enter: Enter) -> None:
    """R-KEY-3."""
    key = enter(in_use=3, spare=1)
    with pytest.raises(RefusedError, match="不多于丢失、损坏的 0 把") as refused:
        applied(office, key.id, "scrap", 1)
    assert refused.value.field == "quantity"
    office.keys.held.report_lost(key.id)
    office.keys.held.report_damaged(key.id)
    office.keys.applications.register_scrap(approved(office, key.id, "scrap", 2))
    row = office.keys.held.get(key.id)
    assert (row.in_use, row.hanging, row.lost, row.damaged, row.spare, row.state) == (1, 1, 0, 0, 1, "in")


def test_r_key_3_a_manager_who_does_not_agree_says_why(office: Desk, enter: Enter) -> None:
    """R-KEY-3."""
    service = office.keys.applications
    one = applied(office, enter("A-01").id)
    with pytest.raises(RefusedError, match="写明原因"):
        service.refuse(one.id, " ", DEPARTMENT)
    with pytest.raises(NotAllowedError):
        service.refuse(one.id, "够用", PROPERTY)
    refused = service.refuse(one.id, "够用", DEPARTMENT)
    assert (refused.state, refused.refused_by, refused.refusal, refused.step) == (
        "refused",
        "孙国庆",
        "够用",
        "",
    )
    with pytest.raises(RefusedError):
        service.review(one.id, DEPARTMENT)
    other = applied(office, enter("A-02").id)
    service.review(other.id, DEPARTMENT)
    assert service.refuse(other.id, "缓办", PROPERTY).refused_by == "郑赟"


def test_an_application_waits_for_somebody_until_it_is_done(
    office: Desk, enter: Enter, clock: FixedClock
) -> None:
    key = enter("A-01")
    one = applied(office, key.id)
    (item,) = office.keys.applications.due(clock.now())
    assert (item.register, item.record_id, item.due_at) == (
        "key_application", one.id, clock.now() + timedelta(days=3),
    )  # fmt: skip
    assert "等部门经理审核" in item.what
    assert list(office.keys.applications.find(RegisterQuery(open_only=True))) == [one.id]
    clock.advance(timedelta(hours=1))
    office.keys.applications.review(one.id, DEPARTMENT)
    (item,) = office.keys.applications.due(clock.now())
    assert item.since == clock.now()
    office.keys.applications.void(one.id, "不用了")
    assert office.keys.applications.due(clock.now()) == []
    assert VOID in office.keys.applications.rows([one.id])[0]


def test_an_application_that_is_registered_is_not_withdrawn(office: Desk, enter: Enter) -> None:
    one = approved(office, enter().id)
    office.keys.applications.register_copy(one)
    with pytest.raises(RefusedError, match="已经登记"):
        office.keys.applications.void(one, "不用了")
