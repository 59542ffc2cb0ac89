"""The journal: each change of each record, append-only, each line carrying the hash of the one before.

A line's `digest` covers its content with a salt, its `hash` covers everything but the content, and the
previous hash. So a content can one day be taken out for privacy's sake without breaking the chain,
while altering, deleting or inserting a line cannot go unnoticed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, inspect, select
from sqlalchemy.orm import Session

from frontdesk.core.model import JournalLine, Record, moment_text

GENESIS = "0" * 64
_LINES = JournalLine.__table__


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
    return json.dumps(
        {name: [old, new] for name, (old, new) in sorted(values.items())},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def digest_of(salt: str, content: str) -> str:
    """What the chain holds of a content."""
    return hashlib.sha256(f"{salt}{content}".encode()).hexdigest()


def hash_of(line: Mapping[str, Any]) -> str:
    """The hash of a line from its columns, `at` as stored text, and the hash of the one before."""
    covered = [
        line[name]
        for name in (
            "seq",
            "at",
            "actor_id",
            "actor",
            "desk",
            "action",
            "register",
            "record_id",
            "reason",
            "digest",
        )
    ]
    text = json.dumps([*covered, line["previous"]], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def head(connection: Connection) -> tuple[int, str]:
    """The last line's number and hash; (0, zeros) for an empty journal."""
    row = connection.execute(
        select(_LINES.c.seq, _LINES.c.hash).order_by(_LINES.c.seq.desc()).limit(1)
    ).first()
    return (row.seq, row.hash) if row else (0, GENESIS)


def append(connection: Connection, stamp: Stamp, changes: Iterable[Change]) -> None:
    """Write one line for each change, inside the caller's transaction."""
    seq, previous = head(connection)
    lines = []
    for change in changes:
        seq += 1
        content = content_text(change.values)
        salt = secrets.token_hex(8)
        line: dict[str, Any] = {
            "seq": seq,
            "at": moment_text(stamp.at),
            "actor_id": stamp.actor_id,
            "actor": stamp.actor,
            "desk": stamp.desk,
            "action": stamp.action or change.action,
            "register": change.register,
            "record_id": change.record_id,
            "reason": stamp.reason,
            "content": content,
            "salt": salt,
            "digest": digest_of(salt, content),
            "previous": previous,
        }
        previous = line["hash"] = hash_of(line)
        line["at"] = stamp.at
        lines.append(line)
    if lines:
        connection.execute(insert(JournalLine), lines)


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
        new = _shown(getattr(record, column.key), secret)
        if action == "create":
            if new is not None and column.key != "id":
                values[column.key] = (None, new)
        elif history.has_changes():
            values[column.key] = (_shown(history.deleted[0] if history.deleted else None, secret), new)
    return Change(record.__tablename__, record.id, action, values)


def _shown(value: Any, secret: bool) -> Any:
    # A PIN's hash in the journal would outlive the PIN's change; its digest proves just as much.
    if secret and value:
        return "sha256:" + hashlib.sha256(str(value).encode()).hexdigest()
    return plain(value)


def broken_lines(connection: Connection) -> Iterator[Finding]:
    """Walk the chain from its first line and name every line that does not hold."""
    expected, previous = 1, GENESIS
    rows = connection.execution_options(yield_per=5000).execute(select(_LINES).order_by(_LINES.c.seq))
    for row in rows:
        line = dict(row._mapping)
        line["at"] = moment_text(line["at"])
        problem = _problem(line, expected, previous)
        if problem:
            yield Finding(line["register"], line["record_id"], line["seq"], problem)
        expected, previous = line["seq"] + 1, line["hash"]


def _problem(line: Mapping[str, Any], expected: int, previous: str) -> str:
    if line["seq"] != expected:
        return f"日志第 {expected} 行起缺 {line['seq'] - expected} 行"
    if line["previous"] != previous:
        return f"日志第 {line['seq']} 行与上一行接不上"
    if line["digest"] != digest_of(line["salt"], line["content"]):
        return f"日志第 {line['seq']} 行的内容被改过"
    if line["hash"] != hash_of(line):
        return f"日志第 {line['seq']} 行的时间、姓名或事由被改过"
    return ""
