"""What every service of the desk works with: the file, the clock, the settings, and who is signed in."""

from __future__ import annotations

import logging
import platform
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Session

from frontdesk.core import journal
from frontdesk.core.actor import Actor, Permission
from frontdesk.core.clock import Clock
from frontdesk.core.database import Database
from frontdesk.core.errors import NotAllowedError
from frontdesk.core.model import JournalLine, Record
from frontdesk.core.plain_text import plain_reason
from frontdesk.core.serials import advance_day, latest_day, next_serial, restart_day
from frontdesk.core.settings import CLOCK_CONFIRMED_SEQ, SettingsStore

R = TypeVar("R", bound=Record)
P = ParamSpec("P")
T = TypeVar("T")
ChangeListener = Callable[[frozenset[str]], None]

_LOG = logging.getLogger("frontdesk.bugs")


@dataclass
class Transaction:
    """One unit of work. What is added or changed through `session` is journaled by itself.

    `now` is the PC's moment in UTC; `today` the business day, local, which never runs back.
    """

    session: Session
    actor: Actor
    now: datetime
    today: date
    stamp: journal.Stamp
    changed: set[str] = field(default_factory=set)

    @property
    def connection(self) -> Connection:
        """The connection of this unit of work, for bulk statements."""
        return self.session.connection()

    def add(self, record: R) -> R:
        """Stamp a new record with who and when, write it, and return it with its id."""
        return self.add_all([record])[0]

    def add_all(self, records: Sequence[R]) -> Sequence[R]:
        """The same for many that do not hang on one another's ids, at one blow."""
        for record in records:
            record.created_at = self.now
            record.created_by_id = self.actor.person_id
            record.created_by = self.actor.name
        self.session.add_all(records)
        self.flush()
        return records

    def void(self, record: Record, reason: str) -> None:
        """Cancel a record; it stays where it is, with the reason."""
        record.voided_at = self.now
        record.voided_by = self.actor.name
        record.void_reason = reason

    def flush(self) -> None:
        """Send what is pending to the file, with its journal lines."""
        self.session.flush()

    def next_serial(self, series: str, period: str) -> int:
        """Take the next number of a series; see `serials.next_serial`."""
        return next_serial(self.session, series, period)


class DeskContext:
    """Shared by the services of one open desk; made by `desk.open_desk`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.settings = SettingsStore(self)
        self._seated: Actor | None = None
        self._held = threading.local()
        self.desk_name = platform.node() or "前台"
        self._listeners: list[ChangeListener] = []

    def subscribe(self, listener: ChangeListener) -> None:
        """Have a callable told, after each commit, which tables changed; in the committing thread.

        What it raises goes to the log, for the commit stands.
        """
        self._listeners.append(listener)

    @property
    def actor(self) -> Actor | None:
        """Whoever is signed in; inside `acting`, whoever began the job that this thread does."""
        held: Actor | None = getattr(self._held, "actor", self._seated)
        return held

    @actor.setter
    def actor(self, actor: Actor | None) -> None:
        self._seated = actor

    @contextmanager
    def acting(self, actor: Actor | None) -> Iterator[None]:
        """Let this thread act for that person, whoever signs in or out meanwhile: a long job has one doer."""
        outer = vars(self._held).copy()
        self._held.actor = actor
        try:
            yield
        finally:
            vars(self._held).clear()
            vars(self._held).update(outer)

    def on_behalf(self, work: Callable[P, T]) -> Callable[P, T]:
        """The same job, to be done later in another thread for whoever is signed in now."""
        actor = self.actor

        @wraps(work)
        def done_for(*args: P.args, **kwargs: P.kwargs) -> T:
            with self.acting(actor):
                return work(*args, **kwargs)

        return done_for

    def require(self, *permissions: Permission) -> Actor:
        """Whoever is signed in, and may do one of these. Raises NotAllowedError when nobody is or the role does not reach."""
        actor = self.actor
        if actor is None:
            raise NotAllowedError("请先登录。")
        if not any(map(actor.may, permissions)):
            raise NotAllowedError(f"{actor.name}的岗位没有这项权限，请找主管或换人登录（F12）。")
        return actor

    @contextmanager
    def transaction(
        self, *permissions: Permission, action: str = "", reason: str = "", actor: Actor | None = None
    ) -> Iterator[Transaction]:
        """One unit of work: on disk with its journal when the block ends, or nothing of it.

        Whoever is signed in must have one of the permissions. `action` and `reason` go into the journal; `actor` stands in for whoever is signed in (the
        program itself at first start). Raises NotAllowedError, SurroundingsError.
        """
        acting = actor or self.require(*permissions)
        now = self.clock.now()
        stamp = journal.Stamp(now, acting.person_id, acting.name, self.desk_name, action, reason)
        with self.database.write() as session:
            work = Transaction(
                session, acting, now, advance_day(session, self.clock.local(now).date()), stamp
            )
            _journal_flushes(work)
            yield work
            work.flush()
        self._tell(frozenset(work.changed))

    def _tell(self, changed: frozenset[str]) -> None:
        for listener in self._listeners:
            try:
                listener(changed)
            except Exception:
                # The entry is on disk: an error now would look like a failed save, and be made a second time.
                _LOG.exception("a listener failed after the commit")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for short reads."""
        with self.database.read() as session:
            yield session

    def clock_behind(self) -> timedelta:
        """How far the PC's clock stands before the last entry; zero when time runs as it should."""
        now = self.clock.now()
        with self.database.read() as session:
            newest = select(JournalLine.seq, JournalLine.at).order_by(JournalLine.seq.desc()).limit(1)
            last = session.execute(newest).first()
            business_day = latest_day(session)
        behind = timedelta(0)
        # An administrator who set a wrong clock right has said so; what came before no longer counts.
        if last and last.seq > self.settings.get(CLOCK_CONFIRMED_SEQ):
            behind = max(behind, last.at - now)
        if business_day and business_day > self.clock.local(now).date():
            behind = max(behind, self.clock.day_bounds(business_day)[0] - now)
        return behind

    def confirm_clock(self, reason: str) -> None:
        """Say that the PC's clock is right and earlier entries were ahead of it; the day starts anew.

        Raises NotAllowedError, RefusedError for a reason too long, SurroundingsError.
        """
        with self.transaction(
            Permission.KEEP_SETTINGS, action="confirm_clock", reason=plain_reason(reason)
        ) as work:
            last_seq, _ = journal.head(work.connection)
            restart_day(work.session, self.clock.local(work.now).date())
            self.settings.write(work, CLOCK_CONFIRMED_SEQ, last_seq)
        self.settings.load()


def _journal_flushes(work: Transaction) -> None:
    def after_flush(session: Session, _flush_context: object) -> None:
        changes = journal.changes_of(session)
        if changes:
            work.changed.update(change.register for change in changes)
            journal.append(session.connection(), work.stamp, changes)

    event.listen(work.session, "after_flush", after_flush)
