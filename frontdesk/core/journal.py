"""The journal: each change of each record, append-only, each line carrying the hash of the one before.

A line's `digest` covers its content with a salt, its `hash` covers everything but the content, and the
previous hash. So a content can one day be taken out for privacy's sake without breaking the chain,
while altering, deleting or inserting a line cannot go unnoticed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, String, insert, inspect, select, type_coerce
from sqlalchemy.orm import Session

from frontdesk.core.model import JournalLine, Record, moment_text

GENESIS = "0" * 64
COVERED = (
    *("seq", "at", "actor_id", "actor", "desk", "action", "register", "record_id"),
    *("reason", "digest", "previous"),
)
_LINES = JournalLine.__table__
# `at` as the stored text itself: a moment written in another way must not pass for the same.
_CHAINED = select(
    *(type_coerce(JournalLine.at, String) if name == "at" else _LINES.c[name] for name in COVERED),
    *(_LINES.c.content, _LINES.c.salt, _LINES.c.hash),
).order_by(_LINES.c.seq)
_HEAD = select(_LINES.c.seq, _LINES.c.hash).order_by(_LINES.c.seq.desc()).limit(1)
_REFUSAL = "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
# As migration 0002 lays them; verification looks whether they still stand, word for word.
GUARDS = {
    name: f"CREATE TRIGGER {name} {when} {_REFUSAL}"
    for name, when in (
        ("journal_refuses_update", "BEFORE UPDATE ON journal"),
        ("journal_refuses_delete", "BEFORE DELETE ON journal"),
        (
            "journal_refuses_replace",
            "BEFORE INSERT ON journal WHEN EXISTS (SELECT 1 FROM journal WHERE seq = NEW.seq)",
        ),
    )
}
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Stamp:
    """Who, when, where and why: what all lines of one unit of work share. `at` is UTC."""

    at: datetime
    actor_id: int | None
    actor: str
    desk: str
    action: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Change:
    """One record's change: field name to old and new plain value; `action` as in the journal."""

    register: str
    record_id: int
    action: str
    values: Mapping[str, tuple[Any, Any]]
    reason: str = ""


@dataclass(frozen=True)
class Finding:
    """Something that verification found, in words, with the line or record it names."""

    register: str
    record_id: int
    seq: int
    message: str


def plain(value: Any) -> Any:
    """The form of a column's value in the journal: JSON's own kinds, moments and days as ISO text."""
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def content_text(values: Mapping[str, tuple[Any, Any]]) -> str:
    """The canonical text of a change."""
    return _encode({name: [old, new] for name, (old, new) in sorted(values.items())})


def digest_of(salt: str, content: str) -> str:
    """What the chain holds of a content."""
    return hashlib.sha256(f"{salt}{content}".encode()).hexdigest()


def hash_of(covered: Sequence[Any]) -> str:
    """The hash of a line from its columns in the order of `COVERED`, `at` as stored text."""
    return hashlib.sha256(_encode(covered).encode()).hexdigest()


def head(connection: Connection) -> tuple[int, str]:
    """The last line's number and hash; (0, zeros) for an empty journal."""
    row = connection.execute(_HEAD).first()
    return (row.seq, row.hash) if row else (0, GENESIS)


def missing_guards(connection: Connection) -> list[str]:
    """The names of the triggers that keep the journal append-only and do not stand as they were laid."""
    asked = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    standing = {row.name: row.sql for row in connection.exec_driver_sql(asked)}
    return [name for name, sql in GUARDS.items() if standing.get(name) != sql]


def append(connection: Connection, stamp: Stamp, changes: Iterable[Change]) -> None:
    """Write one line for each change, inside the caller's transaction."""
    append_many(connection, ((stamp, change) for change in changes))


def append_many(connection: Connection, entries: Iterable[tuple[Stamp, Change]]) -> None:
    """As `append`, for lines of many people and moments at once (import, demonstration)."""
    seq, previous = head(connection)
    lines = []
    for stamp, change in entries:
        seq += 1
        line = _line(seq, stamp, change, previous)
        previous = line["hash"]
        lines.append(line)
    if lines:
        connection.execute(insert(JournalLine), lines)


def _line(seq: int, stamp: Stamp, change: Change, previous: str) -> dict[str, Any]:
    content = content_text(change.values)
    salt = secrets.token_hex(8)
    covered = {
        "seq": seq,
        "at": moment_text(stamp.at),
        "actor_id": stamp.actor_id,
        "actor": stamp.actor,
        "desk": stamp.desk,
        "action": stamp.action or change.action,
        "register": change.register,
        "record_id": change.record_id,
        "reason": stamp.reason or change.reason,
        "digest": digest_of(salt, content),
        "previous": previous,
    }
    proof = {"content": content, "salt": salt, "hash": hash_of(list(covered.values()))}
    return {**covered, **proof, "at": stamp.at}


def changes_of(session: Session) -> list[Change]:
    """What the session has just flushed, records only. Raises AssertionError for a deleted record."""
    gone = [record for record in session.deleted if isinstance(record, Record)]
    assert not gone, f"records are voided, never deleted: {gone}"
    made = [_change(record, "create") for record in session.new if isinstance(record, Record)]
    changed = [_change(record, "change") for record in session.dirty if isinstance(record, Record)]
    return [change for change in (*made, *changed) if change.values]


def _change(record: Record, action: str) -> Change:
    values: dict[str, tuple[Any, Any]] = {}
    state = inspect(record)
    for column in state.mapper.column_attrs:
        history = state.attrs[column.key].history
        secret = column.columns[0].info.get("secret", False)
        new = shown(getattr(record, column.key), secret)
        if action == "create":
            if new is not None and column.key != "id":
                values[column.key] = (None, new)
        elif history.has_changes():
            values[column.key] = (shown(history.deleted[0] if history.deleted else None, secret), new)
    if action == "change" and values.get("voided_at", (None, None))[1] is not None:
        return Change(record.__tablename__, record.id, "void", values, record.void_reason)
    return Change(record.__tablename__, record.id, action, values)


def shown(value: Any, secret: bool) -> Any:
    """The form of a value in the journal: as `plain`, a secret one as its digest."""
    # A PIN's hash in the journal would outlive the PIN's change; its digest proves just as much.
    if secret and value:
        return "sha256:" + hashlib.sha256(str(value).encode()).hexdigest()
    return plain(value)


@dataclass
class Chain:
    """A walk along the journal: the last line seen. Start afresh, and follow line by line."""

    seq: int = 0
    hash: str = GENESIS
    begun: bool = False

    def next_lines(self, connection: Connection, most: int = 5000) -> Sequence[Sequence[Any]]:
        """The lines after the last one seen, for `follow`; none at the end."""
        ahead = _CHAINED.where(_LINES.c.seq > self.seq) if self.begun else _CHAINED
        self.begun = True
        return connection.execute(ahead.limit(most)).all()

    def follow(self, line: Sequence[Any]) -> Finding | None:
        """Step on to a line; what is wrong with it, if anything."""
        covered, (content, salt, hash_) = line[:-3], line[-3:]
        seq, digest, previous = covered[0], covered[-2], covered[-1]
        if seq < 1:
            return Finding(covered[6], covered[7], seq, f"日志第 {seq} 行不是程序写的")
        if seq != self.seq + 1:
            problem = f"日志第 {self.seq + 1} 行起缺 {seq - self.seq - 1} 行"
        elif previous != self.hash:
            problem = f"日志第 {seq} 行与上一行接不上"
        elif digest != digest_of(salt, content):
            problem = f"日志第 {seq} 行的内容被改过"
        elif hash_ != hash_of(list(covered)):
            problem = f"日志第 {seq} 行的时间、姓名或事由被改过"
        else:
            problem = ""
        self.seq, self.hash = seq, hash_
        return Finding(covered[6], covered[7], seq, problem) if problem else None


def broken_lines(connection: Connection) -> Iterator[Finding]:
    """Walk the chain from its first line and name every line that does not hold."""
    chain = Chain()
    while lines := chain.next_lines(connection):
        yield from filter(None, map(chain.follow, lines))
