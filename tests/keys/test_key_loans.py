"""Keys lent and returned: who has what, until when, and whose word let a spare go (F-KEY-LOAN)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.query import VOID, RegisterQuery
from frontdesk.core.settings import KEY_DUE_TIME
from frontdesk.keys.model import Key, KeyLoan
from frontdesk.keys.register import LOAN, Authority, LoanRow, NewKey, NewLoan, Wanted

from .conftest import somebody

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

    from .conftest import Enter


def lent(desk: Desk, *key_ids: int, **values: Any) -> tuple[LoanRow, ...]:
    wanted = tuple(map(Wanted, key_ids))
    return desk.keys.loans.lend(NewLoan(wanted, **({"borrower": "李䶮", "reason": "检修水泵"} | values)))


def test_the_declared_fields_are_columns_of_the_table() -> None:
    columns = set(KeyLoan.__table__.columns.keys())
    assert {field.name for field in LOAN.fields} - {"state"} <= columns


def test_r_key_2_several_keys_are_lent_to_one_borrower_at_once(office: Desk, enter: Enter) -> None:
    """R-KEY-2."""
    a, b = enter("A-01"), enter("A-02", in_use=2)
    first, second = lent(office, a.id, b.id, department="工程部")
    assert [(one.number, one.borrower, one.department, one.reason) for one in (first, second)] == [
        ("A-01", "李䶮", "工程部", "检修水泵"),
        ("A-02", "李䶮", "工程部", "检修水泵"),
    ]
    assert (first.lent_by, first.state, first.still_out) == ("陈晓婧", "out", 1)
    held = office.keys.held
    assert (held.get(a.id).state, held.get(a.id).holder) == ("out", "李䶮")
    assert (held.get(b.id).state, held.get(b.id).hanging) == ("in", 1)
    assert [one.number for one in office.keys.loans.of_borrower(" 李䶮 ")] == ["A-01", "A-02"]
    assert office.keys.loans.borrowers() == [("李䶮", "工程部", "staff")]


@pytest.mark.parametrize("missing", ["borrower", "reason"])
def test_r_key_2_borrowing_needs_a_borrower_and_a_reason(office: Desk, enter: Enter, missing: str) -> None:
    """R-KEY-2."""
    key = enter()
    with pytest.raises(RefusedError) as refused:
        lent(office, key.id, **{missing: " "})
    assert refused.value.field == missing


def test_r_key_2_a_key_that_is_out_is_not_lent_again_and_the_basket_stays_whole(
    office: Desk, enter: Enter
) -> None:
    """R-KEY-2."""
    a, b = enter("A-01"), enter("A-02")
    lent(office, b.id)
    with pytest.raises(RefusedError, match="A-02 现在是“领出”") as refused:
        lent(office, a.id, b.id)
    assert (refused.value.field, refused.value.rule) == ("number", "R-KEY-2")
    assert office.keys.held.get(a.id).state == "in"
    with pytest.raises(RefusedError, match="请先输入"):
        lent(office)


def test_r_key_2_a_void_key_is_never_lent(office: Desk, enter: Enter) -> None:
    """R-KEY-2."""
    key = enter("T-01", kind="custody", unit_no="9-9-901")
    with office.context.transaction(Permission.WRITE_KEYS) as work:
        office.keys.held.give_up_within(work, work.session.get_one(Key, key.id), "业主")
    with pytest.raises(RefusedError, match="已作废") as refused:
        lent(office, key.id)
    assert refused.value.rule == "R-KEY-2"
    with pytest.raises(RefusedError, match="已作废"):
        office.keys.loans.lend(
            NewLoan(
                (Wanted(key.id, spare=True),), "李䶮", "x", authority=Authority(somebody("general_manager"))
            )
        )


def test_r_key_2_a_return_tells_who_brought_it_and_who_took_it(
    office: Desk, enter: Enter, clock: FixedClock
) -> None:
    """R-KEY-2."""
    key = enter(in_use=3)
    (loan,) = office.keys.loans.lend(NewLoan((Wanted(key.id, 3),), "李䶮", "检修"))
    clock.advance(timedelta(minutes=30))
    part = office.keys.loans.take_back(loan.id, 1, "王强")
    assert (part.state, part.still_out, part.closed_at) == ("out", 2, None)
    with pytest.raises(RefusedError, match="还有 2 把没还"):
        office.keys.loans.take_back(loan.id, 3)
    whole = office.keys.loans.take_back(loan.id)
    assert (whole.state, whole.returned_by, whole.received_by) == ("back", "李䶮", "陈晓婧")
    assert whole.closed_at == clock.now()
    key = office.keys.held.get(key.id)
    assert (key.state, key.holder, key.change_note) == ("in", "", "归还")
    with pytest.raises(RefusedError, match="已经了结"):
        office.keys.loans.take_back(loan.id)


def test_a_number_that_is_typed_finds_its_open_loans_and_all_come_back_at_once(
    office: Desk, enter: Enter
) -> None:
    key = enter("A-01", in_use=2)
    lent(office, key.id)
    lent(office, key.id, borrower="王喆")
    assert office.keys.held.get(key.id).holder == "李䶮、王喆"
    found = office.keys.held.find_key("a1")
    assert found is not None
    loans = office.keys.loans.of_key(found.id, open_only=True)
    assert [one.borrower for one in loans] == ["王喆", "李䶮"]
    office.keys.loans.take_back_all([one.id for one in loans], "王喆")
    assert office.keys.held.get(key.id).hanging == 2
    assert office.keys.loans.of_key(key.id, open_only=True) == []


def test_r_key_2_a_key_is_due_the_same_day_and_late_after_it(
    office: Desk, enter: Enter, clock: FixedClock
) -> None:
    """R-KEY-2: at 18:26 the day's end of duty is past, so the shift's end counts."""
    key = enter("A-01", "水泵房")
    (loan,) = lent(office, key.id)
    assert loan.due_at == clock.moment(date(2026, 11, 21), datetime.strptime("22:00", "%H:%M").time())  # noqa: DTZ007
    (item,) = office.keys.loans.due(clock.now())
    assert (item.register, item.record_id, item.who, item.due_at) == (
        "key_loan",
        loan.id,
        "李䶮",
        loan.due_at,
    )
    assert "A-01 水泵房" in item.what
    clock.advance(timedelta(hours=4))
    assert office.keys.loans.get(loan.id).state == "late"
    assert list(office.keys.loans.find(RegisterQuery(choices={"state": "late"}))) == [loan.id]
    (row,) = office.keys.loans.rows([loan.id])
    assert {"state=danger", "due_at=danger"} <= set(row)
    prolonged = office.keys.loans.prolong(loan.id, clock.now() + timedelta(days=2), "还没修完")
    assert prolonged.state == "out"
    assert office.keys.loans.due(clock.now()) == []
    with pytest.raises(RefusedError) as refused:
        office.keys.loans.prolong(loan.id, clock.now())
    assert refused.value.field == "due_at"


def test_the_end_of_duty_is_a_setting(office: Desk, enter: Enter, clock: FixedClock) -> None:
    with pytest.raises(RefusedError, match="18:00"):
        office.context.settings.put(KEY_DUE_TIME, "下班", actor=PROGRAM)
    office.context.settings.put(KEY_DUE_TIME, "20:30", actor=PROGRAM)
    (loan,) = lent(office, enter().id)
    assert loan.due_at is not None
    assert f"{clock.local(loan.due_at):%H:%M}" == "20:30"
    with pytest.raises(RefusedError) as refused:
        lent(office, enter("A-02").id, due_at=clock.now())
    assert refused.value.field == "due_at"


def test_somebody_s_own_key_is_out_without_an_end(office: Desk, enter: Enter, clock: FixedClock) -> None:
    key = enter("C-01", "财务保险柜", kind="office", holder="吴丽", in_use=2)
    assert (key.state, key.holder, key.hanging) == ("out", "吴丽", 0)
    (loan,) = office.keys.loans.of_key(key.id)
    assert (loan.due_at, loan.quantity) == (None, 2)
    clock.advance(timedelta(days=400))
    assert office.keys.loans.get(loan.id).state == "out"
    assert office.keys.loans.due(clock.now()) == []
    assert "长期" in office.keys.loans.rows([loan.id])[0]


def test_r_key_4_a_spare_goes_with_the_general_manager_s_word_only(office: Desk, enter: Enter) -> None:
    """R-KEY-4: proved by the own PIN, or told by whom and how."""
    key = enter("A-01", spare=2)
    spare = (Wanted(key.id, spare=True),)

    def asked(authority: Authority | None) -> LoanRow:
        return office.keys.loans.lend(NewLoan(spare, "李䶮", "丢了在用的", authority=authority))[0]

    assert office.keys.loans.needs_authority(key.id, spare=True)
    for wrong in (None, Authority(name="沈赟"), Authority(way="telephone"), Authority(name="沈赟", way="")):
        with pytest.raises(RefusedError) as refused:
            asked(wrong)
        assert (refused.value.field, refused.value.rule) == ("authority", "R-KEY-4")
    with pytest.raises(NotAllowedError, match="项目总经理"):
        asked(Authority(by=somebody("property_manager")))
    present = asked(Authority(by=somebody("general_manager", "沈赟")))
    told = asked(Authority(name="沈赟", way="telephone"))
    assert (present.authorised_by, present.authorised_way, present.is_spare) == ("沈赟", "present", True)
    assert (told.authorised_way, told.authorised_at) == ("telephone", office.context.clock.now())
    assert office.keys.held.get(key.id).spare_hanging == 0
    assert office.keys.held.get(key.id).hanging == 1
    with pytest.raises(RefusedError, match="都不在库"):
        asked(Authority(name="沈赟", way="written"))
    office.keys.loans.take_back(told.id)
    assert office.keys.held.get(key.id).spare_hanging == 1
    lost = office.keys.loans.report_lost(present.id)
    assert lost.state == "lost"
    assert office.keys.held.get(key.id).spare == 1


def test_r_key_4_a_key_that_is_kept_as_a_spare_asks_for_it_too(office: Desk, enter: Enter) -> None:
    """R-KEY-4."""
    key = enter("S-01", kind="spare")
    assert office.keys.loans.needs_authority(key.id)
    with pytest.raises(RefusedError, match="授权"):
        lent(office, key.id)
    (loan,) = lent(office, key.id, authority=Authority(name="沈赟", way="written"))
    assert loan.authorised_by == "沈赟"
    (usual,) = lent(office, enter("A-01").id, authority=Authority(name="沈赟", way="written"))
    assert usual.authorised_by == ""


def test_what_a_borrower_lost_closes_the_loan_and_can_be_found_again(office: Desk, enter: Enter) -> None:
    key = enter(in_use=2)
    (loan,) = office.keys.loans.lend(NewLoan((Wanted(key.id, 2),), "李䶮", "检修"))
    office.keys.loans.take_back(loan.id, 1)
    lost = office.keys.loans.report_lost(loan.id, note="掉进电梯井")
    assert (lost.state, lost.note, lost.closed_at is not None) == ("lost", "掉进电梯井", True)
    row = office.keys.held.get(key.id)
    assert (row.lost, row.hanging, row.state, row.holder) == (1, 1, "in", "")
    assert office.keys.held.report_found(key.id).hanging == 2


def test_a_loan_entered_in_error_is_struck_out_and_the_key_hangs_there(office: Desk, enter: Enter) -> None:
    key = enter()
    (loan,) = lent(office, key.id)
    with pytest.raises(RefusedError, match="原因"):
        office.keys.loans.void(loan.id, " ")
    assert office.keys.loans.void(loan.id, "拿错号").state == "void"
    assert (office.keys.held.get(key.id).state, office.keys.held.get(key.id).holder) == ("in", "")
    assert VOID in office.keys.loans.rows([loan.id])[0]
    with pytest.raises(RefusedError, match="了结"):
        office.keys.loans.void(loan.id, "再来")


def test_a_key_that_is_out_is_not_struck_out(office: Desk, enter: Enter) -> None:
    key = enter()
    lent(office, key.id)
    with pytest.raises(RefusedError, match="没有收回"):
        office.keys.held.void(key.id, "写错")


def test_nobody_lends_without_the_right(office: Desk, enter: Enter) -> None:
    key = enter()
    office.context.actor = somebody("general_manager")
    with pytest.raises(NotAllowedError):
        lent(office, key.id)
    with pytest.raises(NotAllowedError):
        office.keys.held.add(NewKey("A-09", "门"))
