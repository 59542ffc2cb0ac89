"""The command line: Chinese throughout, exit codes that mean something, the same bytes as the window's."""

from __future__ import annotations

import io
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook, load_workbook
from pypdfium2 import PdfDocument

from frontdesk.__main__ import main
from frontdesk.cli import FOUND, OK, REFUSED, SURROUNDINGS, run
from frontdesk.core.chinese_parser import USAGE
from frontdesk.core.clock import FixedClock
from frontdesk.core.paths import DATABASE_NAME, LOCK_NAME, window_is_open
from frontdesk.demo import DEMO_STAFF, DemoSize, make_demo
from frontdesk.desk import open_desk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Frontdesk = Callable[..., tuple[int, str, str]]

NOW = datetime(2026, 11, 21, 18, 26, tzinfo=timezone(timedelta(hours=8)))
CHIEF = ("--as", "管理员")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    make_demo(folder, DemoSize(units=40, calls=120, orders=40), clock=FixedClock(NOW))
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A small demonstration of one's own."""
    own = tmp_path / "desk"
    own.mkdir()
    (own / DATABASE_NAME).write_bytes((made / DATABASE_NAME).read_bytes())
    return own


@pytest.fixture
def frontdesk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Frontdesk:
    """Runs a line and gives exit code, output and complaints; `secret` is what stands on standard input."""

    def call(*line: object, secret: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{secret}\n"))
        code = main([str(word) for word in line])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


# -- words and codes -------------------------------------------------------------------------------

LINES = [
    [],
    ["call"],
    ["demo"],
    ["forms"],
    ["forms", "sample"],
    ["print"],
    ["export"],
    ["import"],
    ["verify"],
]
ENGLISH = re.compile(r"\b(usage|options|positional|arguments|show this|exit|required|invalid|choose)\b")


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_help_is_chinese_throughout(frontdesk: Frontdesk, line: list[str]) -> None:
    code, told, complaint = frontdesk(*line, "--help")
    assert (code, complaint) == (OK, "")
    assert told.startswith("用法:frontdesk")
    assert ENGLISH.findall(told) == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["frobnicate"], "没有 'frobnicate' 这一项"),
        (["call"], "缺少:--number"),
        (["call", "--number"], "--number 后面要有一个值"),
        (["demo", "--units", "many"], "--units 要整数,不是 'many'"),
        (["verify", "--quick", "--as", "管理员"], "不认识:--quick"),
        (["export", "calls", "-o", "x.xlsx", "--as", "赵敏"], "缺少:--purpose"),
        (["--dat", "x", "verify"], "没有 'x' 这一项"),
    ],
)
def test_a_wrong_line_is_told_in_chinese_and_ends_with_2(
    frontdesk: Frontdesk, line: list[str], told: str
) -> None:
    code, _, complaint = frontdesk(*line)
    assert code == USAGE
    assert told in complaint
    assert ENGLISH.findall(complaint) == []


def test_help_does_not_wait_for_heavy_imports() -> None:
    script = (
        "import sys\nfrom frontdesk.__main__ import main\nmain(['--help'])\n"
        "heavy = {'sqlalchemy', 'PySide6', 'reportlab', 'openpyxl', 'alembic', 'argon2', 'ui'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_python_m_frontdesk_is_the_same_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "frontdesk", "forms", "list"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={"PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == OK, done.stderr
    assert re.search(r"F-ORDER +服务单", done.stdout)


def test_a_console_that_knows_no_rare_character_stops_nothing(folder: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "frontdesk",
            "--data",
            str(folder),
            "print",
            "F-ORDER",
            "没有𬱖",
            "-o",
            "x",
            "--as",
            "李䶮",
        ],
        capture_output=True,
        input=b"222222\n",
        check=False,
        env={"PYTHONIOENCODING": "gbk"},
    )
    assert done.returncode == REFUSED
    assert "没有编号为" in done.stderr.decode("gbk")


# -- the window --------------------------------------------------------------------------------------


def test_without_a_command_the_window_opens_in_the_folder(tmp_path: Path) -> None:
    opened: list[tuple[Path, str]] = []

    def open_window(folder: Path, number: str) -> int:
        opened.append((folder, number))
        return 0

    assert run(["--data", str(tmp_path)], open_window) == OK
    assert run(["--data", str(tmp_path), "call", "--number", "138-0000 0000"], open_window) == OK
    assert opened == [(tmp_path, ""), (tmp_path, "13800000000")]


def test_a_number_that_is_none_opens_no_window(capsys: pytest.CaptureFixture[str]) -> None:
    def open_window(folder: Path, number: str) -> int:
        raise AssertionError

    assert run(["call", "--number", "anonymous; rm"], open_window) == REFUSED
    assert "来电号码" in capsys.readouterr().err


def test_without_a_screen_the_window_is_refused_in_words(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "frontdesk", "--data", str(tmp_path)],
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "utf-8"},
    )
    if sys.platform.startswith("linux"):
        assert done.returncode == SURROUNDINGS
        assert "没有图形界面" in done.stderr.decode("utf-8")


# -- forms and printing --------------------------------------------------------------------------------


def test_every_form_has_a_sound_template(frontdesk: Frontdesk) -> None:
    code, told, _ = frontdesk("forms", "check")
    assert code == OK
    assert re.search(r"F-ORDER +可用", told)


def test_a_sample_is_a_pdf(frontdesk: Frontdesk, tmp_path: Path) -> None:
    code, _, _ = frontdesk("forms", "sample", "F-ORDER", "-o", tmp_path / "sample.pdf")
    assert code == OK
    assert (tmp_path / "sample.pdf").read_bytes().startswith(b"%PDF-")


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
    ],
)
def test_a_register_prints_for_a_period(
    frontdesk: Frontdesk, folder: Path, tmp_path: Path, form: str, what: str
) -> None:
    line = ("--data", folder, "print", form, what, "-o", tmp_path / "x.pdf", "--as", "陈晓婧")
    code, _, complaint = frontdesk(*line, secret="111111")
    assert (code, complaint) == (OK, "")
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("form", ["F-SUMMARY", "F-ORDER-DAY"])
@pytest.mark.parametrize("what", ["2026-11", "2026-11-01..2026-11-21"])
def test_a_summary_is_of_one_day(
    frontdesk: Frontdesk, folder: Path, tmp_path: Path, what: str, form: str
) -> None:
    line = ("--data", folder, "print", form, what, "-o", tmp_path / "x.pdf", "--as", "陈晓婧")
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


# -- who ---------------------------------------------------------------------------------------------


def test_a_wrong_pin_or_an_unknown_name_does_nothing(
    frontdesk: Frontdesk, folder: Path, tmp_path: Path
) -> None:
    line = ("--data", folder, "print", "F-CALL", "2026-11-21", "-o", tmp_path / "x.pdf", "--as")
    assert frontdesk(*line, "陈晓婧", secret="999999")[0] == REFUSED
    code, _, complaint = frontdesk(*line, "无名氏", secret="111111")
    assert code == REFUSED
    assert "无名氏" in complaint
    assert not (tmp_path / "x.pdf").exists()


def test_a_clerk_exports_nothing(frontdesk: Frontdesk, folder: Path, tmp_path: Path) -> None:
    line = ("export", "residents", "-o", tmp_path / "x.xlsx", "--purpose", "寄贺卡", "--as", "陈晓婧")
    code, _, complaint = frontdesk("--data", folder, *line, secret="111111")
    assert code == REFUSED
    assert "权限" in complaint
    assert not (tmp_path / "x.xlsx").exists()


# -- sheets ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", ["calls", "messages", "orders", "residents", "phones"])
def test_a_register_is_exported_with_its_purpose_noted(
    frontdesk: Frontdesk, folder: Path, tmp_path: Path, register: str
) -> None:
    line = ("export", register, "-o", tmp_path / "x.xlsx", "--purpose", "月度统计", "--as", "赵敏")
    code, told, complaint = frontdesk("--data", folder, *line, secret="555555")
    assert (code, complaint) == (OK, "")
    assert re.search(r"导出 \d+ 行", told)
    assert load_workbook(tmp_path / "x.xlsx").active is not None
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as raw:
        newest = raw.execute("SELECT action, reason, actor FROM journal ORDER BY seq DESC").fetchone()
    assert newest == ("export", "月度统计", "赵敏")


def test_an_import_is_shown_first_and_written_only_when_asked(
    frontdesk: Frontdesk, folder: Path, tmp_path: Path
) -> None:
    book = Workbook()
    for row in (["房号", "业主", "电话"], ["88-1-101", "张㛃", "13800000000"], ["", "无房号", "1"]):
        book.active.append(row)
    book.save(tmp_path / "households.xlsx")
    line = ("--data", folder, "import", tmp_path / "households.xlsx", "--as", "管理员")
    code, told, _ = frontdesk(*line, secret="fucheng2026")
    assert code == OK
    assert "新增 1" in told
    assert "有问题 1" in told
    assert "什么都没有写入" in told
    assert units(folder) == 40
    code, told, _ = frontdesk(*line, "--apply", secret="fucheng2026")
    assert code == OK
    assert "房屋 1,住户 1,电话 1" in told
    assert units(folder) == 41


def units(folder: Path) -> int:
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as raw:
        (number,) = raw.execute("SELECT count(*) FROM unit").fetchone()
    return int(number)


def test_a_sheet_that_is_none_is_refused(frontdesk: Frontdesk, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"not a sheet \0\1")
    line = ("--data", folder, "import", tmp_path / "x.xlsx", "--as", "管理员")
    assert frontdesk(*line, secret="fucheng2026")[0] == REFUSED


# -- verification --------------------------------------------------------------------------------------


def test_only_those_who_answer_for_the_register_verify_it(frontdesk: Frontdesk, folder: Path) -> None:
    code, told, complaint = frontdesk("--data", folder, "verify", *CHIEF, secret="wrong")
    assert (code, told) == (REFUSED, "")
    assert "密码不对" in complaint
    clerk = next(person for person in DEMO_STAFF if person.role == "clerk")
    code, told, complaint = frontdesk("--data", folder, "verify", "--as", clerk.name, secret=clerk.secret)
    assert (code, told) == (REFUSED, "")
    assert "没有这项权限" in complaint


def test_a_sound_desk_verifies_with_its_mark(frontdesk: Frontdesk, folder: Path) -> None:
    code, told, _ = frontdesk("--data", folder, "verify", *CHIEF, secret="fucheng2026")
    assert code == OK
    assert "没有发现问题" in told
    mark = re.search(r"校验码 (\d+:[0-9a-f]{16})", told)
    assert mark
    assert frontdesk("--data", folder, "verify", "--mark", mark[1], *CHIEF, secret="fucheng2026")[0] == OK
    other = "99999:" + "0" * 16
    assert frontdesk("--data", folder, "verify", "--mark", other, *CHIEF, secret="fucheng2026")[0] == FOUND
    assert frontdesk("--data", folder, "verify", "--mark", "rubbish", *CHIEF)[0] == REFUSED


def test_an_altered_desk_is_found_and_named_with_exit_code_4(frontdesk: Frontdesk, folder: Path) -> None:
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as raw, raw:
        raw.execute("UPDATE call SET caller = '别人' WHERE id = 7")
    code, told, _ = frontdesk("--data", folder, "verify", *CHIEF, secret="fucheng2026")
    assert code == FOUND
    assert "被绕过程序改过(来电人)" in told


def test_a_folder_without_a_desk_is_told(frontdesk: Frontdesk, tmp_path: Path) -> None:
    code, _, complaint = frontdesk("--data", tmp_path / "empty", "verify", *CHIEF)
    assert code == SURROUNDINGS
    assert "没有前台数据" in complaint


# -- demonstration ---------------------------------------------------------------------------------------


def test_a_demonstration_is_made_once_and_says_who_can_sign_in(frontdesk: Frontdesk, tmp_path: Path) -> None:
    line = ("--data", tmp_path / "demo", "demo", "--units", 12, "--calls", 30, "--seed", 5)
    code, told, _ = frontdesk(*line)
    assert code == OK
    assert "陈晓婧(前台值班员) 111111" in told
    before = (tmp_path / "demo" / DATABASE_NAME).read_bytes()
    code, _, complaint = frontdesk(*line)
    assert code == REFUSED
    assert "已有前台数据" in complaint
    assert (tmp_path / "demo" / DATABASE_NAME).read_bytes() == before
    open_desk(tmp_path / "demo").close()


def test_a_demonstration_of_nonsense_is_refused_and_leaves_nothing(
    frontdesk: Frontdesk, tmp_path: Path
) -> None:
    code, _, _ = frontdesk("--data", tmp_path / "demo", "demo", "--units", 0)
    assert code == REFUSED
    assert not (tmp_path / "demo").exists()
