"""F-KEY, F-KEY-LOAN, F-KEY-APPL: the fields of the keys' registers, and what goes into and comes out of their services.

No SQL here: the window may import this module at its start.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from frontdesk.core.actor import Actor
from frontdesk.core.fields import Choice, Field, Kind, Register

CUSTODY, SPARE = "custody", "spare"
SPARES = "*"
"""The place of a count that is no cabinet: where the spares lie."""

KINDS = (Choice("public", "公共"), Choice("office", "办公"), Choice(CUSTODY, "托管"), Choice(SPARE, "备用"))
STATES = (
    Choice("in", "在库"),
    Choice("out", "领出"),
    Choice("copying", "复制中"),
    Choice("lost", "丢失"),
    Choice("damaged", "损坏"),
    Choice("void", "作废"),
)
CHANGES = (
    Choice("added", "增加"),
    Choice("lent", "领用"),
    Choice("copied", "复制"),
    Choice("lost", "丢失"),
    Choice("damaged", "损坏"),
    Choice("scrapped", "作废"),
)
BORROWERS = (Choice("staff", "本公司"), Choice("contractor", "外单位"), Choice("resident", "业主住户"))
WAYS = (Choice("present", "当面（本人密码）"), Choice("telephone", "电话"), Choice("written", "书面"))
LOAN_STATES = (
    Choice("out", "未还"),
    Choice("late", "逾期"),
    Choice("back", "已还"),
    Choice("lost", "丢失"),
    Choice("void", "作废"),
)
APPLICATION_KINDS = (Choice("copy", "复制"), Choice("scrap", "作废"))
APPLICATION_STATES = (
    Choice("applied", "待部门审核"),
    Choice("reviewed", "待物业批准"),
    Choice("approved", "待前台登记"),
    Choice("copying", "复制中"),
    Choice("done", "已办结"),
    Choice("refused", "未批准"),
    Choice("void", "撤销"),
)
OCCASIONS = (Choice("handover", "交接清点"), Choice("spot_check", "抽查"))

KEY = Register(
    name="key",
    form_id="F-KEY",
    title="钥匙登记表",
    fields=(
        Field("number", "钥匙编号", required=True, max_length=20, width=22, hint="和钥匙牌上写的一样"),
        Field("lock", "锁具名称/部位", required=True, max_length=60, width=61, hint="锁和钥匙牌用同一个名称"),
        Field("kind", "类别", Kind.CHOICE, required=True, choices=KINDS, width=14),
        Field("cabinet", "柜", max_length=20, listed=False, hint="例如 A柜"),
        Field("hook", "钩", max_length=20, listed=False, hint="例如 12"),
        Field("place", "存放位置", entered=False, exported=False, width=24),
        Field("unit_no", "房号", Kind.UNIT, max_length=40, listed=False, hint="托管的钥匙写房号"),
        Field("in_use", "在用数量", Kind.INTEGER, required=True, width=18),
        Field("spare", "备用数量", Kind.INTEGER, required=True, width=18),
        Field("holder", "持有人", Kind.PERSON, max_length=60, entered=False, width=26),
        Field("state", "状态", Kind.CHOICE, choices=STATES, entered=False, width=16),
        Field("changed_on", "变更日期", Kind.DATE, entered=False, listed=False, width=22),
        Field("change", "变更事由", Kind.CHOICE, choices=CHANGES, entered=False, listed=False, width=34),
        Field("handled_by", "经办人", Kind.PERSON, entered=False, listed=False, width=20),
        Field("remarks", "备注", max_length=200, listed=False),
    ),
)  # fmt: skip

LOAN = Register(
    name="key_loan",
    form_id="F-KEY-LOAN",
    title="钥匙领用登记表",
    fields=(
        Field("lent_at", "日期时间", Kind.MOMENT, entered=False, width=20),
        Field("number", "钥匙编号", max_length=20, entered=False, width=19),
        Field("lock", "锁具名称", max_length=60, entered=False, width=40),
        Field("quantity", "数量", Kind.INTEGER, required=True, width=10),
        Field("reason", "领用原因", required=True, max_length=200, width=46),
        Field("borrower", "领用人", Kind.PERSON, required=True, max_length=60, width=20),
        Field("borrower_kind", "身份", Kind.CHOICE, choices=BORROWERS, listed=False),
        Field("department", "部门", max_length=60, listed=False, width=24, hint="外单位写单位名称"),
        Field("lent_by", "经办人", Kind.PERSON, entered=False, listed=False, width=18),
        Field("due_at", "应还时间", Kind.MOMENT, width=21),
        Field("closed_at", "归还时间", Kind.MOMENT, entered=False, width=21),
        Field("returned_by", "归还人", Kind.PERSON, max_length=60, entered=False, listed=False, width=18),
        Field("received_by", "接收人", Kind.PERSON, entered=False, listed=False, width=18),
        Field("state", "状态", Kind.CHOICE, choices=LOAN_STATES, entered=False),
        Field("authorised_by", "备用授权人", Kind.PERSON, max_length=60, listed=False),
        Field("authorised_way", "授权方式", Kind.CHOICE, choices=WAYS, listed=False),
        Field("note", "备注", max_length=200, listed=False),
    ),
)

APPLICATION = Register(
    name="key_application",
    form_id="F-KEY-APPL",
    title="钥匙申请表",
    fields=(
        Field("serial", "编号", Kind.SERIAL, entered=False),
        Field("applied_on", "申请日期", Kind.DATE, entered=False),
        Field("applicant", "申请人", Kind.PERSON, required=True, max_length=60),
        Field("department", "部门", required=True, max_length=60),
        Field("key_number", "钥匙", entered=False, max_length=20),
        Field("lock", "锁具名称", entered=False, listed=False, max_length=60),
        Field("kind", "类别", Kind.CHOICE, required=True, choices=APPLICATION_KINDS),
        Field("quantity", "数量", Kind.INTEGER, required=True),
        Field("reason", "原因", Kind.LONG_TEXT, required=True, max_length=200),
        Field("state", "进展", Kind.CHOICE, choices=APPLICATION_STATES, entered=False),
        Field("reviewed_by", "部门经理审核", Kind.PERSON, entered=False, listed=False),
        Field("approved_by", "物业部经理批准", Kind.PERSON, entered=False, listed=False),
        Field("registered_by", "前台登记", Kind.PERSON, entered=False, listed=False),
        Field("outcome", "办理结果", max_length=200, entered=False, listed=False),
    ),
)


@dataclass(frozen=True)
class NewKey:
    """A key to be entered. `kind` is a key of KINDS; one in custody names its room (R-KEY-7).

    `holder` is whoever has all of it for good (the safe's key): it is lent to that person without an end.
    """

    number: str
    lock: str
    kind: str = "public"
    cabinet: str = ""
    hook: str = ""
    in_use: int = 1
    spare: int = 0
    unit_id: int | None = None
    unit_no: str = ""
    holder: str = ""
    remarks: str = ""


@dataclass(frozen=True)
class KeyRow:
    """A key as it stands. `hanging` and `spare_hanging` are what must hang there now; days are local.

    `state` is a key of STATES, `change` of CHANGES; `change_note` says more (归还, 找回, 更正).
    """

    id: int
    number: str
    lock: str
    kind: str
    cabinet: str
    hook: str
    place: str
    unit_id: int | None
    unit_no: str
    in_use: int
    hanging: int
    out: int
    lost: int
    damaged: int
    copying: int
    spare: int
    spare_out: int
    holder: str
    state: str
    changed_on: date
    change: str
    change_note: str
    handled_by: str
    remarks: str

    @property
    def spare_hanging(self) -> int:
        """The spares that must lie where they are kept."""
        return self.spare - self.spare_out


@dataclass(frozen=True)
class KeyEvent:
    """One line of a key's history: when (UTC), who, what in words, why, and the fields that changed (old, new)."""

    at: datetime
    by: str
    what: str
    reason: str
    values: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class BoardKey:
    """What the key board paints of one key: `state` a key of STATES, `overdue` where a piece should be back.

    `hanging` of `in_use` hang at the hook; `due_at` (UTC) is the first piece's, None where nothing is out.
    """

    key_id: int
    cabinet: str
    hook: str
    number: str
    lock: str
    kind: str
    state: str
    hanging: int
    in_use: int
    holder: str
    due_at: datetime | None
    overdue: bool


@dataclass(frozen=True)
class Wanted:
    """One key of a basket: its id, how many, and whether a spare is meant (R-KEY-4)."""

    key_id: int
    quantity: int = 1
    spare: bool = False


@dataclass(frozen=True)
class Authority:
    """The general manager's word that lets a spare go (R-KEY-4).

    `by` signs in beside the clerk (`StaffService.prove`) where that person stands there; else `name` says who
    told, and `way` is telephone or written. `at` is when it was given, UTC, None for now.
    """

    by: Actor | None = None
    name: str = ""
    way: str = "present"
    at: datetime | None = None


@dataclass(frozen=True)
class NewLoan:
    """Several keys to one borrower at once. `borrower_kind` is a key of BORROWERS.

    `due_at` is UTC, None for the usual (`LoanService.usual_due`); `for_good` lends without an end.
    """

    keys: tuple[Wanted, ...]
    borrower: str
    reason: str
    department: str = ""
    borrower_kind: str = "staff"
    due_at: datetime | None = None
    for_good: bool = False
    authority: Authority | None = None
    note: str = ""


@dataclass(frozen=True)
class LoanRow:
    """A loan as it stands; moments UTC. `state` is a key of LOAN_STATES; `still_out` pieces are not back."""

    id: int
    key_id: int
    number: str
    lock: str
    is_spare: bool
    quantity: int
    still_out: int
    lent_at: datetime
    reason: str
    borrower: str
    borrower_kind: str
    department: str
    lent_by: str
    due_at: datetime | None
    authorised_by: str
    authorised_way: str
    authorised_at: datetime | None
    closed_at: datetime | None
    returned_by: str
    received_by: str
    note: str
    state: str
    void_reason: str


@dataclass(frozen=True)
class NewApplication:
    """An application. `kind` is a key of APPLICATION_KINDS.

    To scrap: `quantity` is all that are in use (the number ends, its spares with it), or as many as are lost or damaged.
    """

    key_id: int
    kind: str
    quantity: int
    reason: str
    applicant: str
    department: str


@dataclass(frozen=True)
class ApplicationRow:
    """An application as it stands; moments UTC. `state` is a key of APPLICATION_STATES."""

    id: int
    serial: str
    applied_on: date
    applicant: str
    department: str
    key_id: int
    key_number: str
    lock: str
    kind: str
    quantity: int
    reason: str
    state: str
    reviewed_at: datetime | None
    reviewed_by: str
    approved_at: datetime | None
    approved_by: str
    refused_at: datetime | None
    refused_by: str
    refusal: str
    registered_at: datetime | None
    registered_by: str
    done_at: datetime | None
    outcome: str
    prints: int
    void_reason: str

    @property
    def step(self) -> str:
        """The next step's name: `review`, `approve`, `register`, `complete`; empty at the end."""
        following = {
            "applied": "review",
            "reviewed": "approve",
            "approved": "register",
            "copying": "complete",
        }
        return following.get(self.state, "")


@dataclass(frozen=True)
class PlaceCount:
    """One cabinet of a count. `book` is None until it was counted by key, or its total agreed: nobody is shown it before.

    `agrees` is None until something was told; False asks to count key by key, unless `by_key`.
    """

    id: int
    place: str
    label: str
    told: int | None
    book: int | None
    agrees: bool | None
    by_key: bool


@dataclass(frozen=True)
class Difference:
    """A key that hangs there otherwise than the register has it, and why; an empty `explanation` is still owed."""

    id: int
    key_id: int
    number: str
    lock: str
    place: str
    told: int
    book: int
    explanation: str
    explained_by: str


@dataclass(frozen=True)
class CountRow:
    """A count as it stands; moments UTC. `occasion` is a key of OCCASIONS; `next_step` says what is owed."""

    id: int
    occasion: str
    begun_at: datetime
    counted_by: str
    closed_at: datetime | None
    closed_by: str
    places: tuple[PlaceCount, ...]
    differences: tuple[Difference, ...]

    @property
    def next_step(self) -> str:
        """`told` a total is owed, `by_key` a cabinet is to be counted key by key, `explain`, `close`; "" at the end."""
        if self.closed_at is not None:
            return ""
        if any(place.told is None for place in self.places):
            return "told"
        if any(not place.agrees and not place.by_key for place in self.places):
            return "by_key"
        return "explain" if any(not one.explanation for one in self.differences) else "close"


@dataclass(frozen=True)
class ToCount:
    """A key to be counted by itself: what to look at, and no figure to go by."""

    key_id: int
    number: str
    lock: str
    hook: str


@dataclass(frozen=True)
class UpkeepRow:
    """A month of the register: who confirmed it and when (UTC), both empty while nobody did."""

    month: str
    confirmed_at: datetime | None
    confirmed_by: str
    note: str


@dataclass(frozen=True)
class IssueRow:
    """One issue of the register. `expired_on` is the day of the next one, None for the issue in force."""

    id: int
    number: int
    quarter: str
    issued_on: date
    issued_by: str
    keys: int
    note: str
    expired_on: date | None

    @property
    def title(self) -> str:
        """`第 3 期 2026-Q4 2026-10-02 起`, with the end of an expired one."""
        ends = f"至 {self.expired_on}（已失效）" if self.expired_on else "起"
        return f"第 {self.number} 期　{self.quarter}　{self.issued_on} {ends}"


@dataclass(frozen=True)
class IssueLine:
    """One line of an issue, word for word as it was drawn up."""

    position: int
    key_id: int
    number: str
    lock: str
    kind: str
    place: str
    in_use: int
    spare: int
    holder: str
    state: str
    changed_on: date
    change: str
    handled_by: str
