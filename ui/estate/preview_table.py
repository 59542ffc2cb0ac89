"""The preview of an import as a table: what each row of the sheet would do, in a word and a colour."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from frontdesk.core.fields import Field, Kind
from frontdesk.core.query import RegisterQuery, tone
from frontdesk.estate.import_plan import RowState
from ui.register.columns import Column
from ui.register.table_view import RegisterTableView
from ui.widgets.containers import EmptyState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.core.query import TableRow, Tone
    from frontdesk.estate.household_import import ImportPreview, ImportRow
    from ui.register.table_model import RegisterTableModel

# In the order of the chips: what needs looking at comes first.
TONES: dict[RowState, Tone] = {
    RowState.BAD: "danger",
    RowState.DOUBTFUL: "warn",
    RowState.NEW: "ok",
    RowState.CHANGED: "info",
    RowState.SAME: "neutral",
}
_STATE = "state"

PREVIEW_FIELDS = (
    Field("number", "行", Kind.INTEGER),
    Field(_STATE, "结果", Kind.CHOICE),
    Field("unit_no", "房号", Kind.UNIT),
    Field("names", "住户"),
    Field("telephones", "电话", Kind.PHONE),
    Field("said", "说明", Kind.LONG_TEXT),
)
_COLUMNS = {
    "number": Column(56, 0, 0),
    _STATE: Column(80, 0, 0),
    "unit_no": Column(136, 1, 0),
    "names": Column(120, 1, 1),
    "telephones": Column(150, 1, 2),
    "said": Column(220, 4, 0),
}


class PreviewSource:
    """The rows of a preview as a register's source; an id is a row's place in the preview, from 1."""

    def __init__(self) -> None:
        self._rows: Sequence[ImportRow] = ()
        self._by_state: dict[str, list[int]] = {}

    def show(self, preview: ImportPreview) -> None:
        """Take another preview."""
        self._rows = preview.rows
        self._by_state = {state.name: [] for state in RowState}
        for place, row in enumerate(preview.rows, start=1):
            self._by_state[row.state.name].append(place)

    def count(self, state: RowState) -> int:
        """How many rows are in that state."""
        return len(self._by_state.get(state.name, ()))

    def told(self, place: int) -> str:
        """All that there is to say of the row at this place."""
        return _told(self._rows[place - 1]) if 0 < place <= len(self._rows) else ""

    @staticmethod
    def query_for(state: RowState | None) -> RegisterQuery:
        """What asks for the rows of one state, or of all for None."""
        return RegisterQuery(choices=MappingProxyType({_STATE: state.name} if state else {}))

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """The places of the rows, in the sheet's order."""
        state = query.choices.get(_STATE)
        return self._by_state[state] if state else range(1, len(self._rows) + 1)

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The rows as they are shown."""
        return [_shown(place, self._rows[place - 1]) for place in ids]


def _told(row: ImportRow) -> str:
    return f"第 {row.number} 行 {row.unit_no}：{row.said or row.state.value}"


def _shown(place: int, row: ImportRow) -> TableRow:
    cells = (str(row.number), row.state.value, row.unit_no, row.names, row.telephones, row.said)
    colour = TONES[row.state]
    # What is wrong stands out as much as that something is.
    marks = (
        tone(_STATE, colour),
        *([tone("said", colour)] if row.state in (RowState.BAD, RowState.DOUBTFUL) else []),
    )
    return (place, *cells, *marks)


def preview_table(model: RegisterTableModel) -> RegisterTableView:
    """A table that shows a preview."""
    empty = EmptyState("sheet", "这里没有行", "点上面的标签看其它行。")
    return RegisterTableView(model, name="导入预览", own_columns=_COLUMNS, empty=empty)
