"""How names may be typed in Latin letters: `zxm`, `zhangxm`, `zhangxiaomin` for 张晓敏.

The readings come from `resources/pinyin/`, which `installer/make_initials.py` writes: read in a
hundredth of the time that pypinyin takes, and right about surnames (曾 zeng, 单 shan, 尉迟 yu chi).
"""

from __future__ import annotations

import itertools
import re
from functools import cache, lru_cache

from frontdesk.core.paths import resource

_LONGEST = 12  # characters of a name that are read; a company's name is found by its beginning
_MOST = 8  # readings of one name that are kept, the usual ones first

_BRACKET = re.compile(r"[(（\[【]")  # 王强(租)

Syllables = tuple[str, ...]


@cache
def readings(char: str) -> tuple[str, ...]:
    """The readings of one character, without tones, ü as v, the usual one first; empty when unknown."""
    # Looked for among 400 syllables when it is asked for: a table of all 20,992 would hold up every sign-in.
    usual = [syllable for syllable, chars, _also in _lines() if char in chars]
    return (*usual, *(syllable for syllable, _usual, chars in _lines() if char in chars)) if usual else ()


def initials_of(name: str) -> tuple[str, ...]:
    """The initials of a name, lower case, one for each way of reading it: 单 reads s, 曾 z."""
    return tuple(dict.fromkeys("".join(one[0] for one in way) for way in _ways(name)))


def pinyin_keys(name: str) -> tuple[str, ...]:
    """What a name may be typed as: initials, surname with initials, and in full, for each reading."""
    keys: dict[str, None] = {}
    for way in _ways(name):
        initials = "".join(one[0] for one in way)
        keys.update(dict.fromkeys((initials, way[0] + initials[1:], "".join(way))))
    return tuple(keys)


@lru_cache(4096)  # the same name goes into several indexes, and the same staff into every row
def _ways(name: str) -> tuple[Syllables, ...]:
    bare = _BRACKET.split(name, maxsplit=1)[0]
    said = "".join(char for char in bare if _spoken(char))[:_LONGEST]
    surname = said[:2] if said[:2] in _surnames() else said[:1]
    # A surname outside the table is read as usual only: 王 is never yu.
    first = _surnames().get(surname) or [_spoken(surname)[:1]]
    given = itertools.product(*map(_spoken, said[len(surname) :]))
    ways = ((*one, *rest) for rest in given for one in first if one)
    return tuple(itertools.islice(ways, _MOST))


def _spoken(char: str) -> Syllables:
    return (char.lower(),) if char.isascii() and char.isalnum() else readings(char)


@cache
def _lines() -> tuple[tuple[str, str, str], ...]:
    """A syllable, the characters that are usually read so, and those that also are."""
    lines = resource("pinyin", "readings.tsv").read_text(encoding="utf-8").splitlines()
    return tuple((syllable, usual, also) for syllable, usual, also in (line.split("\t") for line in lines))


@cache
def _surnames() -> dict[str, list[Syllables]]:
    surnames: dict[str, list[Syllables]] = {}
    for line in resource("pinyin", "surnames.tsv").read_text(encoding="utf-8").splitlines():
        surname, reading = line.split("\t")
        surnames.setdefault(surname, []).append(tuple(reading.split()))
    return surnames
