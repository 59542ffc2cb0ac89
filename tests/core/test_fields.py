"""A register's fields, declared once."""

from __future__ import annotations

import pytest

from frontdesk.core.fields import Choice, Field, Kind, Register

REGISTER = Register(
    "call",
    "F-CALL",
    "公共信息记录表",
    (
        Field("day_no", "序号", Kind.INTEGER, width=10, entered=False),
        Field("reason", "来电缘由", Kind.LONG_TEXT, required=True, width=60),
        Field(
            "category", "类别", Kind.CHOICE, choices=(Choice("A", "投诉"), Choice("B", "询问")), listed=False
        ),
        Field("remarks", "备注", exported=False),
    ),
)


def names(fields: tuple[Field, ...]) -> list[str]:
    return [field.name for field in fields]


def test_table_form_paper_and_sheet_each_take_their_own_fields_in_order() -> None:
    assert names(REGISTER.listed) == ["day_no", "reason", "remarks"]
    assert names(REGISTER.entered) == ["reason", "category", "remarks"]
    assert names(REGISTER.printed) == ["day_no", "reason"]
    assert names(REGISTER.exported) == ["day_no", "reason", "category"]


def test_a_field_is_found_by_its_name_and_an_unknown_one_is_a_bug() -> None:
    assert REGISTER.field("reason").label == "来电缘由"
    with pytest.raises(KeyError):
        REGISTER.field("colour")


def test_a_choice_is_shown_by_its_label_and_an_unknown_key_as_it_stands() -> None:
    assert REGISTER.field("category").label_of("A") == "投诉"
    assert REGISTER.field("category").label_of("X") == "X"
