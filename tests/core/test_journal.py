"""The journal: a line for each change, and nothing altered behind the program's back goes unseen."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from frontdesk.core import journal
from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.model import JournalLine
from frontdesk.core.paths import DATABASE_NAME
from frontdesk.core.settings import COMPANY_NAME
from frontdesk.staff.model import Person

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk


@pytest.fixture
def written(desk: Desk) -> Desk:
    """A desk with a record made, changed and voided: journal lines 1 (the clerk's) to 5."""
    with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
        person = work.add(Person(name="张㛃", role="clerk"))
    with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM, reason="改名") as work:
        work.session.merge(person).name = "章㛃"
    desk.context.settings.put(COMPANY_NAME, "安居物业", actor=PROGRAM)
    with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
        work.void(work.session.get_one(Person, person.id), "离职")
    return desk


def lines(desk: Desk) -> list[JournalLine]:
    with desk.context.read() as session:
        return list(session.scalars(select(JournalLine).order_by(JournalLine.seq)))


def findings(desk: Desk) -> list[journal.Finding]:
    with desk.context.read() as session:
        return list(journal.broken_lines(session.connection()))


def behind_the_back(desk: Desk, *statements: str) -> None:
    """What somebody with a database tool does: the triggers dropped first."""
    with closing(sqlite3.connect(desk.folder / DATABASE_NAME)) as raw, raw:
        for guard in journal.GUARDS:
            raw.execute(f"DROP TRIGGER IF EXISTS {guard}")
        for statement in statements:
            assert raw.execute(statement).rowcount > 0


def test_making_changing_and_voiding_leave_a_line_each_with_old_and_new(written: Desk) -> None:
    _, made, changed, _, voided = lines(written)
    assert (made.action, made.register, made.actor) == ("create", "person", "系统")
    assert json.loads(made.content)["name"] == [None, "张㛃"]
    assert (changed.action, changed.reason) == ("change", "改名")
    assert json.loads(changed.content) == {"name": ["张㛃", "章㛃"]}
    assert (voided.action, voided.reason, voided.record_id) == ("void", "离职", made.record_id)
    assert set(json.loads(voided.content)) == {"voided_at", "voided_by", "void_reason"}


def test_who_when_where_stand_on_each_line(written: Desk, clock: FixedClock) -> None:
    for line in lines(written):
        assert line.at == clock.now()
        assert line.desk == written.context.desk_name


def test_a_pins_hash_is_in_the_journal_only_as_a_digest(desk: Desk) -> None:
    with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
        work.add(Person(name="李喆", role="clerk", pin_hash="$argon2id$secret"))
    assert "argon2id" not in lines(desk)[-1].content
    assert "sha256:" in lines(desk)[-1].content


def test_nothing_changed_leaves_no_line(written: Desk) -> None:
    before = len(lines(written))
    with written.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
        person = work.session.get_one(Person, 2)
        person.name = str(person.name)
    assert len(lines(written)) == before


def test_a_record_is_never_deleted(written: Desk) -> None:
    with (
        pytest.raises(AssertionError, match="never deleted"),
        written.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work,
    ):
        work.session.delete(work.session.get_one(Person, 2))
    assert findings(written) == []


REPLACED = "SELECT seq, at, actor_id, '别人', desk, action, register, record_id, reason, content, salt, digest, previous, hash"


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
def test_the_database_itself_refuses_to_replace_a_line_for_any_program(written: Desk, verb: str) -> None:
    statement = f"{verb} INTO journal {REPLACED} FROM journal WHERE seq = 3"
    with pytest.raises(DBAPIError, match="append-only"), written.database.write() as session:
        session.execute(text(statement))
    with closing(sqlite3.connect(written.folder / DATABASE_NAME)) as raw:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(statement)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute("UPDATE OR REPLACE journal SET seq = 3 WHERE seq = 4")
    assert [line.actor for line in lines(written)].count("别人") == 0
    assert findings(written) == []


@pytest.mark.parametrize("statement", ["UPDATE journal SET actor = 'x'", "DELETE FROM journal"])
def test_the_database_itself_refuses_to_change_or_delete_a_line(written: Desk, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), written.database.write() as session:
        session.execute(text(statement))
    assert findings(written) == []


def test_an_untouched_journal_has_nothing_to_tell(written: Desk) -> None:
    assert findings(written) == []
    assert len(lines(written)) == 5


ALTERED = {
    "at": "'2026-11-21T10:26:00.000+00:00'",
    "actor_id": "7",
    "actor": "'别人'",
    "desk": "'别处'",
    "action": "'create '",
    "register": "'call'",
    "record_id": "77",
    "reason": "'别的原因'",
    "content": "'{}'",
    "salt": "'00'",
    "digest": "'" + "0" * 64 + "'",
    "previous": "'" + "0" * 64 + "'",
    "hash": "'" + "0" * 64 + "'",
}


@pytest.mark.parametrize("column", ALTERED)
@pytest.mark.parametrize("seq", [2, 5])
def test_an_altered_column_of_a_line_is_found_and_the_line_is_named(
    written: Desk, column: str, seq: int
) -> None:
    behind_the_back(written, f"UPDATE journal SET {column} = {ALTERED[column]} WHERE seq = {seq}")
    assert findings(written)[0].seq == seq


def test_the_altered_columns_are_all_there_are() -> None:
    assert set(ALTERED) | {"seq"} == set(JournalLine.__table__.columns.keys())


def test_a_moment_written_in_another_way_is_found(written: Desk) -> None:
    behind_the_back(written, "UPDATE journal SET at = replace(at, 'Z', '+00:00') WHERE seq = 3")
    assert [finding.seq for finding in findings(written)] == [3]


def test_a_deleted_line_is_found(written: Desk) -> None:
    behind_the_back(written, "DELETE FROM journal WHERE seq IN (2, 3)")
    assert [finding.message for finding in findings(written)] == ["日志第 2 行起缺 2 行"]


@pytest.mark.parametrize("seq", [0, -3, 9])
def test_an_inserted_line_is_found(written: Desk, seq: int) -> None:
    columns = ", ".join(ALTERED)
    behind_the_back(
        written, f"INSERT INTO journal (seq, {columns}) SELECT {seq}, {columns} FROM journal WHERE seq = 5"
    )
    assert seq in [finding.seq for finding in findings(written)]


def test_two_lines_that_changed_places_are_found(written: Desk) -> None:
    behind_the_back(
        written,
        "UPDATE journal SET seq = 99 WHERE seq = 2",
        "UPDATE journal SET seq = 2 WHERE seq = 3",
        "UPDATE journal SET seq = 3 WHERE seq = 99",
    )
    assert [finding.seq for finding in findings(written)][:2] == [2, 3]


def test_the_head_is_the_last_line(written: Desk) -> None:
    with written.context.read() as session:
        head = journal.head(session.connection())
    assert head == (5, lines(written)[-1].hash)


NAMES = st.text(st.characters(codec="utf-8"), max_size=8)
PLAIN = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(codec="utf-8"))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # the journal may grow between examples
@given(contents=st.lists(st.dictionaries(NAMES, PLAIN, max_size=4), min_size=1))
def test_any_content_goes_in_and_the_chain_holds(desk: Desk, contents: list[dict[str, object]]) -> None:
    changes = [
        journal.Change("call", number, "create", {name: (None, value) for name, value in content.items()})
        for number, content in enumerate(contents)
    ]
    with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
        journal.append(work.connection, work.stamp, changes)
    assert findings(desk) == []
    assert [json.loads(line.content) for line in lines(desk)][-len(contents) :] == [
        {name: [None, value] for name, value in content.items()} for content in contents
    ]


def test_the_walk_does_not_end_with_its_first_piece(desk: Desk) -> None:
    with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
        changes = [journal.Change("call", number, "create", {}) for number in range(6000)]
        journal.append(work.connection, work.stamp, changes)
    assert findings(desk) == []
    behind_the_back(desk, "UPDATE journal SET actor = 'x' WHERE seq = 5999")
    assert [finding.seq for finding in findings(desk)] == [5999]
