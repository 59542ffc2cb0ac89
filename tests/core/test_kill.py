"""`kill -9` in the middle of writing: what was acknowledged is there, whole, with its journal line."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import select

from frontdesk.core import journal
from frontdesk.core.paths import DATABASE_NAME
from frontdesk.core.serials import last_serial
from frontdesk.desk import open_desk
from frontdesk.staff.model import Person

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = 12

WRITER = """
import sys
from pathlib import Path
from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.desk import open_desk
from frontdesk.staff.model import Person

desk = open_desk(Path(sys.argv[1]))
print("ready", flush=True)
while True:
    with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
        number = work.next_serial("kill", "2026")
        work.add(Person(name=f"第{number}", role="clerk", pin_hash="x" * 3000))
        work.add(Person(name=f"又第{number}", role="clerk"))
    print(number, flush=True)
"""


def write_and_kill(folder: Path, entries: int, seconds: float) -> list[int]:
    """The numbers that the writer acknowledged: so many, and what came in the moment until it was killed."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    printed = [writer.stdout.readline() for _ in range(entries)]
    time.sleep(seconds)
    writer.kill()
    rest, _ = writer.communicate()
    return [int(line) for line in (*printed, *rest.splitlines(keepends=True)) if line.endswith("\n")]


def test_r_order_1_what_was_acknowledged_survives_kill_whole_and_without_gap(tmp_path: Path) -> None:
    """R-ORDER-1."""
    chance = random.Random(20261121)
    open_desk(tmp_path, create=True).close()
    acknowledged: list[int] = []
    for _ in range(ROUNDS):
        acknowledged += write_and_kill(tmp_path, chance.randrange(1, 15), chance.uniform(0, 0.01))
        desk = open_desk(tmp_path)
        assert desk.database.damage() == []
        with desk.context.read() as session:
            last = last_serial(session, "kill", "2026")
            names = session.scalars(select(Person.name).order_by(Person.id)).all()
            assert list(journal.broken_lines(session.connection())) == []
            lines = journal.head(session.connection())[0]
        desk.close()
        assert names == [f"{word}{number}" for number in range(1, last + 1) for word in ("第", "又第")]
        assert lines == len(names)
        assert set(acknowledged) <= set(range(1, last + 1))
    assert len(acknowledged) == len(set(acknowledged)) >= ROUNDS
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
