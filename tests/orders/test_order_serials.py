"""Serials without gap or double (R-ORDER-1): rolled back, voided, by two desks at once, under `kill -9`."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from frontdesk.core import journal
from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.clock import FixedClock
from frontdesk.core.query import RegisterQuery
from frontdesk.core.serials import last_serial
from frontdesk.desk import Desk, open_desk
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.register import NewOrder
from frontdesk.orders.rules import SERIES

if TYPE_CHECKING:
    from collections.abc import Iterator

ISSUING = Path(__file__).with_name("issuing.py")
ROUNDS = 20
DO = st.sampled_from(["issue", "roll back", "void", "print", "set the clock back"])


class _RolledBackError(Exception):
    pass


def numbers_of(desk: Desk, year: int) -> list[int]:
    asked = select(ServiceOrder.number).where(ServiceOrder.year == year).order_by(ServiceOrder.id)
    with desk.context.read() as session:
        numbers = list(session.scalars(asked))
        assert last_serial(session, SERIES, str(year)) == len(numbers)
    return numbers


def walk(desk: Desk, clock: FixedClock, actions: list[str]) -> int:
    """Do all of it; returns how many orders were issued and not rolled back."""
    kept: list[int] = []
    for action in actions:
        if action == "issue":
            kept.append(desk.orders.issue(NewOrder("换灯泡")).id)
        elif action == "roll back":
            with (
                suppress(_RolledBackError),
                desk.context.transaction(Permission.WRITE_ORDERS) as work,
            ):
                desk.orders.issue_within(work, NewOrder("没写成"))
                raise _RolledBackError
        elif action == "void" and kept:
            order = desk.orders.get(random.Random(len(kept)).choice(kept))
            if order.state != "void":
                desk.orders.void(order.id, "重复")
        elif action == "print" and kept:
            desk.orders.record_print(kept[-1])
        elif action == "set the clock back":
            clock.put(clock.now().replace(year=2020))
    return len(kept)


class TestAnyInterleaving:
    year = 2026

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(actions=st.lists(DO, max_size=20))
    def test_r_order_1_a_year_counts_from_one_without_gap(
        self, desk: Desk, clock: FixedClock, actions: list[str]
    ) -> None:
        """R-ORDER-1."""
        TestAnyInterleaving.year += 1  # each example has a year, and so a count, of its own
        clock.put(datetime.fromisoformat(f"{self.year}-06-01T09:00+08:00"))
        desk.context.actor = PROGRAM
        desk.orders.issue(NewOrder("今年第一张"))
        kept = walk(desk, clock, actions)
        assert numbers_of(desk, self.year) == list(range(1, kept + 2))


def start(folder: Path, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(ISSUING), str(folder), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def whole_lines(printed: str) -> Iterator[str]:
    return (line.strip() for line in printed.splitlines(keepends=True) if line.endswith("\n"))


def test_r_order_1_two_desks_at_once_share_one_run_of_numbers(tmp_path: Path) -> None:
    """R-ORDER-1."""
    open_desk(tmp_path, create=True).close()
    desks = [start(tmp_path, 40) for _ in range(2)]
    printed = [desk.communicate()[0] for desk in desks]
    assert [desk.returncode for desk in desks] == [0, 0]
    serials = [line for text in printed for line in whole_lines(text)]
    assert len(serials) == len(set(serials)) == 80
    desk = open_desk(tmp_path)
    assert numbers_of(desk, desk.context.clock.today().year) == list(range(1, 81))
    with desk.context.read() as session:
        assert list(journal.broken_lines(session.connection())) == []
    desk.close()


def issue_and_kill(folder: Path, seconds: float) -> list[str]:
    """The serials that a desk acknowledged before it was killed."""
    issuing = start(folder, 10_000)
    assert issuing.stdout is not None
    first = issuing.stdout.readline()  # starting takes a second; the kill shall fall among the orders
    time.sleep(seconds)
    issuing.kill()
    return list(whole_lines(first + issuing.communicate()[0]))


def test_r_order_1_no_order_is_lost_and_no_number_skipped_under_kill(tmp_path: Path) -> None:
    """R-ORDER-1."""
    chance = random.Random(20261121)
    open_desk(tmp_path, create=True).close()
    acknowledged: list[str] = []
    for round_no in range(1, ROUNDS + 1):
        acknowledged += issue_and_kill(tmp_path, chance.uniform(0.005, 0.1))
        desk = open_desk(tmp_path)
        desk.context.actor = PROGRAM
        numbers = numbers_of(desk, desk.context.clock.today().year)
        assert numbers == list(range(1, len(numbers) + 1))
        # Written and not yet told when the kill came: one order a round at the most.
        assert len(acknowledged) <= len(numbers) <= len(acknowledged) + round_no
        assert len(desk.orders.find(RegisterQuery(text="下水堵塞"))) == len(numbers)
        desk.close()
    desk = open_desk(tmp_path)
    with desk.context.read() as session:
        kept = set(session.scalars(select(ServiceOrder.serial)))
        assert list(journal.broken_lines(session.connection())) == []
    desk.close()
    assert len(acknowledged) == len(set(acknowledged)) > ROUNDS
    assert set(acknowledged) <= kept


def test_r_order_1_a_serial_is_found_however_it_is_written(desk: Desk) -> None:
    order = desk.orders.issue(NewOrder("换灯泡"))
    assert desk.orders.by_serial("FW2026-000002") is None
    assert desk.orders.by_serial(" fd:fw2026-000001 ") == order
    assert desk.orders.by_serial("fw-000001") == order
