"""What the benchmarks share: times in milliseconds by the wall and by the processor, and lines of a table."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple


class Times(NamedTuple):
    """Runs of one thing, in ms, sorted."""

    wall: list[float]
    own: list[float]


def timed(acts: Sequence[Callable[[], Any]]) -> Times:
    """Do each once; the processor's own time is steadier where others work on the machine."""
    wall, own = [], []
    for act in acts:
        at, used = time.perf_counter(), time.process_time()
        act()
        own.append((time.process_time() - used) * 1000)
        wall.append((time.perf_counter() - at) * 1000)
    return Times(sorted(wall), sorted(own))


def share(times: Sequence[float], part: float) -> float:
    """The time that so great a part of the runs kept to: 0.5 is the median."""
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


def big_screen(folder: Path) -> str:
    """The offscreen platform with an office's screen, told by a file in the folder.

    Its own is 800 px wide: there a page folds, and the table that is to be measured stands behind the form.
    """
    path = folder / "screen.json"
    screen = {"name": "office", "x": 0, "y": 0, "width": 1920, "height": 1080, "logicalDpi": 96, "dpr": 1}
    path.write_text(json.dumps({"screens": [screen]}), encoding="utf-8")
    return f"offscreen:configfile={path}"


HEAD = "| what | wall p50 | wall p99 | processor p50 | processor p99 |\n| --- | --- | --- | --- | --- |"


def line(name: str, times: Times) -> str:
    """One line of the table."""
    cells = [f"{share(each, part):.2f}" for each in times for part in (0.5, 0.99)]
    return f"| {name} | {' | '.join(cells)} |"
