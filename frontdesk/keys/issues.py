"""The register kept up: confirmed by the month, issued anew by the quarter, old issues readable as they were (R-KEY-6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select

from frontdesk.core.actor import Actor, Permission
from frontdesk.core.due import DueItem
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.plain_text import plain_text
from frontdesk.core.present import present
from frontdesk.keys import rules
from frontdesk.keys.listing import cells, reading, row_of
from frontdesk.keys.model import Key, KeyIssue, KeyIssueLine, KeyUpkeep
from frontdesk.keys.register import KEY, IssueLine, IssueRow, UpkeepRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext

RULE = "R-KEY-6"
NEAR_MONTH_END = timedelta(days=5)
NEAR_QUARTER_END = timedelta(days=14)
"""So long before the end of its period a task stands in the list of due things."""

_AS_THEY_ARE = ("number", "lock", "in_use", "spare", "holder", "changed_on", "handled_by")
_IN_WORDS = ("kind", "place", "state", "change")


class IssueService:
    """Monthly up-dating and quarterly issues. Commands raise RefusedError, NotAllowedError, SurroundingsError."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    # --- commands -----------------------------------------------------------------------------------

    def confirm_month(self, month: str = "", note: str = "") -> UpkeepRow:
        """Say that the register was gone through and is up to date, for this month or another that has begun (`2026-11`)."""
        told = plain_text(note, field="note", label="说明", most=400)
        with self._context.transaction(Permission.WRITE_KEYS, action="confirm_month", reason=told) as work:
            wanted = month or rules.month_of(work.today)
            _check_month(wanted, work.today)
            if found := work.session.scalar(_upkeep(wanted)):
                raise RefusedError(f"{wanted} 已由{found.confirmed_by}确认。", field="month", rule=RULE)
            made = work.add(
                KeyUpkeep(month=wanted, confirmed_at=work.now, confirmed_by=work.actor.name, note=told)
            )
            return UpkeepRow(made.month, made.confirmed_at, made.confirmed_by, made.note)

    def issue(self, note: str = "", by: Actor | None = None) -> IssueRow:
        """Issue the register anew, as it stands: the issue before expires and stays readable (needs REVIEW_KEYS).

        `by` is the department manager proved by `StaffService.prove`, or whoever is signed in.
        """
        told = plain_text(note, field="note", label="说明", most=400)
        acting = by or self._context.require(Permission.REVIEW_KEYS)
        if not acting.may(Permission.REVIEW_KEYS):
            raise NotAllowedError("新的钥匙登记表要由客服部经理编制。", field="by", rule=RULE)
        with self._context.transaction(
            Permission.REVIEW_KEYS, action="issue_keys", actor=acting, reason=told
        ) as work:
            asked = select(Key).where(Key.voided_at.is_(None)).order_by(Key.natural)
            rows = [row_of(key) for key in work.session.scalars(asked)]
            if not rows:
                raise RefusedError("还没有登记钥匙，没有可编制的。", rule=RULE)
            made = work.add(
                KeyIssue(
                    number=1 + (work.session.scalar(select(func.max(KeyIssue.number))) or 0),
                    quarter=rules.quarter_of(work.today),
                    issued_on=work.today,
                    issued_by=work.actor.name,
                    keys=len(rows),
                    note=told,
                )
            )
            lines = []
            for position, row in enumerate(rows, start=1):
                words = cells(row)
                values = {name: getattr(row, name) for name in _AS_THEY_ARE}
                values |= {name: words[name] for name in _IN_WORDS}
                lines.append(KeyIssueLine(issue_id=made.id, position=position, key_id=row.id, **values))
            work.add_all(lines)
            return _row(made, None)

    # --- questions ----------------------------------------------------------------------------------

    def months(self, most: int = 12) -> list[UpkeepRow]:
        """This month and those before it, newest first, back to the first key: each with who confirmed it."""
        today = self._context.clock.today()
        with reading(self._context) as session:
            begins = self._begins(session)
            done = {one.month: one for one in session.scalars(_upkeep())}
        rows: list[UpkeepRow] = []
        day = today
        while begins is not None and day >= begins.replace(day=1) and len(rows) < most:
            one = done.get(rules.month_of(day))
            rows.append(
                UpkeepRow(one.month, one.confirmed_at, one.confirmed_by, one.note)
                if one
                else UpkeepRow(rules.month_of(day), None, "", "")
            )
            day = rules.month_before(day)
        return rows

    def issues(self) -> list[IssueRow]:
        """All issues, newest first; the first of them is in force, the others expired."""
        with reading(self._context) as session:
            found = session.scalars(select(KeyIssue).order_by(KeyIssue.number.desc())).all()
        expires = [None, *(one.issued_on for one in found)]
        return [_row(one, ends) for one, ends in zip(found, expires, strict=False)]

    def lines(self, issue_id: int) -> list[IssueLine]:
        """An issue's lines as they were drawn up, whatever became of the keys since. Raises RefusedError."""
        with reading(self._context) as session:
            present(session, KeyIssue, issue_id)
            return [_line(line) for line in session.scalars(_lines(issue_id))]

    def get(self, issue_id: int) -> IssueRow:
        """One issue. Raises RefusedError when there is none."""
        found = next((one for one in self.issues() if one.id == issue_id), None)
        if found is None:
            raise RefusedError("没有这一期钥匙登记表，请刷新后再试。")
        return found

    def print_rows(self, issue_id: int) -> Iterator[tuple[str, ...]]:
        """F-KEY of an issue, word for word. Raises RefusedError, NotAllowedError."""
        self._context.require(Permission.PRINT)
        for line in self.lines(issue_id):
            shown = {name: str(getattr(line, name)) for name in (*_AS_THEY_ARE, *_IN_WORDS)}
            yield tuple(shown[field.name] for field in KEY.printed)

    def due(self, now: datetime) -> list[DueItem]:
        """The month that is not confirmed and the quarter without an issue, near their end and after it."""
        clock = self._context.clock
        today = clock.local(now).date()
        with reading(self._context) as session:
            begins = self._begins(session)
            months = set(session.scalars(select(KeyUpkeep.month).where(KeyUpkeep.voided_at.is_(None))))
            last = session.scalar(select(func.max(KeyIssue.issued_on)))
        if begins is None:
            return []
        items = []
        before = rules.month_before(today)
        late = before >= begins and rules.month_of(before) not in months
        if late or rules.month_of(today) not in months:
            owed = before if late else rules.month_end(today)
            what = f"整理更新 {owed.month} 月的钥匙登记表"
            days = (owed.replace(day=1), owed)
            items.append(self._due_item(what, "前台", days, now, NEAR_MONTH_END))
        first = rules.quarter_start(today)
        quarter_before = rules.quarter_start(first - timedelta(days=1))
        issued = last or date.min
        if issued < first:
            overdue = issued < quarter_before and begins < first
            start = quarter_before if overdue else first
            days = (start, rules.quarter_end(start))
            what = f"编制 {rules.quarter_of(start)} 的钥匙登记表"
            items.append(self._due_item(what, "客服部经理", days, now, NEAR_QUARTER_END))
        return [item for item in items if item is not None]

    def _due_item(
        self, what: str, who: str, days: tuple[date, date], now: datetime, near: timedelta
    ) -> DueItem | None:
        since, due_at = self._context.clock.day_bounds(*days)
        return DueItem("key_issue", 0, what, "", who, due_at, since) if now >= due_at - near else None

    def _begins(self, session: Session) -> date | None:
        """The local day on which the desk's first key was entered."""
        first = session.scalar(select(func.min(Key.created_at)).where(Key.voided_at.is_(None)))
        return self._context.clock.local(first).date() if first is not None else None


def _check_month(month: str, today: date) -> None:
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise RefusedError("月份请写成 2026-11。", field="month") from None
    if first > today:
        raise RefusedError("这个月还没有开始。", field="month", rule=RULE)


def _upkeep(month: str = "") -> Select[KeyUpkeep]:
    asked = select(KeyUpkeep).where(KeyUpkeep.voided_at.is_(None))
    return asked.where(KeyUpkeep.month == month) if month else asked


def _lines(issue_id: int) -> Select[KeyIssueLine]:
    return select(KeyIssueLine).where(KeyIssueLine.issue_id == issue_id).order_by(KeyIssueLine.position)


def _row(one: KeyIssue, expired_on: date | None) -> IssueRow:
    return IssueRow(
        one.id, one.number, one.quarter, one.issued_on, one.issued_by, one.keys, one.note, expired_on
    )


def _line(line: KeyIssueLine) -> IssueLine:
    return IssueLine(**{name: getattr(line, name) for name in IssueLine.__dataclass_fields__})
