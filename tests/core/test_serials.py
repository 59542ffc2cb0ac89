"""Serial numbers: no gap and no double, whatever is rolled back (R-ORDER-1)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.serials import last_serial, next_serial

if TYPE_CHECKING:
    from frontdesk.desk import Desk

SERIES = st.sampled_from(["service_order", "call"])
PERIODS = st.sampled_from(["2025", "2026", "2026-11-21"])


class _RolledBackError(Exception):
    pass


def take(desk: Desk, series: str, period: str, *, keep: bool) -> int:
    taken = 0
    with (
        suppress(_RolledBackError),
        desk.context.transaction(Permission.WRITE_ORDERS, actor=PROGRAM) as work,
    ):
        taken = work.next_serial(series, period)
        if not keep:
            raise _RolledBackError
    return taken


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # each example counts on from the last
@given(steps=st.lists(st.tuples(SERIES, PERIODS, st.booleans()), max_size=25))
def test_r_order_1_kept_numbers_run_without_gap_whatever_is_rolled_back(
    desk: Desk, steps: list[tuple[str, str, bool]]
) -> None:
    """R-ORDER-1."""
    with desk.context.read() as session:
        expected = {
            (series, period): last_serial(session, series, period)
            for series in ("service_order", "call")
            for period in ("2025", "2026", "2026-11-21")
        }
    for series, period, keep in steps:
        assert take(desk, series, period, keep=keep) == expected[series, period] + 1
        expected[series, period] += keep
    with desk.context.read() as session:
        assert {key: last_serial(session, *key) for key in expected} == expected


def test_r_order_1_a_series_that_gave_none_stands_at_zero(desk: Desk) -> None:
    """R-ORDER-1."""
    with desk.context.read() as session:
        assert last_serial(session, "service_order", "1999") == 0


def test_r_order_1_several_numbers_in_one_unit_of_work_follow_one_another(desk: Desk) -> None:
    """R-ORDER-1."""
    with desk.context.transaction(Permission.WRITE_ORDERS, actor=PROGRAM) as work:
        assert [next_serial(work.session, "service_order", "2026") for _ in range(5)] == [1, 2, 3, 4, 5]
