"""The command line: Chinese throughout, exit codes that mean something, the same bytes as the window's."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook, load_workbook

from frontdesk.cli import FOUND, OK, REFUSED, SURROUNDINGS, run
from frontdesk.core.chinese_parser import USAGE
from frontdesk.core.paths import DATABASE_NAME
from frontdesk.demo import DEMO_STAFF
from frontdesk.desk import open_desk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Frontdesk = Callable[..., tuple[int, str, str]]

NOW = datetime(2026, 11, 21, 18, 26, tzinfo=timezone(timedelta(hours=8)))
CHIEF = ("--as", "管理员")


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
    assert told.startswith("用法：frontdesk")
    assert ENGLISH.findall(told) == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["frobnicate"], "没有 'frobnicate' 这一项"),
        (["call"], "缺少：--number"),
        (["call", "--number"], "--number 后面要有一个值"),
        (["demo", "--units", "many"], "--units 要整数，不是 'many'"),
        (["verify", "--quick", "--as", "管理员"], "不认识：--quick"),
        (["export", "calls", "-o", "x.xlsx", "--as", "赵敏"], "缺少：--purpose"),
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
    assert "房屋 1，住户 1，电话 1" in told
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


def test_an_index_that_misses_is_told_and_rebuilt(frontdesk: Frontdesk, folder: Path) -> None:
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as raw, raw:
        raw.execute("DELETE FROM finder_key WHERE unit_id = 1")
    code, told, _ = frontdesk("--data", folder, "verify", *CHIEF, secret="fucheng2026")
    assert (code, "frontdesk reindex" in told) == (FOUND, True)
    clerk = next(person for person in DEMO_STAFF if person.role == "clerk")
    assert frontdesk("--data", folder, "reindex", "--as", clerk.name, secret=clerk.secret)[0] == REFUSED
    assert frontdesk("--data", folder, "reindex", *CHIEF, secret="fucheng2026")[0] == OK
    assert frontdesk("--data", folder, "verify", *CHIEF, secret="fucheng2026")[0] == OK


def test_an_altered_desk_is_found_and_named_with_exit_code_4(frontdesk: Frontdesk, folder: Path) -> None:
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as raw, raw:
        raw.execute("UPDATE call SET caller = '别人' WHERE id = 7")
    code, told, _ = frontdesk("--data", folder, "verify", *CHIEF, secret="fucheng2026")
    assert code == FOUND
    assert "被绕过程序改过（来电人）" in told


def test_a_folder_without_a_desk_is_told(frontdesk: Frontdesk, tmp_path: Path) -> None:
    code, _, complaint = frontdesk("--data", tmp_path / "empty", "verify", *CHIEF)
    assert code == SURROUNDINGS
    assert "没有前台数据" in complaint


# -- demonstration ---------------------------------------------------------------------------------------


def test_a_demonstration_is_made_once_and_says_who_can_sign_in(frontdesk: Frontdesk, tmp_path: Path) -> None:
    line = ("--data", tmp_path / "demo", "demo", "--units", 12, "--calls", 30, "--seed", 5)
    code, told, _ = frontdesk(*line)
    assert code == OK
    assert "陈晓婧（前台值班员）111111" in told
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
