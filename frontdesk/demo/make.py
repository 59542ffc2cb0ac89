"""Composes the demonstration: staff and settings by the services, then years of work in bulk."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, insert, select

from frontdesk.calls import listing as call_listing
from frontdesk.calls.model import Phrase, PhraseUse
from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.clock import Clock, FixedClock
from frontdesk.core.context import Transaction
from frontdesk.core.errors import RefusedError
from frontdesk.core.jobs import Cancelled, Progress, step
from frontdesk.core.journal import Stamp
from frontdesk.core.model import SerialCounter
from frontdesk.core.paths import DATABASE_NAME
from frontdesk.core.settings import (
    ESTATE_ADDRESS,
    ESTATE_TELEPHONE,
    ORDER_DIGITS,
    ORDER_PREFIX,
    REPLY_HOURS,
    SERVICE_PEOPLE,
)
from frontdesk.demo.aftercare import Aftercare
from frontdesk.demo.estate import EstateMaker, Household
from frontdesk.demo.keys import KeyOffice, KeyStory
from frontdesk.demo.ledger import Ledger
from frontdesk.demo.papers import Office, Papers
from frontdesk.demo.prices import publish_prices
from frontdesk.demo.story import Story, Style, Trouble
from frontdesk.demo.telling import Teller, Telling
from frontdesk.demo.words import Words
from frontdesk.desk import Desk, open_desk
from frontdesk.estate import indexing
from frontdesk.orders import listing as order_listing

if TYPE_CHECKING:
    from frontdesk.calls.model import Call
    from frontdesk.orders.model import ServiceOrder


@dataclass(frozen=True)
class DemoSize:
    """How large a demonstration is. `orders` of the `calls` become service orders."""

    units: int = 1200
    calls: int = 3000
    orders: int = 900
    years: int = 1
    seed: int = 2026


@dataclass(frozen=True)
class DemoPerson:
    """Somebody who can sign in to the demonstration; the secret is no secret."""

    name: str
    role: str
    secret: str
    department: str = "客服部"


ADMINISTRATOR = DemoPerson("管理员", "administrator", "fucheng2026", "")
DEMO_STAFF = (
    ADMINISTRATOR,
    DemoPerson("陈晓婧", "clerk", "111111"),
    DemoPerson("李䶮", "clerk", "222222"),
    DemoPerson("王喆", "clerk", "333333"),
    DemoPerson("周赟", "housekeeper", "444444"),
    DemoPerson("赵敏", "supervisor", "555555"),
    DemoPerson("孙国庆", "department_manager", "fucheng-jl"),
    DemoPerson("吴丽", "finance", "666666", "财务部"),
    DemoPerson("郑国强", "property_manager", "fucheng-wy", "物业部"),
    DemoPerson("沈赟", "general_manager", "fucheng-zjl", ""),
)
SERVERS = (
    *(("李建国", "工程部"), ("张志强", "工程部"), ("王海涛", "工程部"), ("马㛃", "工程部")),
    *(
        ("刘桂英", "保洁部"),
        ("陈秀英", "保洁部"),
        ("田立新", "绿化部"),
        ("何强", "保安部"),
        ("钱娟", "客服部"),
    ),
)
SHIFT_BEGINS = {"陈晓婧": 6, "李䶮": 14, "王喆": 22}
FINANCE, HOUSEKEEPER = "吴丽", "周赟"
DEPARTMENT_MANAGER, PROPERTY_MANAGER = "孙国庆", "郑国强"
HOMES_IN_CUSTODY = 16
LARGE = 100  # orders from which there are blanks and a pattern too

# How busy the desk is in each hour of the day, and on each day of the week from Monday.
HOURS = (1, 1, 1, 1, 1, 2, 4, 9, 16, 18, 16, 13, 9, 10, 14, 15, 14, 14, 16, 15, 11, 7, 4, 2)
DAYS = (1.0, 0.9, 0.9, 0.95, 1.0, 1.25, 1.2)
TODAY_AT_LEAST = 48
MESSAGES_A_HUNDRED = 2
UNANSWERED = 8  # of the last calls, those that ask for something
LAST_ORDERS = (9, 6, 3)  # calls before the end that become orders: some are on their way
LIVELY = 4.0
WAITING_MESSAGES = 4  # with the last calls, so that some are not passed on yet


def make_demo(
    folder: Path,
    size: DemoSize,
    *,
    clock: Clock | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Make a demonstration desk in an empty folder; its last entries are of the clock's present moment.

    The same seed, size and moment tell the same story. Raises RefusedError when there is a register
    already, StoppedError when cancelled; then nothing is left behind.
    """
    path = folder / DATABASE_NAME
    if path.exists():
        raise RefusedError(f"这个文件夹里已有前台数据：{folder}。演示数据只能放进新的文件夹。")
    if size.units < 1 or size.calls < 0 or not 0 <= size.orders <= size.calls or size.years < 1:
        raise RefusedError("演示的规模不对：至少 1 户、1 年，服务单不能多于来电。")
    real = clock or Clock()
    now = real.now()
    begins = real.moment(real.today() - timedelta(days=365 * size.years), time(8))
    told = FixedClock(begins, real.local(now).tzinfo)
    desk = open_desk(folder, create=True, clock=told)
    try:
        _Maker(desk, told, size, now).make(progress, cancelled)
    except BaseException:
        desk.close()
        for left in (path, path.with_name(f"{path.name}-journal")):
            left.unlink(missing_ok=True)
        raise
    desk.close()


class _Maker:
    def __init__(self, desk: Desk, clock: FixedClock, size: DemoSize, now: datetime) -> None:
        self._desk, self._clock, self._size, self._now = desk, clock, size, now
        self._chance = random.Random(size.seed)
        self._words = Words(self._chance)
        self._ids: dict[str, int] = {}  # of the people who write

    def make(self, progress: Progress | None, cancelled: Cancelled | None) -> None:
        self._set_up()
        self._ids = {person.name: person.id for person in self._desk.staff.people()}
        clerks, begins = self._clerks(), self._clock.now()
        self._clock.put(self._now)
        with self._desk.context.transaction(Permission.KEEP_ESTATE, actor=PROGRAM) as work:
            ledger = Ledger(work.connection, {"call": _index_calls, "service_order": _index_orders})
            stamp = Stamp(begins, None, PROGRAM.name, self._desk.context.desk_name, "demo")
            today = self._clock.today()
            households = EstateMaker(ledger, self._words, self._chance, today).make(stamp, self._size.units)
            ledger.flush()
            indexing.rebuild(work)
            telling = Telling(ledger, self._clock, clerks, self._desk.context.desk_name)
            story = self._story(telling, households, begins)
            self._tell(
                telling, story, partial(step, total=self._size.calls, progress=progress, cancelled=cancelled)
            )
            ledger.flush()
            self._count(work, telling)

    def _set_up(self) -> None:
        desk, chief = self._desk, ADMINISTRATOR
        desk.staff.first_start("安和物业服务有限公司", "富成花园", chief.name, chief.secret)
        for person in DEMO_STAFF[1:]:
            desk.staff.add_person(person.name, person.role, person.secret, department=person.department)
        settings = desk.context.settings
        settings.put(ESTATE_ADDRESS, "合肥市蜀山区富成路 8 号")
        settings.put(ESTATE_TELEPHONE, "0551-6288 1234")
        settings.put(SERVICE_PEOPLE, [f"{name} {department}" for name, department in SERVERS])
        desk.context.actor = PROGRAM
        local = self._clock.local
        publish_prices(desk, self._words, local(self._clock.now()).date(), local(self._now).date())
        desk.context.actor = None

    def _story(self, telling: Telling, households: Sequence[Household], begins: datetime) -> Story:
        """The calls and orders, with what follows them: call-backs, papers, blanks."""
        style = self._style()
        story = Story(
            telling,
            self._words,
            self._chance,
            style=style,
            service_people=SERVERS,
            households=households,
            trouble=self._trouble(households),
        )
        # Chances of their own: the calls of a seed stay as they are, whatever is told besides.
        aftercare = Aftercare(
            telling, self._words, random.Random(f"{self._size.seed} after"), begins, self._now
        )
        office = Office(self._teller(FINANCE), self._teller(HOUSEKEEPER), style)
        papers = Papers(telling, random.Random(f"{self._size.seed} papers"), begins, office)
        story.issued.append(papers.issued)
        story.finished.append(aftercare.finished)
        story.returned.append(papers.returned)
        self._keys_story(telling, households, begins)
        given = self._blanks_given()
        if given is not None:
            telling.at(given, lambda at: papers.give_blanks(story, at, SERVERS[0][0]))
        return story

    def _keys_story(self, telling: Telling, households: Sequence[Household], begins: datetime) -> None:
        small = self._size.orders < LARGE
        step_by = max(1, len(households) // HOMES_IN_CUSTODY)
        homes = households[::step_by][: 2 if small else HOMES_IN_CUSTODY]
        managers = (self._teller(DEPARTMENT_MANAGER), self._teller(PROPERTY_MANAGER))
        chance = random.Random(f"{self._size.seed} keys")
        KeyStory(telling, chance, (begins, self._now), KeyOffice(*managers, SERVERS, homes), small=small)

    def _trouble(self, households: Sequence[Household]) -> Trouble | None:
        """One home's fault on the last days, for who looks for patterns."""
        if self._size.orders < LARGE:
            return None
        service = self._words.services[0]
        days = frozenset(self._clock.today() - timedelta(days=back) for back in range(1, 7))
        return Trouble(households[len(households) // 2], service, "卫生间渗水到楼下，还在渗", days)

    def _blanks_given(self) -> datetime | None:
        """Some evenings ago, in this month: last month's are all told of, else nothing could be bound."""
        today = self._clock.today()
        day = max(today.replace(day=1), today - timedelta(days=9))
        if self._size.orders < LARGE or day == today:
            return None
        return self._clock.moment(day, time(20, 15))

    def _clerks(self) -> list[Teller]:
        return [self._teller(name, hour) for name, hour in SHIFT_BEGINS.items()]

    def _teller(self, name: str, from_hour: int = -1) -> Teller:
        return Teller(self._ids[name], name, from_hour)

    def _style(self) -> Style:
        get = self._desk.context.settings.get
        return Style(get(ORDER_PREFIX), get(ORDER_DIGITS), get(REPLY_HOURS))

    def _tell(self, telling: Telling, story: Story, report: Callable[[int], None]) -> None:
        calls, orders = self._size.calls, self._size.orders
        last = {calls - back for back in LAST_ORDERS} if orders >= LARGE else set()
        for number, at in enumerate(self._moments()):
            telling.run_until(at)
            kept = sum(slot > number for slot in last) if orders > len(last) else 0
            with_order = self._chance.random() * (calls - number - kept) < orders - kept
            with_order = with_order or (orders > 0 and (number in last or story.is_troubled(at)))
            orders -= with_order
            story.call(at, with_order=with_order, lately=number >= calls - UNANSWERED)
            of_last = number >= calls - WAITING_MESSAGES
            if of_last or self._chance.random() * 100 < MESSAGES_A_HUNDRED:
                story.message(at)
            if number % 500 == 0:
                report(number)
        telling.run_until(self._now)
        telling.end()
        report(calls)

    def _moments(self) -> Iterator[datetime]:
        """When the calls come in: so many moments until now, in order, UTC."""
        today = self._clock.today()
        days = [today - timedelta(days=back) for back in range(365 * self._size.years - 1, 0, -1)]
        usual = max(TODAY_AT_LEAST, self._size.calls / (len(days) + 1))
        of_today = min(self._size.calls // 4, round(usual * self._share_of_today()))
        weights = [DAYS[day.weekday()] * self._chance.uniform(0.75, 1.25) for day in days]
        # A small story is as lively as today in its last week: that is what the screens show.
        lift = min(LIVELY, usual * (len(days) + 1) / max(1, self._size.calls))
        weights = [*weights[:-7], *(weight * max(1.0, lift) for weight in weights[-7:])]
        counts = Counter(self._chance.choices(days, weights, k=self._size.calls - of_today))
        for day in days:
            yield from self._moments_of(day, counts[day], HOURS)
        local = self._clock.local(self._now)
        yield from self._moments_of(today, of_today, HOURS[: local.hour + 1])

    def _moments_of(self, day: date, number: int, hours: Sequence[int]) -> list[datetime]:
        midnight, after = self._clock.day_bounds(day)
        until = min(after, self._now)
        drawn = self._chance.choices(range(len(hours)), hours, k=number)
        moments = (midnight + timedelta(hours=hour, seconds=self._chance.randrange(3600)) for hour in drawn)
        # Of the hour that has just begun, only the minutes that have passed.
        return sorted(
            at if at < until else midnight + (until - midnight) * self._chance.random() for at in moments
        )

    def _share_of_today(self) -> float:
        local = self._clock.local(self._now)
        return (sum(HOURS[: local.hour]) + HOURS[local.hour] * local.minute / 60) / sum(HOURS)

    def _count(self, work: Transaction, telling: Telling) -> None:
        counters = [
            {"series": series, "period": period, "last": last}
            for (series, period), last in telling.numbers.items()
        ]
        if counters:
            work.connection.execute(insert(SerialCounter), counters)
        phrases = work.session.scalars(select(Phrase.id)).all()
        uses = [{"phrase_id": number, "uses": self._chance.randrange(60)} for number in phrases]
        if uses:
            work.connection.execute(insert(PhraseUse), uses)


def _index_calls(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    found = ((row["id"], call_listing.found_by(cast("Call", SimpleNamespace(**row)))) for row in rows)
    call_listing.INDEX.put_many(connection, found)


def _index_orders(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    # Plain namespaces: an ORM object for each row costs as much as the index itself.
    found = (
        (row["id"], order_listing.found_by(cast("ServiceOrder", SimpleNamespace(**row)))) for row in rows
    )
    order_listing.INDEX.put_many(connection, found)
