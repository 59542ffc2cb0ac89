"""The day's calls summed up: by category and department, what came, what is settled, what is open (F-SUMMARY)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from frontdesk.calls.register import SUMMARY, DaySummary, SummaryLine
from frontdesk.core.shown import shown_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from frontdesk.calls.register import CallRow


def summed_up(day: date, calls: Sequence[CallRow], carried: Sequence[CallRow]) -> DaySummary:
    """The summary of a day's calls, void ones left out (R-CALL-7); `carried` are open ones of earlier days."""
    groups: dict[tuple[str, str], list[CallRow]] = defaultdict(list)
    for call in calls:
        if call.voided_at is None:
            groups[call.category, call.department].append(call)
    lines = [_line(category, department, group) for (category, department), group in sorted(groups.items())]
    return DaySummary(day, tuple(lines), tuple(carried))


def _line(category: str, department: str, calls: Sequence[CallRow]) -> SummaryLine:
    still_open = tuple(call for call in calls if call.settled_at is None)
    return SummaryLine(category, department, len(calls), len(calls) - len(still_open), still_open)


def printed_summary(summary: DaySummary) -> list[tuple[str, ...]]:
    """The cells of 公共信息日汇总: a line each, the total, and what earlier days left open."""
    rows = [
        _cells(
            SUMMARY.field("category").label_of(line.category),
            line.department,
            (line.received, line.settled),
            [f"{call.day_no} 号 {_named(call)}" for call in line.open_calls],
        )
        for line in summary.lines
    ]
    total = tuple(sum(getattr(line, name) for line in summary.lines) for name in ("received", "settled"))
    rows.append(("合计", "", str(total[0]), str(total[1]), str(total[0] - total[1]), ""))
    if summary.carried:
        earlier = [
            f"{shown_day(call.day, summary.day)} {call.day_no} 号 {_named(call)}" for call in summary.carried
        ]
        rows.append(_cells("以前未完成", "", None, earlier))
    return rows


def exported_summary(summary: DaySummary) -> list[tuple[Any, ...]]:
    """The plain values of the summary's lines for a sheet, which adds up for itself; last, what earlier days left open."""
    rows: list[tuple[Any, ...]] = [
        (
            line.category,
            line.department,
            line.received,
            line.settled,
            len(line.open_calls),
            "\n".join(f"{call.day_no} 号 {_named(call)}" for call in line.open_calls),
        )
        for line in summary.lines
    ]
    if summary.carried:
        earlier = "\n".join(
            f"{shown_day(call.day, summary.day)} {call.day_no} 号 {_named(call)}" for call in summary.carried
        )
        rows.append(("以前未完成", "", None, None, len(summary.carried), earlier))
    return rows


def _cells(
    category: str, department: str, counts: tuple[int, int] | None, still_open: Sequence[str]
) -> tuple[str, ...]:
    received, settled = map(str, counts) if counts else ("", "")
    return (category, department, received, settled, str(len(still_open)), "\n".join(still_open))


def _named(call: CallRow) -> str:
    said = " ".join(call.reason.split())
    return " ".join(
        filter(None, (call.unit_no, call.caller, said, f"（{call.progress}；跟进：{call.answered_by}）"))
    )
