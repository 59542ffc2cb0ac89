"""Files of other versions: newer ones refused, older ones backed up, then migrated whole or not at all."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from frontdesk.core import migrate
from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.errors import SurroundingsError
from frontdesk.core.paths import DATABASE_NAME
from frontdesk.desk import open_desk
from frontdesk.staff.model import Person, SignInTry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

    NextVersion = Callable[[str], None]

# A table that others point to is made anew, as Alembic's batch mode does.
REBUILD = """
    with op.batch_alter_table("person", recreate="always") as batch:
        batch.add_column(sa.Column("floor", sa.Integer(), nullable=True))
"""


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NextVersion:
    """Gives the program one more migration, whose body is handed in."""
    scripts = tmp_path / "core"
    shutil.copytree(
        migrate.Path(migrate.__file__).parent / "migrations",
        scripts / "migrations",
        ignore=shutil.ignore_patterns("__pycache__"),
    )

    def add(body: str) -> None:
        number = f"{int(migrate.SCHEMA_HEAD) + 1:04d}"
        (scripts / "migrations" / "versions" / f"{number}_next.py").write_text(
            f"import sqlalchemy as sa\nfrom alembic import op\n\n"
            f'revision = "{number}"\ndown_revision = "{migrate.SCHEMA_HEAD}"\n\n\ndef upgrade():\n    {body}\n',
            encoding="utf-8",
        )
        monkeypatch.setattr(migrate, "SCHEMA_HEAD", number)
        monkeypatch.setattr(migrate, "__file__", str(scripts / "migrate.py"))

    return add


def columns(path: Path, table: str) -> list[str]:
    with closing(sqlite3.connect(path)) as raw:
        return [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]


def wrong_pin(desk: Desk) -> None:
    """A row that points to the fixture's clerk."""
    with desk.database.write() as session:
        session.add(SignInTry(person_id=1, failures=2))


def test_a_newer_file_is_refused_and_not_touched(desk: Desk) -> None:
    desk.close()
    path = desk.folder / DATABASE_NAME
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(SurroundingsError, match="更新版本"):
        open_desk(desk.folder)
    assert path.read_bytes() == before


def test_an_older_file_is_backed_up_then_migrated(desk: Desk, next_version: NextVersion) -> None:
    wrong_pin(desk)
    old_head = migrate.SCHEMA_HEAD
    desk.close()
    next_version(REBUILD)
    again = open_desk(desk.folder)
    again.close()
    assert "floor" in columns(desk.folder / DATABASE_NAME, "person")
    (copy,) = desk.folder.glob(f"before-{migrate.SCHEMA_HEAD}-*-{DATABASE_NAME}")
    assert "floor" not in columns(copy, "person")
    with closing(sqlite3.connect(copy)) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == (old_head,)
        assert raw.execute("SELECT count(*) FROM sign_in_try").fetchone() == (1,)


def test_no_copy_made_before_a_migration_is_ever_written_over(
    desk: Desk, clock: FixedClock, next_version: NextVersion
) -> None:
    desk.close()
    path = desk.folder / DATABASE_NAME
    old = path.read_bytes()
    next_version(REBUILD)
    for _ in range(3):  # an old file is brought back, or a migration fails and is tried again
        path.write_bytes(old)
        open_desk(desk.folder, clock=clock).close()
    head = migrate.SCHEMA_HEAD
    assert sorted(copy.name for copy in desk.folder.glob("before-*")) == [
        f"before-{head}-20261121-182600-2-{DATABASE_NAME}",
        f"before-{head}-20261121-182600-3-{DATABASE_NAME}",
        f"before-{head}-20261121-182600-{DATABASE_NAME}",
    ]


def test_a_rebuilt_table_keeps_its_rows_and_those_that_point_to_it(
    desk: Desk, next_version: NextVersion
) -> None:
    wrong_pin(desk)
    desk.close()
    next_version(REBUILD)
    again = open_desk(desk.folder)
    with again.context.read() as session:
        raw = session.connection()
        joined = raw.exec_driver_sql(
            "SELECT name, failures FROM person JOIN sign_in_try ON person_id = person.id"
        )
        assert joined.all() == [("陈晓婧", 2)]
        assert raw.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    again.close()


def test_a_failing_migration_leaves_the_file_as_it_was_and_may_be_tried_again(
    desk: Desk, next_version: NextVersion
) -> None:
    old_head = migrate.SCHEMA_HEAD
    desk.close()
    path = desk.folder / DATABASE_NAME
    tables = columns(path, "person")
    next_version(
        'op.add_column("person", sa.Column("floor", sa.Integer()))\n    raise RuntimeError("power gone")'
    )
    for _ in range(2):  # the second start meets the same, not "table already exists"
        with pytest.raises(RuntimeError, match="power gone"):
            open_desk(desk.folder)
    assert columns(path, "person") == tables
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == (old_head,)


def test_a_migration_that_would_leave_rows_pointing_to_nothing_is_rolled_back(
    desk: Desk, next_version: NextVersion
) -> None:
    wrong_pin(desk)
    desk.close()
    next_version('op.execute("DELETE FROM person")')
    with pytest.raises(RuntimeError, match="points to nothing"):
        open_desk(desk.folder)
    with closing(sqlite3.connect(desk.folder / DATABASE_NAME)) as raw:
        assert raw.execute("SELECT count(*) FROM person").fetchone() == (1,)


def test_a_file_at_the_programs_version_is_opened_without_a_copy(desk: Desk) -> None:
    with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
        work.add(Person(name="甲", role="clerk"))
    assert migrate.bring_up_to_date(desk.database, desk.context.clock) is None
    assert list(desk.folder.glob("before-*")) == []
