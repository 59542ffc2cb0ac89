"""What the surroundings do to the file: each is told in one sentence, and nothing written is lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text

from frontdesk.core import journal
from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.errors import FileBusyError, StoppedError, SurroundingsError
from frontdesk.core.paths import DATABASE_NAME
from frontdesk.desk import open_desk
from frontdesk.staff.model import Person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from frontdesk.desk import Desk

posix_only = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")


def hire(desk: Desk, name: str) -> None:
    with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
        work.add(Person(name=name, role="clerk"))


def hire_until_refused(desk: Desk) -> None:
    """Pages that the file has already still take a few."""
    for number in range(2000):
        hire(desk, f"满{number}")


def names(desk: Desk) -> list[str]:
    with desk.context.read() as session:
        assert list(journal.broken_lines(session.connection())) == []
        return list(session.scalars(select(Person.name).order_by(Person.id)))


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another program in the middle of writing to the file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


# -- locked --------------------------------------------------------------------------------------


def test_a_file_held_by_another_program_is_told_within_a_second_and_the_same_call_works_after(
    desk: Desk,
) -> None:
    with held(desk.folder / DATABASE_NAME):
        begun = time.monotonic()
        with pytest.raises(FileBusyError, match="正被另一个程序占用"):
            hire(desk, "甲")
        waited = time.monotonic() - begun
    assert 0.2 < waited < 3  # 0.3 s asked for; the machine may be busy
    hire(desk, "甲")
    assert names(desk) == ["陈晓婧", "甲"]


def test_a_reader_in_another_program_at_the_moment_of_committing_loses_nothing(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.folder / DATABASE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM person").fetchone()
        with pytest.raises(FileBusyError):
            hire(desk, "甲")
        other.execute("COMMIT")
    hire(desk, "乙")
    assert names(desk) == ["陈晓婧", "乙"]


def test_a_file_held_while_the_desk_opens_is_told_in_words(desk: Desk) -> None:
    desk.close()
    with held(desk.folder / DATABASE_NAME), pytest.raises(FileBusyError):
        open_desk(desk.folder)
    open_desk(desk.folder).close()


# -- no room -------------------------------------------------------------------------------------


def on_small_disk(test: Callable[[Path], None]) -> Callable[[Path, pytest.FixtureRequest], None]:
    """The test gets a file system of two megabytes. Who is not root makes one as root of a namespace of its own."""

    def on_it(tmp_path: Path, request: pytest.FixtureRequest) -> None:
        if sys.platform != "linux":
            pytest.skip("a small file system is made on Linux only")
        if os.geteuid() != 0:
            _in_own_namespace(request, tmp_path)
            return
        place = tmp_path / "small disk"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
        if subprocess.run(command, capture_output=True, check=False).returncode != 0:
            pytest.skip("this machine lets nobody mount")
        try:
            test(place)
        finally:
            subprocess.run(["umount", "-l", str(place)], check=True)

    on_it.__name__, on_it.__doc__ = test.__name__, test.__doc__
    return on_it


def _in_own_namespace(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    root_here = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*root_here, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("neither root, nor allowed a namespace of one's own")
    again = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", request.node.nodeid]
    again.append(f"--basetemp={tmp_path / 'again'}")
    child = subprocess.run(
        [*root_here, *again], cwd=request.config.rootpath, capture_output=True, text=True, check=False
    )
    assert child.returncode == 0, child.stdout
    assert "1 passed" in child.stdout, child.stdout


def fill(folder: Path) -> Path:
    ballast = folder / "holiday film"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"\1" * 4096):
                pass
        except OSError:
            pass
    return ballast


@on_small_disk
def test_a_full_disk_is_told_and_nothing_is_lost_and_it_goes_on_when_there_is_room(small_disk: Path) -> None:
    desk = open_desk(small_disk / "desk", create=True)
    hire(desk, "先")
    film = fill(small_disk)
    with pytest.raises(SurroundingsError, match="磁盘已满"):
        hire_until_refused(desk)
    kept = names(desk)  # reading goes on at no byte free
    assert kept[0] == "先"
    film.unlink()
    hire(desk, "后")
    assert names(desk) == [*kept, "后"]
    desk.close()


@on_small_disk
def test_a_desk_on_a_full_disk_is_not_begun_half(small_disk: Path) -> None:
    film = fill(small_disk)
    with pytest.raises(SurroundingsError, match="磁盘"):
        open_desk(small_disk / "desk", create=True)
    assert not (small_disk / "desk" / DATABASE_NAME).exists()
    film.unlink()
    open_desk(small_disk / "desk", create=True).close()


@on_small_disk
def test_a_desk_whose_disk_is_full_at_the_start_is_told_so(small_disk: Path) -> None:
    open_desk(small_disk / "desk", create=True).close()
    fill(small_disk)
    with pytest.raises(SurroundingsError, match="磁盘已满"):
        open_desk(small_disk / "desk")


def test_a_file_that_may_not_grow_is_told_as_a_full_disk_everywhere(desk: Desk) -> None:
    with desk.database.read() as session:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        session.execute(text(f"PRAGMA max_page_count={pages}"))
    with pytest.raises(SurroundingsError, match="磁盘已满"):
        hire_until_refused(desk)
    kept = names(desk)
    with desk.database.read() as session:
        session.execute(text("PRAGMA max_page_count=1000000"))
    hire(desk, "后")
    assert names(desk) == [*kept, "后"]


# -- not to be written ---------------------------------------------------------------------------


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root writes anywhere: become nobody for the while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def reachable(tmp_path: Path) -> None:
    """Folders that nobody may pass through, though not write to."""
    for folder in (tmp_path, *tmp_path.parents[:3]):
        if folder.owner() == "root" and os.geteuid() == 0 and folder.stat().st_mode & 0o005 != 0o005:
            folder.chmod(folder.stat().st_mode | 0o055)


@posix_only
@pytest.mark.usefixtures("reachable")
def test_a_read_only_folder_opens_for_reading_says_so_and_refuses_to_write(desk: Desk) -> None:
    desk.close()
    path = desk.folder / DATABASE_NAME
    path.chmod(0o444)
    desk.folder.chmod(0o555)
    before = path.read_bytes()
    with as_nobody():
        again = open_desk(desk.folder)
        assert again.read_only
        assert names(again) == ["陈晓婧"]
        with pytest.raises(SurroundingsError, match="只能读"):
            hire(again, "甲")
        again.close()
    desk.folder.chmod(0o755)
    assert path.read_bytes() == before


@posix_only
@pytest.mark.usefixtures("reachable")
def test_a_read_only_file_in_a_writable_folder_is_told_in_words(desk: Desk) -> None:
    desk.close()
    (desk.folder / DATABASE_NAME).chmod(0o444)
    desk.folder.chmod(0o777)
    with as_nobody():
        again = open_desk(desk.folder)
        assert again.read_only
        assert names(again) == ["陈晓婧"]
        with pytest.raises(SurroundingsError, match="只能读"):
            hire(again, "甲")
        again.close()


@posix_only
@pytest.mark.usefixtures("reachable")
def test_a_file_that_may_not_be_read_is_told_in_words(desk: Desk) -> None:
    desk.close()
    (desk.folder / DATABASE_NAME).chmod(0o000)
    with as_nobody(), pytest.raises(SurroundingsError, match="读不了"):
        open_desk(desk.folder)


@posix_only
@pytest.mark.usefixtures("reachable")
def test_a_place_where_no_folder_can_be_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0o555)
    with as_nobody(), pytest.raises(SurroundingsError, match="无法在这里新建"):
        open_desk(tmp_path / "shut" / "desk", create=True)


# -- damaged -------------------------------------------------------------------------------------


def test_a_page_written_over_is_told_as_damage(desk: Desk) -> None:
    for number in range(300):
        hire(desk, f"员工{number}")
    desk.close()
    path = desk.folder / DATABASE_NAME
    with closing(sqlite3.connect(path)) as raw:
        (root,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'person'").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(os.urandom(4096))
    again = open_desk(desk.folder)
    with pytest.raises(SurroundingsError, match="有损坏"), again.context.read() as session:
        session.scalar(select(func.sum(func.length(Person.name))))
    assert again.database.damage() != []
    again.close()


def test_a_sound_file_has_no_damage(desk: Desk) -> None:
    assert desk.database.damage() == []


def test_the_file_is_read_on_while_it_is_checked_and_the_check_can_be_stopped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("frontdesk.core.database.INSTRUCTIONS_BETWEEN_LOOKS", 10)
    read: list[int | None] = []

    def look() -> bool:
        with desk.database.read() as session:
            read.append(session.scalar(select(func.count()).select_from(Person)))
        return len(read) > 20

    with pytest.raises(StoppedError, match="没有任何改动"):
        desk.database.damage(look)
    assert read == [1] * 21


def test_rows_that_point_to_nothing_are_damage(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.folder / DATABASE_NAME)) as raw, raw:
        raw.execute("INSERT INTO sign_in_try (person_id, failures) VALUES (99, 1)")
    assert desk.database.damage() == ["sign_in_try 99 → person"]
