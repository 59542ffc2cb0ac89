"""Verification: the file, the journal's chain, each record against its journal, the numbers, and the search.

It reads in pieces and lets go of the file between them, so that the window goes on writing meanwhile;
memory stays flat however large the register is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    DefaultClause,
    Table,
    func,
    inspect,
    select,
    union,
)
from sqlalchemy.orm import Session

from frontdesk.core import journal
from frontdesk.core.database import Database
from frontdesk.core.errors import FileBusyError, StoppedError, SurroundingsError
from frontdesk.core.jobs import Cancelled, Progress
from frontdesk.core.model import Base, JournalLine, Record, SerialCounter
from frontdesk.safety.names import record_name
from frontdesk.safety.searches import Search, as_stored

PIECE = 2000  # records or journal lines that are read at a time
MOST_TOLD = 200  # findings that are kept; the rest is counted
MARK_DIGITS = 16  # of the chain's last hash, as they stand on signed paper

FieldLabels = Mapping[str, Mapping[str, str]]

_JOURNAL = JournalLine.__table__
_BEFORE_ALL = -(2**63)  # a record may have been slipped in under any number


@dataclass(frozen=True)
class Series:
    """Numbers that must run from 1 without gap in each period (R-ORDER-1), and where they stand."""

    name: str  # as in serial_counter
    label: str
    table: str
    period: str
    number: str


SERIES = (
    Series("service_order", "服务单", "service_order", "year", "number"),
    Series("call", "来电记录", "call", "day", "day_no"),
    Series("payment_request", "付款请求书", "payment_request", "year", "number"),
    Series("receipt", "收据", "receipt", "year", "number"),
    Series("key_application", "钥匙申请表", "key_application", "year", "number"),
)


@dataclass(frozen=True)
class Mark:
    """A place in the journal, known from signed paper or a backup: everything up to it must still be there."""

    seq: int
    digits: str  # the first 16 hex digits of the line's hash


@dataclass(frozen=True)
class Report:
    """What verification saw. `findings` holds the first 200; `found` counts all."""

    lines: int
    records: int
    mark: Mark
    findings: tuple[journal.Finding, ...]
    found: int
    searches: int = (
        0  # of those found: what search does not find as it should; nothing is lost, it is made anew
    )

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return self.found == 0


class Verification:
    """One run over one file. Make it, `run` it once."""

    def __init__(
        self,
        database: Database,
        *,
        labels: FieldLabels | None = None,
        searches: Sequence[Search] = (),
        known: Mark | None = None,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> None:
        self._database, self._searches = database, searches
        self._labels = labels or {}
        self._known = known
        self._progress = progress
        self._cancelled = cancelled
        self._findings: list[journal.Finding] = []
        self._found = self._lines = self._records = self._done = self._total = self._unfound = 0
        self._mark = Mark(0, journal.GENESIS[:MARK_DIGITS])

    def run(self) -> Report:
        """Look at everything. Raises StoppedError when cancelled, FileBusyError."""
        for text in self._database.damage(self._cancelled):
            self._tell("", 0, 0, f"数据文件有损坏：{text}")
        standing = self._standing_tables()
        folds = (partial(self._fold, table) for table in standing)
        counts = (partial(self._count_numbers, series) for series in SERIES)
        steps: tuple[Callable[[], None], ...] = (
            partial(self._count, standing),
            self._look_at_guards,
            self._walk_chain,
            *folds,
            *counts,
            *(partial(self._look_for, search) for search in self._searches),
        )
        for step in steps:
            try:
                step()
            except FileBusyError:
                raise
            except SurroundingsError as error:  # a damaged page: say so, and look at the rest
                self._tell("", 0, 0, error.message)
        return Report(
            self._lines, self._records, self._mark, tuple(self._findings), self._found, self._unfound
        )

    def _standing_tables(self) -> list[Table]:
        names = set(self._read(lambda connection: inspect(connection).get_table_names()))
        standing = []
        for table in record_tables():
            if table.name in names:
                standing.append(table)
            else:
                self._tell(table.name, 0, 0, f"数据表 {table.name} 不见了")
        return standing

    def _count(self, tables: Sequence[Table]) -> None:
        with self._database.read() as session:
            connection = session.connection()
            self._total = journal.head(connection)[0] + sum(
                connection.scalar(select(func.max(table.c.id))) or 0
                for table in [*tables, *(Base.metadata.tables[search.table] for search in self._searches)]
            )

    def _look_at_guards(self) -> None:
        for name in self._read(journal.missing_guards):
            self._tell("journal", 0, 0, f"日志的防改保护 {name} 被拆掉或改过")

    def _walk_chain(self) -> None:
        chain = journal.Chain()
        # What is written while we look is left for the next time: else a busy desk is never done.
        last, _ = self._read(journal.head)
        while chain.seq < last and (lines := self._read(chain.next_lines)):
            for line in lines:
                if finding := chain.follow(line):
                    self._add(finding)
                if self._known and chain.seq == self._known.seq:
                    self._compare_mark(chain.hash)
            self._lines += len(lines)
            self._step(len(lines))
        self._mark = Mark(chain.seq, chain.hash[:MARK_DIGITS])
        if self._known and self._known.seq > chain.seq:
            self._tell("", 0, chain.seq, f"日志末尾缺 {self._known.seq - chain.seq} 行")

    def _compare_mark(self, found: str) -> None:
        if self._known and found[:MARK_DIGITS] != self._known.digits.lower():
            self._tell("", 0, self._known.seq, f"日志第 {self._known.seq} 行与纸上或备份里的校验码不符")

    def _fold(self, table: Table) -> None:
        after, last = _BEFORE_ALL, self._read(partial(_last_id, table))
        while after < last and (piece := self._read(partial(_piece, table, after))):
            ids, lines, rows = piece
            self._compare(table, ids, lines, rows)
            self._records += len(rows)
            self._step(len(ids))
            after = ids[-1]

    def _compare(
        self,
        table: Table,
        ids: Sequence[int],
        lines: Mapping[int, dict[str, Any] | None],
        rows: Mapping[int, dict[str, Any]],
    ) -> None:
        for record_id in ids:
            told, row = lines.get(record_id, {}), rows.get(record_id)
            name = record_name(table.name, record_id, row or told or {})
            if told is None:
                continue  # its content cannot be read; the chain has named the line
            if row is None:
                self._tell(table.name, record_id, 0, f"{name}：记录不见了，日志里有")
            elif not told:
                self._tell(table.name, record_id, 0, f"{name}：不是程序写的，日志里没有")
            elif altered := _altered(table, told, row):
                labels = self._labels.get(table.name, {})
                fields = "、".join(labels.get(field, field) for field in altered)
                self._tell(table.name, record_id, 0, f"{name}：被绕过程序改过（{fields}）")

    def _count_numbers(self, series: Series) -> None:
        counted, given = self._read(partial(_numbers, series))
        for period in sorted({*counted, *given}):
            count, first, last = counted.get(period, (0, 1, 0))
            expected = given.get(period, 0)
            where = f"{series.label} {period}"
            if last != expected:
                self._tell(series.table, 0, 0, f"{where}：最后一号是 {last}，编号计数是 {expected}")
            if (first, last - first + 1) != (1, count):
                self._tell(series.table, 0, 0, f"{where}：编号不连续，1 至 {last} 中有 {count} 个")

    def _look_for(self, search: Search) -> None:
        table = Base.metadata.tables[search.table]
        for record_id in search.amiss(self._within, self._step):
            row = self._read(partial(_one, table, record_id))
            self._unfound += 1
            self._tell(
                search.table,
                record_id,
                0,
                f"{record_name(search.table, record_id, row)}：查找用的索引与它不符"
                if row
                else f"{record_name(search.table, record_id, {})}：查找用的索引里有，记录没有",
            )

    def _read(self, reader: Callable[[Connection], Any]) -> Any:
        return self._within(lambda session: reader(session.connection()))

    def _within(self, reader: Callable[[Session], Any]) -> Any:
        if self._cancelled and self._cancelled():
            raise StoppedError("校验已停止，数据没有任何改动。")
        with self._database.read() as session:
            return reader(session)

    def _step(self, by: int) -> None:
        self._done += by
        if self._progress:
            self._progress(min(self._done, self._total), self._total)

    def _tell(self, register: str, record_id: int, seq: int, message: str) -> None:
        self._add(journal.Finding(register, record_id, seq, message))

    def _add(self, finding: journal.Finding) -> None:
        self._found += 1
        if len(self._findings) < MOST_TOLD:
            self._findings.append(finding)


def record_tables() -> list[Table]:
    """The tables whose every change stands in the journal, in the order of their names."""
    mapped = (mapper for mapper in Base.registry.mappers if issubclass(mapper.class_, Record))
    tables = (table for mapper in mapped if isinstance(table := mapper.local_table, Table))
    return sorted(tables, key=lambda table: table.name)


def _last_id(table: Table, connection: Connection) -> int:
    of_table = connection.scalar(select(func.max(table.c.id)))
    of_lines = connection.scalar(
        select(func.max(_JOURNAL.c.record_id)).where(_JOURNAL.c.register == table.name)
    )
    return max(of_table or _BEFORE_ALL, of_lines or _BEFORE_ALL)


Piece = tuple[Sequence[int], dict[int, dict[str, Any] | None], dict[int, dict[str, Any]]]


def _piece(table: Table, after: int, connection: Connection) -> Piece | None:
    # Ids from both sides: a record without a line and a line without its record must both be met.
    both = union(
        select(table.c.id.label("id")).where(table.c.id > after),
        select(_JOURNAL.c.record_id.label("id")).where(
            _JOURNAL.c.register == table.name, _JOURNAL.c.record_id > after
        ),
    )
    ids = connection.scalars(both.order_by("id").limit(PIECE)).all()
    if not ids:
        return None
    lines = connection.execute(
        select(_JOURNAL.c.record_id, _JOURNAL.c.content)
        .where(
            _JOURNAL.c.register == table.name, _JOURNAL.c.record_id > after, _JOURNAL.c.record_id <= ids[-1]
        )
        .order_by(_JOURNAL.c.record_id, _JOURNAL.c.seq)
    )
    rows = connection.execute(as_stored(table).where(table.c.id > after, table.c.id <= ids[-1]))
    names = table.c.keys()
    return ids, _folded(lines), {row.id: dict(zip(names, row, strict=True)) for row in rows}


def _one(table: Table, record_id: int, connection: Connection) -> dict[str, Any]:
    row = connection.execute(as_stored(table).where(table.c.id == record_id)).one_or_none()
    return dict(zip(table.c.keys(), row, strict=True)) if row is not None else {}


def _folded(lines: Iterable[Any]) -> dict[int, dict[str, Any] | None]:
    """What the journal says of each record: its last value of each field; None where a line is unreadable."""
    told: dict[int, dict[str, Any] | None] = {}
    for record_id, of_one in groupby(lines, key=itemgetter(0)):
        values: dict[str, Any] = {}
        try:
            for _, content in of_one:
                values.update((name, new) for name, (_, new) in json.loads(content).items())
            told[record_id] = values
        except (ValueError, TypeError, AttributeError):
            told[record_id] = None
    return told


def _altered(table: Table, told: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    """The columns in which a record differs from what the journal says of it."""
    # Nearly all are alike at first sight; only what is not is looked at closely.
    unlike = [name for name, value in row.items() if value != told.get(name) and name != "id"]
    return [name for name in unlike if not _same(table.c[name], told, row[name])]


def _same(column: Column[Any], told: Mapping[str, Any], value: Any) -> bool:
    found = journal.shown(value, column.info.get("secret", False))
    if column.name in told:
        return type(found) is type(told[column.name]) and bool(found == told[column.name])
    # The journal tells of every value but NULL. A column younger than the record was filled by its migration.
    default = column.server_default
    return found is None or (isinstance(default, DefaultClause) and str(default.arg) == str(found))


def _numbers(
    series: Series, connection: Connection
) -> tuple[dict[str, tuple[int, int, int]], dict[str, int]]:
    """By period: how many numbers stand in the table, the first and the last; and the last one given."""
    table = Base.metadata.tables[series.table]
    period, number = table.c[series.period], table.c[series.number]
    standing = select(period, func.count(), func.min(number), func.max(number)).group_by(period)
    given = select(SerialCounter.period, SerialCounter.last).where(SerialCounter.series == series.name)
    return (
        {str(row[0]): (row[1], row[2], row[3]) for row in connection.execute(standing)},
        {row.period: row.last for row in connection.execute(given)},
    )
