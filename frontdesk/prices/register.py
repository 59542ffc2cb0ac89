"""F-PRICE: the fields of the price list, and what goes into and comes out of its service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from frontdesk.core.fields import Choice, Field, Kind, Register
from frontdesk.core.query import Tone

CATEGORIES = (
    Choice("repair", "报修"),
    Choice("paid_service", "有偿服务"),
    Choice("housekeeping", "家政"),
    Choice("gardening", "绿化"),
    Choice("laundry", "洗衣"),
    Choice("bottled_water", "桶装水"),
    Choice("other", "其他"),
)

PRICE = Register(
    name="price_item",
    form_id="F-PRICE",
    title="专项服务项目及收费标准",
    fields=(
        Field("position", "序号", Kind.INTEGER, entered=False, width=12),
        Field("category", "服务类别", Kind.CHOICE, required=True, choices=CATEGORIES, width=24),
        Field("name", "项目", required=True, max_length=120, width=62),
        Field("unit", "单位", required=True, max_length=20, width=16),
        Field("unit_price", "单价", Kind.MONEY, required=True, width=22, hint="元"),
        Field("note", "说明", Kind.LONG_TEXT, max_length=400, width=52),
    ),
)


@dataclass(frozen=True)
class NewPrice:
    """One line of the list as it is written; `unit_price` in fen."""

    name: str
    unit_price: int
    unit: str = "次"
    category: str = "repair"
    note: str = ""


@dataclass(frozen=True)
class PriceRow:
    """A line as it stands; `unit_price` in fen, `revision` is the list's number (None in a draft).

    `before` is what the revision before asked for the same service, in fen; None for what it did not have, and where
    nobody asked for it.
    """

    id: int
    revision_id: int
    revision: int | None
    position: int
    category: str
    name: str
    unit: str
    unit_price: int
    note: str
    before: int | None = None


@dataclass(frozen=True)
class Changes:
    """What a revision does to the one before it, in numbers of services."""

    added: int
    repriced: int
    dropped: int

    @property
    def shown(self) -> str:
        """`新增 2 项，调价 3 项，取消 1 项`."""
        words = (("新增", self.added), ("调价", self.repriced), ("取消", self.dropped))
        return "，".join(f"{word} {count} 项" for word, count in words if count) or "没有变化"


@dataclass(frozen=True)
class RevisionRow:
    """A revision: local days, `valid_to` is None while no later one is published. A draft has no number."""

    id: int
    number: int | None
    valid_from: date | None
    valid_to: date | None
    published_at: datetime | None
    published_by: str
    lines: int

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.number is None

    def state(self, today: date) -> tuple[str, Tone]:
        """Where it stands on a local day, as word and colour: 草稿, 未到日期, 执行中, 已停用."""
        if self.number is None or self.valid_from is None:
            return "草稿", "warn"
        if today < self.valid_from:
            return "未到日期", "info"
        return ("执行中", "ok") if self.valid_to is None or today <= self.valid_to else ("已停用", "neutral")

    @property
    def period(self) -> str:
        """`第 3 版　2026-07-01 起`, as it stands on the paper."""
        if self.number is None or self.valid_from is None:
            return "草稿，未公布"
        until = f"{self.valid_from} 至 {self.valid_to}" if self.valid_to else f"{self.valid_from} 起"
        return f"第 {self.number} 版　有效期 {until}"


@dataclass(frozen=True)
class SheetPreview:
    """What an office's sheet says: its readable lines, and what is wrong with the others, by Excel's rows."""

    file_name: str
    lines: tuple[NewPrice, ...]
    problems: tuple[str, ...]
