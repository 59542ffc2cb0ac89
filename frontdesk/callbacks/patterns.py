"""What comes back again and again: a fault in one place, a person whom customers complain of (R-ORDER-13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from frontdesk.callbacks.model import Callback, Talk
from frontdesk.callbacks.register import DISSATISFIED, PROSE_MOST, QUESTIONS
from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.plain_text import plain_text
from frontdesk.core.settings import PATTERN_BAD_ANSWERS, PATTERN_DAYS, PATTERN_WINDOW_DAYS
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.reminders import alike

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext

FAULT, PERSON = "fault", "person"


@dataclass(frozen=True)
class Report:
    """One fault of one place, or one bad answer about one person; `day` is local."""

    record_id: int
    day: date
    text: str


@dataclass(frozen=True)
class Pattern:
    """Something for a supervisor. `kind` is `fault` or `person`, `about` the place or the person.

    `count` is the days in a row, or the dissatisfied call-backs; `record_ids` are the orders or call-backs
    behind it. `open`: it went on after the last talk, or nobody has talked about it yet.
    """

    kind: str
    about: str
    text: str
    count: int
    first: date
    last: date
    record_ids: tuple[int, ...]
    talked_at: datetime | None
    open: bool


@dataclass(frozen=True)
class TalkRow:
    """A talk, or a report upward, as it was recorded."""

    id: int
    kind: str
    about: str
    talked_at: datetime
    talked_by: str
    told: str
    text: str


class PatternService:
    """Patterns of one desk, for those who read reports. Raises NotAllowedError, RefusedError, SurroundingsError."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def faults(self) -> list[Pattern]:
        """The same fault in one place on several days in a row, the longest first."""
        self._context.require(Permission.REPORTS)
        least = self._context.settings.get(PATTERN_DAYS)
        with self._context.read() as session:
            talks = _last_talks(session, FAULT)
            found = [
                self._pattern(FAULT, place, run, talks.get(place))
                for place, reports in self._reports(session).items()
                for run in runs_of(reports)
                if _days(run) >= least
            ]
        return sorted(found, key=lambda pattern: (-pattern.count, pattern.about))

    def people(self) -> list[Pattern]:
        """Service persons with repeated dissatisfied answers, the most first."""
        self._context.require(Permission.REPORTS)
        least = self._context.settings.get(PATTERN_BAD_ANSWERS)
        with self._context.read() as session:
            talks = _last_talks(session, PERSON)
            found = [
                self._pattern(PERSON, person, said, talks.get(person))
                for person, said in self._bad_answers(session).items()
                if len(said) >= least
            ]
        return sorted(found, key=lambda pattern: (-pattern.count, pattern.about))

    def record_talk(self, kind: str, about: str, text: str, told: str = "工程部") -> TalkRow:
        """Note that somebody talked with engineering about a person, or reported a fault upward, and to whom."""
        if kind not in (FAULT, PERSON):
            raise ValueError(kind)
        named = plain_text(about, field="about", label="对象", most=120)
        said = plain_text(text, field="text", label="谈话内容", most=PROSE_MOST)
        if not named or not said:
            raise RefusedError(
                "请写明谈的是谁或哪里、谈了什么。", field="text" if named else "about", rule="R-ORDER-13"
            )
        heard = plain_text(told, field="told", label="告知", most=120)
        self._context.require(Permission.REPORTS)
        with self._context.transaction(Permission.WRITE_ORDERS, action="talk") as work:
            talk = Talk(
                kind=kind,
                about=named,
                talked_at=work.now,
                talked_by=work.actor.name,
                told=heard,
                text=said,
            )
            return _row(work.add(talk))

    def talks(self, kind: str, about: str) -> tuple[TalkRow, ...]:
        """The talks about a person or a place, newest first."""
        self._context.require(Permission.REPORTS)
        asked = select(Talk).where(Talk.kind == kind, Talk.about == about, Talk.voided_at.is_(None))
        with self._context.read() as session:
            return tuple(map(_row, session.scalars(asked.order_by(Talk.id.desc()))))

    def _reports(self, session: Session) -> dict[str, list[Report]]:
        asked = select(
            ServiceOrder.unit_no, ServiceOrder.id, ServiceOrder.issued_at, ServiceOrder.content
        ).where(
            ServiceOrder.issued_at >= self._since(),
            ServiceOrder.voided_at.is_(None),
            ServiceOrder.unit_no != "",
            ServiceOrder.content != "",
        )
        places: dict[str, list[Report]] = defaultdict(list)
        for unit_no, order_id, issued_at, content in session.execute(asked):
            day = self._context.clock.local(issued_at).date()
            places[unit_no].append(Report(order_id, day, content))
        return places

    def _bad_answers(self, session: Session) -> dict[str, list[Report]]:
        bad = or_(*(getattr(Callback, name) == DISSATISFIED for name in QUESTIONS))
        standing = (Callback.voided_at.is_(None), Callback.called_at >= self._since(), bad)
        people: dict[str, list[Report]] = defaultdict(list)
        for row in session.scalars(select(Callback).where(*standing).order_by(Callback.called_at)):
            if row.service_person:
                day = self._context.clock.local(row.called_at).date()
                people[row.service_person].append(Report(row.id, day, row.problem or row.opinion))
        return people

    def _since(self) -> datetime:
        clock = self._context.clock
        first = clock.today() - timedelta(days=self._context.settings.get(PATTERN_WINDOW_DAYS) - 1)
        return clock.day_bounds(first)[0]

    def _pattern(
        self, kind: str, about: str, reports: Sequence[Report], talked_at: datetime | None
    ) -> Pattern:
        days = sorted(report.day for report in reports)
        count = _days(reports) if kind == FAULT else len(reports)
        still = talked_at is None or self._context.clock.local(talked_at).date() < days[-1]
        ids = tuple(report.record_id for report in reports)
        return Pattern(kind, about, reports[-1].text, count, days[0], days[-1], ids, talked_at, still)


def runs_of(reports: Iterable[Report]) -> list[list[Report]]:
    """The reports of one place in runs: of the like matter, on days that follow one another."""
    runs: list[list[Report]] = []
    for report in sorted(reports, key=lambda report: (report.day, report.record_id)):
        for run in runs:
            near = report.day - run[-1].day <= timedelta(days=1)
            if near and any(alike(report.text, other.text) for other in run):
                run.append(report)
                break
        else:
            runs.append([report])
    return runs


def _days(run: Iterable[Report]) -> int:
    return len({report.day for report in run})


def _last_talks(session: Session, kind: str) -> dict[str, datetime]:
    asked = select(Talk.about, Talk.talked_at).where(Talk.kind == kind, Talk.voided_at.is_(None))
    return dict(session.execute(asked.order_by(Talk.id)).all())


def _row(talk: Talk) -> TalkRow:
    return TalkRow(**{name: getattr(talk, name) for name in TalkRow.__dataclass_fields__})
