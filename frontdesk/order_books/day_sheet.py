"""服务单日统计 on paper: the watch of a day, line by line (F-ORDER-DAY)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from frontdesk.core.money import capital_amount, format_fen
from frontdesk.orders.register import SETTLEMENTS
from frontdesk.prices.register import CATEGORIES

if TYPE_CHECKING:
    from frontdesk.order_books.register import AmountLine, SerialWatch, WatchLine

Cells = tuple[str, str, str, str]
_WAYS = {choice.key: choice.label for choice in SETTLEMENTS}
_KINDS = {choice.key: choice.label for choice in CATEGORIES}


def day_rows(watch: SerialWatch) -> list[Cells]:
    """The cells of the sheet: counts that add up, then what was settled, then the auditor's sentence."""
    runs = [
        span.first_serial if span.first == span.last else f"{span.first_serial} 至 {span.last_serial}"
        for span in watch.spans
    ]
    void, waiting = len(watch.void), len(watch.not_returned)
    missing = "\n".join(
        " ".join(filter(None, (row.serial, f"跟进：{row.followed_by or '（无人）'}", row.note)))
        for row in watch.missing
    )
    rows: list[Cells] = [
        ("开出", str(watch.issued), "", "\n".join(runs)),
        ("　已返单", str(watch.returned), "", ""),
        ("　未返单", str(waiting), "", _told(watch.not_returned)),
        ("　作废", str(void), "", _told(watch.void)),
        ("　空白未填", str(len(watch.blank)), "", _runs(watch.blank)),
        ("完成", str(watch.finished), "", ""),
        ("补打", str(watch.reprints), "", _told(watch.reprinted)),
        ("补单", str(len(watch.backfilled)), "", _told(watch.backfilled)),
        ("缺号", str(len(watch.missing)), "", missing),
        (
            "以前未返单",
            str(len(watch.earlier_not_returned)),
            "",
            _told(watch.earlier_not_returned),
        ),
    ]
    return [*rows, *_money(watch.amounts), ("编号核对", "", "", watch.sentence)]


def _money(amounts: Sequence[AmountLine]) -> Iterator[Cells]:
    for way, label in _WAYS.items():
        lines = [line for line in amounts if line.settlement == way]
        for line in lines:
            kind = _KINDS.get(line.category, line.category)
            yield f"　{label} {kind}", str(line.count), format_fen(line.amount), ""
        total = sum(line.amount for line in lines)
        count = str(sum(line.count for line in lines))
        yield f"{label}合计", count, format_fen(total), capital_amount(total)


def _told(lines: Sequence[WatchLine]) -> str:
    return "\n".join(f"{line.serial} {line.told}".rstrip() for line in lines)


def _runs(lines: Sequence[WatchLine]) -> str:
    """Serials one after another as first and last: a run of blanks is one line of the sheet."""
    runs: list[list[str]] = []
    before = 0
    for line in lines:
        number = int(line.serial.rpartition("-")[2])
        if not runs or number != before + 1:
            runs.append([])
        runs[-1].append(line.serial)
        before = number
    return "\n".join(run[0] if len(run) == 1 else f"{run[0]} 至 {run[-1]}" for run in runs)
