"""Forms, printing and sheets on the command line: the same bytes as the window's, counted the same."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from pypdfium2 import PdfDocument

from frontdesk.cli import OK, REFUSED, SURROUNDINGS
from frontdesk.core.paths import DATABASE_NAME, LOCK_NAME, window_is_open
from frontdesk.demo import DEMO_STAFF

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Frontdesk = Callable[..., tuple[int, str, str]]

CHIEF = ("--as", "管理员")


# -- forms and printing --------------------------------------------------------------------------------


def test_every_form_has_a_sound_template(frontdesk: Frontdesk) -> None:
    code, told, _ = frontdesk("forms", "check")
    assert code == OK
    assert re.search(r"F-ORDER +可用", told)


def test_a_sample_is_a_pdf(frontdesk: Frontdesk, tmp_path: Path) -> None:
    code, _, _ = frontdesk("forms", "sample", "F-ORDER", "-o", tmp_path / "sample.pdf")
    assert code == OK
    assert (tmp_path / "sample.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("paper", "points"),
    [("A4", (595, 842)), ("a5", (595, 420)), ("241x139.7", (683, 396)), ("241×93.13", (683, 264))],
)
def test_a_ruler_sheet_is_of_the_papers_own_size(
    frontdesk: Frontdesk, tmp_path: Path, paper: str, points: tuple[int, int]
) -> None:
    code, _, _ = frontdesk("forms", "ruler", "--paper", paper, "-o", tmp_path / "ruler.pdf")
    assert code == OK
    with PdfDocument(tmp_path / "ruler.pdf") as document:
        assert tuple(map(round, document.get_page_size(0))) == points


@pytest.mark.parametrize("paper", ["A9", "20x20", "999x5", "241x", "-1x100"])
def test_what_is_no_paper_gets_no_ruler(frontdesk: Frontdesk, tmp_path: Path, paper: str) -> None:
    code, _, complaint = frontdesk("forms", "ruler", f"--paper={paper}", "-o", tmp_path / "ruler.pdf")
    assert (code, "不是纸张" in complaint) == (REFUSED, True)
    assert not (tmp_path / "ruler.pdf").exists()


def test_a_form_that_does_not_exist_is_refused(frontdesk: Frontdesk, tmp_path: Path) -> None:
    code, _, complaint = frontdesk("forms", "sample", "F-NONE", "-o", tmp_path / "sample.pdf")
    assert code == REFUSED
    assert "F-NONE" in complaint
    assert not (tmp_path / "sample.pdf").exists()


def test_a_file_that_cannot_be_written_is_told(frontdesk: Frontdesk, tmp_path: Path) -> None:
    code, _, complaint = frontdesk("forms", "sample", "F-ORDER", "-o", tmp_path / "no folder" / "x.pdf")
    assert code == SURROUNDINGS
    assert "写不了文件" in complaint


def test_r_order_18_an_order_printed_twice_counts_its_prints(
    frontdesk: Frontdesk, folder: Path, tmp_path: Path
) -> None:
    """R-ORDER-18."""
    line = (
        "--data",
        folder,
        "print",
        "f-order",
        "FW2026-000003",
        "-o",
        tmp_path / "order.pdf",
        "--as",
        "李䶮",
    )
    before = prints(folder)
    assert frontdesk(*line, secret="222222")[0] == OK
    first = (tmp_path / "order.pdf").read_bytes()
    assert frontdesk(*line, secret="222222")[0] == OK
    assert prints(folder) == before + 2
    assert first != (tmp_path / "order.pdf").read_bytes()


@pytest.mark.parametrize("layout", ["laser", "two_up", "strike", "overprint"])
def test_an_order_is_printed_in_the_layout_asked_for(
    frontdesk: Frontdesk, folder: Path, tmp_path: Path, layout: str
) -> None:
    line = ("--data", folder, "print", "F-ORDER", "FW2026-000003", "--as", "李䶮", "--layout", layout)
    assert frontdesk(*line, "-o", tmp_path / "x.pdf", secret="222222")[0] == OK
    with PdfDocument(tmp_path / "x.pdf") as pdf:
        sizes = [tuple(round(points / 72 * 25.4) for points in page.get_size()) for page in pdf]
    assert (len(sizes), *sizes[0]) == {
        "laser": (4, 210, 148),
        "two_up": (2, 210, 297),
        "strike": (1, 241, 140),
        "overprint": (1, 241, 140),
    }[layout]


@pytest.mark.parametrize(
    ("copies", "code", "pages"), [("2", OK, 1), ("1,3", OK, 2), ("9", REFUSED, 0), ("x", REFUSED, 0)]
)
def test_only_the_copies_asked_for_are_printed(
    frontdesk: Frontdesk, folder: Path, tmp_path: Path, copies: str, *, code: int, pages: int
) -> None:
    line = ("--data", folder, "print", "F-ORDER", "FW2026-000003", "--as", "李䶮", "--layout", "laser")
    before = prints(folder)
    assert frontdesk(*line, "--copies", copies, "-o", tmp_path / "x.pdf", secret="222222")[0] == code
    assert prints(folder) == before + (code == OK)
    if pages:
        with PdfDocument(tmp_path / "x.pdf") as pdf:
            assert len(pdf) == pages


def test_other_forms_have_no_layouts_and_copies(frontdesk: Frontdesk, tmp_path: Path) -> None:
    line = ("print", "F-CALL", "2026-11", "--as", "李䶮", "-o", tmp_path / "x.pdf")
    for more in (("--layout", "strike"), ("--copies", "1")):
        assert frontdesk(*line, *more)[0] == REFUSED


def test_r_order_18_whoever_may_not_print_gets_no_copy_and_no_failed_one_counts(
    frontdesk: Frontdesk, folder: Path, tmp_path: Path
) -> None:
    """R-ORDER-18."""
    line = ("--data", folder, "print", "F-ORDER", "FW2026-000003", "--as")
    before = prints(folder)
    finance = next(person for person in DEMO_STAFF if person.role == "finance")
    code, _, complaint = frontdesk(*line, finance.name, "-o", tmp_path / "x.pdf", secret=finance.secret)
    assert (code, "权限" in complaint) == (REFUSED, True)
    assert not (tmp_path / "x.pdf").exists()
    code, _, _ = frontdesk(*line, "李䶮", "-o", tmp_path / "no folder" / "x.pdf", secret="222222")
    assert code == SURROUNDINGS
    assert prints(folder) == before


@pytest.mark.parametrize("name", [DATABASE_NAME, "order.pdf", "new/order.pdf"])
def test_nothing_is_written_into_the_data_folder(frontdesk: Frontdesk, folder: Path, name: str) -> None:
    register = ("export", "orders", "--purpose", "月报", "--as", "赵敏", "-o", folder / name)
    order = ("print", "F-ORDER", "FW2026-000003", "--as", "李䶮", "-o", folder / name)
    count = prints(folder)
    for line, secret in (
        (order, "222222"),
        (register, "555555"),
        (("forms", "sample", "F-CALL", *order[-2:]), ""),
    ):
        code, _, complaint = frontdesk("--data", folder, *line, secret=secret)
        assert (code, "数据文件夹" in complaint) == (REFUSED, True), line
    assert (folder / DATABASE_NAME).read_bytes().startswith(b"SQLite format 3")
    assert {path.name for path in folder.rglob("*")} - {f"{DATABASE_NAME}-journal"} == {DATABASE_NAME}
    assert prints(folder) == count


def test_a_link_into_the_data_folder_is_seen_through(
    frontdesk: Frontdesk, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.pdf").symlink_to(folder / DATABASE_NAME)
    code, _, _ = frontdesk("forms", "sample", "F-CALL", "-o", tmp_path / "x.pdf")
    assert code == REFUSED
    assert (folder / DATABASE_NAME).read_bytes().startswith(b"SQLite format 3")


def prints(folder: Path) -> int:
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as raw:
        (number,) = raw.execute("SELECT prints FROM service_order WHERE serial = 'FW2026-000003'").fetchone()
    return int(number)


@pytest.mark.parametrize(
    ("form", "what"),
    [
        ("F-CALL", "2026-11-21"),
        ("F-CALL", "2026-11"),
        ("F-CALL", "2026-11-01..2026-11-21"),
        ("F-MESSAGE", "2026-11"),
        ("F-SUMMARY", "2026-11-21"),
        ("F-ORDER-DAY", "2026-11-21"),
        ("F-ORDER-DAY", "2026-11"),
    ],
)
def test_a_register_prints_for_a_period(
    frontdesk: Frontdesk, folder: Path, tmp_path: Path, form: str, what: str
) -> None:
    line = ("--data", folder, "print", form, what, "-o", tmp_path / "x.pdf", "--as", "陈晓婧")
    code, _, complaint = frontdesk(*line, secret="111111")
    assert (code, complaint) == (OK, "")
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("what", ["2026-11", "2026-11-01..2026-11-21"])
def test_a_summary_is_of_one_day(frontdesk: Frontdesk, folder: Path, tmp_path: Path, what: str) -> None:
    line = ("--data", folder, "print", "F-SUMMARY", what, "-o", tmp_path / "x.pdf", "--as", "陈晓婧")
    code, _, complaint = frontdesk(*line, secret="111111")
    assert (code, "一次印一天" in complaint) == (REFUSED, True)
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.parametrize("register", ["residents", "phones"])
def test_what_has_no_days_is_exported_for_no_period(
    frontdesk: Frontdesk, folder: Path, tmp_path: Path, register: str
) -> None:
    line = ("export", register, "-o", tmp_path / "x.xlsx", "--purpose", "核对", "--as", "赵敏")
    code, _, complaint = frontdesk("--data", folder, *line, "--period", "2026-11", secret="555555")
    assert (code, "--period" in complaint) == (REFUSED, True)
    assert not (tmp_path / "x.xlsx").exists()


def test_an_older_file_is_not_brought_up_to_date_under_an_open_window(
    frontdesk: Frontdesk, folder: Path
) -> None:
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '0001'")
    (folder / LOCK_NAME).write_text("4711")
    before = (folder / DATABASE_NAME).read_bytes()
    code, _, complaint = frontdesk("--data", folder, "verify", *CHIEF, secret="fucheng2026")
    assert (code, "请关闭窗口" in complaint) == (SURROUNDINGS, True)
    assert (folder / DATABASE_NAME).read_bytes() == before


def test_an_open_window_or_a_dead_ones_lock_hinders_no_other_command(
    frontdesk: Frontdesk, folder: Path
) -> None:
    (folder / LOCK_NAME).write_text("4711")
    assert frontdesk("--data", folder, "verify", *CHIEF, secret="fucheng2026")[0] == OK
    assert window_is_open(folder)
    os.utime(folder / LOCK_NAME, (0, 0))
    assert not window_is_open(folder)


@pytest.mark.parametrize("what", ["yesterday", "2026-13", "2026-02-30", "2026-11-01..", "", "..2026-11-01"])
def test_a_period_that_does_not_read_is_refused(
    frontdesk: Frontdesk, folder: Path, tmp_path: Path, what: str
) -> None:
    line = ("--data", folder, "print", "F-SUMMARY", what, "-o", tmp_path / "x.pdf", "--as", "陈晓婧")
    code, _, complaint = frontdesk(*line, secret="111111")
    if what == "2026-11-01..":
        assert code == OK  # from that day on
    else:
        assert code == REFUSED
        assert "日期" in complaint
