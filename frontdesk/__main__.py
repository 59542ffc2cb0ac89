"""`frontdesk`, `python -m frontdesk`: the command line, and behind it the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from frontdesk import cli


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code (`cli.run`)."""
    return cli.run(argv, _open_window)


def _open_window(folder: Path, number: str) -> int:
    from ui import start  # the only place from which the desk knows of a window, and only now

    return start.main(folder, number=number)


if __name__ == "__main__":
    sys.exit(main())
