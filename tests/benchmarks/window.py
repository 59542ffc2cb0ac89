"""The real window at a million calls: `python tests/benchmarks/window.py FOLDER`. Not a test; prints a table.

Gestures, from the key press to the painted rows (milliseconds), a wheel step against Qt's own table over its own
model in C++, and memory with every tab opened, before and after a simulated week.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from grown_desk import THEN, WHAT, WHERE, grown_desk
from measure import HEAD, big_screen, line, share, timed
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from frontdesk.calls.register import NewCall
from frontdesk.core.actor import PROGRAM
from frontdesk.desk import Desk
from ui.app import DeskApp
from ui.theme import Appearance

ASKED = "漏水|张晓敏|3-2-1102|13800|水已漫到地面|渗水到楼下|zxm|厨房 漏水|电|1102"
DAYS, CALLS_A_DAY = 7, 60


def opened(app: QApplication, folder: Path) -> DeskApp:
    """The program with its first page, signed in."""
    grown_desk(folder).close()
    desk_app = DeskApp(app, folder, Appearance(app))
    desk_app.window.resize(1366, 768)
    desk_app.window.show()
    desk_app.start()
    while desk_app.desk is None:
        app.processEvents()
    desk_app.desk.context.actor = replace(PROGRAM, person_id=1)  # somebody new: the first page is shown
    desk_app.signed_in()
    app.processEvents()
    return desk_app


def press(app: QApplication, widget: QWidget, key: Qt.Key, text: str = "") -> None:
    """One key, and all that follows from it."""
    for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
        app.sendEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text))
    app.processEvents()


def wheel(app: QApplication, widget: QWidget) -> None:
    """One step down, painted."""
    nothing, step = QPoint(), QPoint(0, -120)
    at = QPointF(200, 200)
    event = QWheelEvent(
        at,
        widget.mapToGlobal(at),
        nothing,
        step,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    app.sendEvent(widget, event)
    app.processEvents()


def plain_table(like: QTableView) -> QTableView:
    """Qt's own view and model with as many columns, as high and wide."""
    columns = like.model().columnCount()
    model = QStandardItemModel(2000, columns)
    for row in range(2000):
        for column in range(columns):
            model.setItem(row, column, QStandardItem(f"厨房下水 {row}-{column}"))
    view = QTableView()
    view.setModel(model)
    model.setParent(view)
    view.setVerticalScrollMode(like.verticalScrollMode())
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(like.rowHeight(0))
    view.resize(like.size())
    for column in range(columns):
        view.setColumnWidth(column, like.columnWidth(column))
    view.show()
    return view


def gestures(app: QApplication, desk_app: DeskApp) -> Iterator[str]:
    """The lines of the first table."""
    panel = desk_app.window.page("call").panel  # type: ignore[attr-defined]
    table, box = panel.table, panel.filter.box
    if not table.isVisible():
        raise RuntimeError("the table is not in view: nothing would be painted")
    keys: list[Callable[[], None]] = []
    for _ in range(4):
        for text in ASKED.split("|"):
            keys += [partial(press, app, box, Qt.Key.Key_unknown, letter) for letter in text]
            keys.append(partial(press, app, box, Qt.Key.Key_Escape))
    timed(keys[:30])
    box.clear()
    yield line("a key in the filter, to painted rows", timed(keys))
    box.clear()
    table.setFocus()
    yield line("↓ in the table", timed([partial(press, app, table, Qt.Key.Key_Down)] * 200))
    yield line("PgDn in the table", timed([partial(press, app, table, Qt.Key.Key_PageDown)] * 200))
    yield line(
        "End, Home",
        timed([partial(press, app, table, key) for key in (Qt.Key.Key_End, Qt.Key.Key_Home)] * 10),
    )
    plain = plain_table(table)
    app.processEvents()
    steps = [timed([partial(wheel, app, view.viewport())] * 200) for _ in range(2) for view in (table, plain)]
    yield line("a wheel step", steps[2])
    yield line("a wheel step, Qt's table over Qt's model", steps[3])
    ratio = [share(mine, 0.5) / share(base, 0.5) for mine, base in zip(steps[2], steps[3], strict=True)]
    yield f"| ratio of the medians | {ratio[0]:.2f} | | {ratio[1]:.2f} | |"
    plain.close()


def memory() -> float:
    """What the process holds in MB: its proportional share where the system tells it."""
    for row in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        if row.startswith("Pss:"):
            return int(row.split()[1]) / 1024
    return 0.0


def come_round(app: QApplication) -> None:
    """All that the program's own loop would do by now: without it, what is to be deleted later never is."""
    app.processEvents()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def week(app: QApplication, desk_app: DeskApp, desk: Desk) -> Iterator[float]:
    """Days of calls, orders, searches and leafing; memory after each."""
    chance = random.Random(5)
    for _day in range(DAYS):
        for number in range(CALLS_A_DAY):
            reason = f"{chance.choice(WHERE)}{chance.choice(WHAT)},{chance.choice(THEN)}"
            new = NewCall(reason, "B", unit_id=chance.randrange(1, 1000), number="13800138000")
            desk.calls.log_with_order(new) if number % 3 == 0 else desk.calls.log(new)
            if number % 6 == 0:
                leaf(app, desk_app, chance)
            come_round(app)
        yield memory()


def leaf(app: QApplication, desk_app: DeskApp, chance: random.Random) -> None:
    """Another tab, a search, an opened record."""
    name = chance.choice(["call", "service_order", "message", "resident", "settings"])
    page = desk_app.window.show_page(name)
    app.processEvents()
    if name in ("call", "service_order"):
        panel = page.panel  # type: ignore[attr-defined]
        panel.filter.box.setText(chance.choice(WHAT)[:2])
        app.processEvents()
        panel.filter.box.clear()
        record_id = panel.model.id_at(chance.randrange(panel.model.rowCount()))
        page.open_record(record_id)
        if name == "service_order" and desk_app.desk is not None:
            desk_app.desk.paper.orders([record_id])


def table(folder: Path) -> str:
    """Measure, and return the tables."""
    os.environ["QT_QPA_PLATFORM"] = big_screen(Path(tempfile.gettempdir()))
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    desk_app = opened(app, folder)
    assert desk_app.desk is not None
    lines = [HEAD, *gestures(app, desk_app), "", "| memory | MB |", "| --- | --- |"]
    lines.append(f"| the call log opened | {memory():.0f} |")
    for name in list(desk_app.offered()):
        desk_app.window.show_page(name)
        app.processEvents()
    lines.append(f"| every tab opened | {memory():.0f} |")
    days = [f"{each:.0f}" for each in week(app, desk_app, desk_app.desk)]
    lines.append(f"| after each of {DAYS} days of {CALLS_A_DAY} calls, orders printed | {', '.join(days)} |")
    desk_app.window.close()
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(Path(sys.argv[1])))
