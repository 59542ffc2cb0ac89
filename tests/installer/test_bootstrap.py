"""The set-up script, with the machine around it (pip, apt, the libraries) replaced where it must be."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).parents[2]
SCRIPT = PROJECT / "installer" / "bootstrap.py"


@pytest.fixture
def bootstrap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script as a module, working in an empty folder."""
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, folder in {"VENV": ".venv", "DEMO": "demo-desk", "OUT": "out"}.items():
        monkeypatch.setattr(module, name, tmp_path / folder)
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "set-up.json")
    return module


@pytest.fixture
def steps(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a set-up did, with pip, venv and the libraries outside."""
    done: list[str] = []

    def make() -> None:
        done.append("venv")
        bootstrap.venv_python().parent.mkdir(parents=True, exist_ok=True)
        bootstrap.venv_python().touch()

    monkeypatch.setattr(bootstrap, "make_venv", make)
    monkeypatch.setattr(bootstrap, "install_packages", lambda command: done.append(f"packages for {command}"))
    monkeypatch.setattr(
        bootstrap, "provide_libraries", lambda screen: done.append(f"libraries, screen {screen}")
    )
    monkeypatch.setattr(sys, "platform", "linux")
    return done


@pytest.fixture
def calls(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The programs that were called; making the demonstration makes its folder."""
    made: list[tuple[str, ...]] = []

    def call(*arguments: str, **environment: str) -> int:
        made.append(arguments)
        if arguments[-1] == "demo":
            Path(arguments[3]).mkdir()
        return 0

    monkeypatch.setattr(bootstrap, "call", call)
    return made


def test_a_second_start_sets_nothing_up(bootstrap: ModuleType, steps: list[str]) -> None:
    bootstrap.set_up("run", screen=False)
    assert steps == ["venv", "packages for run", "libraries, screen False"]
    steps.clear()
    bootstrap.set_up("run", screen=False)
    assert steps == []


def test_the_tests_packages_are_enough_for_a_run_but_not_the_other_way(
    bootstrap: ModuleType, steps: list[str]
) -> None:
    bootstrap.set_up("run", screen=False)
    bootstrap.set_up("test", screen=False)
    assert steps.count("packages for test") == 1
    steps.clear()
    bootstrap.set_up("run", screen=False)
    bootstrap.set_up("test", screen=False)
    assert steps == []


def test_the_first_start_with_a_screen_looks_for_the_windows_libraries(
    bootstrap: ModuleType, steps: list[str]
) -> None:
    bootstrap.set_up("run", screen=False)
    steps.clear()
    bootstrap.set_up("run", screen=True)
    assert steps == ["libraries, screen True"]


def test_new_pins_are_installed(
    bootstrap: ModuleType, steps: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bootstrap.set_up("run", screen=False)
    steps.clear()
    newer = tmp_path / "constraints.txt"
    newer.write_text("pyside6-essentials==6.13.1\n")
    monkeypatch.setattr(bootstrap, "CONSTRAINTS", newer)
    bootstrap.set_up("run", screen=False)
    assert "packages for run" in steps


@pytest.mark.parametrize("text", ["", "[]", "{", '{"of": 1}', "null"])
def test_a_spoilt_stamp_means_a_new_set_up(bootstrap: ModuleType, steps: list[str], text: str) -> None:
    bootstrap.set_up("run", screen=False)
    bootstrap.STAMP.write_text(text)
    steps.clear()
    bootstrap.set_up("run", screen=False)
    assert "packages for run" in steps


def test_a_failed_set_up_leaves_no_stamp(
    bootstrap: ModuleType, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(screen: bool) -> None:
        raise bootstrap.SetUpError("缺", bootstrap.EXIT_SYSTEM)

    monkeypatch.setattr(bootstrap, "provide_libraries", fail)
    with pytest.raises(bootstrap.SetUpError):
        bootstrap.set_up("run", screen=False)
    assert not bootstrap.STAMP.exists()


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libEGL.so.1", "libegl1"),
        ("libGL.so.1", "libgl1"),
        ("libxkbcommon.so.0", "libxkbcommon0"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libfontconfig.so.1", "libfontconfig1"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxcb-icccm.so.4", "libxcb-icccm4"),
        ("libxcb-render-util.so.0", "libxcb-render-util0"),
        ("libX11.so.6", "libx11-6"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libgssapi_krb5.so.2", "libgssapi-krb5-2"),
        ("libwayland-cursor.so.0", "libwayland-cursor0"),
        ("libcups.so.2", "libcups2"),
        ("libz.so.1", "zlib1g"),
        ("libbrotlidec.so.1", "libbrotli1"),
    ],
)
def test_a_missing_library_is_traced_to_its_debian_package(
    bootstrap: ModuleType, library: str, package: str
) -> None:
    assert bootstrap.packages_of({library}) == [package]


def test_without_rights_the_exact_packages_are_named(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "is_root", lambda: False)
    monkeypatch.setattr(bootstrap, "missing_libraries", lambda screen: {"libEGL.so.1", "libGL.so.1"})
    with pytest.raises(bootstrap.SetUpError, match="apt-get install libegl1 libgl1，") as caught:
        bootstrap.provide_libraries(screen=False)
    assert caught.value.code == bootstrap.EXIT_SYSTEM


def test_root_installs_the_windows_libraries_too(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = {"libxcb-cursor.so.0"}
    monkeypatch.setattr(bootstrap, "is_root", lambda: True)
    monkeypatch.setattr(bootstrap, "missing_libraries", lambda screen: set(missing) if screen else set())
    asked: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "apt_install", lambda packages: asked.append(packages) or missing.clear())
    bootstrap.provide_libraries(screen=False)
    assert asked == [["libxcb-cursor0"]]


def test_a_desk_without_a_screen_needs_no_window_library(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "is_root", lambda: True)
    monkeypatch.setattr(bootstrap, "apt_install", lambda packages: False)
    monkeypatch.setattr(
        bootstrap, "missing_libraries", lambda screen: {"libxcb-cursor.so.0"} if screen else set()
    )
    bootstrap.provide_libraries(screen=False)
    assert "没有屏幕时用不到" in capsys.readouterr().out


def test_a_python_without_venv_names_its_debian_package(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(bootstrap, "is_root", lambda: False)
    package = "python{}.{}-venv".format(*sys.version_info)
    with pytest.raises(bootstrap.SetUpError, match=f"apt-get install {package}，") as caught:
        bootstrap.make_venv()
    assert caught.value.code == bootstrap.EXIT_PYTHON


def test_a_package_name_that_this_release_lacks_does_not_keep_the_others_out(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[str] = []

    def apt(command: list[str], env: dict[str, str], tell: bool = False) -> bool:
        names = [word for word in command if word.startswith("lib")]
        if "libodd1" in names:
            return False
        installed.extend([] if "-s" in command else names)
        return True

    monkeypatch.setattr(bootstrap, "apt_call", apt)
    monkeypatch.setattr(bootstrap, "is_root", lambda: True)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: name)
    assert not bootstrap.apt_install(["libegl1", "libodd1", "libgl1"])
    assert installed == ["libegl1", "libgl1"]


@pytest.mark.parametrize("version", [(3, 10, 12), (3, 8, 0)])
def test_an_old_python_is_refused_in_words(
    bootstrap: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    version: tuple[int, ...],
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    assert bootstrap.main(["run"]) == bootstrap.EXIT_PYTHON
    assert "需要 Python 3.11" in capsys.readouterr().err


def test_the_demonstration_is_made_once_and_never_half(
    bootstrap: ModuleType, calls: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "has_screen", lambda: True)
    bootstrap.run_desk([])
    bootstrap.run_desk([])
    assert [call[-1] for call in calls] == ["demo", str(bootstrap.DEMO), str(bootstrap.DEMO)]
    assert bootstrap.DEMO.is_dir()


def test_a_demonstration_that_fails_is_not_taken_for_one(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "call", lambda *arguments, **environment: 1)
    with pytest.raises(bootstrap.SetUpError):
        bootstrap.run_desk([])
    assert not bootstrap.DEMO.exists()


def test_without_a_screen_the_tour_is_taken_and_its_files_are_named(
    bootstrap: ModuleType,
    calls: list[tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bootstrap, "has_screen", lambda: False)
    monkeypatch.setattr(bootstrap, "PROJECT", bootstrap.OUT.parent)
    bootstrap.OUT.mkdir()
    (bootstrap.OUT / "F-ORDER.pdf").touch()
    assert bootstrap.run_desk([]) == 0
    assert calls[-1][:2] == ("-m", "ui.headless_tour")
    assert str(Path("out") / "F-ORDER.pdf") in capsys.readouterr().out


def test_arguments_go_to_the_program_and_named_data_replaces_the_demonstration(
    bootstrap: ModuleType, calls: list[tuple[str, ...]]
) -> None:
    bootstrap.run_desk(["--data", "D:/desk", "verify"])
    assert calls == [("-m", "frontdesk", "--data", "D:/desk", "verify")]


def test_the_command_line_splits_at_the_double_dash(bootstrap: ModuleType) -> None:
    wish = bootstrap.parse(["test", "--", "-k", "order"])
    assert (wish.command, wish.rest) == ("test", ["-k", "order"])


def test_help_is_in_chinese_and_names_the_exit_codes() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "utf8", str(SCRIPT), "--help"],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    assert "演示小区" in done.stdout
    assert "12 缺系统库" in done.stdout


def test_only_the_standard_library_is_imported() -> None:
    ask = f"import runpy, sys; runpy.run_path({str(SCRIPT)!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", ask], capture_output=True, text=True, check=True)
    ours = {name.split(".")[0] for name in done.stdout.split()}
    assert ours - {"__main__"} <= set(sys.stdlib_module_names)


def test_the_ci_command_is_the_test_command_and_nothing_more() -> None:
    lines = [
        line
        for line in (PROJECT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    assert lines == ['cd "$(dirname "$0")/.." && exec python3 installer/bootstrap.py test']


def test_the_stamp_says_what_was_done(bootstrap: ModuleType, steps: list[str]) -> None:
    bootstrap.set_up("test", screen=True)
    assert json.loads(bootstrap.STAMP.read_text())["done"] == ["screen", "test"]
