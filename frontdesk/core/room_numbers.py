"""Room numbers as estates write them, read into parts: `3-2-1102`, `A座1201`, `商铺S-05`, `12号楼3单元501`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from frontdesk.core.errors import RefusedError

LONGEST = 40

_DASHES = re.compile(r"[‐-―−－﹣—_/\\.、]+")
_NUMERALS = re.compile(r"[一二三四五六七八九十]{1,3}(?=号楼|号院|栋|幢|座|单元|门|层)")
_AFTER_NUMBER = re.compile(r"(?<=[0-9A-Z])(?:号楼|号院|单元|楼|栋|幢|座|门|室|号|房|#)+")
_ENDS_A_PART = re.compile(r"[0-9A-Z](?:号楼|号院|单元|楼|栋|幢|座|门)$")
_AFTER_WORD = re.compile(r"(?<=[^\W0-9A-Z_])(?:号楼|单元|栋|幢|座)+(?=[0-9A-Z])")
_ATOMS = re.compile(r"[A-Z]+|[0-9]+|[^\W0-9A-Z_]+")
_DIGIT = {char: value for value, char in enumerate("一二三四五六七八九", start=1)}
_KINDS = (
    ("villa", ("别墅",)),
    ("shop", ("商铺", "店", "铺", "门面")),
    ("garage", ("车库", "车位", "地库")),
    ("other", ("会所", "仓库", "储藏", "物业", "地下室")),
)


@dataclass(frozen=True)
class RoomNumber:
    """A room number in parts. `text` is as the estate writes it, full width folded."""

    text: str
    parts: tuple[str, ...]
    kind: str  # residence | villa | shop | garage | other

    @property
    def key(self) -> str:
        """The same for every way of writing one room: `12号楼3单元501` and `12-03-501` are `12-3-501`."""
        return "-".join(self.parts)

    @property
    def building(self) -> str:
        """The first part of several."""
        return self.parts[0] if len(self.parts) > 1 else ""

    @property
    def entrance(self) -> str:
        """The middle part of three and more, where there are entrances."""
        return self.parts[1] if len(self.parts) > 2 and self.kind == "residence" else ""

    @property
    def room(self) -> str:
        """What is left after building and entrance."""
        return "-".join(self.parts[bool(self.building) + bool(self.entrance) :])

    def forms(self) -> tuple[str, ...]:
        """What may be typed for it, from each part's start, with dashes and without."""
        tails = [self.parts[start:] for start in range(len(self.parts))]
        return tuple(dict.fromkeys(joint.join(tail) for tail in tails for joint in ("-", "")))


def parse(text: str) -> RoomNumber:
    """Read a room number. Raises RefusedError (field `unit_no`) when there is none in it."""
    shown = _folded(text)
    atoms, _dashed = _atoms(shown)
    if not atoms:
        raise RefusedError(f"“{text[:LONGEST]}”里没有房号，请写成 3-2-1102 这样。", field="unit_no")
    if len(shown) > LONGEST:
        raise RefusedError(f"房号最多 {LONGEST} 个字。", field="unit_no")
    kind = next((kind for kind, words in _KINDS if any(word in shown for word in words)), "residence")
    return RoomNumber(shown, _without_zeros(atoms), kind)


@lru_cache(16_384)  # each room is read by the plan, the unit, the search and the finder in turn
def parsed(text: str) -> RoomNumber | None:
    """The room number in a text, or None when there is none: what a caller says is never refused."""
    try:
        return parse(text)
    except RefusedError:
        return None


def query_forms(text: str) -> tuple[str, ...]:
    """What to look up among `forms()` for something typed into a search box; empty when it is no room.

    What has separators is compared with separators (`3-2` is not `32`), the rest without.
    """
    atoms, dashed = _atoms(_folded(text[: LONGEST * 2]))
    if not atoms or sum(map(len, atoms)) > LONGEST:
        return ()
    joint = "-" if dashed else ""
    typed = (atoms[0].lstrip("0") or atoms[0], *atoms[1:])
    return tuple(dict.fromkeys((joint.join(_without_zeros(atoms) if dashed else atoms), joint.join(typed))))


def beginning(text: str) -> str:
    """How `key` begins in a building or entrance that was typed with its word: `12号楼` is `12-`; else empty."""
    counted = _NUMERALS.sub(_as_number, _folded(text[: LONGEST * 2]))
    if not _ENDS_A_PART.search(counted):
        return ""
    return "".join(f"{atom.lstrip('0') or atom}-" for atom in _atoms(counted)[0])


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).upper()
    folded = "".join(char for char in folded if char.isprintable() or char.isspace())
    return " ".join(_DASHES.sub("-", folded).split()).strip("- ")


def _atoms(folded: str) -> tuple[tuple[str, ...], bool]:
    counted = _NUMERALS.sub(_as_number, folded)
    marked = _AFTER_WORD.sub("-", _AFTER_NUMBER.sub("-", counted)).strip("- ")
    return tuple(_ATOMS.findall(marked)), any(not char.isalnum() for char in marked)


def _as_number(numeral: re.Match[str]) -> str:
    tens, ten, ones = numeral[0].rpartition("十")
    if not ten:
        return "".join(str(_DIGIT[char]) for char in ones)
    if "十" in tens or len(tens) > 1 or len(ones) > 1:
        return numeral[0]
    return str(_DIGIT.get(tens, 1) * 10 + _DIGIT.get(ones, 0))


def _without_zeros(atoms: tuple[str, ...]) -> tuple[str, ...]:
    return (*(atom.lstrip("0") or atom for atom in atoms[:-1]), atoms[-1])
