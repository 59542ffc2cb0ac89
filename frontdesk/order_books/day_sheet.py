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
SheetRow = tuple[str, int | None, int | None, str]  # what, how many, fen, in words
_MOST = 60  # orders that a cell names; a year's are counted, and found in the register
_WAYS = {choice.key: choice.label for choice in SETTLEMENTS}
_KINDS = {choice.key: choice.label for choice in CATEGORIES}


def day_rows(watch: SerialWatch) -> list[Cells]:
    """The printed cells of `sheet_rows`."""
    return [
        (
            what,
            "" if count is None else str(count),
            "" if amount is None else format_fen(amount),
            detail,
        )
        for what, count, amount, detail in sheet_rows(watch)
    ]


def sheet_rows(watch: SerialWatch) -> list[SheetRow]:
    """The rows of the sheet: counts that add up, then what was settled, then the auditor's sentence."""
    runs = [
        span.first_serial if span.first == span.last else f"{span.first_serial} 至 {span.last_serial}"
        for span in watch.spans
    ]
    missing = "\n".join(
        " ".join(filter(None, (row.serial, f"跟进：{row.followed_by or '（无人）'}", row.note)))
        for row in watch.missing
    )
    return [
        ("开出", watch.issued, None, "\n".join(runs)),
        ("　已返单", watch.returned, None, ""),
        ("　未返单", len(watch.not_returned), None, _told(watch.not_returned)),
        ("　作废", len(watch.void), None, _told(watch.void)),
        ("　空白未填", len(watch.blank), None, _runs(watch.blank)),
        ("完成", watch.finished, None, ""),
        ("补打", watch.reprints, None, _told(watch.reprinted)),
        ("补单", len(watch.backfilled), None, _told(watch.backfilled)),
        ("缺号", len(watch.missing), None, missing),
        ("以前未返单", len(watch.earlier_not_returned), None, _told(watch.earlier_not_returned)),
        *_money(watch.amounts),
        ("编号核对", None, None, watch.sentence),
    ]


def _money(amounts: Sequence[AmountLine]) -> Iterator[SheetRow]:
    for way, label in _WAYS.items():
        lines = [line for line in amounts if line.settlement == way]
        for line in lines:
            yield f"　{label} {_KINDS.get(line.category, line.category)}", line.count, line.amount, ""
        total = sum(line.amount for line in lines)
        yield f"{label}合计", sum(line.count for line in lines), total, capital_amount(total)


def _told(lines: Sequence[WatchLine]) -> str:
    named = [f"{line.serial} {line.told}".rstrip() for line in lines[:_MOST]]
    more = len(lines) - len(named)
    return "\n".join([*named, f"……另有 {more} 张"] if more else named)


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
