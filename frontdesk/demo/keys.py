"""The demonstration's keys: a cabinet of them, who borrowed what, a count each evening, the quarter's issues."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from frontdesk.core.journal import Stamp
from frontdesk.core.settings import KEY_DUE_TIME, SHIFT_HOURS
from frontdesk.core.shift_hours import shift_hours
from frontdesk.demo.estate import Household
from frontdesk.demo.ledger import Entry
from frontdesk.demo.telling import Teller, Telling
from frontdesk.keys import applications, listing, rules
from frontdesk.keys.model import (
    Key,
    KeyApplication,
    KeyCount,
    KeyCountPlace,
    KeyIssue,
    KeyIssueLine,
    KeyLoan,
    KeyUpkeep,
)
from frontdesk.keys.register import CUSTODY, SPARES

BORROWED_ON = 60  # days before the end from which keys are lent
COUNTED_ON = 12
_ROOMS = (
    "配电房", "水泵房", "电梯机房", "弱电间", "消防控制室", "屋面检修口", "地下车库卷帘门", "垃圾房", "管道井", "工具间",
)  # fmt: skip
_OFFICES = ("档案室", "会议室", "财务室", "库房", "𬱖园会所", "㛃苑活动室", "员工更衣室", "广播室")
_REASONS = ("检修", "巡检抄表", "打扫", "更换灯具", "年检", "疏通", "送电复位")
_CONTRACTORS = (("王赟", "恒通电梯公司"), ("郝喆", "安达消防"), ("龙䶮", "明洁清洗"))


@dataclass(frozen=True)
class KeyOffice:
    """Who signs for keys: the managers, the service people with their departments, and homes in custody."""

    department_manager: Teller
    property_manager: Teller
    people: Sequence[tuple[str, str]]
    homes: Sequence[Household]


class KeyStory:
    """Tells itself as time goes: everything is an event of `telling`. `small`: a dozen keys only."""

    def __init__(
        self,
        telling: Telling,
        chance: random.Random,
        span: tuple[datetime, datetime],
        office: KeyOffice,
        *,
        small: bool,
    ) -> None:
        self._telling, self._chance, self._office = telling, chance, office
        self._clock = telling.clock
        self._begins, self._now = span
        self._keys: list[Entry] = []
        self._pieces: dict[int, rules.Pieces] = {}
        self._issues = 0
        self._small = small
        telling.at(self._begins + timedelta(minutes=5), self._enter)
        telling.daily(self._begins, 9, 40, self._on_morning)
        telling.daily(self._now - timedelta(days=COUNTED_ON), 21, 45, self._count)
        for day in range(BORROWED_ON, -1, -1):
            self._lend_on(self._clock.local(self._now).date() - timedelta(days=day))
        if not small:
            self._end_with_something_to_see()

    # -- the cabinet ---------------------------------------------------------------------------------

    def _enter(self, at: datetime) -> None:
        stamp = self._telling.stamp(at, "create")
        for values in self._told():
            values |= {"state": "in", "changed_on": self._clock.local(at).date(), "change": "added"}
            values |= {"natural": rules.natural(values["number"]), "handled_by": stamp.actor}
            key = self._telling.create(stamp, Key, values)
            self._keys.append(key)
            self._pieces[key.id] = rules.Pieces(values["in_use"])

    def _told(self) -> Iterator[dict[str, Any]]:
        buildings = 1 if self._small else 9
        number = 0
        for building in range(1, buildings + 1):
            for room in _ROOMS:
                number += 1
                yield {
                    "number": f"A-{number:02d}", "lock": f"{building}号楼{room}", "kind": "public",
                    "cabinet": "A柜", "hook": str(number), "in_use": 1 + (number % 4 == 0), "spare": 1,
                }  # fmt: skip
        for at, name in enumerate(_OFFICES[: 2 if self._small else len(_OFFICES)], start=1):
            yield {
                "number": f"B-{at:02d}", "lock": name, "kind": "office",
                "cabinet": "B柜", "hook": str(at), "in_use": 2, "spare": at % 2,
            }  # fmt: skip
        for at, home in enumerate(self._office.homes, start=1):
            yield {
                "number": f"T-{at:02d}", "lock": f"{home.unit_no} 入户门", "kind": CUSTODY,
                "cabinet": "T柜", "hook": str(at), "in_use": 1,
                "unit_id": home.unit_id, "unit_no": home.unit_no,
            }  # fmt: skip

    # -- loans ---------------------------------------------------------------------------------------

    def _lend_on(self, day: date) -> None:
        for _ in range(1 if self._small else self._chance.randint(3, 7)):
            minutes = 60 * 8 + self._chance.randrange(60 * 9)
            at = self._clock.moment(day, time(minutes // 60, minutes % 60))
            if self._begins + timedelta(hours=1) < at < self._now - timedelta(hours=2):
                self._telling.at(at, self._lend_any)

    def _end_with_something_to_see(self) -> None:
        """Two keys out since a while, one overdue since yesterday, one scrapped, one with the locksmith, one lost."""
        now, tell = self._now, self._telling.at
        yesterday = self._clock.local(now).date() - timedelta(days=1)
        tell(
            self._clock.moment(yesterday, time(15, 10)),
            lambda at: self._lend(at, self._keys[12], returns=False),
        )
        for key, minutes in ((4, 95), (37, 40), (52, 40), (81, 25)):
            tell(
                now - timedelta(minutes=minutes),
                lambda at, key=key: self._lend(at, self._keys[key], returns=False),  # type: ignore[misc]
            )
        tell(now - timedelta(days=40), lambda at: self._apply(at, self._keys[20], "scrap", 3))
        tell(now - timedelta(days=3), lambda at: self._apply(at, self._keys[30], "copy", 3))
        tell(now - timedelta(hours=20), lambda at: self._apply(at, self._keys[84], "copy", 1))
        tell(now - timedelta(days=6), self._lose)

    def _lend_any(self, at: datetime) -> None:
        special = {12, 4, 37, 52, 81, 20, 30, 60}
        free = [
            key
            for place, key in enumerate(self._keys)
            if self._pieces[key.id].hanging
            and (self._small or place not in special)
            and key.row["kind"] != CUSTODY
        ]
        if free:
            self._lend(at, self._chance.choice(free))

    def _lend(self, at: datetime, key: Entry, *, returns: bool = True) -> None:
        if not self._pieces[key.id].hanging:
            return
        people = self._office.people if self._chance.random() < 0.85 else _CONTRACTORS
        borrower, department = self._chance.choice(people)
        stamp = self._telling.stamp(at, "lend")
        values = {
            "key_id": key.id, "number": key.row["number"], "lock": key.row["lock"], "lent_at": at,
            "reason": self._chance.choice(_REASONS), "borrower": borrower, "department": department,
            "borrower_kind": "contractor" if people is _CONTRACTORS else "staff", "lent_by": stamp.actor,
            "due_at": rules.usual_due(self._clock, at, KEY_DUE_TIME.default, shift_hours(SHIFT_HOURS.default)),
        }  # fmt: skip
        loan = self._telling.create(stamp, KeyLoan, values)
        loan.after = (key,)
        self._move(stamp, key, rules.LEND, holder=borrower)
        if returns:
            self._telling.later(at, (20, 300), lambda then: self._return(then, key, loan), self._chance)

    def _return(self, at: datetime, key: Entry, loan: Entry) -> None:
        stamp = self._telling.stamp(at, "take_back")
        values = {
            "came_back": 1,
            "closed_at": at,
            "returned_by": loan.row["borrower"],
            "received_by": stamp.actor,
        }
        self._telling.ledger.change(stamp, loan, values)
        self._telling.done(loan)
        self._move(stamp, key, rules.TAKE_BACK)

    def _lose(self, at: datetime) -> None:
        self._move(
            self._telling.stamp(at, "lose", "交接时找不到"), self._keys[60], rules.LOSE, note="交接时找不到"
        )

    def _move(self, stamp: Stamp, key: Entry, move: rules.Move, *, holder: str = "", note: str = "") -> None:
        self._pieces[key.id] = rules.moved(self._pieces[key.id], move, 1, key.row["number"])
        self._put(stamp, key, move.change, holder, note or move.note)

    def _put(
        self, stamp: Stamp, key: Entry, change: str, holder: str = "", note: str = "", **more: Any
    ) -> None:
        pieces = self._pieces[key.id]
        values = {name: getattr(pieces, name) for name in ("in_use", "out", "lost", "damaged", "copying")}
        values |= {"state": pieces.state.value, "holder": holder, "handled_by": stamp.actor}
        values |= {"changed_on": self._clock.local(stamp.at).date(), "change": change, "change_note": note}
        self._telling.ledger.change(stamp, key, values | more)

    # -- applications --------------------------------------------------------------------------------

    def _apply(self, at: datetime, key: Entry, kind: str, steps: int) -> None:
        year = self._clock.local(at).year
        number = self._telling.number(applications.SERIES, str(year))
        borrower, department = self._office.people[0]
        values = {
            "serial": f"{applications.PREFIX}{year}-{number:0{applications.DIGITS}d}", "year": year, "number": number,
            "applied_on": self._clock.local(at).date(), "applicant": borrower, "department": department,
            "key_id": key.id, "key_number": key.row["number"], "lock": key.row["lock"], "kind": kind,
            "quantity": self._pieces[key.id].in_use if kind == "scrap" else 1, "state": "applied",
            "reason": "换了新锁，旧钥匙无效" if kind == "scrap" else "一把不够用，交叉作业时要等",
        }  # fmt: skip
        one = self._telling.create(self._telling.stamp(at, "apply", values["reason"]), KeyApplication, values)
        one.after = (key,)
        ledger, office = self._telling.ledger, self._office
        signs = (
            (office.department_manager, "review", "reviewed"),
            (office.property_manager, "approve", "approved"),
        )
        for place, (who, action, state) in enumerate(signs[:steps], start=1):

            def sign(then: datetime, who: Teller = who, action: str = action, state: str = state) -> None:
                signed = {"state": state, f"{state}_at": then, f"{state}_by": who.name}
                ledger.change(self._telling.stamp_of(who, then, action), one, signed)

            self._telling.at(at + timedelta(hours=2 * place), sign)
        if steps > len(signs):
            self._telling.at(at + timedelta(hours=7), lambda then: self._register(then, key, one))

    def _register(self, at: datetime, key: Entry, one: Entry) -> None:
        stamp = self._telling.stamp(at, "register_application")
        told = {"registered_at": at, "registered_by": stamp.actor}
        if one.row["kind"] == "copy":
            self._telling.ledger.change(stamp, one, told | {"state": "copying"})
            self._move(stamp, key, rules.TAKE_TO_COPY)
            return
        outcome = f"作废 {one.row['quantity']} 把，备用 {key.row['spare']} 把一并作废；留在原处，贴“作废”标识"
        told |= {"state": "done", "done_at": at, "outcome": outcome}
        self._telling.ledger.change(stamp, one, told)
        self._pieces[key.id] = replace(rules.Pieces(0), scrapped=True)
        self._put(stamp, key, "scrapped", spare=0, scrapped_on=self._clock.local(at).date())

    # -- counts and issues ---------------------------------------------------------------------------

    def _count(self, at: datetime) -> None:
        """The evening's count, which agrees; once a month the property manager's."""
        if not self._keys:
            return
        spot = self._clock.local(at).day in (5, 19)
        manager = self._office.property_manager
        stamp = (
            self._telling.stamp_of(manager, at, "begin_count")
            if spot
            else self._telling.stamp(at, "begin_count")
        )
        told = {"occasion": "spot_check" if spot else "handover", "begun_at": at, "counted_by": stamp.actor}
        count = self._telling.create(stamp, KeyCount, told)
        for place in ("A柜", "B柜", "T柜", SPARES):
            keys = [
                key for key in self._keys if key.row["cabinet"] == place and key.row["scrapped_on"] is None
            ]
            book = sum(self._pieces[key.id].hanging for key in keys)
            if place == SPARES:
                book = sum(key.row["spare"] for key in self._keys)
            of_place: dict[str, Any] = {"count_id": count.id, "place": place, "told": book, "book": book}
            self._telling.write(stamp, KeyCountPlace, of_place, after=(count,))
        self._telling.ledger.change(stamp, count, {"closed_at": at, "closed_by": stamp.actor})
        self._telling.done(count)

    def _on_morning(self, at: datetime) -> None:
        today = self._clock.local(at).date()
        if today.day == 26:
            stamp = self._telling.stamp(at, "confirm_month")
            told = {"month": rules.month_of(today), "confirmed_at": at, "confirmed_by": stamp.actor}
            self._telling.write(stamp, KeyUpkeep, told | {"note": "与实物核对一致"})
        if self._keys and (not self._issues or (today.day == 8 and today.month % 3 == 1)):
            self._issue(at, today)

    def _issue(self, at: datetime, today: date) -> None:
        self._issues += 1
        stamp = self._telling.stamp_of(self._office.department_manager, at, "issue_keys")
        told = {"number": self._issues, "quarter": rules.quarter_of(today), "issued_on": today}
        told |= {"issued_by": stamp.actor, "keys": len(self._keys)}
        issue = self._telling.write(stamp, KeyIssue, told)
        keys = sorted(self._keys, key=lambda key: str(key.row["natural"]))
        for position, key in enumerate(keys, start=1):
            row = listing.row_of(Key(**key.row))
            words = listing.cells(row)
            line = {name: getattr(row, name) for name in ("number", "lock", "in_use", "spare", "holder")}
            line |= {name: words[name] for name in ("kind", "place", "state", "change")}
            line |= {"issue_id": issue.id, "position": position, "key_id": key.id}
            line |= {"changed_on": row.changed_on, "handled_by": row.handled_by}
            self._telling.write(stamp, KeyIssueLine, line, after=(issue, key))
