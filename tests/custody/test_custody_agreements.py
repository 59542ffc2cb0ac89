"""Agreements: a home comes into custody with its keys, and goes back with them (F-CUSTODY, F-CUSTODY-KEYS, R-KEY-7)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.query import VOID, Picked, RegisterQuery
from frontdesk.custody import rules
from frontdesk.custody.model import CustodyAgreement, CustodyInspection
from frontdesk.custody.register import AGREEMENT, INSPECTION, NewHandedKey
from frontdesk.exchange.export import ExportWish
from frontdesk.exchange.sheet_in import read_sheet
from frontdesk.keys.register import NewKey, NewLoan, Wanted

from .conftest import HOME, acting

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

    from .conftest import Sign

TODAY = date(2026, 11, 21)


def test_the_declared_fields_are_columns_of_the_tables() -> None:
    for register, table, made in (
        (AGREEMENT, CustodyAgreement, {"keys", "state"}),
        (INSPECTION, CustodyInspection, {"told", "progress"}),
    ):
        columns = set(table.__table__.columns.keys())
        assert {field.name for field in register.fields} - made <= columns


def test_r_key_7_an_agreement_takes_owner_and_keys_in(office: Desk, sign: Sign) -> None:
    """R-KEY-7."""
    keys = (NewHandedKey("T-01", "入户门", 2, hook="5"), NewHandedKey("T-02", "信箱"))
    one = sign("3－2－1102", owner="", keys=keys, ends_on=date(2027, 3, 1), power_meter="1024.5")
    assert (one.serial, one.unit_no, one.owner, one.state) == ("TG2026-0001", HOME, "欧阳㛃䶮", "active")
    assert (one.signed_on, one.starts_on, one.handled_by) == (TODAY, TODAY, "陈晓婧")
    assert one.duties.startswith("1. 甲方")
    assert one.keys == "T-01 入户门、T-02 信箱"
    assert [(key.quantity, key.place, key.state) for key in one.handed] == [
        (2, "业主档案柜-5", "in"),
        (1, "业主档案柜", "in"),
    ]
    key = office.keys.held.find_key("T01")
    assert key is not None
    assert (key.kind, key.lock, key.unit_id, key.in_use) == ("custody", f"{HOME} 入户门", one.unit_id, 2)
    assert office.custody.agreements.get(one.id) == one


def test_r_key_7_serials_run_without_gaps_through_a_refusal(sign: Sign) -> None:
    """R-KEY-7."""
    sign()
    with pytest.raises(RefusedError):
        sign("12-1-101", keys=(NewHandedKey("T-01"),))
    assert sign("12-1-101").serial == "TG2026-0002"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"keys": ()}, "keys"),
        ({"keys": (NewHandedKey("T-09", quantity=0),)}, "quantity"),
        ({"keys": (NewHandedKey("T-09", " "),)}, "kind"),
        ({"housekeeper": ""}, "housekeeper"),
        ({"housekeeper": "陈晓婧"}, "housekeeper"),
        ({"purpose": " "}, "purpose"),
        ({"power_shut": ""}, "power_shut"),
        ({"gas_shut": ""}, "gas_shut"),
        ({"water_shut": "maybe"}, "water_shut"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
        ({"unit_no": "12-1-101", "owner": ""}, "owner"),
        ({"unit_no": ""}, "unit_no"),
    ],
)
def test_r_key_7_what_an_agreement_lacks_is_refused_at_its_field(
    office: Desk, sign: Sign, values: dict[str, Any], field: str
) -> None:
    """R-KEY-7."""
    with pytest.raises(RefusedError) as refused:
        sign(**values)
    assert refused.value.field == field
    assert not office.custody.agreements.find(RegisterQuery())
    assert office.keys.held.find_key("T-09") is None


def test_r_key_7_a_home_is_in_custody_once_at_a_time(office: Desk, sign: Sign) -> None:
    """R-KEY-7."""
    one = sign()
    with pytest.raises(RefusedError, match="已在托管（TG2026-0001）") as refused:
        sign()
    assert refused.value.field == "unit_no"
    office.custody.agreements.end(one.id, "欧阳㛃䶮")
    assert sign().serial == "TG2026-0002"


def test_r_key_7_keys_that_the_desk_has_already_are_taken_along(office: Desk, sign: Sign) -> None:
    """R-KEY-7."""
    had = office.keys.held.add(NewKey("T-07", "1102 旧锁", "custody", unit_no=HOME, in_use=3))
    other = office.keys.held.add(NewKey("T-08", "101 门", "custody", unit_no="12-1-101"))
    with pytest.raises(RefusedError, match="不是 3-2-1102 的托管钥匙"):
        sign(keys=(NewHandedKey(key_id=other.id),))
    one = sign(keys=(NewHandedKey(key_id=had.id, kind="入户门"),))
    assert [(key.number, key.quantity) for key in one.handed] == [("T-07", 3)]
    with pytest.raises(RefusedError, match="已在 TG2026-0001 里"):
        office.custody.agreements.hand_over_more(one.id, [NewHandedKey(key_id=had.id)])
    more = office.custody.agreements.hand_over_more(
        one.id, [NewHandedKey(office.custody.agreements.next_key_number(), "车库")]
    )
    assert more.keys == "T-07 入户门、T-09 车库"


def test_r_key_7_it_ends_when_all_keys_are_back_with_the_owner(
    office: Desk, sign: Sign, clock: FixedClock
) -> None:
    """R-KEY-7."""
    one = sign()
    (line,) = one.handed
    loans = office.keys.loans.lend(NewLoan((Wanted(line.key_id),), "李建国", "巡查", "工程部"))
    end = office.custody.agreements.end
    with pytest.raises(RefusedError, match="T-01 还在李建国手里") as refused:
        end(one.id, "欧阳㛃䶮")
    assert refused.value.field == "keys"
    office.keys.loans.take_back(loans[0].id)
    with pytest.raises(RefusedError) as refused:
        end(one.id, " ")
    assert refused.value.field == "returned_to"
    clock.advance(timedelta(days=3))
    over = end(one.id, "欧阳㛃䶮", "业主回来了")
    assert (over.state, over.ended_on, over.returned_to, over.ended_by) == (
        "ended", date(2026, 11, 24), "欧阳㛃䶮", "陈晓婧",
    )  # fmt: skip
    assert (over.handed[0].returned_on, over.handed[0].place) == (date(2026, 11, 24), "")
    assert office.keys.held.of_unit(one.unit_id or 0) == []
    with pytest.raises(RefusedError, match="已经了结"):
        end(one.id, "欧阳㛃䶮")


def test_r_key_7_care_is_carried_on_by_a_clerk_and_the_rest_mended_by_right(
    office: Desk, sign: Sign, clock: FixedClock
) -> None:
    """R-KEY-7."""
    one = sign()
    clock.advance(timedelta(days=2))
    correct = office.custody.agreements.correct
    with pytest.raises(RefusedError) as refused:
        correct(one.id, {"ends_on": date(2027, 5, 1)})
    assert refused.value.field == "reason"
    assert correct(one.id, {"ends_on": date(2027, 5, 1)}, "业主续托").ends_on == date(2027, 5, 1)
    with pytest.raises(RefusedError) as refused:
        correct(one.id, {"ends_on": date(2020, 1, 1)}, "写错")
    assert refused.value.field == "ends_on"
    with pytest.raises(RefusedError, match="不是区域管家"):
        correct(one.id, {"housekeeper": "王喆"}, "换人")
    with pytest.raises(NotAllowedError):
        correct(one.id, {"purpose": "待售"}, "写错")
    acting(office, "supervisor", "赵敏")
    assert correct(one.id, {"purpose": "待售"}, "写错").purpose == "待售"


def test_a_term_that_is_over_shows_until_the_keys_are_fetched(
    office: Desk, sign: Sign, clock: FixedClock
) -> None:
    one = sign(ends_on=date(2026, 11, 25))
    clock.advance(timedelta(days=5))
    assert office.custody.agreements.get(one.id).state == "expired"
    find = office.custody.agreements.find
    assert (
        find(RegisterQuery(choices={"state": "expired"})) == find(RegisterQuery(open_only=True)) == [one.id]
    )
    assert find(RegisterQuery(choices={"state": "active"})) == []


@pytest.mark.parametrize(
    ("over", "ends", "voided", "state"),
    [
        (None, None, False, "active"),
        (None, TODAY, False, "active"),
        (None, TODAY - timedelta(days=1), False, "expired"),
        (TODAY, TODAY - timedelta(days=1), False, "ended"),
        (None, None, True, "void"),
    ],
)
def test_the_state_follows_from_the_days(over: date, ends: date, voided: bool, state: str) -> None:
    assert rules.state_of(over, ends, voided, TODAY) == state


def test_a_void_agreement_keeps_its_number_and_frees_its_key_s(office: Desk, sign: Sign) -> None:
    one = sign()
    void = office.custody.agreements.void(one.id, "房号选错")
    assert (void.state, void.void_reason, void.handed) == ("void", "房号选错", ())
    assert office.keys.held.find_key("T-01") is None
    assert sign(keys=(NewHandedKey("T-01"),)).serial == "TG2026-0002"
    rows = office.custody.agreements.rows([one.id])
    assert VOID in rows[0]


def test_it_is_found_by_number_by_scan_and_by_what_it_says(office: Desk, sign: Sign) -> None:
    one = sign()
    (hit,) = [hit for hit in office.finder.find("tg2026-0001") if hit.register == AGREEMENT.name]
    assert (hit.record_id, hit.scanned) == (one.id, False)
    assert office.finder.find("FD:TG2026-0001")[0].scanned
    find = office.custody.agreements.find
    for text in ("3-2-1102", "㛃䶮", "周赟", "长期"):
        assert find(RegisterQuery(text)) == [one.id]
    assert find(RegisterQuery("%")) == []
    assert find(RegisterQuery(first_day=TODAY, last_day=TODAY, picked=Picked("", (one.id,)))) == [one.id]
    assert find(RegisterQuery(first_day=TODAY + timedelta(days=1))) == []
    (row,) = office.custody.agreements.rows([one.id])
    assert row[:4] == (one.id, "TG-0001", HOME, "欧阳㛃䶮")
    assert "托管中" in row


def test_the_household_card_says_that_the_home_is_in_custody(office: Desk, sign: Sign) -> None:
    """R-KEY-8."""
    one = sign()
    section = office.cards.of(one.unit_id or 0).sections[0]
    assert section.title == "托管房"
    care, rule = section.lines
    assert (care.lead, care.register, care.record_id) == (one.serial, AGREEMENT.name, one.id)
    assert care.text == "托管中 管家 周赟"
    assert "两人以上" in rule.text
    office.custody.agreements.end(one.id, "欧阳㛃䶮")
    assert office.cards.of(one.unit_id or 0).sections == ()


def test_r_res_2_a_clerk_sees_the_owner_s_telephone_masked(office: Desk, sign: Sign) -> None:
    """R-RES-2."""
    one = sign()
    assert one.owner_telephone == "138****1234"
    assert office.custody.agreements.owner_of(one.unit_id or 0) == ("欧阳㛃䶮", "138****1234")
    acting(office, "housekeeper", "周赟")
    assert office.custody.agreements.get(one.id).owner_telephone == "13800001234"


def test_finance_reads_nothing_of_it(office: Desk, sign: Sign) -> None:
    one = sign()
    acting(office, "finance")
    for ask in (
        lambda: office.custody.agreements.get(one.id),
        lambda: office.custody.handed.find(RegisterQuery()),
        lambda: office.custody.agreements.end(one.id, "某"),
        lambda: office.custody.due(office.context.clock.now()),
    ):
        with pytest.raises(NotAllowedError):
            ask()


def test_f_custody_keys_lists_every_key_room_by_room_and_what_went_back(
    office: Desk, sign: Sign, tmp_path: Path
) -> None:
    """F-CUSTODY-KEYS."""
    far = sign("12-1-101")
    near = sign()
    office.custody.agreements.end(far.id, "𬱖喆")
    handed = office.custody.handed
    ids = handed.find(RegisterQuery())
    lines = list(handed.print_rows(RegisterQuery()))
    assert [line[0] for line in lines] == [HOME, "12-1-101"]
    assert lines[0] == (
        HOME, "欧阳㛃䶮", "T-02 入户门", "1", "业主档案柜", "2026-11-21", "长期在外", "周赟", "",
    )  # fmt: skip
    assert lines[1][-1] == "2026-11-21 𬱖喆"
    assert handed.find(RegisterQuery(open_only=True)) == ids[:1] == [near.handed[0].id]
    assert [row[0] for row in handed.rows(ids)] == list(ids)
    with pytest.raises(NotAllowedError):
        handed.export(tmp_path / "没有.xlsx", RegisterQuery(), ExportWish("归档"))
    acting(office, "supervisor")
    path = tmp_path / "托管钥匙.xlsx"
    assert handed.export(path, RegisterQuery(), ExportWish("归档")) == 2
    assert "欧阳㛃䶮" in str(read_sheet(path))
    assert office.custody.agreements.export(tmp_path / "协议.xlsx", RegisterQuery(), ExportWish("归档")) == 2
