"""The left zone of a register's page: title with counts, filter row, table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal

from frontdesk.core.errors import SurroundingsError
from frontdesk.core.query import RegisterQuery
from ui.register.attempt import AskAgain
from ui.register.filter_bar import FilterBar
from ui.register.table_model import RegisterTableModel
from ui.register.table_view import RegisterTableView
from ui.widgets.containers import Card, EmptyState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from frontdesk.core.fields import Field, Register
    from frontdesk.core.query import RegisterSource
    from ui.register.columns import Column

_LATER = "数据文件正被占用，列表稍后更新"
_NOTHING_FOUND = ("没有符合条件的记录", "按 Esc 清空筛选，或换个词再找。")


class RegisterPanel(Card):
    """Shows one register. The cursor stays on its record when the table is asked again.

    `beginning` is what an empty register says: what will stand here, and which key begins;
    `reader_hint` stands in the place of that key for who may not write here ("": the same for all).
    """

    record_selected = Signal(int)
    record_opened = Signal(int)
    query_changed = Signal(object)

    def __init__(
        self,
        register: Register,
        source: RegisterSource,
        today: Callable[[], date],
        *,
        hint: str,
        icon: str,
        beginning: tuple[str, str],
        reader_hint: str = "",
        open_label: str = "未完成",
        day_label: str = "今天",
        chips: Sequence[tuple[str, str]] = (),
        own_columns: Mapping[str, Column] | None = None,
        asked: Sequence[Field] = (),
        read_room: Callable[[str], str] = str.strip,
    ) -> None:
        super().__init__(register.title)
        self._beginning = self._begun_by_writer = beginning
        self._reader_hint = reader_hint
        self._empty = EmptyState(icon, *beginning)
        self.model = RegisterTableModel(register.listed, source)
        self.filter = FilterBar(
            register.listed,
            today,
            hint=hint,
            open_label=open_label,
            day_label=day_label,
            chips=chips,
            asked=asked,
            read_room=read_room,
        )
        self.table = RegisterTableView(
            self.model, name=register.title, empty=self._empty, own_columns=own_columns
        )
        self._again = AskAgain(self.refresh, self)
        self.filter.filter_changed.connect(self._on_filter)
        self.filter.down_requested.connect(self.table.setFocus)
        self.table.record_selected.connect(self.record_selected)
        self.table.record_opened.connect(self.record_opened)
        self.body.addWidget(self.filter)
        self.body.addWidget(self.table, 1)

    @property
    def query(self) -> RegisterQuery:
        """What is shown at present."""
        return self.model.query

    def refresh(self) -> None:
        """Look again: something was recorded or changed. A busy file is told beside the title, and asked again."""
        self.filter.look_again()
        self._read(self.model.refresh)

    def begin_anew(self) -> None:
        """Forget what was looked for and where the cursor stood; nothing is listed before the next `refresh`."""
        self.filter.begin_anew()
        self.model.forget()
        self._empty.set(*self._beginning)
        self.table.setCurrentIndex(QModelIndex())

    def let_begin(self, *, may: bool) -> None:
        """Say in an empty register what holds for this person: who may not begin is promised no key."""
        title, hint = self._begun_by_writer
        self._beginning = (title, hint if may or not self._reader_hint else self._reader_hint)
        if self.query.is_empty:
            self._empty.set(*self._beginning)

    def select(self, record_id: int) -> None:
        """Put the cursor on a record; a filter that hides it is taken away."""
        if not self.table.select_id(record_id):
            self.filter.reset()
            self.table.select_id(record_id)

    def put_cursor(self) -> None:
        """Put the cursor into the table."""
        self.table.setFocus()

    def _on_filter(self, query: RegisterQuery) -> None:
        self._empty.set(*(self._beginning if query.is_empty else _NOTHING_FOUND))
        self._read(lambda: self.model.set_query(query))
        self.query_changed.emit(query)

    def _read(self, ask: Callable[[], object]) -> None:
        try:
            ask()
        except SurroundingsError:  # whoever writes is told in words; the table shows what it knew
            self.set_remark(_LATER)
            self._again.start()
            return
        self._again.stop()
        if self.remark.whole_text() == _LATER:
            self.set_remark("")
