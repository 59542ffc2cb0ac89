"""What is imported when: the first page waits for nothing that it does not show."""

from __future__ import annotations

import subprocess
import sys

from frontdesk.desk import LATER

LISTED = """
import sys
import frontdesk.desk
print(*sys.modules)
frontdesk.desk.import_later()
"""


def imported(code: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_desk_imports_no_later_page_no_paper_and_no_other_engine_at_its_start() -> None:
    modules = imported(LISTED)
    assert "frontdesk.calls.service" in modules
    assert modules.isdisjoint(f"frontdesk.{name}" for name in LATER)
    assert modules.isdisjoint(
        {"reportlab", "openpyxl", "alembic", "argon2", "pypinyin", "sqlalchemy.dialects.postgresql"}
    )
