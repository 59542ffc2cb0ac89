"""A desk of its own process that issues orders: `issuing.py FOLDER COUNT`; prints each serial once it is on disk."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from frontdesk.core.actor import PROGRAM
from frontdesk.core.errors import FileBusyError
from frontdesk.desk import Desk, open_desk
from frontdesk.orders.register import NewOrder


def issue(desk: Desk, number: int) -> str:
    """One order's serial; waits while another desk holds the file."""
    while True:
        try:
            return desk.orders.issue(NewOrder(f"第 {number} 张：厨房下水堵塞", unit_no="3-2-1102")).serial
        except FileBusyError:
            time.sleep(0.01)


def main() -> None:
    """Issue until COUNT, or until somebody kills this process."""
    desk = open_desk(Path(sys.argv[1]))
    desk.context.actor = PROGRAM
    for number in range(int(sys.argv[2])):
        print(issue(desk, number), flush=True)
    desk.close()


if __name__ == "__main__":
    main()
