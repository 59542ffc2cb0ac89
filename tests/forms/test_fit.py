"""Breaking and fitting of text: nothing is lost, nothing is wider than its box."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from frontdesk.forms.text import break_lines, fit, height_of, lines_of

TEXTS = st.text(st.sampled_from("漏水厨房，。（）《》「」!?-:ab 09\n"), max_size=80)


def width_of(char: str) -> float:
    return 1.0 if ord(char) >= 0x2E80 else 0.5


@given(TEXTS, st.floats(1.0, 20.0))
def test_every_character_stands_on_a_line_in_order(text: str, ems: float) -> None:
    spans = break_lines(text, ems, width_of)
    said = "".join(text[a:b] for a, b in spans)
    assert said == text.replace("\n", "")


@given(TEXTS, st.floats(2.0, 20.0))
def test_no_line_is_wider_than_its_box(text: str, ems: float) -> None:
    for line in lines_of(text, ems, width_of):
        assert sum(map(width_of, line)) <= ems + 1e-9


@given(TEXTS, st.floats(20, 200), st.floats(9, 60), st.floats(5, 8))
def test_what_is_fitted_and_the_rest_make_the_whole_text(
    text: str, width: float, height: float, least: float
) -> None:
    fitted = fit(text, width, height, width_of, size=9, least=least)
    shown = "".join(fitted.lines)
    said = fitted.rest if fitted.rest == text else shown + fitted.rest
    assert "".join(said.split()) == "".join(text.split())
    assert least <= fitted.size <= 9
    if not fitted.rest:
        assert height_of(len(fitted.lines), fitted.size) <= height + 1e-6


def test_words_and_numbers_are_not_torn() -> None:
    assert lines_of("请拨打13800001234联系", 8, width_of) == ["请拨打", "13800001234联系"]


def test_a_word_wider_than_the_box_is_torn_rather_than_cut() -> None:
    assert "".join(lines_of("a" * 50, 5, width_of)) == "a" * 50


def test_no_closing_mark_begins_a_line_and_no_opening_one_ends_it() -> None:
    for ems in range(2, 9):
        for line in lines_of("地面积水，请尽快（最好今天）来人。", ems, width_of):
            assert line[0] not in "，）。"
            assert line[-1] != "（"


def test_text_is_made_smaller_before_it_goes_on_elsewhere() -> None:
    assert fit("漏水" * 7, 60, 24, width_of, size=9, least=6.5).size < 9
    assert not fit("漏水" * 7, 60, 24, width_of, size=9, least=6.5).rest


def test_a_box_of_one_line_shows_how_a_text_begins_and_all_of_it_goes_on_elsewhere() -> None:
    fitted = fit("工程部水电班组及外协单位", 60, 9, width_of, size=9, least=8, note="…")
    assert fitted.lines == ("工程部水电班组…",)
    assert fitted.rest == "工程部水电班组及外协单位"


def test_the_last_line_says_that_it_goes_on() -> None:
    fitted = fit("漏水" * 100, 60, 24, width_of, size=9, least=6.5, note="接续页")
    assert fitted.lines[-1] == "接续页"
    assert fitted.size == 6.5
    assert fitted.rest
