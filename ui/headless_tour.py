"""The same work without a screen: a call becomes an order, prints on four copies, and each tab has its picture.

    python -m ui.headless_tour --data FOLDER --out FOLDER

Works on a demonstration estate, at a real but unseen window, and says where the files are.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ui.app import DeskApp

WAIT_MS = 30_000
WIDTH, HEIGHT = 1366, 768
_SETTLE_MS = 400


def main(argv: Sequence[str] | None = None) -> int:
    """Do the tour; returns 0, or 3 when the desk could not be opened."""
    parser = argparse.ArgumentParser(prog="headless_tour")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    wanted = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    wanted.out.mkdir(parents=True, exist_ok=True)
    app = _opened(wanted.data)
    if app is None or app.desk is None:
        print("没有打开数据文件夹，详情见其中的 log/frontdesk.log。", file=sys.stderr)
        return 3
    for line in _tour(app, wanted.out):
        print(line, flush=True)
    app.window.close()
    return 0


def _opened(folder: Path) -> DeskApp | None:
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from ui.app import DeskApp
    from ui.theme import Appearance

    application = QApplication(sys.argv[:1])
    desk_app = DeskApp(application, folder, Appearance(application, "light"))
    desk_app.window.show()
    desk_app.window.resize(WIDTH, HEIGHT)  # the unseen screen is smaller than any desk's
    waiting = QEventLoop()  # not QTest.qWait: that keeps the interpreter's lock, and the worker starves
    desk_app.opened.connect(waiting.quit)
    QTimer.singleShot(WAIT_MS, waiting.quit)
    desk_app.start()
    waiting.exec()
    return desk_app if desk_app.desk is not None else None


def _tour(app: DeskApp, out: Path) -> Iterator[str]:
    from frontdesk.calls.register import NEED, NewCall

    desk = app.desk
    assert desk is not None
    _sign_in(app, "clerk")
    unit = desk.finder.find("1102", limit=1) or desk.finder.find("1", limit=1)
    hit = unit[0]
    call, order = desk.calls.log_with_order(
        NewCall(
            "厨房下水堵塞，水已漫到地面", NEED, unit_id=hit.record_id, unit_no=hit.label, recipient="工程部"
        )
    )
    yield f"来电 第 {call.day_no} 条 → 服务单 {order.serial}"
    pdf = out / f"{order.serial}.pdf"
    counted = {order.id: desk.orders.record_print(order.id)}
    pdf.write_bytes(desk.paper.slips(desk.paper.order_slips([order.id], counted)))
    yield f"四联服务单：{pdf}"
    app.window.open_record("service_order", order.id)
    yield from _pictures(app, out, "")
    _sign_in(app, "administrator")
    yield from _pictures(app, out, "administrator-")


def _sign_in(app: DeskApp, role: str) -> None:
    from frontdesk.demo import DEMO_STAFF

    assert app.desk is not None
    person = next(person for person in DEMO_STAFF if person.role == role)
    row = next(row for row in app.desk.staff.people() if row.name == person.name)
    app.desk.staff.sign_in(row.id, person.secret)
    app.signed_in()


def _pictures(app: DeskApp, out: Path, prefix: str) -> Iterator[str]:
    from PySide6.QtTest import QTest

    for name in app.offered():
        app.window.show_page(name)
        QTest.qWait(_SETTLE_MS)
        picture = out / f"{prefix}{name}.png"
        app.window.grab().save(str(picture))
        yield f"页面截图：{picture}"


if __name__ == "__main__":
    sys.exit(main())
