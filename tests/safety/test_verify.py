"""`verify`: whatever is altered behind the program's back is found and named."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from frontdesk.calls.register import NewCall
from frontdesk.core import journal
from frontdesk.core.actor import PROGRAM, Actor, Permission
from frontdesk.core.errors import NotAllowedError, StoppedError
from frontdesk.core.paths import DATABASE_NAME
from frontdesk.estate.register import NewResident, NewUnit
from frontdesk.orders.register import NewOrder
from frontdesk.safety import verify
from frontdesk.safety.names import RECORDS, record_name
from frontdesk.safety.verify import SERIES, Mark, Report, Verification, record_tables
from frontdesk.staff.model import Person
from frontdesk.staff.permissions import ROLES, role_of
from frontdesk.tables import METADATA

if TYPE_CHECKING:
    from frontdesk.desk import Desk


@pytest.fixture
def worked(desk: Desk) -> Desk:
    """A desk with three calls and two orders, one of them void."""
    for reason in ("厨房下水堵塞", "电梯异响", "问物业费"):
        desk.calls.log(NewCall(category="C", reason=reason, unit_no="3-2-1102", caller="张㛃"))
    desk.orders.issue(NewOrder(content="换水龙头", unit_no="3-2-1102", customer="张㛃"))
    desk.orders.void(desk.orders.issue(NewOrder(content="写错了")).id, "写错了")
    desk.context.actor = PROGRAM
    return desk


def look(desk: Desk, **how: object) -> Report:
    return Verification(desk.database, **how).run()


def messages(desk: Desk) -> list[str]:
    return [finding.message for finding in look(desk).findings]


def behind_the_back(desk: Desk, *statements: str) -> None:
    with closing(sqlite3.connect(desk.folder / DATABASE_NAME)) as raw, raw:
        for guard in journal.GUARDS:
            raw.execute(f"DROP TRIGGER {guard}")
        for statement in statements:
            assert raw.execute(statement).rowcount > 0
        for statement in journal.GUARDS.values():
            raw.execute(statement)


def test_what_the_services_wrote_is_sound(worked: Desk) -> None:
    report = look(worked)
    assert report.findings == ()
    assert report.ok
    assert (report.lines, report.records) == (8, 7)
    with worked.context.read() as session:
        seq, hash_ = journal.head(session.connection())
    assert report.mark == Mark(seq, hash_[:16])


def test_an_empty_register_is_sound(desk: Desk) -> None:
    assert look(desk).ok


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE call SET caller = '别人' WHERE id = 2", "来电记录 2026-11-21 · 2：被绕过程序改过（来电人）"),
        (
            "UPDATE service_order SET due_amount = 100, paid_amount = 100 WHERE id = 1",
            "服务单 FW2026-000001：被绕过程序改过（金额、实收金额）",
        ),
        (
            "UPDATE service_order SET void_reason = '' WHERE id = 2",
            "服务单 FW2026-000002：被绕过程序改过（作废原因）",
        ),
        (
            "UPDATE service_order SET expected_cost = 0 WHERE id = 1",
            "服务单 FW2026-000001：被绕过程序改过（预计费用）",
        ),
        (
            "UPDATE call SET settled_at = '' WHERE id = 2",
            "来电记录 2026-11-21 · 2：被绕过程序改过（settled_at）",
        ),
        ("UPDATE call SET unit_id = 0 WHERE id = 2", "来电记录 2026-11-21 · 2：被绕过程序改过（unit_id）"),
        (
            "UPDATE call SET voided_at = '' WHERE id = 2",
            "来电记录 2026-11-21 · 2：被绕过程序改过（voided_at）",
        ),
        ("UPDATE service_order SET urgent = 1 WHERE id = 1", "服务单 FW2026-000001：被绕过程序改过（急修）"),
        ("UPDATE person SET pin_hash = 'x' WHERE id = 1", "员工 陈晓婧：被绕过程序改过（pin_hash）"),
        ("UPDATE call SET unit_id = 7 WHERE id = 1", "来电记录 2026-11-21 · 1：被绕过程序改过（unit_id）"),
        ("DELETE FROM call WHERE id = 3", "来电记录 2026-11-21 · 3：记录不见了，日志里有"),
        ("UPDATE call SET id = 9 WHERE id = 1", "来电记录 2026-11-21 · 1：不是程序写的，日志里没有"),
        ("UPDATE call SET id = -9 WHERE id = 1", "来电记录 2026-11-21 · 1：不是程序写的，日志里没有"),
        (
            "UPDATE journal SET content = '{' WHERE register = 'call' AND record_id = 2",
            "日志第 3 行的内容被改过",
        ),
    ],
)
def test_a_record_altered_behind_the_programs_back_is_named(worked: Desk, statement: str, told: str) -> None:
    behind_the_back(worked, statement)
    assert told in [finding.message for finding in worked.verify().findings]


def test_a_deleted_record_with_its_journal_lines_is_missed_twice(worked: Desk) -> None:
    behind_the_back(
        worked,
        "DELETE FROM call WHERE id = 2",
        "DELETE FROM journal WHERE register = 'call' AND record_id = 2",
    )
    assert messages(worked) == [
        "日志第 3 行起缺 1 行",
        "来电记录 2026-11-21：编号不连续，1 至 3 中有 2 个",
    ]


def test_r_order_1_a_counter_set_back_is_found(worked: Desk) -> None:
    """R-ORDER-1."""
    behind_the_back(worked, "UPDATE serial_counter SET last = 1 WHERE series = 'service_order'")
    assert messages(worked) == ["服务单 2026：最后一号是 2，编号计数是 1"]


def test_r_order_1_the_last_order_cut_off_everywhere_is_found_by_the_counter(worked: Desk) -> None:
    """R-ORDER-1."""
    behind_the_back(
        worked,
        "DELETE FROM service_order WHERE id = 2",
        "DELETE FROM journal WHERE register = 'service_order' AND record_id = 2",
    )
    assert messages(worked) == ["服务单 2026：最后一号是 1，编号计数是 2"]


def test_a_tail_cut_off_is_found_with_the_mark_on_signed_paper(worked: Desk) -> None:
    mark = look(worked).mark
    behind_the_back(
        worked,
        "DELETE FROM service_order WHERE id = 2",
        "DELETE FROM journal WHERE seq > 6",
        "UPDATE serial_counter SET last = 1 WHERE series = 'service_order'",
    )
    assert look(worked).ok  # nothing in the file can tell
    assert [finding.message for finding in look(worked, known=mark).findings] == ["日志末尾缺 2 行"]


def test_a_journal_forged_as_a_whole_is_found_with_the_mark(worked: Desk) -> None:
    report = look(worked)
    assert look(worked, known=Mark(report.mark.seq, report.mark.digits.upper())).ok
    other = Mark(report.mark.seq, "0" * 16)
    assert [finding.seq for finding in look(worked, known=other).findings] == [report.mark.seq]


def test_a_damaged_page_is_told_and_the_rest_is_still_looked_at(desk: Desk) -> None:
    for number in range(400):
        with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
            work.add(Person(name=f"员工{number}", role="clerk"))
    desk.calls.log(NewCall(category="C", reason="漏水"))
    behind_the_back(desk, "UPDATE call SET reason = '不漏水'")
    desk.close()
    path = desk.folder / DATABASE_NAME
    with closing(sqlite3.connect(path)) as raw:
        (root,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'person'").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(os.urandom(4096))
    told = messages(desk)
    assert any(message.startswith("数据文件有损坏") for message in told)
    assert "来电记录 2026-11-21 · 1：被绕过程序改过（reason）" in told


@pytest.mark.parametrize("name", sorted(journal.GUARDS))
def test_a_guard_of_the_journal_taken_away_or_weakened_is_told(worked: Desk, name: str) -> None:
    told = [f"日志的防改保护 {name} 被拆掉或改过"]
    with closing(sqlite3.connect(worked.folder / DATABASE_NAME)) as raw, raw:
        raw.execute(f"DROP TRIGGER {name}")
    assert messages(worked) == told
    with closing(sqlite3.connect(worked.folder / DATABASE_NAME)) as raw, raw:
        raw.execute(journal.GUARDS[name].replace("RAISE(ABORT, 'the journal is append-only')", "1"))
    assert messages(worked) == told


def test_a_table_taken_away_is_told(worked: Desk) -> None:
    with closing(sqlite3.connect(worked.folder / DATABASE_NAME)) as raw, raw:
        raw.execute("DROP TABLE message")
    assert messages(worked) == ["数据表 message 不见了"]


def test_it_reads_in_pieces_and_the_findings_are_the_same(
    worked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind_the_back(worked, "UPDATE call SET caller = '别人'", "DELETE FROM journal WHERE seq = 4")
    whole = messages(worked)
    monkeypatch.setattr(verify, "PIECE", 1)
    assert messages(worked) == whole
    assert len(whole) == 4


def test_a_flood_of_findings_is_counted_and_only_the_first_are_kept(
    worked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind_the_back(worked, "UPDATE call SET caller = '别人'")
    monkeypatch.setattr(verify, "MOST_TOLD", 2)
    report = look(worked)
    assert (len(report.findings), report.found, report.ok) == (2, 3, False)


def test_it_says_how_far_it_is_and_can_be_stopped(worked: Desk) -> None:
    steps: list[tuple[int, int]] = []
    look(worked, progress=lambda done, total: steps.append((done, total)))
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1]
    with pytest.raises(StoppedError, match="没有任何改动"):
        look(worked, cancelled=lambda: True)


def test_the_window_can_write_between_the_pieces(worked: Desk) -> None:
    def write(done: int, total: int) -> None:
        worked.calls.log(NewCall(category="D", reason="校验时来电"))

    report = look(worked, progress=write)
    assert report.ok


def test_every_kind_of_record_has_a_name_in_chinese() -> None:
    assert {table.name for table in record_tables()} == set(RECORDS)
    for table, (label, columns) in RECORDS.items():
        assert not label.isascii()
        assert set(columns) <= set(METADATA.tables[table].columns.keys())


def test_every_series_stands_where_it_is_said_to_stand() -> None:
    for series in SERIES:
        assert {series.period, series.number} <= set(METADATA.tables[series.table].columns.keys())


def test_a_record_nothing_is_known_of_is_named_by_its_number() -> None:
    assert record_name("call", 7, {}) == "来电记录 (内部号 7)"
    assert record_name("nowhere", 7, {}) == "nowhere (内部号 7)"


def test_r_res_2_a_report_names_a_telephone_without_telling_it(worked: Desk) -> None:
    """R-RES-2."""
    home = worked.estate.add_unit(NewUnit("3-2-1102"))
    worked.estate.add_resident(NewResident(home.id, "张㛃", telephones=("13800001234",)))
    behind_the_back(worked, "UPDATE telephone SET remarks = 'x'")
    assert messages(worked) == ["电话 138****1234：被绕过程序改过（remarks）"]


@pytest.mark.parametrize("role", [role.key for role in ROLES])
def test_only_those_who_answer_for_the_register_verify_it(worked: Desk, role: str) -> None:
    worked.context.actor = Actor(None, "某人", role, role_of(role).permissions)
    if role in {"supervisor", "department_manager", "property_manager", "general_manager", "administrator"}:
        assert worked.verify().ok
    else:
        with pytest.raises(NotAllowedError):
            worked.verify()
