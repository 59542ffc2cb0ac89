"""What the house asks of its source files: short, without addresses of machines, with their licences."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
LONGEST_FILE = 500
LONGEST_FUNCTION = 60

# Written apart, so that this file does not contain what it looks for.
FORBIDDEN = re.compile(
    "|".join(
        (
            r"pypi\." + r"(org|tuna|douban)",
            r"python" + r"hosted\.org",
            r"(mirror|mirrors)\." + r"[a-z0-9-]+\.(com|cn|org|edu)",
            r"(index-url|find-links|trusted-host)" + r"\s*[=:]",
            r"/(work|root)" + r"/",
            r"/tmp" + r"/",
            r"/home" + r"/[a-z]",
            r"C:" + r"\\Users",
            r"farm-" + r"studio",
            r"\bissues " + r"(show|list|comment)\b",
        )
    ),
    re.IGNORECASE,
)


def is_ours(folder: str) -> bool:
    """Whether a folder's files are written by us: not set up, built, cached or put out by a program."""
    made = {"__pycache__", "build", "dist", "out", "demo-desk", "demo-desk.part"}
    return folder == ".ci" or not (folder in made or folder.startswith(".") or folder.endswith(".egg-info"))


def our_files() -> list[Path]:
    """Every file of the project that is no dot file. Git is not asked: a machine that only runs the tests may lack it."""
    found: list[Path] = []
    for folder, below, names in os.walk(PROJECT):
        below[:] = [name for name in below if is_ours(name)]
        found += [Path(folder, name) for name in names if not name.startswith(".")]
    return sorted(found)


def python_files() -> list[Path]:
    return [path for path in our_files() if path.suffix == ".py"]


def long_functions(source: str) -> list[str]:
    """Functions longer than allowed, as `name: lines`; the docstring and decorators do not count."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
        lines = (node.end_lineno or 0) - body[0].lineno + 1
        if lines > LONGEST_FUNCTION:
            found.append(f"{node.name}: {lines}")
    return found


def forbidden_in(text: str) -> list[str]:
    """Lines that name a package registry or a place on somebody's machine."""
    return [line.strip() for line in text.splitlines() if FORBIDDEN.search(line)]


def test_there_is_something_to_look_at() -> None:
    assert PROJECT / "frontdesk" / "core" / "errors.py" in python_files()
    assert PROJECT / ".ci" / "run" in our_files()


def test_every_file_is_short() -> None:
    long = {
        str(path.relative_to(PROJECT)): lines
        for path in python_files()
        if path.parent.name != "versions"  # Alembic writes those, table after table
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) >= LONGEST_FILE
    }
    assert not long


def test_every_function_fits_a_screen() -> None:
    long = {
        str(path.relative_to(PROJECT)): found
        for path in python_files()
        if path.parent.name != "versions" and (found := long_functions(path.read_text(encoding="utf-8")))
    }
    assert not long


def test_nothing_names_a_registry_or_a_machine() -> None:
    texts = {
        ".py",
        ".toml",
        ".txt",
        ".md",
        ".cfg",
        ".ini",
        ".json",
        ".yml",
        ".yaml",
        ".sh",
        ".svg",
        ".qss",
        "",
    }
    found = {}
    for path in our_files():
        if path.suffix in texts and not path.name.endswith(("LICENSE.txt", "OFL.txt")):
            lines = forbidden_in(path.read_text(encoding="utf-8"))
            if lines:
                found[str(path.relative_to(PROJECT))] = lines
    assert not found


@pytest.mark.parametrize("line", ["--index-" + "url=x", "see /ro" + "ot/x", "https://pypi" + ".org/simple"])
def test_a_forbidden_line_is_found(line: str) -> None:
    assert forbidden_in(f"good\n{line}\n") == [line]


def test_a_long_function_is_found() -> None:
    body = "\n".join("    x = 1" for _ in range(LONGEST_FUNCTION))
    assert long_functions(f"def short():\n{body}\n") == []
    assert long_functions(f"def long():\n{body}\n    x = 2\n") == [f"long: {LONGEST_FUNCTION + 1}"]


def test_fonts_bring_their_licences() -> None:
    fonts = PROJECT / "resources" / "fonts"
    names = {
        path.name.split(".")[0].split("-")[0] for path in fonts.iterdir() if path.suffix in {".ttf", ".xz"}
    }
    licences = [path for path in fonts.iterdir() if re.search(r"(OFL|LICENSE)\.txt$", path.name)]
    assert names
    for name in names:
        assert any(name.startswith(licence.name.split("-")[0]) for licence in licences), name
    assert all("OPEN FONT LICENSE" in licence.read_text(encoding="utf-8").upper() for licence in licences)
