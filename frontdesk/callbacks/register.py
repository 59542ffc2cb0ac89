"""F-CALLBACK: the fields of a call-back, and what goes into and comes out of its service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from frontdesk.core.fields import Choice, Field, Kind, Register

METHODS = (Choice("telephone", "电话"), Choice("visit", "上门"), Choice("letter", "书信"))
ANSWERS = (Choice("satisfied", "满意"), Choice("fair", "一般"), Choice("dissatisfied", "不满意"))
DISSATISFIED = "dissatisfied"
QUESTIONS = ("level", "timing", "attitude")
_WORDS = dict(zip(QUESTIONS, ("水平", "时间", "态度"), strict=True))

PROSE_MOST = 4000

CALLBACK = Register(
    name="callback",
    form_id="F-CALLBACK",
    title="客户回访记录表",
    fields=(
        Field("called_at", "日期", Kind.MOMENT, entered=False, width=28),
        Field("unit_no", "房号", Kind.UNIT, entered=False, width=22),
        Field("customer", "客户", entered=False, width=22),
        Field("method", "回访方式", Kind.CHOICE, required=True, choices=METHODS, width=16),
        Field("occasion", "回访事由", max_length=400, width=34),
        Field("serial", "服务单编号", Kind.SERIAL, entered=False, width=28),
        Field("content", "内容", Kind.LONG_TEXT, entered=False, listed=False, width=46),
        Field("service_person", "服务人员", Kind.PERSON, entered=False),
        Field("reached", "已联系上", Kind.FLAG, listed=False),
        Field("satisfaction", "满意度", entered=False, exported=False, width=22),
        Field("level", "服务水平", Kind.CHOICE, choices=ANSWERS, listed=False),
        Field("timing", "服务时间", Kind.CHOICE, choices=ANSWERS, listed=False),
        Field("attitude", "服务态度", Kind.CHOICE, choices=ANSWERS, listed=False),
        Field("opinion", "意见", Kind.LONG_TEXT, max_length=PROSE_MOST, listed=False),
        Field("problem", "问题及处理", Kind.LONG_TEXT, max_length=PROSE_MOST, width=44),
        Field("second", "二次回访", entered=False, listed=False, exported=False, width=24),
        Field("called_by", "回访人", Kind.PERSON, entered=False, width=17),
        Field("referred_at", "书面转回时间", Kind.MOMENT, listed=False, entered=False),
        Field("referred_to", "转回部门", max_length=120, listed=False, entered=False),
        Field("referral", "转回内容", Kind.LONG_TEXT, max_length=PROSE_MOST, listed=False, entered=False),
        Field("replied_at", "部门答复时间", Kind.MOMENT, listed=False, entered=False),
        Field("replied_by", "部门答复人", Kind.PERSON, max_length=120, listed=False, entered=False),
        Field("reply", "部门答复", Kind.LONG_TEXT, max_length=PROSE_MOST, listed=False, entered=False),
    ),
)


@dataclass(frozen=True)
class NewCallback:
    """What a clerk hears when calling back. Answers are `satisfied`, `fair` or `dissatisfied`.

    `reached=False` notes that nobody answered; then there are no answers. `problem` is a fault that is still
    there or new. An empty `occasion` becomes the one that was due; `called_at` None means now.
    """

    level: str = ""
    timing: str = ""
    attitude: str = ""
    opinion: str = ""
    problem: str = ""
    method: str = "telephone"
    occasion: str = ""
    reached: bool = True
    called_at: datetime | None = None


@dataclass(frozen=True)
class CallbackRow:
    """A call-back as it stands. Moments are UTC. `bad`: it must go back to engineering in writing."""

    id: int
    order_id: int
    called_at: datetime
    called_by: str
    method: str
    occasion: str
    serial: str
    unit_no: str
    customer: str
    service_person: str
    reached: bool
    level: str
    timing: str
    attitude: str
    opinion: str
    problem: str
    bad: bool
    referred_at: datetime | None
    referred_by: str
    referred_to: str
    referral: str
    replied_at: datetime | None
    replied_by: str
    reply: str
    voided_at: datetime | None
    void_reason: str

    @property
    def awaits_reply(self) -> bool:
        """Whether the department has been written to, and has not answered."""
        return self.referred_at is not None and self.replied_at is None and self.voided_at is None


def satisfaction(row: CallbackRow, between: str = " ") -> str:
    """The three answers in one word where they agree, else each by its name; 未联系上 when nobody answered."""
    if not row.reached:
        return "未联系上"
    answers = [getattr(row, name) for name in QUESTIONS]
    label_of = CALLBACK.field("level").label_of
    if len(set(answers)) == 1:
        return label_of(answers[0])
    return between.join(f"{_WORDS[name]}{label_of(getattr(row, name))}" for name in QUESTIONS)


def complaints(row: CallbackRow) -> str:
    """The answers where there is little room: the worst first, what was well is left out where anything was not."""
    said = {
        answer.label: "、".join(word for name, word in _WORDS.items() if getattr(row, name) == answer.key)
        for answer in reversed(ANSWERS[1:])
    }
    whole = satisfaction(row)
    told = "；".join(f"{label}：{names}" for label, names in said.items() if names)
    return told if " " in whole else whole


@dataclass(frozen=True)
class Sample:
    """A day's draw (R-ORDER-10): how many repair orders lay in the urn, which serials came out of it.

    `waiting` counts repair orders that were finished that day and have not been in the urn yet.
    """

    day: date
    in_urn: int
    drawn: tuple[str, ...]
    order_ids: tuple[int, ...]
    waiting: int
