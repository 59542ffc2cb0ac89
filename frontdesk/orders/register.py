"""F-ORDER: the fields of a service order, and what goes into and comes out of its service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from frontdesk.core.fields import Choice, Field, Kind, Register
from frontdesk.core.query import Tone
from frontdesk.prices.register import CATEGORIES

CHANNELS = (
    Choice("telephone", "来电"),
    Choice("counter", "来访"),
    Choice("letter", "来信"),
    Choice("superior", "上级转来"),
)
STATES = (
    Choice("blank", "空白单"),
    Choice("issued", "待派工"),
    Choice("dispatched", "派工中"),
    Choice("arrived", "服务中"),
    Choice("finished", "待返单"),
    Choice("returned", "已返单"),
    Choice("void", "作废"),
)
SETTLEMENTS = (Choice("cash", "现金"), Choice("on_account", "签单"))

PROSE_MOST = 4000

ORDER = Register(
    name="service_order",
    form_id="F-ORDER",
    title="服务单",
    fields=(
        Field("serial", "编号", Kind.SERIAL, entered=False),
        Field("issued_at", "受理时间", Kind.MOMENT, entered=False, heading="受理日期时间"),
        Field("channel", "受理方式", Kind.CHOICE, choices=CHANNELS, listed=False),
        Field("unit_no", "房号", Kind.UNIT, max_length=40),
        Field("customer", "客户", max_length=120, heading="客户姓名"),
        Field("telephone", "联系电话", Kind.PHONE, max_length=40, listed=False),
        Field("content", "服务内容", Kind.LONG_TEXT, required=True, max_length=PROSE_MOST),
        Field("category", "类别", Kind.CHOICE, required=True, choices=CATEGORIES, heading="服务类别"),
        Field("urgent", "急修", Kind.FLAG, listed=False),
        Field("at_once", "马上到场", Kind.FLAG, listed=False, hint="15 分钟内到场"),
        Field("appointment_at", "预约", Kind.MOMENT, heading="预约时间"),
        Field("appointment_until", "预约到", Kind.MOMENT, listed=False),
        Field("materials", "用料及数量", Kind.LONG_TEXT, max_length=PROSE_MOST, listed=False),
        Field("expected_cost", "预计费用", Kind.MONEY, listed=False),
        Field("taken_by", "接单人", Kind.PERSON, max_length=120, listed=False, entered=False),
        Field("department", "服务部门", max_length=120, listed=False),
        Field("service_person", "服务人员", Kind.PERSON, max_length=120),
        Field("dispatched_at", "派工时间", Kind.MOMENT, listed=False, entered=False),
        Field("arrived_at", "到达时间", Kind.MOMENT, listed=False, entered=False),
        Field("finished_at", "完成时间", Kind.MOMENT, listed=False, entered=False),
        Field("result", "服务结果", Kind.LONG_TEXT, max_length=PROSE_MOST, listed=False, entered=False),
        Field("self_check", "自检", max_length=400, listed=False, entered=False),
        Field("workload", "工作量", max_length=400, listed=False, entered=False),
        Field("state", "状态", Kind.CHOICE, choices=STATES, entered=False),
        Field("due_amount", "金额", Kind.MONEY, entered=False, heading="应收金额"),
        Field("paid_amount", "实收金额", Kind.MONEY, listed=False, entered=False),
        Field("settlement", "结算方式", Kind.CHOICE, choices=SETTLEMENTS, listed=False, entered=False),
        Field("customer_signed_at", "客户签字时间", Kind.MOMENT, listed=False, entered=False),
        Field("returned_at", "返单时间", Kind.MOMENT, listed=False, entered=False),
        Field("remarks", "备注", Kind.LONG_TEXT, max_length=PROSE_MOST, listed=False),
        Field("backfilled_at", "补单时间", Kind.MOMENT, listed=False, entered=False),
        Field("void_reason", "作废原因", max_length=400, listed=False, entered=False),
    ),
)

LINE = Register(
    name="order_line",
    form_id="F-ORDER",
    title="收费项目",
    fields=(
        Field("item", "项目", required=True, max_length=400),
        Field("unit", "单位", max_length=40),
        Field("unit_price", "单价", Kind.MONEY, required=True),
        Field("quantity", "数量", Kind.INTEGER, required=True, hint="千分之一为单位"),
        Field("amount", "金额", Kind.MONEY, entered=False),
        Field("list_price", "价目表单价", Kind.MONEY, entered=False),
        Field("price_revision", "价目表版次", Kind.INTEGER, entered=False),
        Field("price_reason", "另定价格的原因", max_length=400),
    ),
)


@dataclass(frozen=True)
class NewOrder:
    """What a clerk writes when an order is issued. Moments are aware; `expected_cost` is in fen.

    An empty `taken_by` becomes whoever is signed in. `lines` are the charges agreed with the customer; their sum is the
    expected cost unless another one is named (R-ORDER-4). `draft_id`: the draft that this order was typed in,
    dropped with it.
    """

    content: str
    unit_id: int | None = None
    unit_no: str = ""
    customer: str = ""
    telephone: str = ""
    category: str = "repair"
    channel: str = "telephone"
    urgent: bool = False
    at_once: bool = False
    appointment_at: datetime | None = None
    appointment_until: datetime | None = None
    materials: str = ""
    expected_cost: int | None = None
    taken_by: str = ""
    department: str = ""
    service_person: str = ""
    remarks: str = ""
    lines: tuple[NewLine, ...] = ()
    draft_id: int | None = None


@dataclass(frozen=True)
class NewLine:
    """One priced line (收费项目): `unit_price` in fen, `quantity` in thousandths (1.5 m is 1500).

    `price_item_id` is the price list's line that was picked; without one a service of that name is looked
    for. `price_reason` says why the price is another than the list's (R-ORDER-7).
    """

    item: str
    unit_price: int
    quantity: int = 1000
    unit: str = ""
    price_item_id: int | None = None
    price_reason: str = ""


@dataclass(frozen=True)
class LineRow:
    """A priced line as it stands; amounts in fen.

    `list_price` and `price_revision` are the price list's of the order's day, None for what is not on it.
    """

    item: str
    unit: str
    unit_price: int
    quantity: int
    amount: int
    price_item_id: int | None = None
    list_price: int | None = None
    price_revision: int | None = None
    price_reason: str = ""


@dataclass(frozen=True)
class OrderRow:
    """An order as it stands. Moments are UTC, amounts fen; the telephone is masked where the role says so.

    `step` is the next step's name (`dispatch`, `arrive`, `finish`, `return`), empty at the end;
    `reminders` counts how often the customer asked again, `called_back_at` is the last of its call-backs.
    `due_at` is when it must be taken (R-ORDER-5, 8), `tone` the state's colour; `warnings` are sentences about what was just done.
    """

    id: int
    serial: str
    state: str
    state_label: str
    step: str
    due_at: datetime | None
    tone: Tone
    issued_at: datetime
    channel: str
    unit_id: int | None
    unit_no: str
    customer: str
    telephone: str
    category: str
    content: str
    urgent: bool
    at_once: bool
    appointment_at: datetime | None
    appointment_until: datetime | None
    materials: str
    expected_cost: int | None
    taken_by: str
    department: str
    service_person: str
    dispatched_at: datetime | None
    arrived_at: datetime | None
    finished_at: datetime | None
    result: str
    self_check: str
    workload: str
    lines: tuple[LineRow, ...]
    due_amount: int
    paid_amount: int
    settlement: str
    customer_signed_at: datetime | None
    returned_at: datetime | None
    remarks: str
    prints: int
    created_by: str
    created_by_id: int | None
    created_at: datetime
    voided_at: datetime | None
    voided_by: str
    void_reason: str
    backfilled_at: datetime | None
    confirmed_at: datetime | None = None
    reminders: int = 0
    called_back_at: datetime | None = None
    prior_damage: str = ""
    damage_seen_by: str = ""
    damage_confirmed_by: str = ""
    damage_confirmed_at: datetime | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class SerialLine:
    """The proof of a day's serials for the window's foot; `first` and `last` are empty on a day without."""

    first: str
    last: str
    issued: int
    void: int
    missing: int

    @property
    def shown(self) -> str:
        """`服务单 FW2026-000181–000187 连续 · 作废 0 · 缺号 0`."""
        counts = f"作废 {self.void} · 缺号 {self.missing}"
        if not self.first:
            return f"今天还没有开服务单 · {counts}"
        run = self.first if self.first == self.last else f"{self.first}–{self.last.rpartition('-')[2]}"
        return f"服务单 {run} {'有缺号' if self.missing else '连续'} · {counts}"
