"""F-ORDER-DAY, F-FINANCE, F-ORDER-COVER: their fields, and what goes into and comes out of their services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from frontdesk.core.fields import Field, Kind, Register
from frontdesk.orders.rules import run_words

Reach = Literal["day", "month", "year"]  # how much of the calendar one line of the serial watch tells of

ORDER_DAY = Register(
    name="order_day",
    form_id="F-ORDER-DAY",
    title="服务单日统计",
    fields=(
        Field("what", "项目", width=34),
        Field("count", "张数", Kind.INTEGER, width=16),
        Field("amount", "金额", Kind.MONEY, width=26),
        Field("detail", "明细", Kind.LONG_TEXT, width=112),
    ),
)

FINANCE = Register(
    name="finance_list",
    form_id="F-FINANCE",
    title="收费服务单移交清单",
    fields=(
        Field("position", "序号", Kind.INTEGER, width=13),
        Field("category", "服务类别", width=20),
        Field("serial", "编号", Kind.SERIAL, width=29),
        Field("unit_no", "房号", Kind.UNIT, width=23),
        Field("item", "项目", Kind.LONG_TEXT, width=46),
        Field("amount", "金额", Kind.MONEY, width=22),
        Field("settlement", "结算方式", width=18),
        Field("remarks", "备注", width=17),
    ),
)


@dataclass(frozen=True)
class RunRow:
    """A run of blanks as it stands: how many are still blank, filled, void, and listed missing.

    `given_to` has them, or last had them when `returned_at` says that they came back; empty, and `given_at` None,
    while they never left the desk. `printed` counts those that were on paper at least once.
    """

    id: int
    first_serial: str
    last_serial: str
    taken_at: datetime
    given_to: str
    given_at: datetime | None
    given_by: str
    returned_at: datetime | None
    returned_to: str
    purpose: str
    count: int
    printed: int
    blank: int
    filled: int
    void: int
    missing: int
    order_ids: tuple[int, ...]

    @property
    def is_out(self) -> bool:
        """Whether somebody has them."""
        return bool(self.given_to) and self.returned_at is None


@dataclass(frozen=True)
class RunLine:
    """One number of a run: `state` is the order's, `missing` with `followed_by` when its paper is away."""

    order_id: int
    serial: str
    state: str
    missing: bool
    followed_by: str
    served_at: datetime | None
    told: str


@dataclass(frozen=True)
class MissingRow:
    """A missing number. `id` is 0 and `followed_by` empty for one that nobody has taken up yet."""

    id: int
    serial: str
    year: int
    number: int
    followed_by: str
    note: str
    since: datetime
    order_id: int = 0  # of a number whose order is there and its paper is not


@dataclass(frozen=True)
class Span:
    """Numbers of one year that were taken in a period, first to last."""

    year: int
    first: int
    last: int
    first_serial: str
    last_serial: str
    whole: bool  # no number between them lacks its order or its paper


@dataclass(frozen=True)
class WatchLine:
    """One order of the watch: `told` says what about it."""

    order_id: int
    serial: str
    told: str


@dataclass(frozen=True)
class AmountLine:
    """What was settled in one way for one category; `amount` in fen."""

    settlement: str
    category: str
    count: int
    amount: int


@dataclass(frozen=True)
class WatchPeriod:
    """A day, a month or a year of the watch in one line; `unfollowed` of the missing numbers have nobody.

    `open` are the orders that are not back; blanks that nobody has told of are apart.
    """

    first_day: date
    last_day: date
    runs: tuple[str, ...]  # first and last number, by year: 0001–0187
    issued: int
    returned: int
    open: int
    blank: int
    void: int
    reprints: int
    missing: int
    unfollowed: int


@dataclass(frozen=True)
class SerialWatch:
    """The serials taken on some local days and what became of them (R-ORDER-14).

    `amounts` are of the orders that came back on these days, whenever they were issued.
    """

    first_day: date
    last_day: date
    spans: tuple[Span, ...]
    issued: int
    finished: int
    returned: int
    blank: tuple[WatchLine, ...]
    not_returned: tuple[WatchLine, ...]
    earlier_not_returned: tuple[WatchLine, ...]
    void: tuple[WatchLine, ...]
    reprinted: tuple[WatchLine, ...]
    reprints: int
    backfilled: tuple[WatchLine, ...]
    missing: tuple[MissingRow, ...]
    amounts: tuple[AmountLine, ...]

    @property
    def sentence(self) -> str:
        """What an auditor asks, in one line: `0001–0187 连续，作废 3，补打 5，缺 0`."""
        counts = f"作废 {len(self.void)}，补打 {self.reprints}，缺 {len(self.missing)}"
        if not self.spans:
            return f"没有开单，{counts}"
        several = len(self.spans) > 1
        runs = (
            f"{f'{span.year} 年 ' if several else ''}{run_words(span.first_serial, span.last_serial)} "
            f"{'连续' if span.whole else '不连续'}"
            for span in self.spans
        )
        return f"{'、'.join(runs)}，{counts}"


@dataclass(frozen=True)
class FinanceLineRow:
    """One order of a finance list; `amount` in fen. `remarks` says what changed since it was listed."""

    order_id: int
    position: int
    category: str
    serial: str
    unit_no: str
    item: str
    amount: int
    settlement: str
    remarks: str


@dataclass(frozen=True)
class FinanceRow:
    """A finance list; amounts in fen, moments UTC, `day` local."""

    id: int
    day: date
    shift: str
    drawn_up_at: datetime
    drawn_up_by: str
    received_at: datetime | None
    received_by: str
    lines: int
    cash: int
    on_account: int
    received_count: int | None
    received_cash: int | None
    difference: str
    void_reason: str


@dataclass(frozen=True)
class VolumeRow:
    """A bound volume; `keep_until` is the first local day on which it may be given up, less one."""

    id: int
    year: int
    month: int
    volume_no: int
    first_serial: str
    last_serial: str
    sheets: int
    void_serials: str
    missing_serials: str
    bound_by: str
    bound_on: date
    keep_until: date
    archived_at: datetime | None
    archived_by: str
    archive_reason: str


@dataclass(frozen=True)
class BoundOrder:
    """An order as it lies in a volume."""

    order_id: int
    serial: str
    state: str
    unit_no: str
    told: str


@dataclass(frozen=True)
class Hindrance:
    """An order, or a missing number (`order_id` 0), that keeps its month from being bound, and why."""

    order_id: int
    serial: str
    why: str


@dataclass(frozen=True)
class MonthToBind:
    """A month that is over with numbers not yet bound, first to last, and what hinders."""

    year: int
    month: int
    first_serial: str
    last_serial: str
    sheets: int
    due_at: datetime
    hindrances: tuple[Hindrance, ...]
