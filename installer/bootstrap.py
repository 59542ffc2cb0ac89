"""Set up the desk on a fresh machine, then run it or its tests. Needs Python and nothing else.

    python3 installer/bootstrap.py run [-- ARGUMENTS FOR THE PROGRAM]
    python3 installer/bootstrap.py test [-- ARGUMENTS FOR PYTEST]

`.venv` in the project's folder is the only place that packages go to; they come from wherever pip on this
machine is told to look. A stamp in it remembers what was set up, so that the next start does nothing twice.
Exit codes: the program's or pytest's own, or one of `EXIT_…` below.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TextIO

EXIT_PYTHON = 10  # this Python cannot be used: too old, 32 bits, or without the venv module
EXIT_PACKAGES = 11  # the packages could not be installed
EXIT_SYSTEM = 12  # system libraries are missing and could not be installed
EXIT_DEMO = 13  # the demonstration estate could not be made
EXIT_STOPPED = 130  # Ctrl+C, as shells have it

PROJECT = Path(__file__).resolve().parent.parent
CONSTRAINTS = PROJECT / "installer" / "constraints.txt"
VENV = PROJECT / ".venv"
STAMP = VENV / "set-up.json"
DEMO = PROJECT / "demo-desk"
OUT = PROJECT / "out"

OLDEST_PYTHON = (3, 11)

# The parts of the Qt wheel that the desk loads, each asked for the system libraries it wants.
QT_PARTS = (
    "QtWidgets.abi3.so",
    "QtNetwork.abi3.so",
    "QtPrintSupport.abi3.so",
    "QtSvg.abi3.so",
    "QtTest.abi3.so",
    "Qt/plugins/platforms/libqoffscreen.so",
    "Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so",
    "Qt/plugins/imageformats/libqsvg.so",
)
QT_SCREEN_PARTS = (
    "Qt/plugins/platforms/libqxcb.so",
    "Qt/plugins/platforms/libqwayland.so",
    "Qt/plugins/platforms/libqwayland-generic.so",
    "Qt/plugins/printsupport/libcupsprintersupport.so",
)

# Libraries whose Debian package does not follow the rule in `debian_name`.
DEBIAN_PACKAGES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgio-2.0.so.0": "libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libz.so.1": "zlib1g",
}


class SetUpError(Exception):
    """The set-up cannot go on; the message is said to the user, `code` is what the process exits with."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # none in a process without a console
            stream.reconfigure(errors="replace")  # a console without Chinese shows marks instead of failing
    wish = parse(arguments)
    try:
        check_python()
        set_up(wish.command, screen=has_screen())
        return run_tests(wish.rest) if wish.command == "test" else run_desk(wish.rest)
    except SetUpError as error:
        say(f"✗ {error}", to=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return EXIT_STOPPED


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line as `command` ("run" or "test") and `rest` (what is passed on)."""
    parser = argparse.ArgumentParser(
        description="在一台新电脑上准备好物业前台，然后打开它，或运行全部测试。",
        epilog="退出码：程序或 pytest 自己的；10 Python 不合，11 装不上程序包，12 缺系统库，13 做不成演示。",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=("run", "test"), help="run 打开演示小区的前台；test 运行全部测试")
    parser.add_argument("rest", nargs="*", metavar="参数", help="写在 -- 之后，原样交给程序或 pytest")
    return parser.parse_args(arguments)


def say(text: str, to: TextIO | None = None, end: str = "\n") -> None:
    """Print now, before whatever a child process prints."""
    print(text, file=to or sys.stdout, end=end, flush=True)


def has_screen() -> bool:
    """Whether a window can be shown here."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def is_root() -> bool:
    """Whether system packages may be installed."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


# ---- what is set up -----------------------------------------------------------------------------------


def set_up(command: str, screen: bool) -> None:
    """Bring `.venv` and the system libraries to where `command` needs them; nothing if they are there."""
    print_of_it = fingerprint()
    done = read_stamp(print_of_it)
    wanted = {command} | ({"screen"} if screen else set())
    if "test" in done:
        done.add("run")  # the tests' packages are the program's and more
    if wanted <= done:
        return
    if command not in done:
        make_venv()
        install_packages(command)
    if sys.platform.startswith("linux"):
        provide_libraries(screen)
    STAMP.write_text(json.dumps({"of": print_of_it, "done": sorted(done | wanted)}), encoding="utf-8")


def fingerprint() -> str:
    """Changes with whatever makes a finished set-up stale: pins, Python, this script, the folder's place."""
    digest = hashlib.sha256(f"{sys.version}|{platform.machine()}|{PROJECT}".encode())
    for path in (PROJECT / "pyproject.toml", CONSTRAINTS, Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read_stamp(print_of_it: str) -> set[str]:
    """What the last set-up with this fingerprint finished; empty when there was none."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        return set(stamp["done"]) if stamp["of"] == print_of_it and venv_python().exists() else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def check_python() -> None:
    """Raise SetUpError when this interpreter cannot carry the program."""
    found = "{}.{}".format(*sys.version_info)
    if sys.version_info < OLDEST_PYTHON:
        raise SetUpError(
            f"需要 Python 3.11 或更新的版本，这里是 {found}；请装好新版后用它重新运行。", EXIT_PYTHON
        )
    if sys.maxsize < 2**32:
        raise SetUpError(f"需要 64 位的 Python，这里的 Python {found} 是 32 位的。", EXIT_PYTHON)


def venv_python() -> Path:
    """The interpreter inside `.venv`."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_venv() -> None:
    """Make `.venv` with pip in it, unless one of this Python version stands there and works."""
    if venv_works():
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        provide_venv_module()
    say("正在建立虚拟环境 .venv …")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], check=False, capture_output=True, text=True
    )
    if made.returncode != 0:
        say(made.stdout + made.stderr, to=sys.stderr)
        raise SetUpError(
            f"虚拟环境建不起来（原因见上）：请检查 {PROJECT} 是否可写、磁盘是否已满。", EXIT_PYTHON
        )


def venv_works() -> bool:
    """Whether `.venv` has pip and is of the Python that runs this."""
    if not venv_python().exists():
        return False
    ask = "import sys, pip; print('{}.{}.{}'.format(*sys.version_info))"
    answer = subprocess.run([str(venv_python()), "-c", ask], check=False, capture_output=True, text=True)
    return answer.stdout.strip() == "{}.{}.{}".format(*sys.version_info)


def provide_venv_module() -> None:
    """Debian keeps `ensurepip` in a package of its own: install it as root, else say which."""
    package = "python{}.{}-venv".format(*sys.version_info)
    if not apt_install([package]):
        raise SetUpError(
            f"这里的 Python 不能建立虚拟环境。请以管理员身份运行 apt-get install {package}，再重新运行。",
            EXIT_PYTHON,
        )


def install_packages(command: str) -> None:
    """Install the program at the pinned versions, with the tests' tools for `test`."""
    what = str(PROJECT) + ("[test]" if command == "test" else "")
    say("正在安装程序包（第一次需要几分钟）", end="")
    pip = [str(venv_python()), "-m", "pip", "install", "--disable-pip-version-check"]
    told: list[str] = []
    with subprocess.Popen(
        [*pip, "-c", str(CONSTRAINTS), "-e", what],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            told.append(line)
            if line.lstrip().startswith(("Collecting", "Downloading", "Installing")):
                say("·", end="")  # pip's own talk is long and English: a dot for each step will do
    say("")
    if process.returncode != 0:
        say("".join(told), to=sys.stderr)
        raise SetUpError(
            "程序包没有装成（原因见上）：请检查网络和 pip 的配置；再运行一次会从断开的地方继续。",
            EXIT_PACKAGES,
        )


# ---- the system libraries that Qt's wheel expects -----------------------------------------------------


def provide_libraries(screen: bool) -> None:
    """Install the system libraries that are missing, or raise SetUpError with their packages' names.

    As root the window's libraries come too, display or not, so that a later start has them.
    """
    needed = missing_libraries(screen)
    if not needed and not (is_root() and missing_libraries(screen=True)):
        return
    apt_install(packages_of(missing_libraries(screen=True)) if is_root() else [])
    still = missing_libraries(screen)
    if not still:
        if missing_libraries(screen=True):
            say("窗口要用的系统库没有装成（原因见上）；没有屏幕时用不到，继续。")
        return
    packages = packages_of(still)
    say("缺少的系统库：" + "、".join(sorted(still)), to=sys.stderr)
    raise SetUpError(
        "Qt 需要的系统库还没有装，而这里不能自动安装。请以管理员身份运行："
        f"apt-get install {' '.join(packages)}，然后再运行一次。",
        EXIT_SYSTEM,
    )


def missing_libraries(screen: bool) -> set[str]:
    """The names (`libEGL.so.1`) of libraries that Qt's files ask for and the system lacks."""
    ldd = shutil.which("ldd")
    if ldd is None:
        return set()  # not a glibc system: Qt itself will say what it lacks
    wheel = next(VENV.glob("lib/python3*/site-packages/PySide6"))
    parts = [wheel / part for part in QT_PARTS + (QT_SCREEN_PARTS if screen else ())]
    present = [str(part) for part in parts if part.exists()]
    answer = subprocess.run(
        [ldd, *present], check=False, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}
    )
    return set(re.findall(r"^\s*(\S+) => not found", answer.stdout, re.MULTILINE))


def packages_of(libraries: set[str]) -> list[str]:
    """The Debian packages of these libraries, sorted: `libxcb-cursor.so.0` is in `libxcb-cursor0`."""
    return sorted({DEBIAN_PACKAGES.get(name) or debian_name(name) for name in libraries})


def debian_name(library: str) -> str:
    """Debian's rule for a library's package: its name in lower case, then its version."""
    stem, _, version = library.partition(".so")
    version = version.lstrip(".")
    dash = "-" if stem[-1:].isdigit() and version else ""
    return f"{stem}{dash}{version}".lower().replace("_", "-")


def apt_install(packages: list[str]) -> bool:
    """Install Debian packages as root. False when it may not, cannot, or fails; the reason is printed."""
    apt = shutil.which("apt-get")
    if not packages or apt is None or not is_root():
        return False
    say("正在安装系统组件：" + " ".join(packages))
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [apt, "install", "-y", "-qq", "--no-install-recommends"]
    if apt_call([*install, *packages], quiet):
        return True
    if not apt_call([apt, "update", "-qq"], quiet, tell=True):
        return False
    # One name that this release spells otherwise must not keep the others out.
    known = [name for name in packages if apt_call([apt, "install", "-s", "-qq", name], quiet)]
    return bool(known) and apt_call([*install, *known], quiet, tell=True) and known == packages


def apt_call(command: list[str], env: dict[str, str], tell: bool = False) -> bool:
    """Whether one call of apt-get went well; its output is shown only when asked for and it failed."""
    done = subprocess.run(command, env=env, check=False, capture_output=True, text=True)
    if done.returncode != 0 and tell:
        say(done.stdout + done.stderr, to=sys.stderr)
    return done.returncode == 0


# ---- what is run --------------------------------------------------------------------------------------


def run_tests(rest: list[str]) -> int:
    """All tests; the last line printed is pytest's own, the exit code too."""
    return call("-m", "pytest", *rest)


def run_desk(rest: list[str]) -> int:
    """The desk with the demonstration estate; without a display its work is done headless, into `out/`.

    Arguments are for the program: it is then called as it is, with the demonstration's data unless they
    name other data.
    """
    own_data = any(argument.split("=")[0] == "--data" for argument in rest)
    if not own_data:
        make_demonstration()
    data = [] if own_data else ["--data", str(DEMO)]
    if rest or has_screen():
        return call("-m", "frontdesk", *data, *rest)
    say("这里没有屏幕：改为无界面演示（来电 → 服务单 → 四联 PDF，各页截图）…")
    code = call("-m", "ui.headless_tour", "--data", str(DEMO), "--out", str(OUT), QT_QPA_PLATFORM="offscreen")
    if code == 0:
        say(f"做好了，文件在：{OUT}")
        for path in sorted(path for path in OUT.rglob("*") if path.is_file()):
            say(f"  {path.relative_to(PROJECT)}")
    return code


def make_demonstration() -> None:
    """Make the demonstration estate once, in `demo-desk/`; a half-made one is thrown away first."""
    if DEMO.exists():
        return
    half = DEMO.with_name(DEMO.name + ".part")
    shutil.rmtree(half, ignore_errors=True)
    say("正在做演示小区的数据（只做一次）…")
    if call("-m", "frontdesk", "--data", str(half), "demo") != 0:
        raise SetUpError("演示数据没有做成（原因见上）。", EXIT_DEMO)
    half.rename(DEMO)


def call(*arguments: str, **environment: str) -> int:
    """Run `.venv`'s Python in the project's folder; returns its exit code, 128 + n for a signal."""
    done = subprocess.run(
        [str(venv_python()), *arguments], cwd=PROJECT, env={**os.environ, **environment}, check=False
    )
    return done.returncode if done.returncode >= 0 else 128 - done.returncode


if __name__ == "__main__":
    sys.exit(main())
