"""The desk's settings: typed, with a default, kept in the file, changes journaled.

To add one: declare it here with its default, label and unit; the settings page shows it by itself.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import select

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.model import SettingValue
from frontdesk.core.plain_text import plain_reason, plain_text
from frontdesk.core.shift_hours import check_hours_at_end, shift_hours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from frontdesk.core.actor import Actor
    from frontdesk.core.context import DeskContext, Transaction

T = TypeVar("T", str, int, bool, list[str])

MOST_CHARACTERS = 200  # in a text, or in one line of a list
MOST_LINES = 200
MOST_COPIES = 9  # of a multi-part form


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One setting. `choices` closes the values of a text; `least`/`most` bound a number."""

    name: str
    default: T
    label: str
    group: str = ""  # heading on the settings page; empty: not shown there
    unit: str = ""
    choices: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()  # what is shown for each of the choices
    least: int = 0
    most: int = 1_000_000
    check: Callable[[T], object] | None = None  # what the value must satisfy besides: raises RefusedError

    def checked(self, value: Any) -> T:
        """The value when it fits, texts without outer blanks. Raises RefusedError with the setting's name."""
        kind = type(self.default)
        if type(value) is not kind:
            raise RefusedError(f"“{self.label}”的值不对。", field=self.name)
        if isinstance(value, int) and not isinstance(value, bool) and not self.least <= value <= self.most:
            raise RefusedError(f"“{self.label}”应在 {self.least} 到 {self.most} 之间。", field=self.name)
        if self.choices and value not in self.choices:
            raise RefusedError(
                f"“{self.label}”只能是：{'、'.join(self.labels or self.choices)}。", field=self.name
            )
        fitting: T = self._tidy(value)
        if self.check is not None:
            try:
                self.check(fitting)
            except RefusedError as refusal:
                raise RefusedError(refusal.message, field=self.name) from refusal
        return fitting

    def _tidy(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._line(value)
        if not isinstance(value, list):
            return value
        if len(value) > MOST_LINES or not all(isinstance(line, str) for line in value):
            raise RefusedError(f"“{self.label}”应是文字，一行一个，最多 {MOST_LINES} 行。", field=self.name)
        return [line for line in map(self._line, value) if line]

    def _line(self, text: str) -> str:
        return plain_text(" ".join(text.split()), field=self.name, label=self.label, most=MOST_CHARACTERS)


def _check_prefix(prefix: str) -> None:
    # It goes into the QR code and into every search for a serial.
    if not re.fullmatch("[A-Z]{1,8}", prefix):
        raise RefusedError("服务单编号前缀请写 1 到 8 个大写字母，例如 FW。")


def _check_copies(names: list[str]) -> None:
    if not names:
        raise RefusedError("服务单至少要有一联，请写上各联名称，例如“客服部”。")
    if len(names) > MOST_COPIES:
        raise RefusedError(f"服务单最多 {MOST_COPIES} 联。")


def _check_colours(colours: list[str]) -> None:
    for colour in colours:
        if not re.fullmatch("[白红粉蓝黄绿]|#[0-9a-fA-F]{6}", colour):
            raise RefusedError(
                f"“{colour}”不是各联能用的颜色：请写 白、红、粉、蓝、黄、绿，或 #b00020 这样的色码。"
            )


def _check_time(text: str) -> None:
    if not re.fullmatch("([01]?[0-9]|2[0-3]):[0-5][0-9]", text):
        raise RefusedError("时间请写成 18:00 这样。")


_NEXT = "改后从下一周期起用"

COMPANY_NAME = Setting("company.name", "", "公司名称", "公司")
ESTATE_NAME = Setting("estate.name", "", "小区名称", "公司")
ESTATE_ADDRESS = Setting("estate.address", "", "地址", "公司")
ESTATE_TELEPHONE = Setting("estate.telephone", "", "前台电话", "公司")
DESK_NAME = Setting("desk.name", "客服前台", "前台名称", "公司")

IDLE_LOCK_MINUTES = Setting(
    "sign_in.idle_minutes", 10, "无人操作自动锁定", "登录", "分钟（0 = 不锁）", most=480
)

DRAFT_DAYS = Setting(
    "draft.days",
    30,
    "没写完的内容保留",
    "登录",
    "天（没人接着写就清掉，已存的记录不受影响）",
    least=1,
    most=366,
)

ORDER_PREFIX = Setting("order.prefix", "FW", "服务单编号前缀", "服务单", _NEXT, check=_check_prefix)
ORDER_DIGITS = Setting("order.digits", 6, "服务单编号位数", "服务单", _NEXT, least=3, most=9)
ORDER_PERIOD = Setting(
    "order.period",
    "year",
    "服务单编号周期",
    "服务单",
    _NEXT,
    choices=("year", "month", "day"),
    labels=(
        "每年从 1 起（FW2026-000123）",
        "每月从 1 起（FW202611-000012）",
        "每天从 1 起（FW20261121-000003）",
    ),
)
ORDER_COPY_NAMES = Setting(
    "order.copy_names", ["客服部", "财务", "客户", "服务部门"], "各联名称", "服务单", check=_check_copies
)
ORDER_COPY_COLOURS = Setting(
    "order.copy_colours", ["白", "红", "蓝", "黄"], "各联颜色", "服务单", check=_check_colours
)
ORDER_LAYOUT = Setting(
    "order.layout",
    "laser",
    "服务单打印方式",
    "服务单",
    choices=("laser", "two_up", "strike", "overprint"),
    labels=("激光 A5 每联一张", "激光 A4 一张两联", "多联纸一次打印", "套打"),
)
ARRIVAL_AT_ONCE_MINUTES = Setting("order.arrival_at_once", 15, "要求马上到场", "服务单", "分钟", least=1)
ARRIVAL_MINUTES = Setting("order.arrival", 120, "未约时间到场", "服务单", "分钟", least=1)
ACCOUNT_BILLED_BY = Setting(
    "account.billed_by",
    "payment_request",
    "签单收取方式",
    "服务单",
    choices=("payment_request", "fee_notice"),
    labels=("付款请求书", "随缴费通知单"),
)
ACCOUNT_BILLING_DAY = Setting(
    "account.billing_day", 15, "签单汇总日", "服务单", "日（每月）", least=1, most=28
)
ACCOUNT_PAY_DAY = Setting("account.pay_day", 20, "签单付款期限", "服务单", "日（每月）", least=1, most=28)
PRICE_REVISION_MONTHS = Setting(
    "price.revision_months", 6, "价目表修订周期", "服务单", "个月", least=1, most=60
)
ORDER_URGENT_WORDS = Setting(
    "order.urgent_words",
    [
        "困", "关人", "失控", "爆", "停电", "断电", "漏电", "触电", "着火", "起火", "冒烟", "燃气", "煤气", "坠落",
        "掉下来", "要掉", "脱落", "塌", "裂缝", "漫", "喷水", "水泵", "栏杆", "扶手",
    ],
    "提示急修的字眼",
    "服务单",
)  # fmt: skip
ORDER_KEEP_YEARS = Setting("order.keep_years", 5, "服务单保存期限", "服务单", "年", least=5, most=100)

CALLBACK_HOURS = Setting("callback.hours", 48, "完工后回访", "回访", "小时", least=1, most=720)
CALLBACK_URGENT_HOURS = Setting("callback.urgent", 24, "急修后回访", "回访", "小时", least=1, most=720)
CALLBACK_AGAIN_DAYS = Setting(
    "callback.again_days", 2, "急修再次回访，首次之后", "回访", "天", least=1, most=60
)
CALLBACK_LEAK_HOURS = Setting("callback.leak", 72, "漏水维修后回访", "回访", "小时", least=1, most=720)
CALLBACK_AFTER_RAIN_HOURS = Setting(
    "callback.after_rain", 48, "漏水雨后回访", "回访", "小时", least=1, most=720
)
CALLBACK_SAFETY_HOURS = Setting(
    "callback.safety", 48, "安全设备维修后回访", "回访", "小时", least=1, most=720
)
CALLBACK_WRITTEN_HOURS = Setting("callback.written", 12, "不满意书面转回", "回访", "小时", least=1, most=72)
CALLBACK_REPEAT_HOURS = Setting("callback.repeat", 48, "转回后再次回访", "回访", "小时", least=1, most=720)
CALLBACK_SAMPLE_PERCENT = Setting(
    "callback.sample_percent", 20, "报修当日回访抽样", "回访", "%", least=20, most=100
)
PATTERN_DAYS = Setting("pattern.days", 3, "同一处同类报修连续", "回访", "天（提示主管）", least=2, most=30)
PATTERN_BAD_ANSWERS = Setting(
    "pattern.bad_answers", 3, "同一服务人员不满意", "回访", "次（提示主管）", least=2, most=100
)
PATTERN_WINDOW_DAYS = Setting("pattern.window", 30, "重复问题统计范围", "回访", "天", least=7, most=366)
CALLBACK_LEAK_WORDS = Setting(
    "callback.leak_words", ["漏水", "渗水", "渗漏", "漏雨", "滴水"], "算作漏水的字眼", "回访"
)
CALLBACK_SAFETY_WORDS = Setting(
    "callback.safety_words",
    ["消防", "灭火", "烟感", "喷淋", "报警", "监控", "门禁", "对讲", "应急灯"],
    "算作安全设备的字眼",
    "回访",
)

KEY_DUE_TIME = Setting("key.due_time", "18:00", "钥匙当日归还时间", "钥匙", "点以前", check=_check_time)

CUSTODY_CABINET = Setting("custody.cabinet", "业主档案柜", "托管钥匙存放处", "托管房")
CUSTODY_ROUND_DAYS = Setting("custody.round_days", 7, "定期巡查间隔", "托管房", "天", least=1, most=60)
CUSTODY_RAIN_HOURS = Setting("custody.rain_hours", 24, "雨后巡查期限", "托管房", "小时", least=1, most=168)
CUSTODY_WINTER_FIRST = Setting(
    "custody.winter_first", 11, "冬季从几月起", "托管房", "月（通知业主空调低温运行）", least=1, most=12
)
CUSTODY_WINTER_LAST = Setting("custody.winter_last", 3, "冬季到几月止", "托管房", "月", least=1, most=12)
CUSTODY_DUTIES = Setting(
    "custody.duties",
    [
        "甲方离开前关闭室内电源、燃气阀门和进水总阀，自行带走现金和贵重物品；未关闭的在本协议上注明。",
        "乙方将托管钥匙存入业主档案柜，由责任管家负责，每次领用、归还都登记；不复制，不转借，不作约定用途以外的使用。",
        "乙方进入室内前先与甲方联系确认，由两名以上工作人员一同进入，并填写《托管房巡查记录表》。",
        "乙方定期巡查室内，下雨后加查；进入冬季通知甲方空调低温运行，可应甲方要求每天巡查。",
        "乙方通知保安部定期巡查房屋外围；发现问题及时告知甲方，需要维修的按甲方意见办理。",
        "甲方的联系电话有变更时及时通知乙方；托管结束时，甲方凭本协议领回全部钥匙并签字。",
    ],
    "托管协议的双方责任",
    "托管房",
)

REPLY_HOURS = Setting("call.reply_hours", 24, "询问的答复期限", "来电", "小时", least=1, most=720)
CALL_HINTS = Setting(
    "call.hints",
    [
        "问候|您好，{小区}{前台}，我是{姓名}，请问有什么可以帮您？",
        "问房号|请问您是几号楼几单元几室？怎么称呼您？",
        "投诉|非常抱歉给您带来不便，您反映的情况我已记下，马上转给负责的部门，处理后给您回话。",
        "询问|请您稍等，我马上为您查；一时答不上来的，我问清楚后在{时间}以前回复您。",
        "需求|好的，我马上为您安排。请问什么时间上门方便？",
        "急修|请您先关好阀门、离开危险处，维修人员 15 分钟内到。",
        "职责之外|这件事由外部单位负责，我们现在就替您报过去，也请您记下他们的电话。",
        "找人不在|他现在不在，我记下来转告他。请问您贵姓，电话多少？",
        "承诺|我们会在{时间}以前给您答复。",
        "复述|跟您核对一下：您的房号、电话和反映的事情是这样，对吗？",
        "结束|感谢您的来电，还有什么可以帮您？再见。",
    ],
    "来电用语(情形|话语)",
    "来电",
)
DEPARTMENTS = Setting(
    "departments", ["客服部", "工程部", "保安部", "保洁部", "绿化部", "财务部"], "部门", "公司"
)
SERVICE_PEOPLE = Setting(
    "service_people",
    [],
    "服务人员（姓名 部门，可加当班 08:00-17:30）",
    "服务单",
    check=check_hours_at_end,
)
SHIFT_HOURS = Setting(
    "shift.hours",
    ["早班 06:00-14:00", "中班 14:00-22:00", "夜班 22:00-06:00"],
    "班次",
    "班次",
    check=shift_hours,
)
THEME = Setting(
    "theme",
    "system",
    "外观",
    "外观",
    choices=("system", "light", "dark"),
    labels=("跟随系统", "浅色", "深色"),
)
CLOCK_CONFIRMED_SEQ = Setting("clock.confirmed_seq", 0, "时钟校正点", most=2**53)


def shown_settings() -> tuple[Setting[Any], ...]:
    """The settings that an administrator sees, in the order of this file."""
    declared = (value for value in globals().values() if isinstance(value, Setting))
    return tuple(setting for setting in declared if setting.group)


class SettingsStore:
    """The settings of one open file; read once, then held."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context
        self._values: dict[str, Any] | None = None

    def get(self, setting: Setting[T]) -> T:
        """The present value, or the default."""
        if self._values is None:
            return setting.default
        value: T = self._values.get(setting.name, setting.default)
        return value

    def load(self) -> None:
        """Read all values from the file."""
        with self._context.read() as session:
            rows = session.execute(select(SettingValue.name, SettingValue.value))
            self._values = {name: json.loads(value) for name, value in rows}

    def put(self, setting: Setting[T], value: T, *, reason: str = "", actor: Actor | None = None) -> None:
        """Set and write. Raises RefusedError for a value that does not fit, NotAllowedError."""
        self.put_all([(setting, value)], reason=reason, actor=actor)

    def put_all(
        self, values: Iterable[tuple[Setting[Any], Any]], *, reason: str = "", actor: Actor | None = None
    ) -> None:
        """Set several at once: all of them or, when one is refused, none. Raises as `put`."""
        checked = [(setting, setting.checked(value)) for setting, value in values]
        reason = plain_reason(reason)
        with self._context.transaction(Permission.KEEP_SETTINGS, reason=reason, actor=actor) as work:
            for setting, value in checked:
                self.write(work, setting, value)
        self._values = (self._values or {}) | {setting.name: value for setting, value in checked}

    def write(self, work: Transaction, setting: Setting[T], value: T) -> None:
        """Write within a unit of work that does more; `load` once it is on disk. Raises RefusedError."""
        text = json.dumps(setting.checked(value), ensure_ascii=False)
        row = work.session.scalar(select(SettingValue).where(SettingValue.name == setting.name))
        if row is None:
            work.add(SettingValue(name=setting.name, value=text))
        else:
            row.value = text
