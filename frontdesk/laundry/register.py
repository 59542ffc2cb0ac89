"""F-LAUNDRY: the fields of the laundry register, and what goes into and comes out of its service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from frontdesk.core.fields import Choice, Field, Kind, Register

CLEANINGS = (Choice("dry", "干洗"), Choice("wet", "湿洗"))
ANSWERS = (Choice("satisfied", "满意"), Choice("fair", "一般"), Choice("dissatisfied", "不满意"))
STATES = (
    Choice("received", "待送洗"),
    Choice("sent", "洗涤中"),
    Choice("back", "待送还"),
    Choice("handed", "已送还"),
    Choice("void", "作废"),
)
UNDAMAGED = "完好"

LAUNDRY = Register(
    name="laundry_ticket",
    form_id="F-LAUNDRY",
    title="洗衣收据",
    fields=(
        Field("serial", "编号", Kind.SERIAL, entered=False, width=30),
        Field("received_at", "收取时间", Kind.MOMENT, entered=False, width=28, heading="收取日期时间"),
        Field("unit_no", "房号", Kind.UNIT, max_length=40, entered=False, width=22),
        Field("customer", "姓名", max_length=120, entered=False, width=18),
        Field("telephone", "电话", Kind.PHONE, max_length=40, entered=False, listed=False, width=26),
        Field("garments", "衣物", Kind.LONG_TEXT, entered=False, width=60),
        Field("count", "件数", Kind.INTEGER, entered=False, width=10),
        Field("cleaning", "洗法", Kind.CHOICE, required=True, choices=CLEANINGS, listed=False, width=12),
        Field("price", "收价", Kind.MONEY, required=True, listed=False, width=18),
        Field("return_on", "归还日期", Kind.DATE, required=True, width=22, hint="和客户说定的日子"),
        Field("laundry", "洗衣公司", max_length=120, listed=False, width=0),
        Field("signed_by", "交接签字", max_length=60, listed=False, hint="洗衣公司来取的人"),
        Field("sent_at", "送洗时间", Kind.MOMENT, entered=False, listed=False),
        Field("back_at", "取回时间", Kind.MOMENT, entered=False, listed=False),
        Field("back_note", "取回核对", max_length=400, listed=False, hint="破损、串件、少件"),
        Field("handed_at", "送还时间", Kind.MOMENT, entered=False, listed=False, width=28),
        Field("handed_note", "送还核对", max_length=400, listed=False, hint="当面核对的结果"),
        Field("satisfaction", "满意度", Kind.CHOICE, required=True, choices=ANSWERS, listed=False, width=14),
        Field("state", "状态", Kind.CHOICE, choices=STATES, entered=False),
        Field("handled_by", "经办人", Kind.PERSON, entered=False, listed=False),
        Field("void_reason", "作废原因", max_length=400, entered=False, listed=False),
    ),
)


@dataclass(frozen=True)
class NewGarment:
    """One garment as it is taken: `damage` empty means it was looked at and is sound; a mark is given by itself."""

    name: str
    damage: str = ""
    mark: str = ""


@dataclass(frozen=True)
class NewTicket:
    """What is collected for a laundry order. `price` in fen; None is what was agreed for the order."""

    order_id: int
    garments: tuple[NewGarment, ...]
    return_on: date
    cleaning: str = "dry"
    price: int | None = None


@dataclass(frozen=True)
class GarmentRow:
    """One garment as it stands on the ticket."""

    position: int
    name: str
    mark: str
    damage: str


@dataclass(frozen=True)
class TicketRow:
    """A ticket as it stands: moments UTC, days local, `price` in fen; `state` one of `STATES`."""

    id: int
    serial: str
    order_id: int
    order_serial: str
    received_at: datetime
    unit_no: str
    customer: str
    telephone: str
    garments: tuple[GarmentRow, ...]
    cleaning: str
    price: int
    return_on: date
    laundry: str
    signed_by: str
    sent_at: datetime | None
    back_at: datetime | None
    back_note: str
    handed_at: datetime | None
    handed_note: str
    satisfaction: str
    state: str
    handled_by: str
    created_by_id: int | None
    prints: int
    voided_at: datetime | None
    void_reason: str

    @property
    def step(self) -> str:
        """The next step's name: `send`, `take_back`, `hand_over`; empty at the end."""
        return {"received": "send", "sent": "take_back", "back": "hand_over"}.get(self.state, "")
