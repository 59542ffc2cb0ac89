"""The font for rare names: unpacked once, only when such a name comes, and also where nothing can be kept."""

from __future__ import annotations

import io
import lzma
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from frontdesk.forms import fonts


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path / "cache"))
    path = tmp_path / "Rare.ttf.xz"
    path.write_bytes(lzma.compress(b"glyphs"))
    return path


def test_it_is_unpacked_once_and_kept(packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = fonts._unpacked(packed)
    assert isinstance(kept, str)
    assert Path(kept).read_bytes() == b"glyphs"
    monkeypatch.setattr(lzma, "decompress", None)
    assert fonts._unpacked(packed) == kept
    assert [path.name for path in Path(kept).parent.iterdir()] == [Path(kept).name]


def test_another_version_of_the_font_is_not_taken_for_this_one(packed: Path) -> None:
    first = fonts._unpacked(packed)
    packed.write_bytes(lzma.compress(b"other glyphs, and more of them"))
    assert fonts._unpacked(packed) != first


def test_where_nothing_can_be_kept_it_is_read_from_memory(packed: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    unpacked = fonts._unpacked(packed)
    assert isinstance(unpacked, io.BytesIO)
    assert unpacked.read() == b"glyphs"


def test_only_a_rare_ideograph_costs_the_unpacking() -> None:
    code = (
        "from frontdesk.forms.fonts import font_book\n"
        "book, missing = font_book(), {}\n"
        "assert book.clean('欧阳㛃䶮喆赟😀 naïve', missing) == '欧阳㛃䶮喆赟〓 naïve', missing\n"
        "assert book._rare is None\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_was_measured_before_it_was_cleaned_is_still_marked_as_missing() -> None:
    book, missing = fonts.FontBook(), dict[str, None]()
    book.width("😀", 9.0)
    assert book.clean("谢谢😀", missing) == "谢谢〓"
    assert list(missing) == ["😀"]
