"""The file: whole transactions, one session at a time, copies, and what is refused at opening."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.database import Database
from frontdesk.core.errors import SurroundingsError
from frontdesk.core.model import JournalLine
from frontdesk.core.paths import DATABASE_NAME
from frontdesk.desk import open_desk
from frontdesk.staff.model import Person

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk


def people(desk: Desk) -> int:
    with desk.context.read() as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0


def hire(desk: Desk, name: str) -> None:
    with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
        work.add(Person(name=name, role="clerk"))


def test_what_is_not_committed_rolls_back_with_its_journal(desk: Desk) -> None:
    before = people(desk)

    def fail_half_way() -> None:
        with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
            work.add(Person(name="㛃小雨", role="clerk"))
            work.next_serial("service_order", "2026")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert people(desk) == before
    with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
        assert work.next_serial("service_order", "2026") == 1
        assert work.session.scalar(select(func.max(JournalLine.seq))) == 1  # the fixture's clerk


def test_what_is_committed_is_in_the_file_alone_without_side_files(desk: Desk, tmp_path: Path) -> None:
    hire(desk, "䶮")
    copy = tmp_path / "copied by hand.db"
    copy.write_bytes((desk.folder / DATABASE_NAME).read_bytes())
    with closing(sqlite3.connect(copy)) as raw:
        assert raw.execute("SELECT name FROM person ORDER BY id DESC").fetchone() == ("䶮",)
    journal = desk.folder / f"{DATABASE_NAME}-journal"
    assert not journal.exists() or journal.stat().st_size == 0


def test_the_file_is_as_durable_as_safety_asks(desk: Desk) -> None:
    with desk.context.read() as session:
        pragma = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragma == {"journal_mode": "truncate", "synchronous": 2, "foreign_keys": 1}


def test_a_session_inside_another_is_refused_and_the_outer_one_lives_on(desk: Desk) -> None:
    with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
        work.add(Person(name="赟", role="clerk"))
        with pytest.raises(RuntimeError, match="inside another"), desk.context.read():
            pass
        work.add(Person(name="喆", role="clerk"))
    assert people(desk) == 3


def test_a_second_thread_waits_for_the_first_unit_of_work(desk: Desk) -> None:
    seen: list[int] = []
    reader = threading.Thread(target=lambda: seen.append(people(desk)))
    with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
        reader.start()
        work.add(Person(name="甲", role="clerk"))
    reader.join(10)
    assert seen == [2]


def test_a_broken_statements_text_does_not_carry_what_residents_said(desk: Desk) -> None:
    with pytest.raises(OperationalError) as caught, desk.context.read() as session:
        session.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": "张晓明 13800000000"})
    assert "13800000000" not in str(caught.value)


def test_a_row_that_points_to_nothing_is_refused_by_the_database(desk: Desk) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"), desk.database.write() as session:
        session.execute(
            text(
                "INSERT INTO resident (unit_id, name, relation, gender, identity_no, remarks, created_at,"
                " created_by, voided_by, void_reason) VALUES (99, '', '', '', '', '', '', '', '', '')"
            )
        )


def test_a_copy_is_complete_and_leaves_no_part_behind(desk: Desk, tmp_path: Path) -> None:
    hire(desk, "𬱖")
    target = tmp_path / "copy.db"
    desk.database.copy_to(target)
    with closing(sqlite3.connect(target)) as raw:
        assert raw.execute("SELECT count(*) FROM person").fetchone() == (2,)
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_a_copy_that_cannot_be_written_is_told_in_words(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(SurroundingsError, match="磁盘"):
        desk.database.copy_to(tmp_path / "no such folder" / "copy.db")
    assert people(desk) == 1


def test_a_folder_without_a_register_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(SurroundingsError, match="没有前台数据"):
        open_desk(tmp_path / "wrong")
    assert not (tmp_path / "wrong").exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"SQLite format 3\0", b"PK\x03\x04 a sheet", b"\0" * 4096],
    ids=["empty", "head only", "zip", "zeros"],
)
@pytest.mark.parametrize("create", [True, False])
def test_a_foreign_file_is_refused_and_not_touched(tmp_path: Path, content: bytes, create: bool) -> None:
    path = tmp_path / DATABASE_NAME
    path.write_bytes(content)
    with pytest.raises(SurroundingsError, match="不是前台的数据文件"):
        open_desk(tmp_path, create=create)
    assert path.read_bytes() == content
    assert [found.name for found in tmp_path.iterdir()] == [DATABASE_NAME]


def test_another_programs_sqlite_file_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / DATABASE_NAME
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE cats (name)")
    before = path.read_bytes()
    with pytest.raises(SurroundingsError, match="不是前台的数据文件"):
        open_desk(tmp_path, create=True)
    assert path.read_bytes() == before


def test_a_creation_broken_off_half_way_is_simply_begun_again(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / f"{DATABASE_NAME}.new").write_bytes(b"half")
    desk = open_desk(tmp_path, create=True, clock=clock)
    assert people(desk) == 0
    desk.close()
    assert not (tmp_path / f"{DATABASE_NAME}.new").exists()


def test_the_register_opens_again_with_what_was_written(desk: Desk) -> None:
    hire(desk, "阿依努尔·艾买提")
    desk.close()
    again = open_desk(desk.folder)
    assert people(again) == 2
    again.close()


def test_a_closed_database_holds_no_file(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    with database.read() as session:
        session.execute(text("SELECT 1"))
    database.close()
    (tmp_path / "x.db").rename(tmp_path / "y.db")
    assert (tmp_path / "y.db").exists()
