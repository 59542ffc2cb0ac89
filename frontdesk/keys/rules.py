"""The rules of keys: how numbers run, which pieces are where and which way they may go, and when. No database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from frontdesk.core.errors import RefusedError
from frontdesk.core.typed import fold_width
from frontdesk.keys.register import KEY, SPARES
from frontdesk.staff.shifts import shift_ends

if TYPE_CHECKING:
    from frontdesk.core.clock import Clock
    from frontdesk.core.shift_hours import ShiftHours

MOST_PIECES = 999
SCAN_PREFIX = "FD:KEY-"

_RUNS = re.compile(r"[0-9]+|[^\W0-9_]+")
_SCANNED = re.compile(rf"{re.escape(SCAN_PREFIX)}([0-9]{{1,9}})", re.IGNORECASE)


# --- numbers ----------------------------------------------------------------------------------------


def natural(number: str) -> str:
    """The same for every way of writing a number (`A-1`, `a01`), and in the order in which people count.

    `A-2` stands before `A-10`. Empty for what has neither letter nor figure.
    """
    folded = unicodedata.normalize("NFKC", number).upper()
    runs = (run.lstrip("0").rjust(8, "0") if "0" <= run[0] <= "9" else run for run in _RUNS.findall(folded))
    return "-".join(runs)


def check_number(number: str) -> str:
    """`natural` of a number that a tag can carry. Raises RefusedError(field="number")."""
    found = natural(number)
    if not found or len(found) > 200:
        raise RefusedError("钥匙编号要有字母或数字，例如 A-01。", field="number", rule="R-KEY-1")
    return found


def scan_code(key_id: int) -> str:
    """What the code on a tag says: ASCII whatever the number is, for a scanner types like a keyboard."""
    return f"{SCAN_PREFIX}{key_id:06d}"


def scanned_id(text: str) -> int | None:
    """The key whose tag was scanned; None for anything else."""
    found = _SCANNED.fullmatch(fold_width(text).strip())
    return int(found[1]) if found else None


def place_of(cabinet: str, hook: str) -> str:
    """存放位置, as `A柜-12`; empty for a key that hangs nowhere."""
    return "-".join(filter(None, (cabinet, hook)))


# --- where the pieces are ---------------------------------------------------------------------------


class State(StrEnum):
    """Where a key stands as a whole. Its shown words are in `register.STATES`."""

    IN_STORE = "in"
    OUT = "out"
    COPYING = "copying"
    LOST = "lost"
    DAMAGED = "damaged"
    VOID = "void"

    @property
    def label(self) -> str:
        """The shown word."""
        return KEY.field("state").label_of(self.value)


@dataclass(frozen=True)
class Pieces:
    """The pieces of one key: of `in_use` so many are out, lost, damaged or being copied, the rest hangs."""

    in_use: int = 1
    out: int = 0
    lost: int = 0
    damaged: int = 0
    copying: int = 0
    scrapped: bool = False

    @property
    def hanging(self) -> int:
        """What must hang at the hook."""
        return 0 if self.scrapped else self.in_use - self.out - self.lost - self.damaged - self.copying

    @property
    def state(self) -> State:
        """The key as a whole: 在库 as long as one piece hangs there, unless it is scrapped or being copied."""
        if self.scrapped:
            return State.VOID
        where = ((self.copying, State.COPYING), (self.hanging, State.IN_STORE), (self.out, State.OUT),
                 (self.lost, State.LOST), (self.damaged, State.DAMAGED))  # fmt: skip
        return next((state for pieces, state in where if pieces), State.IN_STORE)


@dataclass(frozen=True)
class Move:
    """One way that pieces go; `name` is also its action in the journal, `change` its 变更事由."""

    name: str
    label: str
    comes_from: str
    goes_to: str
    change: str
    note: str = ""
    rule: str = "R-KEY-2"


LEND = Move("lend", "领用", "hanging", "out", "lent")
TAKE_BACK = Move("take_back", "归还", "out", "hanging", "lent", "归还")
LOSE_OUT = Move("lose_out", "报失", "out", "lost", "lost")
LOSE = Move("lose", "报失", "hanging", "lost", "lost")
FIND = Move("find", "找回", "lost", "hanging", "lost", "找回")
DAMAGE = Move("damage", "报损", "hanging", "damaged", "damaged")
MEND = Move("mend", "修好", "damaged", "hanging", "damaged", "修好")
TAKE_TO_COPY = Move("take_to_copy", "送去复制", "hanging", "copying", "copied", "送去复制", "R-KEY-3")
COPIED = Move("copied", "复制取回", "copying", "hanging", "copied", rule="R-KEY-3")
MOVES = (LEND, TAKE_BACK, LOSE_OUT, LOSE, FIND, DAMAGE, MEND, TAKE_TO_COPY, COPIED)

_THERE = {"hanging": "在库", "out": "领出", "lost": "丢失", "damaged": "损坏", "copying": "复制中"}


def moved(pieces: Pieces, move: Move, count: int, number: str) -> Pieces:
    """The pieces after so many went that way. Raises RefusedError saying where they are instead (R-KEY-2, 3)."""
    if pieces.scrapped:
        raise RefusedError(f"{number} 已作废，不能再{move.label}。", field="number", rule="R-KEY-2")
    if not 1 <= count <= MOST_PIECES:
        raise RefusedError("数量要在 1 以上。", field="quantity", rule=move.rule)
    there = getattr(pieces, move.comes_from)
    if count > there:
        raise RefusedError(_not_there(pieces, move, there, number), field="number", rule=move.rule)
    changed = {
        name: getattr(pieces, name) + step
        for name, step in ((move.comes_from, -count), (move.goes_to, count))
        if name != "hanging"
    }
    return replace(pieces, **changed)


def _not_there(pieces: Pieces, move: Move, there: int, number: str) -> str:
    if there:
        return f"{number} {_THERE[move.comes_from]}的只有 {there} 把，不能{move.label}更多。"
    if move.comes_from == "hanging":
        return f"{number} 现在是“{pieces.state.label}”，没有可以{move.label}的。"
    return f"{number} 没有{_THERE[move.comes_from]}的，不用{move.label}。"


def grown(pieces: Pieces, by: int) -> Pieces:
    """The pieces with so many more that hang there: copies that came back."""
    return replace(pieces, in_use=pieces.in_use + by)


def check_counts(pieces: Pieces, spare: int, spare_out: int) -> None:
    """Raises RefusedError for counts that are less than what is known to be somewhere else."""
    for name, label, count, least in (
        ("in_use", "在用数量", pieces.in_use, pieces.in_use - pieces.hanging),
        ("spare", "备用数量", spare, spare_out),
    ):
        if not 0 <= count <= MOST_PIECES:
            raise RefusedError(f"“{label}”应在 0 到 {MOST_PIECES} 之间。", field=name)
        if count < least:
            raise RefusedError(
                f"“{label}”不能少于 {least}：有 {least} 把领出、丢失、损坏或复制中。",
                field=name,
                rule="R-KEY-2",
            )


def left_after_scrapping(pieces: Pieces, quantity: int, number: str) -> Pieces:
    """The pieces once so many are scrapped: all of them ends the key, fewer come off what is lost or damaged.

    Raises RefusedError while pieces are out or being copied, or for more than there are (R-KEY-3).
    """
    if pieces.scrapped:
        raise RefusedError(f"{number} 已经作废。", field="key", rule="R-KEY-3")
    if pieces.copying:
        raise RefusedError(f"{number} 正在复制，取回以后再作废。", field="key", rule="R-KEY-3")
    if quantity == pieces.in_use or not pieces.in_use:
        if pieces.out:
            raise RefusedError(
                f"{number} 还有 {pieces.out} 把领出，请先收回或报失，再作废。", field="key", rule="R-KEY-3"
            )
        return Pieces(0, scrapped=True)
    gone = pieces.lost + pieces.damaged
    if not 1 <= quantity <= gone:
        raise RefusedError(
            f"{number} 在用 {pieces.in_use} 把：作废填 {pieces.in_use}（整号作废），"
            f"或不多于丢失、损坏的 {gone} 把。",
            field="quantity",
            rule="R-KEY-3",
        )
    of_lost = min(quantity, pieces.lost)
    return replace(
        pieces,
        in_use=pieces.in_use - quantity,
        lost=pieces.lost - of_lost,
        damaged=pieces.damaged - (quantity - of_lost),
    )


# --- when -------------------------------------------------------------------------------------------


def usual_due(clock: Clock, now: datetime, due_time: str, hours: Sequence[ShiftHours]) -> datetime:
    """Until when a key is out unless told otherwise, UTC: the day's end of duty, after that the shift's end."""
    hour, minute = map(int, due_time.split(":"))
    due = clock.moment(clock.local(now).date(), time(hour, minute))
    if due > now:
        return due
    ends = shift_ends(clock, now, hours)
    return ends if ends > now else now + timedelta(hours=2)


def month_of(day: date) -> str:
    """`2026-11`."""
    return f"{day:%Y-%m}"


def month_before(day: date) -> date:
    """The last day of the month before."""
    return day.replace(day=1) - timedelta(days=1)


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def quarter_of(day: date) -> str:
    """`2026-Q4`."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def quarter_end(day: date) -> date:
    """The last day of a day's quarter."""
    last_month = (day.month + 2) // 3 * 3
    return month_end(day.replace(month=last_month, day=1))


def quarter_start(day: date) -> date:
    """The first day of a day's quarter."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


# --- counting ---------------------------------------------------------------------------------------


def check_told(told: int | None, place: str) -> int:
    """A number that somebody counted. Raises RefusedError(field="told")."""
    if told is None or not 0 <= told <= 100_000:
        raise RefusedError(f"请点清{place_label(place)}里实际挂着的把数。", field="told", rule="R-KEY-5")
    return told


def place_label(place: str) -> str:
    """How a place of a count is named: a cabinet by its name, the spares, what has no cabinet."""
    if place == SPARES:
        return "备用钥匙"
    return f"“{place}”" if place else "没有写柜号的钥匙"
