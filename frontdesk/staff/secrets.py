"""PINs and passwords: which are good enough, how they are kept, how long one waits after wrong ones.

Pure functions, but for argon2's own randomness. Nothing here knows the file.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from frontdesk.core.errors import RefusedError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from frontdesk.staff.permissions import Role

PIN_DIGITS = 6
PASSWORD_LEAST = 8
SECRET_MOST = 128  # argon2 would take a novel, and the desk's time with it
FREE_TRIES = 5
FIRST_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=24)


def check_secret(secret: str, role: Role) -> None:
    """Refuse a new secret that does not suit the role. Raises RefusedError(field="secret")."""
    typed = _folded(secret)
    if role.by_password:
        if not PASSWORD_LEAST <= len(typed) <= SECRET_MOST:
            raise RefusedError(
                f"{role.label}须用密码登录：至少 {PASSWORD_LEAST} 个字符，至多 {SECRET_MOST} 个。",
                field="secret",
            )
    elif not re.fullmatch(rf"[0-9]{{{PIN_DIGITS}}}", typed):
        raise RefusedError(f"PIN 码须是 {PIN_DIGITS} 位数字。", field="secret")


def hashed(secret: str) -> str:
    """The argon2id hash to keep; the same secret of two people gives two hashes."""
    return _hasher().hash(_bytes(secret))


def matches(secret: str, kept: str) -> bool:
    """Whether the typed secret is the one whose hash was kept; about 30 ms."""
    from argon2.exceptions import VerifyMismatchError

    if len(secret) > SECRET_MOST:
        return False
    try:
        return _hasher().verify(kept, _bytes(secret))
    except VerifyMismatchError:
        return False


def wait_after(failures: int) -> timedelta:
    """How long nobody may try again after so many wrong ones in a row: 15 minutes from the fifth, doubling."""
    if failures < FREE_TRIES:
        return timedelta(0)
    doublings = min(failures - FREE_TRIES, 10)  # beyond it is the longest wait anyway
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def wait_until(locked_until: datetime, failures: int, now: datetime) -> datetime:
    """When a wait ends (UTC): as it was set, but never later than the whole wait from now.

    A clock set back would else lock somebody out for years; it does not free anybody either.
    """
    return min(locked_until, now + wait_after(failures))


def wait_in_words(left: timedelta) -> str:
    """`14 分钟`, `2 小时`: rounded up, so that a try at the end of it succeeds."""
    minutes = -(-left // timedelta(minutes=1))
    if minutes < 60:
        return f"{minutes} 分钟"
    hours, rest = divmod(minutes, 60)
    return f"{hours} 小时 {rest} 分钟" if rest else f"{hours} 小时"


def _folded(secret: str) -> str:
    # An input method left on gives １２３４５６; it is the same PIN.
    return unicodedata.normalize("NFKC", secret)


def _bytes(secret: str) -> bytes:
    return _folded(secret).encode("utf-8", "surrogatepass")


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    # OWASP's smallest set: 30 ms here, under 150 ms on an old office PC, where a check must not be felt.
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
