"""The entry form: from the fields, by keyboard, and nothing typed is lost by a refusal."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from frontdesk.calls.register import PhraseRow
from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Choice, Field, Kind
from ui.register.choice_editors import ComboEditor, SegmentEditor, editor_for
from ui.register.editors import LineEditor, LongTextEditor
from ui.register.entry_form import EntryForm
from ui.widgets.flow_columns import FlowColumns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from frontdesk.core.clock import FixedClock

CATEGORIES = tuple(
    Choice(key, f"{key} {word}") for key, word in zip("ABCD", ("投诉", "询问", "需求", "其它"), strict=True)
)
MANY = tuple(Choice(f"k{i}", f"部门{i}") for i in range(9))
FIELDS = (
    Field("unit", "房间号", Kind.UNIT, required=True),
    Field("caller", "来电人", max_length=6),
    Field("phone", "来电号码", Kind.PHONE),
    Field("reason", "来电缘由", Kind.LONG_TEXT, required=True, max_length=20),
    Field("category", "信息类别", Kind.CHOICE, choices=CATEGORIES),
    Field("department", "转交部门", Kind.CHOICE, choices=MANY),
    Field("promise", "承诺回复", Kind.MOMENT),
    Field("day", "预约日期", Kind.DATE),
    Field("fee", "预计费用", Kind.MONEY),
    Field("pieces", "件数", Kind.INTEGER),
    Field("urgent", "急修", Kind.FLAG),
)
VALUES: dict[str, Any] = {
    "unit": "3-2-1102",
    "caller": "王㛃",
    "phone": "010-8886 8888",
    "reason": "厨房下水堵塞",
    "category": "C",
    "department": "k3",
    "promise": datetime(2026, 11, 21, 12, 0, tzinfo=UTC),
    "day": date(2026, 12, 1),
    "fee": 1250,
    "pieces": 3,
    "urgent": True,
}


class KnownPhrases:
    """Two phrases, as the desk's service gives them."""

    ROWS = (PhraseRow(1, "cfds", "厨房下水堵塞", 9), PhraseRow(2, "cfls", "厨房漏水<b>", 2))

    def expand(self, code: str) -> str | None:
        return next((row.text for row in self.ROWS if row.code == code), None)

    def phrases(self, beginning: str = "", most: int = 100) -> list[PhraseRow]:
        return [row for row in self.ROWS if row.code.startswith(beginning)][:most]


@pytest.fixture
def form(qtbot: QtBot, clock: FixedClock) -> Iterator[EntryForm]:
    window = QWidget()
    qtbot.addWidget(window)
    made = EntryForm(FIELDS, clock, phrases=KnownPhrases())
    QVBoxLayout(window).addWidget(made)
    window.resize(340, 500)
    with qtbot.waitActive(window):
        window.show()
    made.put_cursor()
    yield made
    window.close()


def type_into(qtbot: QtBot, form: EntryForm, name: str, text: str) -> None:
    form.put_cursor(name)
    qtbot.keyClicks(form.editor(name).inner, text)


def has_cursor(form: EntryForm, name: str) -> bool:
    return QApplication.focusWidget() is form.editor(name).inner


def test_values_come_back_as_they_were_shown(form: EntryForm) -> None:
    form.set_values(VALUES)
    assert form.values() == VALUES


def test_an_untouched_form_has_no_draft(form: EntryForm) -> None:
    assert form.draft() == {}


def test_a_draft_keeps_what_cannot_be_read_yet(form: EntryForm) -> None:
    typed = {
        "unit": "3-2-",
        "promise": "马上",
        "fee": "十二",
        "reason": "漏\n水",
        "category": "B",
        "urgent": "1",
    }
    form.set_draft(typed)
    assert form.draft() == typed


def test_showing_values_is_no_edit_but_typing_is(qtbot: QtBot, form: EntryForm) -> None:
    edited = QSignalSpy(form.edited)
    form.set_values(VALUES)
    form.set_draft({"unit": "1"})
    assert edited.count() == 0
    type_into(qtbot, form, "caller", "a")
    assert edited.count() == 1


def test_enter_walks_through_the_form_and_out_of_it(qtbot: QtBot, form: EntryForm) -> None:
    ended = QSignalSpy(form.end_reached)
    visited = []
    for _field in FIELDS:
        visited.append(next(field.name for field in FIELDS if has_cursor(form, field.name)))
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert visited == [field.name for field in FIELDS]
    assert ended.count() == 1


def test_tab_goes_in_reading_order_and_back(qtbot: QtBot, form: EntryForm) -> None:
    for field in FIELDS[1:]:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert has_cursor(form, field.name)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert has_cursor(form, FIELDS[-2].name)


def test_alt_letter_jumps_and_is_shown(qtbot: QtBot, form: EntryForm) -> None:
    letters = form.letters()
    assert len(set(letters.values())) == len(letters) == len(FIELDS)
    qtbot.keyClick(
        QApplication.focusWidget(),
        getattr(Qt.Key, f"Key_{letters['reason']}"),
        Qt.KeyboardModifier.AltModifier,
    )
    assert has_cursor(form, "reason")
    texts = {label.text() for label in form.findChildren(QLabel)}
    assert f"Alt+{letters['reason']}" in texts


def test_a_dozen_keys_make_a_call(qtbot: QtBot, form: EntryForm) -> None:
    keys = "1102\rab\r\rcfds \rc"
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return) if key == "\r" else qtbot.keyClicks(
            QApplication.focusWidget(), key
        )
    assert form.draft() == {"unit": "1102", "caller": "ab", "reason": "厨房下水堵塞", "category": "C"}


def test_a_refusal_stands_under_its_field_with_the_cursor_there(qtbot: QtBot, form: EntryForm) -> None:
    form.set_values(VALUES)
    form.show_refusal(RefusedError("<b>承诺</b>已过。", field="promise", rule="R-CALL-4"))
    assert form.faults() == {"promise": "<b>承诺</b>已过。"}
    assert has_cursor(form, "promise")
    assert form.editor("promise").inner.accessibleDescription() == "<b>承诺</b>已过。"
    assert form.values() == VALUES, "nothing typed is lost"
    qtbot.keyClicks(form.editor("promise").inner, "1")
    assert form.faults() == {}


def test_a_refusal_without_a_field_stands_below_the_form(form: EntryForm) -> None:
    form.show_refusal(RefusedError("这一班已交接。"))
    assert form.faults() == {"": "这一班已交接。"}
    form.clear_refusal()
    assert form.faults() == {}


def test_the_pages_own_notice_survives_a_refusal(form: EntryForm) -> None:
    form.notice.say("3 天前已报。", "warn")
    form.show_refusal(RefusedError("这一班已交接。"))
    form.clear_refusal()
    assert form.notice.text() == "3 天前已报。"


@pytest.mark.parametrize(
    ("name", "typed", "part"),
    [
        ("unit", "", "请填写房间号"),
        ("caller", "欧阳娜娜欧阳娜", "最多 6 个字"),
        ("promise", "马上", "看不懂"),
        ("day", "2026-02-30", "看不懂"),
        ("fee", "十二", "看不懂"),
        ("pieces", "1.5", "整数"),
        ("reason", "  ", "请填写来电缘由"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_name(form: EntryForm, name: str, typed: str, part: str) -> None:
    form.set_values(VALUES)
    form.editor(name).set_draft(typed)
    with pytest.raises(RefusedError, match=part) as refused:
        form.values()
    assert refused.value.field == name
    assert form.editor(name).draft() == typed


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("phone", "１３８００１３８０００", "13800138000"),
        ("fee", "１２．５", 1250),
        ("pieces", "３", 3),
        ("promise", "今天 ２０：００", datetime(2026, 11, 21, 12, 0, tzinfo=UTC)),
        ("promise", "+2h", datetime(2026, 11, 21, 12, 26, tzinfo=UTC)),
        ("day", "１２－１", date(2026, 12, 1)),
    ],
)
def test_full_width_figures_are_folded(form: EntryForm, name: str, typed: str, value: object) -> None:
    form.editor(name).set_draft(typed)
    assert form.editor(name).value() == value


def test_a_time_shows_how_it_was_understood_when_left(qtbot: QtBot, form: EntryForm) -> None:
    type_into(qtbot, form, "promise", "+2h")
    qtbot.keyClick(form.editor("promise").inner, Qt.Key.Key_Return)
    assert form.editor("promise").words() == "今天 20:26"
    assert form.editor("promise").draft() == "2026-11-21 20:26", "a draft means the same on any day"


def test_length_is_counted_near_the_end_and_never_enforced(qtbot: QtBot, form: EntryForm) -> None:
    type_into(qtbot, form, "reason", "x" * 16)
    assert "17/20" not in _texts(form)
    qtbot.keyClicks(form.editor("reason").inner, "x" * 9)
    assert "25/20" in _texts(form)
    assert form.editor("reason").draft() == "x" * 25


def test_a_composed_name_beyond_the_length_is_kept(form: EntryForm, compose: Callable[..., None]) -> None:
    form.put_cursor("caller")
    compose(form.editor("caller").inner, "ouyangnana")
    compose(form.editor("caller").inner, "", "欧阳娜娜䶮㛃赟喆")
    assert form.draft()["caller"] == "欧阳娜娜䶮㛃赟喆"


def test_a_blank_while_composing_brings_no_phrase(
    qtbot: QtBot, form: EntryForm, compose: Callable[..., None]
) -> None:
    type_into(qtbot, form, "reason", "cfds")
    inner = form.editor("reason").inner
    compose(inner, "lou")
    qtbot.keyClick(inner, Qt.Key.Key_Space)
    assert "厨房下水堵塞" not in form.editor("reason").draft()


def test_a_phrase_is_taken_back_by_one_undo(qtbot: QtBot, form: EntryForm) -> None:
    type_into(qtbot, form, "reason", "urgent CFDS ")
    assert form.editor("reason").draft() == "urgent 厨房下水堵塞"
    qtbot.keyClick(form.editor("reason").inner, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert form.editor("reason").draft().lower() == "urgent cfds"


def test_an_unknown_code_stays_with_its_blank(qtbot: QtBot, form: EntryForm) -> None:
    type_into(qtbot, form, "reason", "abc x")
    assert form.editor("reason").draft() == "abc x"


def test_a_long_text_grows_with_what_is_said(qtbot: QtBot, form: EntryForm) -> None:
    editor = form.editor("reason")
    assert isinstance(editor, LongTextEditor)
    before = editor.height()
    editor.set_draft("很长的一句话，" * 40)
    assert before < editor.height() < before * 4


def test_a_field_may_have_an_editor_of_the_pages_own(qtbot: QtBot, clock: FixedClock) -> None:
    class UnitEditor(LineEditor):
        def value(self) -> Any:
            return f"[{super().value()}]"

    form = EntryForm(FIELDS[:2], clock, own_editors={"unit": UnitEditor}, letters={"unit": "h"})
    qtbot.addWidget(form)
    form.fill("unit", "1102")
    assert form.values() == {"unit": "[1102]", "caller": None}
    assert form.letters()["unit"] == "H"


def test_few_choices_are_segments_and_many_a_list(clock: FixedClock, qtbot: QtBot) -> None:
    few, many = editor_for(FIELDS[4], clock), editor_for(FIELDS[5], clock)
    for editor in (few, many):
        qtbot.addWidget(editor)
    assert isinstance(few, SegmentEditor)
    assert isinstance(many, ComboEditor)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_an_editor_that_starts_and_ends_empty(
    kind: Kind, clock: FixedClock, qtbot: QtBot
) -> None:
    editor = editor_for(Field("x", "字段", kind, choices=CATEGORIES), clock)
    qtbot.addWidget(editor)
    assert editor.value() in (None, False)
    editor.set_value(None)
    assert editor.draft() == ""
    assert editor.inner.accessibleName().startswith("字段")


@pytest.mark.parametrize("width", [210, 300, 340, 683])
def test_no_field_is_cut_or_laid_over_another(form: EntryForm, width: int, qapp: QApplication) -> None:
    form.set_values(VALUES)
    form.show_refusal(RefusedError("承诺回复看不懂，例如 15:00、明天 9点、+2h。", field="promise"))
    form.window().resize(width, 500)
    qapp.processEvents()
    columns = form.findChild(FlowColumns)
    rows = [row for row in columns.children() if isinstance(row, QWidget)]
    boxes = [row.geometry() for row in rows]
    for i, box in enumerate(boxes):
        assert box.right() <= columns.width()
        assert box.height() >= rows[i].minimumSizeHint().height()
        assert not any(box.intersects(other) for other in boxes[i + 1 :])
    assert columns.height() >= max(box.bottom() for box in boxes)


def _texts(form: EntryForm) -> set[str]:
    return {label.text() for label in form.findChildren(QLabel)}


def offered(form: EntryForm) -> list[str]:
    return [line.title for line in form.editor("reason").phrases.lines()]


def test_a_code_offers_its_phrases_and_arrow_and_enter_take_one(qtbot: QtBot, form: EntryForm) -> None:
    form.fill("reason", "急，")
    form.put_cursor("reason")
    qtbot.keyClicks(form.editor("reason").inner, "cf")
    assert offered(form) == ["厨房下水堵塞", "厨房漏水<b>"]
    text = form.editor("reason").inner
    qtbot.keyClick(text, Qt.Key.Key_Down)
    qtbot.keyClick(text, Qt.Key.Key_Down)
    qtbot.keyClick(text, Qt.Key.Key_Return)
    assert form.editor("reason").draft() == "急，厨房漏水<b>"
    assert offered(form) == []
    assert text.hasFocus()


def test_offered_phrases_do_not_stand_in_the_way_of_enter(qtbot: QtBot, form: EntryForm) -> None:
    type_into(qtbot, form, "reason", "cf")
    qtbot.keyClick(form.editor("reason").inner, Qt.Key.Key_Return)
    assert form.editor("reason").draft() == "cf"
    assert not form.editor("reason").inner.hasFocus()
    assert offered(form) == []


def test_escape_puts_the_phrases_away_and_keeps_the_text(qtbot: QtBot, form: EntryForm) -> None:
    type_into(qtbot, form, "reason", "cf")
    qtbot.keyClick(form.editor("reason").inner, Qt.Key.Key_Escape)
    assert offered(form) == []
    assert form.editor("reason").draft() == "cf"


def test_no_phrase_is_offered_while_composing(
    qtbot: QtBot, form: EntryForm, compose: Callable[..., None]
) -> None:
    type_into(qtbot, form, "reason", "cf")
    compose(form.editor("reason").inner, "chu")
    qtbot.keyClick(form.editor("reason").inner, Qt.Key.Key_Down)
    qtbot.keyClick(form.editor("reason").inner, Qt.Key.Key_Return)
    assert form.editor("reason").draft() == "cf"
