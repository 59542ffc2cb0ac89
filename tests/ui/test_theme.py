"""Two themes of the same tokens, readable in both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QPalette

from frontdesk.core.paths import resource
from ui import theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from ui.theme import Appearance

GROUNDS = ("ground", "surface", "zebra", "hover", "accent_soft")
TOGETHER = [
    *[(text, ground) for text in ("text", "muted") for ground in (*GROUNDS, "neutral_soft")],
    *[("accent_text", ground) for ground in GROUNDS],
    *[(tone, f"{tone}_soft") for tone in ("danger", "warn", "ok", "info", "neutral")],
    *[(tone, ground) for tone in ("danger", "warn", "ok") for ground in ("surface", "ground")],
    *[
        (word, f"accent{state}")
        for word in ("on_accent", "on_accent_muted")
        for state in ("", "_hover", "_pressed")
    ],
]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TOGETHER)
def test_text_stands_out_from_its_ground(name: str, text: str, ground: str) -> None:
    tokens = theme.load_theme(name).tokens
    assert contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "surface", "accent_soft"])
def test_the_focus_ring_stands_out(name: str, ground: str) -> None:
    tokens = theme.load_theme(name).tokens
    assert contrast(tokens["focus"], tokens[ground]) >= 3


def test_both_themes_have_the_same_tokens() -> None:
    assert set(theme.load_theme("light").tokens) == set(theme.load_theme("dark").tokens)


def test_each_token_is_used_somewhere() -> None:
    sources = [resource("themes", "style.qss"), *resource("..", "ui").rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    tones = {"neutral", "info", "ok", "warn", "danger"}  # named by pages, painted by Pill and Notice
    tones |= {f"{tone}_soft" for tone in tones}
    unused = [
        token
        for token in theme.load_theme("light").tokens
        if token not in tones and not re.search(rf"[$\"]{token}\b", text)
    ]
    assert unused == []


def test_the_style_sheet_knows_no_colour_of_its_own() -> None:
    sheet = resource("themes", "style.qss").read_text(encoding="utf-8")
    assert re.findall(r":[^;{]*#[0-9A-Fa-f]{3,8}\b[^;{]*;", sheet) == []


def test_the_application_wears_what_is_chosen(appearance: Appearance, qapp: QApplication) -> None:
    changes = []
    appearance.changed.connect(lambda: changes.append(theme.current_theme().name))
    appearance.set_setting("dark")
    assert theme.current_theme().is_dark
    assert qapp.palette().color(QPalette.ColorRole.Window) == theme.color("ground")
    assert theme.load_theme("dark").tokens["surface"] in qapp.styleSheet()
    appearance.set_setting("light")
    assert changes == ["dark", "light"]


def test_the_systems_choice_is_followed_unless_told_otherwise(
    appearance: Appearance, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in qapp.findChildren(theme.Appearance):  # those that other tests' windows left behind
        each.set_setting("light")
    monkeypatch.setattr(theme, "system_is_dark", lambda _app: True)
    tell = qapp.styleHints().colorSchemeChanged
    tell.emit(Qt.ColorScheme.Dark)
    assert not theme.current_theme().is_dark, "light was chosen"
    appearance.set_setting("system")
    assert theme.current_theme().is_dark
    monkeypatch.setattr(theme, "system_is_dark", lambda _app: False)
    tell.emit(Qt.ColorScheme.Light)
    assert not theme.current_theme().is_dark


def test_an_unknown_setting_is_refused(appearance: Appearance) -> None:
    with pytest.raises(ValueError, match="pink"):
        appearance.set_setting("pink")


def test_the_program_brings_its_own_chinese_font(qapp: QApplication) -> None:
    assert theme.FAMILY in QFontDatabase.families()
    assert qapp.font().family() == theme.FAMILY
