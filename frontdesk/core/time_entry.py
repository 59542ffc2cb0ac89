"""Days and times as people type them: `今天 15:00`, `明天9点`, `下午3点半`, `+2h`, `11-23 14:00`. Pure functions."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from frontdesk.core.typed import fold_width

_DAY_WORDS = {
    "今天": 0,
    "今日": 0,
    "今": 0,
    "明天": 1,
    "明日": 1,
    "明": 1,
    "后天": 2,
    "大后天": 3,
    "昨天": -1,
    "昨日": -1,
}
_DAY_WORDS |= {"昨": -1, "前天": -2, "今早": 0, "今晚": 0, "明早": 1, "明晚": 1, "昨晚": -1}
_EARLY = ("凌晨", "早上", "早晨", "上午", "今早", "明早")
_LATE = ("下午", "傍晚", "晚上", "晚", "今晚", "明晚", "昨晚")
_WEEKDAYS = "一二三四五六日"
_FIGURES = {char: value for value, char in enumerate("零一二三四五六七八九十")} | {"两": 2, "〇": 0}

_AFTER = re.compile(r"\+?(\d{1,3})(h|小时|个小时|m|min|分|分钟|d|天|日)(后|以后|之后)?")
_WEEKDAY = re.compile(r"(本|这|下)?(?:周|星期|礼拜)([一二三四五六日天])")
_FULL_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
_SHORT_DAY = re.compile(r"(\d{1,2})(?:[-/.](\d{1,2})(?![\d:])|月(\d{1,2})[日号]?)")
_DAY_OF_MONTH = re.compile(r"(\d{1,2})[日号]")
_PART = re.compile(r"凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚")
_COLON = re.compile(r"(\d{1,2}):(\d{1,2})(?::\d{1,2})?")
_HOURS = re.compile(r"(\d{1,2})[点时](?:(半)|(一刻|三刻)|整|(\d{1,2})分?)?")
_BARE = re.compile(r"(\d{1,2})(\d{2})")


def read_moment(text: str, now: datetime) -> tuple[date, time] | None:
    """The local day and time that was typed, seen from `now` (local); None when it cannot be read.

    A time without a day is today's; a day without a time has the present time of day. `+2h`, `30分钟后` count
    from now. Seconds are dropped.
    """
    typed = _tidy(text)
    if not typed:
        return None
    after = _AFTER.fullmatch(typed)
    if after and (typed.startswith("+") or after[3] or after[2] not in ("日", "分")):
        return _after(int(after[1]), after[2], now)
    day, rest = _take_day(typed, now.date())
    part = ""
    if found := _PART.match(rest):
        part, rest = found[0], rest[found.end() :]
    elif day is not None and (word := next((w for w in (*_EARLY, *_LATE) if typed.startswith(w)), "")):
        part = word
    if not rest and not part and day is not None:
        return day, now.time().replace(second=0, microsecond=0, tzinfo=None)
    at = _read_clock(rest, part)
    if at is None:
        return None
    return day or now.date(), at


def read_time(text: str, now: datetime) -> tuple[date, time] | None:
    """A time of day, as `read_moment`, where a bare `9` or `930` is enough."""
    typed = _tidy(text)
    if re.fullmatch(r"\d{1,2}", typed) and int(typed) < 24:
        return now.date(), time(int(typed))
    return read_moment(text, now)


def read_date(text: str, today: date) -> date | None:
    """The day that was typed, seen from today; None when it cannot be read. `11-23` is this year's."""
    typed = _tidy(text)
    if re.fullmatch(r"\d{8}", typed):
        return _day(int(typed[:4]), int(typed[4:6]), int(typed[6:]))
    after = re.fullmatch(r"\+(\d{1,3})[d天日]?", typed)
    if after:
        return _shift(today, int(after[1]))
    day, rest = _take_day(typed, today)
    return day if not rest else None


def typed_day(day: date, today: date) -> str:
    """A day as the form shows it: 今天, 明天, 11-23, 2025-11-23; `read_date` reads it back."""
    word = {0: "今天", 1: "明天", 2: "后天", -1: "昨天"}.get((day - today).days)
    if word:
        return word
    return f"{day:%m-%d}" if day.year == today.year else f"{day.year:04d}-{day:%m-%d}"


def typed_moment(local: datetime, today: date) -> str:
    """A local moment as the form shows it; `read_moment` reads the same minute back."""
    return f"{typed_day(local.date(), today)} {local:%H:%M}"


def _tidy(text: str) -> str:
    folded = fold_width(text).lower().replace("：", ":")
    folded = re.sub(r"(?<=[\d日号天])\s+(?=\d)", "|", folded.strip())
    folded = re.sub(r"\s+", "", folded)
    return re.sub(
        r"[零〇一二两三四五六七八九十]{1,3}(?=[点时分日号月]|小时|个小时|天后|天以后)", _figures, folded
    )


def _figures(match: re.Match[str]) -> str:
    text = match[0]
    if "十" not in text:
        return "".join(str(_FIGURES[char]) for char in text)
    tens, _, units = text.partition("十")
    return str((_FIGURES[tens] if tens else 1) * 10 + (_FIGURES[units] if units else 0))


def _after(count: int, unit: str, now: datetime) -> tuple[date, time]:
    if unit in ("h", "小时", "个小时"):
        span = timedelta(hours=count)
    elif unit in ("m", "min", "分", "分钟"):
        span = timedelta(minutes=count)
    else:
        span = timedelta(days=count)
    moment = now.replace(second=0, microsecond=0, tzinfo=None) + span
    return moment.date(), moment.time()


def _take_day(typed: str, today: date) -> tuple[date | None, str]:
    """The day at the beginning, if one stands there, and what is left."""
    for word in sorted(_DAY_WORDS, key=len, reverse=True):
        if typed.startswith(word):
            return _shift(today, _DAY_WORDS[word]), typed[len(word) :].lstrip("|")
    if found := _WEEKDAY.match(typed):
        return _weekday(found[1], found[2], today), typed[found.end() :].lstrip("|")
    if found := _FULL_DAY.match(typed):
        return _day(int(found[1]), int(found[2]), int(found[3])), typed[found.end() :].lstrip("|")
    if found := _SHORT_DAY.match(typed):
        day = _day(today.year, int(found[1]), int(found[2] or found[3]))
        return day, typed[found.end() :].lstrip("|") if day else typed
    if found := _DAY_OF_MONTH.match(typed):
        return _day(today.year, today.month, int(found[1])), typed[found.end() :].lstrip("|")
    return None, typed


def _weekday(which: str | None, figure: str, today: date) -> date | None:
    wanted = _WEEKDAYS.index("日" if figure == "天" else figure)
    monday = _shift(today, -today.weekday())
    if monday is None:
        return None
    day = _shift(monday, wanted + (7 if which == "下" else 0))
    if which is None and day is not None and day < today:
        return _shift(day, 7)
    return day


def _read_clock(rest: str, part: str) -> time | None:
    if not rest:
        return time(12) if part == "中午" else None
    hour = minute = 0
    if found := _COLON.fullmatch(rest):
        hour, minute = int(found[1]), int(found[2])
    elif found := _HOURS.fullmatch(rest):
        quarter = {"一刻": 15, "三刻": 45}.get(found[3] or "", 0)
        hour, minute = int(found[1]), 30 if found[2] else quarter or int(found[4] or 0)
    elif found := _BARE.fullmatch(rest):
        hour, minute = int(found[1]), int(found[2])
    else:
        return None
    late = part in _LATE or (part == "中午" and hour < 10)
    if late and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _shift(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None
