"""A section that is a list: what the chosen one consists of below it, its record with steps beside both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from frontdesk.core.actor import Permission
from frontdesk.core.errors import SurroundingsError
from frontdesk.core.query import Picked
from ui.register.attempt import LookUp
from ui.register.export_step import EXPORT, ExportJob, ExportSource, ExportStrip, export_record
from ui.register.record_panel import Record, RecordPanel
from ui.register.section import Section
from ui.register.table_model import RegisterTableModel
from ui.register.table_view import RegisterTableView
from ui.widgets.containers import Card, EmptyState
from ui.widgets.page import Action
from ui.widgets.zones import FoldingZones, Zone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QResizeEvent

    from frontdesk.core.fields import Field
    from frontdesk.core.query import RegisterQuery, TableRow
    from frontdesk.desk import Desk
    from ui.print_desk import PrintDesk, PrintRequest
    from ui.register.columns import Column
    from ui.tasks import TaskRunner

_LOW = 380  # px: two tables one above the other need more
_TABLES, _RECORD = range(2)
ORDERS = "service_order"  # the page on which a line's order is at home


@dataclass(frozen=True)
class Line:
    """A line of what a record consists of: its cells and marks as a table's; Enter opens `order_id`, 0 opens nothing."""

    order_id: int
    cells: tuple[str, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listing:
    """How one of the two tables looks. `empty` says what will stand there, and which key begins."""

    title: str
    fields: Sequence[Field]
    columns: Mapping[str, Column]
    empty: tuple[str, str]


class ListSection(Section):
    """A section says what is its own by its class attributes and by `read_list`, `read_lines`, `record_of`, and
    where it has them `own_actions`, `print_request`, `export_sources` and `id_of`; everything else is here.

    ↑ ↓ show each record, Enter goes to its lines and from a line to its order; Ctrl+Enter takes the next step.
    """

    icon: ClassVar[str]
    list_: ClassVar[Listing]
    lines: ClassVar[Listing]
    shows: ClassVar[frozenset[str]]  # tables whose change is seen here

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        super().__init__()
        self.desk, self._printing = desk, printing
        self._asked_elsewhere = False  # a question that belongs to no record stands at the right
        self._lines: Sequence[Line] = ()
        self.list_card, self.lines_card = Card(self.list_.title), Card(self.lines.title)
        self.table = self._table(self.list_, self.list_card, self.read_list)
        self.lines_table = self._table(self.lines, self.lines_card, self._line_rows)
        self.strip = ExportStrip(tasks)
        self.list_card.body.addWidget(self.strip)
        self.record = RecordPanel(desk)
        self._halves = _Halves(self.list_card, self.lines_card)
        self.zones = FoldingZones(
            [
                Zone(self._halves, "列表", 450, 1, self.table),
                Zone(self.record, "办理", 356),
            ],
            margin=0,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.zones)
        self._told = False
        self.look = LookUp(self._say_hindered)
        self._join()

    # What a section says for itself.

    def read_list(self) -> Sequence[TableRow]:
        """The rows of the list, short enough to be read whole. May raise what services raise."""
        raise NotImplementedError

    def read_lines(self, record_id: int) -> Sequence[Line]:
        """What a record consists of. May raise what services raise."""
        raise NotImplementedError

    def record_of(self, record_id: int) -> Record | None:
        """The record with the steps that may be taken; 0 is the empty list's, None shows nothing."""
        raise NotImplementedError

    def own_actions(self) -> Sequence[Action]:
        """What is done here besides the record's steps, as far as the role may."""
        return ()

    def print_request(self) -> PrintRequest | None:
        """The paper of what is chosen, for whoever may print; None where there is none."""
        return None

    def export_sources(self) -> Sequence[ExportSource]:
        """What can be taken out of what is chosen."""
        return ()

    def picked(self) -> Picked | None:
        """The orders behind what is chosen, for the service orders' own page; those of its lines."""
        ids = {line.order_id for line in self._lines if line.order_id}
        return Picked(self.record.title.text(), tuple(sorted(ids, reverse=True))) if ids else None

    def id_of(self, result: Any) -> int:
        """The list's id of what a step gave back; 0 stays where the cursor is."""
        return getattr(result, "id", 0)

    # What the page asks.

    def key_actions(self) -> Sequence[Action]:
        """The next step, what is done here, paper and sheet: what the role may."""
        step = self.record.main_step()
        actions = [] if step is None else [Action("save", self._confirm, step.label)]
        actions += self.own_actions()
        if self.chosen():
            actions.append(Action("rows", self.open_rows))
        if self.may(Permission.PRINT) and self.print_request() is not None:
            actions += [Action("print", self.print_chosen), Action("preview", self.preview_chosen)]
        if self.may(Permission.EXPORT) and self.export_sources():
            actions.append(Action("export", self.begin_export))
        return actions

    def on_shown(self) -> None:
        """Look again."""
        self.refresh()

    def on_changed(self, tables: frozenset[str]) -> None:
        """Records that are shown here were written."""
        if tables & self.shows:
            self.refresh()

    def is_typing(self) -> bool:
        """Whether a step's question is open."""
        return self.record.is_asking()

    def keep_draft(self) -> None:
        """What is half filled in is written down."""
        self.record.keep_draft()

    def put_cursor(self) -> None:
        """Into the list, or into a question that is open."""
        if self.record.is_asking():
            self.record.put_cursor()
        else:
            self._go_to(self.table)

    def go_back(self) -> bool:
        """A question goes first, then the cursor into the list; from there the section is left."""
        if self.record.go_back():
            if self._asked_elsewhere:
                self._leave_question()
            self.put_cursor()
            return True
        if self.table.hasFocus():
            return False
        self._go_to(self.table)
        return True

    # What sections use.

    def refresh(self) -> None:
        """Read the list again; a question that is being answered stays."""
        try:
            self._model(self.table).refresh()
        except SurroundingsError as error:
            self._say_hindered(error.message)
            return
        self._say_hindered("")
        if not self.table.current_id() and self._model(self.table).rowCount():
            self.table.selectRow(0)
        else:
            self._show_current()

    def chosen(self) -> int:
        """The id under the list's cursor, 0 for none."""
        return self.table.current_id()

    def chosen_line(self) -> Line | None:
        """The line under the cursor of the lines, while they have it or had it last."""
        at = self.lines_table.current_id()
        return self._lines[at - 1] if 0 < at <= len(self._lines) else None

    def show_question(self, record: Record, step: str) -> None:
        """Ask something that belongs to no record: the one step of an empty one."""
        self.record.show_record(record, f"{self.list_.title}:{step}")
        self._asked_elsewhere = True
        self.zones.set_zone_shown(_RECORD, shown=True)
        self.zones.show_zone(_RECORD)
        self.record.take(step)

    def open_rows(self) -> None:
        """List the orders behind what is chosen on their own page (Ctrl+G)."""
        picked = self.picked()
        if picked is not None:
            self.rows_requested.emit(ORDERS, picked)

    def begin_export(self) -> None:
        """Ask for the purpose of taking out what is chosen (Ctrl+E)."""
        self.show_question(export_record(self.desk.context, self, self.export_sources()), EXPORT)

    def print_chosen(self) -> None:
        """Print what is chosen (Ctrl+P)."""
        self._with_request(self._printing.print_now)

    def preview_chosen(self) -> None:
        """Show its sheets first (Ctrl+Shift+P)."""
        self._with_request(self._printing.preview)

    def take_step(self, name: str) -> None:
        """Take a step of the record wherever it is folded to, as its key does."""
        self.zones.show_zone(_RECORD)
        self.record.take(name)

    def may(self, permission: Permission) -> bool:
        """Whether whoever is signed in may do that."""
        actor = self.desk.context.actor
        return actor is not None and actor.may(permission)

    # Inside.

    def _table(
        self, listing: Listing, card: Card, read: Callable[[], Sequence[TableRow]]
    ) -> RegisterTableView:
        model = RegisterTableModel(listing.fields, WholeList(read))
        table = RegisterTableView(
            model,
            name=listing.title,
            own_columns=listing.columns,
            empty=EmptyState(self.icon, *listing.empty),
        )
        card.flush_body()
        card.body.addWidget(table, 1)
        return table

    def _join(self) -> None:
        self.table.record_selected.connect(self._on_selected)
        self.table.record_opened.connect(self._on_opened)
        self.lines_table.record_opened.connect(self._on_line_opened)
        self.lines_table.record_selected.connect(self._on_line_selected)
        self.record.step_done.connect(self._on_step_done)
        self.record.steps_changed.connect(self.actions_changed)
        self.record.told.connect(self.notice_requested)
        self.strip.told.connect(self.notice_requested)

    @staticmethod
    def _model(table: RegisterTableView) -> RegisterTableModel:
        model = table.model()
        assert isinstance(model, RegisterTableModel)
        return model

    def _line_rows(self) -> Sequence[TableRow]:
        return [(at, *line.cells, *line.marks) for at, line in enumerate(self._lines, 1)]

    def _on_selected(self, _record_id: int) -> None:
        self._show_current()

    def _show_current(self) -> None:
        if self.record.is_asking():
            return
        record_id = self.chosen()
        seen = self.look(lambda: (self.record_of(record_id), self._lines_of(record_id)), None)
        if seen is None:
            return
        record, self._lines = seen
        self._asked_elsewhere = False
        self._model(self.lines_table).refresh()
        self.zones.set_zone_shown(_RECORD, shown=record is not None)
        if record is not None:
            self.record.show_record(record, f"{self.list_.title}:{record_id}")
        self.actions_changed.emit()

    def _on_line_selected(self, _at: int) -> None:
        # What a step proposes goes by the line under the cursor.
        record_id = self.chosen()
        if not self.record.is_asking():
            record = self.look(lambda: self.record_of(record_id), None)
            if record is not None:
                self.record.show_record(record, f"{self.list_.title}:{record_id}")

    def _lines_of(self, record_id: int) -> Sequence[Line]:
        return self.read_lines(record_id) if record_id else ()

    def _on_opened(self, _record_id: int) -> None:
        if self._lines:
            self._go_to(self.lines_table)
            if not self.lines_table.current_id():
                self.lines_table.selectRow(0)
        else:
            self.zones.show_zone(_RECORD, focus=True)

    def _on_line_opened(self, _at: int) -> None:
        line = self.chosen_line()
        if line is not None and line.order_id:
            self.open_requested.emit(ORDERS, line.order_id)

    def _go_to(self, table: RegisterTableView) -> None:
        self.zones.show_zone(_TABLES)
        self._halves.show_half(self.list_card if table is self.table else self.lines_card)
        table.setFocus()

    def _confirm(self) -> None:
        self.zones.show_zone(_RECORD)
        self.record.confirm()

    def _on_step_done(self, result: Any) -> None:
        self.record.go_back()
        if isinstance(result, ExportJob):
            self.strip.begin(result)
            self._leave_question()
        else:
            wanted = self.id_of(result)
            self.refresh()
            if wanted and wanted != self.chosen():
                self.table.select_id(wanted)
        self._go_to(self.table)

    def _leave_question(self) -> None:
        self._asked_elsewhere = False
        self._show_current()

    def _with_request(self, do: Callable[[PrintRequest], object]) -> None:
        request = self.print_request()
        if request is not None:
            do(request)

    def _say_hindered(self, sentence: str) -> None:
        # "" takes back what was said here, and nothing else that stands above the page.
        if sentence or self._told:
            self.notice_requested.emit(sentence, "warn")
        self._told = bool(sentence)


class WholeList:
    """Rows that are read whole as a table's source; every word of a query is found somewhere in a row."""

    def __init__(self, read: Callable[[], Sequence[TableRow]]) -> None:
        self._read = read
        self._rows: dict[int, TableRow] = {}

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """Read again, and keep what answers."""
        self._rows = {int(row[0]): row for row in self._read()}
        words = query.text.casefold().split()
        return [
            record_id
            for record_id, row in self._rows.items()
            if all(any(word in str(cell).casefold() for cell in row[1:]) for word in words)
        ]

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The rows as last read."""
        return [self._rows[record_id] for record_id in ids]

    def cell(self, record_id: int, column: int = 0) -> str:
        """A cell as last read, "" for a row that is not there."""
        row = self._rows.get(record_id)
        return str(row[column + 1]) if row else ""


class _Halves(QWidget):
    """Two cards one above the other; in a low window only the one where the cursor is."""

    def __init__(self, upper: QWidget, lower: QWidget) -> None:
        super().__init__()
        self._cards = (upper, lower)
        self._current = upper
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(upper, 1)
        column.addWidget(lower, 1)

    def show_half(self, card: QWidget) -> None:
        """Bring a card into view where there is room for one only."""
        self._current = card
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold for the new height."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        both = self.height() >= _LOW
        for card in self._cards:
            card.setVisible(both or card is self._current)
