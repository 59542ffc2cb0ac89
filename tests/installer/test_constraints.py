"""The constraints file: complete, exact, equal to what the tests run on, and without an address."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[2]
TABLE = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME = [Requirement(line) for line in TABLE["dependencies"]]
TESTS = [Requirement(line) for line in TABLE["optional-dependencies"]["test"]]
PIN = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)==([0-9][0-9a-z.]*)(?:  # .+)?")
PLACES = [
    {"sys_platform": system, "platform_system": name, "os_name": kind, "python_version": python}
    for system, name, kind in (("linux", "Linux", "posix"), ("win32", "Windows", "nt"))
    for python in ("3.11", "3.12", "3.13")
]


def pins() -> dict[str, str]:
    """The pinned versions by normalised name."""
    lines = (PROJECT / "installer" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = [PIN.fullmatch(line) for line in lines if line and not line.startswith("#")]
    return {match[1]: match[2] for match in found if match}


def wanted(requirement: Requirement, extras: frozenset[str]) -> bool:
    """Whether any place where the desk runs needs it."""
    marker = requirement.marker
    return marker is None or any(
        marker.evaluate({**place, "python_full_version": place["python_version"] + ".0", "extra": extra})
        for place in PLACES
        for extra in (extras or {""})
    )


def everything_needed() -> set[str]:
    """The names of all packages that the program and its tests draw in, on Linux and on Windows."""
    found: set[str] = set()
    waiting = [*RUNTIME, *TESTS]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in found:
            continue
        found.add(name)
        try:
            below = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # needed on the other system only; that it is pinned is checked all the same
        extras = frozenset(requirement.extras)
        waiting += [each for line in below if wanted(each := Requirement(line), extras)]
    return found


def test_every_line_is_a_pin_a_comment_or_blank() -> None:
    lines = (PROJECT / "installer" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    odd = [line for line in lines if line and not line.startswith("#") and not PIN.fullmatch(line)]
    assert not odd


def test_pins_cover_exactly_what_is_needed() -> None:
    assert set(pins()) == everything_needed()


def test_pins_are_what_the_tests_run_on() -> None:
    installed = {}
    for name in pins():
        try:
            installed[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # Windows only
    assert {name: pins()[name] for name in installed} == installed
    assert set(pins()) - set(installed) <= {"colorama"}


@pytest.mark.parametrize("requirement", [*RUNTIME, *TESTS], ids=lambda each: each.name)
def test_a_pin_satisfies_what_pyproject_asks_for(requirement: Requirement) -> None:
    assert requirement.specifier.contains(pins()[canonicalize_name(requirement.name)])


def test_the_version_of_pyside_that_loses_none_is_shut_out() -> None:
    pyside = next(each for each in RUNTIME if each.name == "PySide6-Essentials")
    assert not pyside.specifier.contains("6.12.0")
    assert pyside.specifier.contains("6.11.3")
