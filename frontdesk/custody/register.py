"""F-CUSTODY, F-CUSTODY-KEYS, F-CUSTODY-INSP: the fields of custody's registers, and what goes into and comes out of its services.

No SQL here: the window may import this module at its start.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from frontdesk.core.fields import Choice, Field, Kind, Register

YES, NO = "yes", "no"
NORMAL, ABNORMAL, NOT_THERE = "normal", "abnormal", "none"
ROUND, RAIN, WINTER, REQUEST = "round", "rain", "winter", "request"

YES_NO = (Choice(YES, "是"), Choice(NO, "否"))
STATES = (
    Choice("active", "托管中"),
    Choice("expired", "已到期"),
    Choice("ended", "已结束"),
    Choice("void", "作废"),
)
REASONS = (
    Choice(ROUND, "定期"),
    Choice(RAIN, "雨后"),
    Choice(WINTER, "冬季空调"),
    Choice(REQUEST, "业主要求"),
)
WAYS = (
    Choice("telephone", "电话"),
    Choice("message", "短信/微信"),
    Choice("present", "当面"),
    Choice("written", "书面"),
)
FOUND = (Choice(NORMAL, "正常"), Choice(ABNORMAL, "异常"), Choice(NOT_THERE, "无此项"))
PROGRESS = (
    Choice("fine", "正常"),
    Choice("unreported", "待上报"),
    Choice("open", "处理中"),
    Choice("settled", "已处理"),
    Choice("void", "作废"),
)
POINTS = ("water", "power", "gas", "openings", "leaks", "air")
"""What is looked at in a home, in the order of the paper: 水 电 气 门窗 渗漏 空调."""

AGREEMENT = Register(
    name="custody_agreement",
    form_id="F-CUSTODY",
    title="钥匙托管协议书",
    fields=(
        Field("serial", "协议编号", Kind.SERIAL, entered=False),
        Field("unit_no", "房号", Kind.UNIT, required=True, max_length=40),
        Field("owner", "业主", required=True, max_length=60),
        Field("owner_telephone", "业主电话", Kind.PHONE, max_length=40, listed=False),
        Field("housekeeper", "责任管家", Kind.PERSON, required=True, max_length=60),
        Field("purpose", "托管用途", required=True, max_length=100, hint="例如 长期在外、待售、等装修"),
        Field("starts_on", "托管起", Kind.DATE, required=True),
        Field("ends_on", "托管止", Kind.DATE, hint="没有约定就空着"),
        Field("power_shut", "电源已关", Kind.CHOICE, required=True, choices=YES_NO, listed=False),
        Field("gas_shut", "燃气阀门已关", Kind.CHOICE, required=True, choices=YES_NO, listed=False),
        Field("water_shut", "水阀已关", Kind.CHOICE, required=True, choices=YES_NO, listed=False),
        Field("power_meter", "电表读数", max_length=20, listed=False),
        Field("gas_meter", "燃气表读数", max_length=20, listed=False),
        Field("water_meter", "水表读数", max_length=20, listed=False),
        Field("duties", "双方责任", Kind.LONG_TEXT, max_length=2000, listed=False, exported=False),
        Field("signed_on", "签订日期", Kind.DATE, entered=False, listed=False),
        Field("keys", "钥匙", entered=False),
        Field("state", "状态", Kind.CHOICE, choices=STATES, entered=False),
        Field("ended_on", "退还日期", Kind.DATE, entered=False, listed=False),
        Field("returned_to", "领回人", entered=False, listed=False, max_length=60),
        Field("ended_by", "经办人", Kind.PERSON, entered=False, listed=False),
        Field("remarks", "备注", max_length=200, listed=False),
    ),
)

HANDED_KEY = Register(
    name="custody_key",
    form_id="F-CUSTODY-KEYS",
    title="托管房钥匙清单",
    fields=(
        Field("unit_no", "房号", Kind.UNIT, entered=False, width=30),
        Field("owner", "业主", entered=False, width=28),
        Field("number", "钥匙编号", required=True, max_length=20, width=36),
        Field("kind", "种类", required=True, max_length=30, hint="例如 入户门"),
        Field("quantity", "数量", Kind.INTEGER, required=True, width=14),
        Field("place", "存放", entered=False, exported=False, width=34),
        Field("handed_on", "托管日期", Kind.DATE, entered=False, width=24),
        Field("purpose", "用途", entered=False, width=50),
        Field("housekeeper", "责任管家", Kind.PERSON, entered=False, width=25),
        Field("returned_on", "退还日期", Kind.DATE, entered=False, width=34),
        Field("returned_to", "领回人", entered=False, listed=False),
        Field("serial", "协议编号", Kind.SERIAL, entered=False),
    ),
)

INSPECTION = Register(
    name="custody_inspection",
    form_id="F-CUSTODY-INSP",
    title="托管房巡查记录表",
    fields=(
        Field("inspected_at", "日期时间", Kind.MOMENT, width=20),
        Field("unit_no", "房号", Kind.UNIT, required=True, max_length=40, width=22),
        Field("reason", "事由", Kind.CHOICE, required=True, choices=REASONS, width=16),
        Field("told", "业主确认", entered=False, exported=False, listed=False, width=32),
        Field("told_at", "通知业主时间", Kind.MOMENT, listed=False),
        Field("told_way", "通知方式", Kind.CHOICE, choices=WAYS, listed=False),
        Field("told_whom", "通知了谁", max_length=60, listed=False),
        Field("inspector_one", "巡查人一", Kind.PERSON, required=True, max_length=60, width=18),
        Field("inspector_two", "巡查人二", Kind.PERSON, required=True, max_length=60, width=18),
        Field("others", "同行的人", max_length=120, listed=False),
        Field("water", "水", Kind.CHOICE, required=True, choices=FOUND, listed=False, width=11),
        Field("power", "电", Kind.CHOICE, required=True, choices=FOUND, listed=False, width=11),
        Field("gas", "气", Kind.CHOICE, required=True, choices=FOUND, listed=False, width=11),
        Field("openings", "门窗", Kind.CHOICE, required=True, choices=FOUND, listed=False, width=11),
        Field("leaks", "渗漏", Kind.CHOICE, required=True, choices=FOUND, listed=False, width=11),
        Field("air", "空调", Kind.CHOICE, required=True, choices=FOUND, listed=False, width=11),
        Field("problem", "发现问题", Kind.LONG_TEXT, max_length=600, width=34),
        Field("handling", "处理", max_length=200, listed=False, width=29),
        Field("reported_to", "上报", max_length=60, listed=False, width=20),
        Field("progress", "进展", Kind.CHOICE, choices=PROGRESS, entered=False, exported=False),
        Field("order_serial", "服务单", Kind.SERIAL, entered=False, listed=False),
    ),
)


@dataclass(frozen=True)
class NewHandedKey:
    """A key to be handed over with an agreement.

    `key_id` takes a 托管 key of that home which stands in the register already; else a new one is entered as `number`.
    `kind` is what it opens (入户门); with the room it is the name of lock and tag. `cabinet` empty is 业主档案柜.
    """

    number: str = ""
    kind: str = "入户门"
    quantity: int = 1
    cabinet: str = ""
    hook: str = ""
    key_id: int | None = None


@dataclass(frozen=True)
class NewAgreement:
    """An agreement to be written. Empty `owner` and telephone are the estate's own; `starts_on` None is today.

    `power_shut`, `gas_shut`, `water_shut` are keys of YES_NO and must be answered; `duties` empty is the setting's text.
    """

    unit_no: str
    keys: tuple[NewHandedKey, ...]
    housekeeper: str
    purpose: str
    power_shut: str = ""
    gas_shut: str = ""
    water_shut: str = ""
    power_meter: str = ""
    gas_meter: str = ""
    water_meter: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    unit_id: int | None = None
    owner: str = ""
    owner_telephone: str = ""
    duties: str = ""
    remarks: str = ""


@dataclass(frozen=True)
class HandedKeyRow:
    """A key under an agreement; days are local. `place` is where it hangs, empty once it was given back.

    `state` is the key's own (a key of `keys.register.STATES`): 领出 while an inspection has it.
    """

    id: int
    agreement_id: int
    serial: str
    unit_no: str
    owner: str
    key_id: int
    number: str
    kind: str
    quantity: int
    place: str
    state: str
    handed_on: date
    purpose: str
    housekeeper: str
    returned_on: date | None
    returned_to: str


@dataclass(frozen=True)
class AgreementRow:
    """An agreement as it stands; days are local, moments UTC. `state` is a key of STATES.

    `owner_telephone` is masked for whoever may not see it in full; on paper it stands in full. `keys` in words:
    `T-01 入户门、T-02 信箱`; the lines themselves are `handed`.
    """

    id: int
    serial: str
    signed_on: date
    unit_id: int | None
    unit_no: str
    owner: str
    owner_telephone: str
    housekeeper: str
    purpose: str
    power_shut: str
    gas_shut: str
    water_shut: str
    power_meter: str
    gas_meter: str
    water_meter: str
    starts_on: date
    ends_on: date | None
    duties: str
    remarks: str
    handled_by: str
    security_told_at: datetime | None
    security_told_to: str
    ended_on: date | None
    returned_to: str
    ended_by: str
    end_note: str
    prints: int
    void_reason: str
    state: str
    handed: tuple[HandedKeyRow, ...]

    @property
    def keys(self) -> str:
        """The keys in words."""
        return "、".join(f"{key.number} {key.kind}" for key in self.handed)

    @property
    def in_force(self) -> bool:
        """Whether the home is in custody now, past its term too: the keys are still here."""
        return self.state in ("active", "expired")


@dataclass(frozen=True)
class NewInspection:
    """An inspection to be written; moments aware, `inspected_at` None is now.

    `reason` is a key of REASONS, the six points keys of FOUND: each must be answered. `told_at` and `told_way` (of
    WAYS) say when and how the owner was told; without them it is refused, but where the owner asked for
    this day's inspection (`CustodyRequest`), then that is the confirmation. `problem` tells of every 异常.
    """

    unit_no: str
    inspector_one: str
    inspector_two: str
    reason: str = ROUND
    inspected_at: datetime | None = None
    unit_id: int | None = None
    told_at: datetime | None = None
    told_way: str = ""
    told_whom: str = ""
    others: str = ""
    water: str = ""
    power: str = ""
    gas: str = ""
    openings: str = ""
    leaks: str = ""
    air: str = ""
    problem: str = ""
    handling: str = ""
    reported_to: str = ""


@dataclass(frozen=True)
class InspectionRow:
    """An inspection as it stands; moments UTC. `progress` is a key of PROGRESS.

    `agreement_id` is None for a home that is merely vacant; `order_id` is the service order that the problem became.
    """

    id: int
    agreement_id: int | None
    unit_id: int | None
    unit_no: str
    inspected_at: datetime
    reason: str
    told_at: datetime
    told_way: str
    told_whom: str
    inspector_one: str
    inspector_two: str
    others: str
    water: str
    power: str
    gas: str
    openings: str
    leaks: str
    air: str
    problem: str
    handling: str
    reported_to: str
    reported_at: datetime | None
    settled_at: datetime | None
    order_id: int | None
    order_serial: str
    written_by: str
    void_reason: str
    progress: str


@dataclass(frozen=True)
class NewRequest:
    """A daily inspection that an owner asks for; days local, both inclusive, `way` a key of WAYS.

    `asked_at` is UTC, None for now.
    """

    unit_no: str
    first_day: date
    last_day: date
    asked_by: str
    way: str
    note: str = ""
    asked_at: datetime | None = None


@dataclass(frozen=True)
class RequestRow:
    """A daily inspection that an owner asked for, both days inclusive; `asked_at` UTC, `way` of WAYS."""

    id: int
    unit_id: int | None
    unit_no: str
    asked_at: datetime
    asked_by: str
    way: str
    first_day: date
    last_day: date
    note: str


@dataclass(frozen=True)
class WinterRow:
    """That an owner was told of low heating for a winter (the year it begins); `told_at` UTC. Not `reached`: try again."""

    id: int
    winter: int
    unit_no: str
    told_at: datetime
    told_by: str
    told_whom: str
    way: str
    reached: bool
    answer: str


@dataclass(frozen=True)
class Visit:
    """A home that is to be inspected, and why first of all (a key of REASONS); moments UTC.

    `agreement_id` 0 for a vacant home without one; `keys` are its numbers to be borrowed, `last_at` its last inspection.
    """

    agreement_id: int
    unit_id: int | None
    unit_no: str
    owner: str
    housekeeper: str
    keys: str
    reason: str
    since: datetime
    due_at: datetime
    last_at: datetime | None
    request_id: int = 0


@dataclass(frozen=True)
class Untold:
    """An owner who is to be told of the winter; moments UTC, `tries` calls that reached nobody."""

    agreement_id: int
    unit_no: str
    owner: str
    housekeeper: str
    since: datetime
    due_at: datetime
    tries: int
