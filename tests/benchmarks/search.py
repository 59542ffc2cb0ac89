"""Search at a million calls: `python tests/benchmarks/search.py [rows]`. Not a test; prints a table.

Fills the call index of a fresh desk as an estate would over the years, then asks what clerks ask.
Figures in milliseconds, on the file's own connection; the first page is the newest 101 ids.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from frontdesk.core.search import SearchIndex, SearchText, tokens
from frontdesk.desk import open_desk

INDEX = SearchIndex("call")
PAGE = 101

WHERE = "厨房 卫生间 主卧 客厅 阳台 地下车库 单元门口 电梯厅 楼道 儿童房 书房 储藏室 花园 大堂 消防通道"
WHAT = """下水堵塞 漏水 水管爆裂 灯不亮 跳闸 门锁打不开 窗户关不上 有异味 渗水到楼下 墙皮脱落 可视对讲没声音 水压太低
燃气报警 暖气不热 马桶冲不净 噪音扰民 电梯困人 门禁卡失灵 快递是否已到 询问装修手续 预约保洁 送桶装水"""
AND_THEN = "请马上来 水已漫到地面 下午在家 明天上午方便 要求回复 先打电话 老人独自在家 已经报过一次 家里没人 请带工具"
SURNAMES = "张王李赵陈刘杨黄周吴徐孙马朱胡郭何林高罗曾单欧阳尉迟㛃"
GIVEN = "晓敏志伟丽华建国雨桐磊倩强静涛明娜军秀英霞平辉玲桂兰杰勇艳超喆赟䶮"
QUERIES = """漏水|堵塞|跳闸|燃气|困人|渗水到楼下|厨房下水|水已漫到地面|报过|老人|张|水|电|曾|张晓敏|晓敏|zxm|zz|lj|ouy|3|3-2
3-2-1102|321102|1102|12-|25-3-24|8000|1380|13800138000|0123|fw2026-0012|阳台渗水|灯不亮跳闸|漏水水管|厨房 漏水 张|电梯 3-2|喆 噪音"""


def calls(count: int, seed: int = 7) -> Iterator[SearchText]:
    """Calls of an estate of 10,000 units."""
    chance = random.Random(seed)
    pick = chance.choice
    where, what, and_then = WHERE.split(), WHAT.split(), AND_THEN.split()
    units = [
        f"{b}-{e}-{f:02d}{d:02d}"
        for b in range(1, 26)
        for e in range(1, 5)
        for f in range(1, 26)
        for d in range(1, 5)
    ]
    staff = ["陈晓婧", "李建国", "王磊", "赵静"]
    for number in range(count):
        name = pick(SURNAMES) + pick(GIVEN) + pick(GIVEN)
        telephone = f"1{pick('3578')}{chance.randrange(10**9):09d}"
        serial = [f"FW2026-{number:06d}"] if number % 3 == 0 else []
        reason = f"{pick(where)}{pick(what)},{pick(and_then)}"
        yield SearchText(
            prose=[reason], rooms=[pick(units)], digits=[telephone, *serial], names=[name, pick(staff)]
        )


def timed(act: Callable[[], Any], times: int) -> list[float]:
    """Milliseconds of each run."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def line(name: str, taken: list[float]) -> None:
    """One line of the table: median, 99th percentile, worst."""
    ordered = sorted(taken)
    worst = ordered[-1]
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"| {name} | {statistics.median(ordered):.2f} | {p99:.2f} | {worst:.2f} |", flush=True)


def main(count: int) -> None:
    """Fill, measure, print."""
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(Path(folder) / "desk", create=True)
        begun = time.perf_counter()
        source = enumerate(calls(count), start=1)
        while batch := [row for _, row in zip(range(20_000), source, strict=False)]:
            with desk.database.write() as session:
                INDEX.put_many(session.connection(), batch)
        filled = time.perf_counter() - begun
        size = desk.database.path.stat().st_size / 1e6
        print(f"\n{count:,} calls, index {size:.0f} MB, filled in {filled:.0f} s\n", flush=True)
        print("| what | median ms | p99 ms | worst ms |\n| --- | --- | --- | --- |")
        _measure(desk, count, "as filled")
        begun = time.perf_counter()
        steps: list[float] = []
        working = True
        while working:
            with desk.database.write() as session:
                started = time.perf_counter()
                working = INDEX.tidy(session.connection())
                steps.append((time.perf_counter() - started) * 1000)
        print(f"merged in {len(steps)} steps, {time.perf_counter() - begun:.1f} s")
        line("one merge step", steps)
        _measure(desk, count, "merged")
        desk.close()


def _measure(desk: Any, count: int, state: str) -> None:
    pages: list[float] = []
    slowest: list[tuple[float, str]] = []
    with desk.database.read() as session:
        connection = session.connection()
        for query in QUERIES.replace("\n", "|").split("|"):
            taken = timed(partial(INDEX.find, connection, query, PAGE), 8)[1:]
            pages += taken
            slowest.append((statistics.median(taken), query))
    line(f"newest {PAGE} of the hits, {state}", pages)
    print("slowest:", ", ".join(f"{query} {ms:.2f}" for ms, query in sorted(slowest)[-6:]))
    extra = list(calls(200, seed=8))
    line("segmenting one row", [ms for text in extra for ms in timed(partial(tokens, text), 1)])
    added = []
    for number, text in enumerate(extra, start=count + 1 + (500_000 if state == "merged" else 0)):
        with desk.database.write() as session:
            added += timed(partial(INDEX.put, session.connection(), number, text), 1)
    line(f"adding one row to the index, {state}", added)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
