"""A committed entry against raw sqlite3: `python tests/benchmarks/entry.py FOLDER [entries]`. Not a test.

FOLDER lies on the disk that is meant; a desk is made in it when there is none (see `grown_desk.py`), and the same
file takes both ways in turn, so that the disk is the same for both. Raw is what the plainest program would do:
one prepared statement each for the number, the row, the chained line of the journal and the index, and a commit.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from grown_desk import grown_desk
from measure import HEAD, line, share, timed

from frontdesk.calls import listing
from frontdesk.calls.model import Call
from frontdesk.calls.register import NewCall
from frontdesk.core.paths import DATABASE_NAME
from frontdesk.core.search import tokens
from frontdesk.desk import Desk

BLANK = {column.name: getattr(column.default, "arg", None) for column in Call.__table__.c}
INSERT = f"INSERT INTO call ({', '.join(BLANK)}) VALUES ({', '.join('?' * len(BLANK))})"
NOW = "2026-11-21T10:26:05.123Z"


class RawEntry:
    """The floor: the same file, the same pragmas, the same bytes, no layers."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.execute("PRAGMA journal_mode=TRUNCATE")
        self._file.execute("PRAGMA synchronous=FULL")
        self._file.execute("PRAGMA cache_size=-65536")

    def write(self, number: int) -> None:
        """One call of a resident, durably."""
        run = self._file.execute
        run("BEGIN IMMEDIATE")
        day = date.today().isoformat()  # noqa: DTZ011 - the desk's own day
        run("UPDATE serial_counter SET last = last + 1 WHERE series = 'call' AND period = ?", [day])
        (day_no,) = run(
            "SELECT last FROM serial_counter WHERE series = 'call' AND period = ?", [day]
        ).fetchone()
        (last,) = run("SELECT max(id) + 1 FROM call").fetchone()
        row = BLANK | {
            "id": last, "day": day, "day_no": day_no, "logged_at": NOW, "unit_no": "3-2-1102",
            "number": "13800138000", "digits": "13800138000", "caller": "张晓敏", "reason": reason(number),
            "category": "B", "created_at": NOW, "created_by": "程序", "answered_by": "程序",
        }  # fmt: skip
        run(INSERT, [*row.values()])
        seq, previous = run("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
        content = json.dumps(row, ensure_ascii=False, sort_keys=True)
        digest = hashlib.sha256(content.encode()).hexdigest()
        chained = hashlib.sha256(f"{seq + 1}{previous}{digest}".encode()).hexdigest()
        run(
            "INSERT INTO journal (seq, at, actor, desk, action, register, record_id, reason, content, salt,"
            " digest, previous, hash) VALUES (?, ?, '', '', '', 'call', ?, '', ?, '', ?, ?, ?)",
            [seq + 1, NOW, last, content, digest, previous, chained],
        )
        body = tokens(listing.found_by(cast("Call", SimpleNamespace(**row))))
        run("INSERT INTO search_call (rowid, body) VALUES (?, ?)", [last, body])
        run("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def reason(number: int) -> str:
    """What a resident says."""
    return f"厨房下水堵塞，水已漫到地面，第 {number} 次来电"


def log(desk: Desk, number: int) -> None:
    """The same by the program's own service."""
    desk.calls.log(NewCall(reason(number), "B", unit_no="3-2-1102", caller="张晓敏", number="13800138000"))


def table(folder: Path, entries: int = 300) -> str:
    """Write in turn, and return the table."""
    desk = grown_desk(folder)
    log(desk, 0)
    desk.close()
    desk = grown_desk(folder)
    raw = RawEntry(folder / DATABASE_NAME)
    acts = [partial(log, desk, number) for number in range(entries)]
    raw_acts = [partial(raw.write, number) for number in range(entries)]
    raw_times, times = timed([]), timed([])
    for start in range(0, entries, 20):  # twenty of one, twenty of the other
        for kept, some in ((raw_times, raw_acts), (times, acts)):
            some[start]()  # the first reads again what the other wrote
            for sums, more in zip(kept, timed(some[start + 1 : start + 20]), strict=True):
                sums.extend(more)
    raw.close()
    desk.close()
    ratio = [share(mine, 0.5) / share(base, 0.5) for mine, base in zip(times, raw_times, strict=True)]
    return "\n".join(
        [
            HEAD,
            line("raw sqlite3", raw_times),
            line("CallService.log", times),
            f"| ratio of the medians | {ratio[0]:.2f} | | {ratio[1]:.2f} | |",
        ]
    )


if __name__ == "__main__":
    print(table(Path(sys.argv[1]), *(int(count) for count in sys.argv[2:3])))
