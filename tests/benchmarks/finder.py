"""The finder at 10,000 units: `python tests/benchmarks/finder.py [units]`. Not a test; prints a table.

Enters an estate by way of an import, as an office would, then types what clerks type. Milliseconds; the
processor's own time beside the wall's, for a shared machine.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from openpyxl import Workbook

from frontdesk.core.actor import PROGRAM
from frontdesk.desk import Desk, open_desk

SURNAMES = "张王李赵陈刘杨黄周吴徐孙马朱胡郭何林高罗曾单㛃"
GIVEN = "晓敏志伟丽华建国雨桐磊倩强静涛明娜军秀英霞平辉玲桂兰杰勇艳超喆赟䶮"
TYPED = """3-2-1102|321102|1102|3|3-2|12|1|a|z|zh|zxm|zhangxm|zhangxiaomin|张|晓敏|张晓敏|敏|8000|138|13800|3-2 张|张 3|赟|0101
25-4-2504|FD:FW2026-000001|没有的人|9999"""


def sheet(path: Path, units: int) -> None:
    """An office's sheet with owners, tenants and people to call in need."""
    chance = random.Random(3)
    book = Workbook(write_only=True)
    page = book.create_sheet("住户")
    page.append(["房号", "业主", "电话", "使用人", "电话", "紧急联系人", "电话", "面积"])
    for number in range(units):
        floor, door = divmod(number % 100, 4)
        row: list[object] = [f"{number // 400 + 1}-{number // 100 % 4 + 1}-{floor + 1:02d}{door + 1:02d}"]
        for _ in range(3):
            name = chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN)
            row += [name, f"1{chance.choice('3578')}{chance.randrange(10**9):09d}"]
        page.append([*row, 60 + number % 90])
    book.save(path)


def timed(name: str, act: Callable[[], object], times: int = 1) -> str:
    """One line of the table."""
    wall, own = time.perf_counter(), time.process_time()
    for _ in range(times):
        act()
    wall, own = time.perf_counter() - wall, time.process_time() - own
    return f"| {name} | {wall * 1000 / times:.1f} | {own * 1000 / times:.1f} |"


def find_all(desk: Desk) -> Iterator[str]:
    """Type each text letter by letter, as the box does; lines of the table."""
    walls: list[tuple[float, float, str]] = []
    for text in TYPED.replace("\n", "|").split("|"):
        for end in range(1, len(text) + 1):
            for _ in range(4):
                wall, own = time.perf_counter(), time.process_time()
                desk.finder.find(text[:end])
                walls.append(
                    ((time.process_time() - own) * 1000, (time.perf_counter() - wall) * 1000, text[:end])
                )
    for name, place in (("processor", 0), ("wall", 1)):
        times = sorted(one[place] for one in walls)
        p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
        yield f"| a key press in the finder, {name}, p50 / p99 | {p50:.2f} / {p99:.2f} | |"
    print("slowest:", ", ".join(f"{text} {own:.1f}" for own, _, text in sorted(walls)[-5:]))


def table(units: int = 10_000) -> str:
    """Import, type, take back; return the table."""
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(Path(folder) / "desk", create=True)
        desk.context.actor = PROGRAM
        path = Path(folder) / "住户.xlsx"
        sheet(path, units)
        lines = [
            f"| {units:,} units, {units * 3:,} residents | wall ms | processor ms |",
            "| --- | --- | --- |",
        ]
        lines.append(timed("preview of the import", lambda: desk.household_import.preview(path)))
        preview = desk.household_import.preview(path)
        lines.append(timed("import", lambda: desk.household_import.apply(preview)))
        lines += find_all(desk)
        lines.append(timed("household card", lambda: desk.estate.household(units // 2), 200))
        lines.append(timed("undo of the import", lambda: desk.household_import.undo(1)))
        desk.close()
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
