"""All benchmarks: `python tests/benchmarks/run.py FOLDER [NAME …]`. Not a test.

FOLDER takes two desks, made when they are not there: a usual one and one of ten years (a quarter of an hour). Each
benchmark is a process of its own. Its table goes into docs/benchmarks.md between the marks that bear its name;
what is written around them stays.
"""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPORT = HERE.parents[1] / "docs" / "benchmarks.md"
SMALL, GROWN = "usual", "grown"
ARGUMENTS = {  # name: what the script is given
    "start": (SMALL,),
    "entry": (GROWN,),
    "finder": (),
    "call_filters": (GROWN,),
    "pdf": (),
    "window": (GROWN,),
}
MAKE_DESKS = """
import sys; from pathlib import Path
from grown_desk import grown_desk; from frontdesk.demo.make import DemoSize, make_demo
from frontdesk.core.paths import DATABASE_NAME
usual, grown = map(Path, sys.argv[1:])
if not (usual / DATABASE_NAME).exists(): make_demo(usual, DemoSize())
grown_desk(grown).close()
"""


def main(folder: Path, names: list[str]) -> None:
    """Run, and put what was measured into its place."""
    desks = {name: str(folder / name) for name in (SMALL, GROWN)}
    _run("-c", MAKE_DESKS, *desks.values())
    for name in names or ARGUMENTS:
        found = _run(str(HERE / f"{name}.py"), *(desks[each] for each in ARGUMENTS[name]))
        _put(name, f"{_where()}\n\n{found.strip()}")
        print(found, flush=True)


def _run(*arguments: str) -> str:
    paths = os.pathsep.join((str(HERE.parents[1]), str(HERE)))
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": paths}
    done = subprocess.run(
        [sys.executable, *arguments], env=surroundings, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def _where() -> str:
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    versions = ", ".join(f"{name} {version(name)}" for name in ("PySide6-Essentials", "SQLAlchemy"))
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.system()}, {os.cpu_count()} cores{busy}; "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}."
    )


def _put(name: str, text: str) -> None:
    report = REPORT.read_text(encoding="utf-8")
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if begin not in report:
        report += f"\n## {name}\n{begin}\n{end}\n"
    place = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    REPORT.write_text(place.sub(lambda _: f"{begin}\n{text}\n{end}", report), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
