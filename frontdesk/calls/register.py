"""F-CALL, F-MESSAGE and F-SUMMARY declared, and the plain values that go into and come out of their services.

No SQL here: the window imports this module at its start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from frontdesk.core.fields import Choice, Field, Kind, Register

if TYPE_CHECKING:
    from datetime import date, datetime, timedelta

    from frontdesk.core.query import Tone

COMPLAINT, ENQUIRY, NEED, OTHER = "A", "B", "C", "D"

CATEGORIES = (
    Choice(COMPLAINT, "A 投诉"),
    Choice(ENQUIRY, "B 询问"),
    Choice(NEED, "C 需求"),
    Choice(OTHER, "D 其它"),
)

# As the paper's foot note has them; the form's buttons have less room.
SUMMED_CATEGORIES = (
    Choice(COMPLAINT, "A 投诉"),
    Choice(ENQUIRY, "B 询问"),
    Choice(NEED, "C 合理建议、需求"),
    Choice(OTHER, "D 其它"),
)

# The twelve columns of the paper are those with a width, in the paper's order; 时间 and 类别 are what the
# table on the screen has room for. A sheet has the twelve first, and then what the paper has no column for.
CALL = Register(
    "call",
    "F-CALL",
    "公共信息记录表",
    (
        Field("day_no", "序号", Kind.INTEGER, width=11, entered=False),
        Field("logged_at", "时间", Kind.MOMENT, entered=False, exported=False),
        Field("day", "记录日期", Kind.DATE, width=20, listed=False, entered=False),
        Field("time", "记录时间", Kind.TIME, width=16, listed=False, entered=False),
        Field("unit_no", "房间号", Kind.UNIT, max_length=40, width=20),
        Field("caller", "来电人", exported=False),
        Field("number", "来电号码", Kind.PHONE, max_length=40, width=24, listed=False),
        Field("reason", "来电缘由", Kind.LONG_TEXT, required=True, max_length=4000, width=66),
        Field("order_serial", "工单编号", Kind.SERIAL, width=26, entered=False),
        Field("category", "类别", Kind.CHOICE, required=True, choices=CATEGORIES, exported=False),
        Field("answered_by", "接听人", Kind.PERSON, width=15, listed=False, entered=False),
        Field("recipient", "信息接受人", Kind.PERSON, width=19, listed=False),
        Field("outcome", "完成情况", max_length=1000, width=19),
        Field(
            "category_letter",
            "信息类别",
            Kind.CHOICE,
            choices=CATEGORIES,
            width=15,
            listed=False,
            entered=False,
        ),
        Field("remarks", "备注", Kind.LONG_TEXT, max_length=1000, width=24, listed=False),
        Field("caller_named", "来电人", listed=False, entered=False),
        Field("promised_at", "承诺回复", Kind.MOMENT, listed=False, hint="19:00、明天 9点"),
        Field("appointment_at", "预约时间", Kind.MOMENT, listed=False),
        Field("goods", "携出物品", max_length=400, listed=False),
        Field("outside_body", "已报外部单位", listed=False, entered=False),
    ),
    foot_note="注:信息类别A代表投诉;B代表询问;C代表合理建议、需求;D代表其它",
)

MESSAGE = Register(
    "message",
    "F-MESSAGE",
    "转告记录",
    (
        Field("taken_at", "日期时间", Kind.MOMENT, width=30, entered=False),
        Field("caller", "来电人", width=22),
        Field("unit_no", "房号", Kind.UNIT, max_length=40, width=24),
        Field("number", "电话", Kind.PHONE, max_length=40, width=29, listed=False),
        Field("wanted", "找谁", Kind.PERSON, required=True, width=26),
        Field("text", "内容", Kind.LONG_TEXT, required=True, max_length=2000, width=78),
        Field("taken_by", "接听人", Kind.PERSON, width=20, entered=False),
        Field("passed_on_at", "转告时间", Kind.MOMENT, width=30, entered=False, listed=False),
        Field("passed_on", "已转告", width=16, entered=False),
    ),
)

SUMMARY = Register(
    "summary",
    "F-SUMMARY",
    "公共信息日汇总",
    (
        Field("category", "信息类别", Kind.CHOICE, choices=SUMMED_CATEGORIES, width=28),
        Field("department", "部门", width=28),
        Field("received", "收到", Kind.INTEGER, width=16),
        Field("settled", "办结", Kind.INTEGER, width=16),
        Field("open", "未完成", Kind.INTEGER, width=16),
        Field("open_calls", "未完成事项", Kind.LONG_TEXT, width=171),
    ),
)


@dataclass(frozen=True)
class NewCall:
    """What the form gives. Only the reason and its category must be there (R-CALL-1).

    `settled`: it was answered during the call. `promised_at` empty: an open enquiry gets the usual limit (R-CALL-4).
    `draft_id`: the draft that this call was typed in, dropped with it.
    """

    reason: str
    category: str
    unit_id: int | None = None
    unit_no: str = ""
    caller: str = ""
    number: str = ""
    recipient: str = ""
    outcome: str = ""
    remarks: str = ""
    goods: str = ""
    appointment_at: datetime | None = None
    promised_at: datetime | None = None
    settled: bool = False
    draft_id: int | None = None


@dataclass(frozen=True)
class CallRow:
    """One call as it stands; moments are UTC. `progress` is what 完成情况 shows, `tone` its colour.

    `department`: the order's, else the one that 信息接受人 names, else the desk's own.
    """

    id: int
    day: date
    day_no: int
    logged_at: datetime
    unit_id: int | None
    unit_no: str
    caller: str
    number: str
    reason: str
    order_serial: str
    category: str
    answered_by: str
    answered_by_id: int | None
    recipient: str
    department: str
    outcome: str
    remarks: str
    promised_at: datetime | None
    appointment_at: datetime | None
    goods: str
    outside_body: str
    settled_at: datetime | None
    voided_at: datetime | None
    void_reason: str
    progress: str
    tone: Tone


@dataclass(frozen=True)
class PromisedReply:
    """An open call whose caller was promised word; `left` is negative when it is late (R-CALL-4)."""

    call: CallRow
    left: timedelta


@dataclass(frozen=True)
class DayCounts:
    """The head of the page: how many calls the day has, and how many in all are still open."""

    received: int
    open: int


@dataclass(frozen=True)
class SummaryLine:
    """One line of the day's summary: a category in a department, and its open calls (R-CALL-7)."""

    category: str
    department: str
    received: int
    settled: int
    open_calls: tuple[CallRow, ...]


@dataclass(frozen=True)
class DaySummary:
    """The day's calls summed up as they stand now; `carried` are open calls of earlier days, oldest first."""

    day: date
    lines: tuple[SummaryLine, ...]
    carried: tuple[CallRow, ...]


@dataclass(frozen=True)
class NewMessage:
    """A message for an absent colleague, as it was said (R-CALL-6). `draft_id`: the draft that is dropped with it."""

    wanted: str
    text: str
    caller: str = ""
    unit_no: str = ""
    number: str = ""
    draft_id: int | None = None


@dataclass(frozen=True)
class MessageRow:
    """One message; moments are UTC, `passed_on_at` is None while it waits."""

    id: int
    taken_at: datetime
    caller: str
    unit_no: str
    number: str
    wanted: str
    text: str
    taken_by: str
    passed_on_at: datetime | None
    voided_at: datetime | None


@dataclass(frozen=True)
class PhraseRow:
    """A phrase code, what it stands for, and how often it was used."""

    id: int
    code: str
    text: str
    uses: int


@dataclass(frozen=True)
class BodyRow:
    """An outside body and its number, in the directory's order (R-CALL-5)."""

    id: int
    name: str
    number: str
    remarks: str
