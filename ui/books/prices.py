"""The price list: the revision in force, the older ones, the one being drafted (F-PRICE, R-ORDER-7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from frontdesk.core.actor import Permission
from frontdesk.core.errors import DeskError
from frontdesk.core.fields import Field, Kind
from frontdesk.core.money import format_fen
from frontdesk.core.query import RegisterQuery, TableRow, tone
from frontdesk.prices.register import PRICE, PriceRow, SheetPreview
from frontdesk.prices.rules import changes, compared, matching
from ui import files
from ui.books.price_record import PriceSteps, Written
from ui.print_desk import PrintRequest
from ui.register.attempt import LookUp
from ui.register.columns import Column
from ui.register.export_step import EXPORT, ExportJob, ExportSource, ExportStrip, export_record
from ui.register.record_panel import RecordPanel
from ui.register.section import Section
from ui.register.table_model import RegisterTableModel
from ui.register.table_view import RegisterTableView
from ui.shortcuts import shortcut
from ui.widgets.containers import Card, EmptyState
from ui.widgets.inputs import ComboBox
from ui.widgets.page import Action
from ui.widgets.search_box import SearchBox
from ui.widgets.zones import FoldingZones, Zone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtGui import QKeyEvent

    from frontdesk.desk import Desk
    from frontdesk.prices.register import Changes, RevisionRow
    from ui.print_desk import PrintDesk
    from ui.tasks import TaskRunner

BEFORE = Field("before", "上一版", Kind.MONEY)
_LISTED = (
    *map(PRICE.field, ("position", "category", "name", "unit", "unit_price")),
    BEFORE,
    PRICE.field("note"),
)
_COLUMNS = {
    "position": Column(44, 0, 4),
    "category": Column(72, 0, 2),
    "name": Column(130, 2, 0),
    "unit": Column(64, 0, 1),
    "unit_price": Column(76, 0, 0),
    "before": Column(76, 0, 3),
    "note": Column(110, 2, 5),
}
_LIST, _RECORD = range(2)
_SHOWN = {"price_revision", "price_item"}
_EMPTY = ("这里是价目表", "财务或主管按 F5 起草第一版，或按 Ctrl+O 导入办公室的表格。")


class _Lines:
    """The lines of what is in view as a register's source; short enough to be held whole."""

    def __init__(self) -> None:
        self.lines: Sequence[PriceRow] = ()
        self.has_earlier = False  # there is a revision before, that the lines are held against

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """In their order; those found by name or initials first, where something is looked for."""
        found = matching(self.lines, query.text) if query.text.strip() else self.lines
        return [row.id for row in found]

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The rows of these ids; where a price changed, the one before stands in amber."""
        known = {row.id: row for row in self.lines}
        return [
            _table_row(known[number], compared_with=self.has_earlier) for number in ids if number in known
        ]


class PricesSection(Section):
    """The lines of one revision at the left, what may be done with it at the right. ← → go through the revisions."""

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        super().__init__()
        self._desk, self._printing, self._tasks = desk, printing, tasks
        self._revisions: list[RevisionRow] = []
        self._shown_id = 0  # of the revision in view
        self._sheet: SheetPreview | None = None  # looked at instead of a revision
        self._changes: Changes | None = None  # of what is in view, against the revision before
        self._reading = False
        self._source = _Lines()
        self.model = RegisterTableModel(_LISTED, self._source)
        self.table = RegisterTableView(
            self.model, name=PRICE.title, own_columns=_COLUMNS, empty=EmptyState("money", *_EMPTY)
        )
        self.which = ComboBox()
        self.which.setAccessibleName("版次")
        self.record = RecordPanel(desk)
        self.steps = PriceSteps(desk, self.choose_sheet, self.print_list)
        self._look = LookUp(self._say)
        self._strip = ExportStrip(tasks)
        self._zones = FoldingZones(
            [Zone(self._build_list(), "价目", 420, 1), Zone(self.record, "版次", 300)], margin=0
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._zones)
        self._connect()

    def key_actions(self) -> Sequence[Action]:
        """The next step, a new line or draft, find, print, import, export."""
        step = self.record.main_step()
        keeps = self._may(Permission.KEEP_PRICES)
        listed = self._shown() is not None and self._sheet is None
        writing: list[Action] = []
        if step is not None:
            writing.append(Action("save", self.record.confirm, step.label))
        if keeps:
            writing.append(Action("new", self.begin_new, self._new_label()))
            writing.append(Action("import", self.choose_sheet))
        printing = (
            Action("print", self.print_list, "打印价目表"),
            Action("preview", lambda: self._printing.preview(self._request())),
        )
        prints = listed and (keeps or self._may(Permission.PRINT))
        exports = listed and (self._may(Permission.EXPORT) or self._may(Permission.KEEP_PRICES))
        return (
            *writing,
            Action("filter", self._search_for, "查找项目"),
            *(printing if prints else ()),
            *([Action("export", self.begin_export)] if exports else ()),
        )

    def on_shown(self) -> None:
        """Read the revisions again; the one in view stays, at first the one in force."""
        self.refresh()

    def on_changed(self, tables: frozenset[str]) -> None:
        """The list was written."""
        if tables & _SHOWN and not self.record.is_asking():
            self.refresh()

    def is_typing(self) -> bool:
        """Whether a step's question is open."""
        return self.record.is_asking()

    def keep_draft(self) -> None:
        """What is half filled in is written down."""
        self.record.keep_draft()

    def put_cursor(self) -> None:
        """Begin in the lines, or at the first step where there are none."""
        if self.model.rowCount():
            self._zones.show_zone(_LIST)
            self.table.setFocus()
            if not self.table.currentIndex().isValid():
                self.table.selectRow(0)
        else:
            self._zones.show_zone(_RECORD, focus=True)

    def go_back(self) -> bool:
        """Esc: an open question, then the sheet that is looked at, then the cursor back into the lines."""
        if self.record.go_back() or self._sheet is not None:
            self._sheet = None
            self.refresh()
            self.put_cursor()
        elif self.table.hasFocus() or not self.model.rowCount():
            return False
        else:
            self.put_cursor()
        return True

    def refresh(self, said: str = "") -> None:
        """Show the revision in view as it stands now; `said` tells beside its title what was just done."""
        self._revisions = self._look(self._desk.prices.revisions, self._revisions)
        if self._shown() is None:
            current = self._look(self._desk.prices.current, None)
            first = current or next(iter(self._revisions), None)
            self._shown_id = first.id if first else 0
        self._fill_choice()
        revision = self._shown()
        if self._sheet is None:
            lines, earlier = self._look(lambda: self._read(revision), ([], []))
            self._show_lines(lines, earlier, revision.period if revision else "")
            self._show_record(said)

    def show_revision(self, revision_id: int) -> None:
        """Look at another revision."""
        self._sheet, self._shown_id = None, revision_id
        self.refresh()

    def step_revision(self, by: int) -> None:
        """The revision before or after the one in view; the newest stand first."""
        ids = [row.id for row in self._revisions]
        if self._shown_id in ids and not self.record.is_asking():
            at = ids.index(self._shown_id) + by
            if 0 <= at < len(ids):
                self.show_revision(ids[at])

    def begin_new(self) -> None:
        """F5: a new line of the draft, else a new draft."""
        draft = next((row for row in self._revisions if row.is_draft), None)
        if self._is_draft():
            self._zones.show_zone(_RECORD)
            self.record.take("add")
        elif draft is not None:
            self.show_revision(draft.id)
        else:
            self.record.take("begin")

    def choose_sheet(self) -> None:
        """Ask for an office's sheet and read it beside the window (Ctrl+O)."""
        path = None if self._reading else files.ask_for_sheet(self)
        if path is not None:
            self.read_sheet(path)

    def read_sheet(self, path: Path) -> None:
        """Read a sheet and show what it would make of the draft; nothing is written."""
        self._reading = True
        self._tasks.run(lambda _task: self._desk.prices.preview_sheet(path), self._on_read, self._on_not_read)

    def print_list(self) -> None:
        """Print the revision in view (Ctrl+P)."""
        if self._shown() is not None:
            self._printing.print_now(self._request())

    def begin_export(self) -> None:
        """Ask for the purpose of an export of the revision in view (Ctrl+E)."""
        revision = self._shown()
        if revision is None:
            return
        prices = self._desk.prices
        source = ExportSource(
            PRICE,
            lambda path, wish, task: prices.export(
                revision.id, path, wish, progress=task.progress, cancelled=task.cancelled
            ),
            revision.period,
        )
        self.record.show_record(export_record(self._desk.context, self, [source]), f"price_revision:{EXPORT}")
        self._zones.show_zone(_RECORD)
        self.record.take(EXPORT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """← → in the table: the revision before, the one after."""
        if event.type() == QEvent.Type.KeyPress:
            key: QKeyEvent = event  # type: ignore[assignment]
            if key.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not key.modifiers():
                self.step_revision(1 if key.key() == Qt.Key.Key_Left else -1)
                return True
        return super().eventFilter(watched, event)

    def _build_list(self) -> Card:
        self._card = Card(PRICE.title)
        self._search = SearchBox("项目名称或首字母", shortcut("filter").shown, "查找项目")
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 8)
        row.setSpacing(8)
        row.addWidget(self._search, 1)
        row.addWidget(self.which, 1)
        self._card.flush_body()
        self._card.body.addLayout(row)
        self._card.body.addWidget(self.table, 1)
        self._card.body.addWidget(self._strip)
        return self._card

    def _connect(self) -> None:
        self._search.settled.connect(lambda text: self.model.set_query(RegisterQuery(text=text)))
        self._search.down_requested.connect(self.put_cursor)
        self._search.advance_requested.connect(self.put_cursor)
        self.which.currentIndexChanged.connect(self._on_which)
        self.which.advance_requested.connect(self.put_cursor)
        self.table.installEventFilter(self)
        self.table.record_selected.connect(self._on_selected)
        self.table.record_opened.connect(self._on_opened)
        self.record.step_done.connect(self._on_step_done)
        self.record.steps_changed.connect(self.actions_changed)
        self.record.told.connect(self.notice_requested)
        self._strip.told.connect(self.notice_requested)

    def _read(self, revision: RevisionRow | None) -> tuple[list[PriceRow], list[PriceRow]]:
        """The lines of a revision, and those of the one before it."""
        if revision is None:
            return [], []
        return self._desk.prices.lines(revision.id), self._desk.prices.earlier_lines(revision.id)

    def _show_lines(self, lines: Sequence[PriceRow], earlier: Sequence[PriceRow], period: str) -> None:
        kept = self.table.current_id()
        self._source.lines, self._source.has_earlier = compared(lines, earlier), bool(earlier)
        self._changes = changes(lines, earlier) if earlier else None
        self.model.refresh()
        self._card.set_remark(f"{len(lines)} 项" if lines else "")
        self.table.setAccessibleName(f"{PRICE.title} {period}".strip())
        if kept:
            self.table.select_id(kept)

    def _show_record(self, said: str = "") -> None:
        revision = self._shown()
        if revision is None:
            self.record.show_record(self.steps.empty())
        else:
            record = self.steps.record(revision, self._line(), self._changes, said)
            self.record.show_record(record, f"price_revision:{revision.id}")
        self.actions_changed.emit()

    def _fill_choice(self) -> None:
        self.which.blockSignals(True)
        self.which.clear()
        today = self._desk.context.clock.today()
        for row in self._revisions:
            word = row.state(today)[0]
            title = word if row.is_draft else f"第 {row.number} 版 · {row.valid_from} 起 · {word}"
            self.which.addItem(title, row.id)
        self.which.setCurrentIndex(self.which.findData(self._shown_id))
        self.which.blockSignals(False)
        self.which.setVisible(len(self._revisions) > 1)

    def _shown(self) -> RevisionRow | None:
        return next((row for row in self._revisions if row.id == self._shown_id), None)

    def _is_draft(self) -> bool:
        revision = self._shown()
        return revision is not None and revision.is_draft and self._sheet is None

    def _line(self) -> PriceRow | None:
        chosen = self.table.current_id()
        return next((row for row in self._source.lines if row.id == chosen), None)

    def _new_label(self) -> str:
        if self._is_draft():
            return "新增一项"
        return "接着改草稿" if any(row.is_draft for row in self._revisions) else "起草新一版"

    def _request(self) -> PrintRequest:
        revision = self._shown()
        assert revision is not None
        number = "草稿" if revision.number is None else f"第 {revision.number} 版"
        return PrintRequest(
            PRICE.form_id,
            f"{PRICE.title} {number}",
            lambda _choice, _task: self._desk.paper.prices(revision.id),
        )

    def _search_for(self) -> None:
        self._zones.show_zone(_LIST)
        self._search.setFocus()

    def _on_which(self, _index: int) -> None:
        revision_id = self.which.currentData()
        if revision_id:
            self.show_revision(revision_id)

    def _on_selected(self, _line_id: int) -> None:
        if self._sheet is None and not self.record.is_asking():
            self._show_record()

    def _on_opened(self, _line_id: int) -> None:
        # Enter on a line of the draft changes it; elsewhere it goes to what may be done.
        self._zones.show_zone(_RECORD)
        if self._is_draft() and self._may(Permission.KEEP_PRICES):
            self.record.take("correct")
        else:
            self.record.put_cursor()

    def _on_step_done(self, result: Any) -> None:
        if isinstance(result, ExportJob):
            self._strip.begin(result)
            self.refresh()
            self.put_cursor()
            return
        if self._reading:
            return  # a sheet was asked for: it is shown as soon as it is read
        done: Written = result
        self._after(done)

    def _after(self, done: Written) -> None:
        self._sheet = None
        if done.to_draft:
            drafts = (row.id for row in self._look(self._desk.prices.revisions, []) if row.is_draft)
            self._shown_id = next(drafts, self._shown_id)
        self.refresh(done.said)
        if done.line_id:
            self.table.select_id(done.line_id)
            self._show_record(done.said)
        if done.again:
            self.record.take("add")
        else:
            self.put_cursor()

    def _on_read(self, sheet: SheetPreview) -> None:
        self._reading, self._sheet = False, sheet
        current = self._look(self._desk.prices.current, None)
        held = self._look(lambda: self._desk.prices.lines(current.id), []) if current else []
        lines = [
            PriceRow(at, 0, None, at, new.category, new.name, new.unit, new.unit_price, new.note)
            for at, new in enumerate(sheet.lines, start=1)
        ]
        self._show_lines(lines, held, sheet.file_name)
        self.record.show_record(self.steps.preview(sheet, self._changes))
        self.actions_changed.emit()
        self._zones.show_zone(_RECORD, focus=True)

    def _on_not_read(self, error: Exception) -> None:
        self._reading = False
        if not isinstance(error, DeskError):
            raise error
        self.notice_requested.emit(error.message, "danger")

    def _say(self, sentence: str) -> None:
        self.notice_requested.emit(sentence, "warn")

    def _may(self, permission: Permission) -> bool:
        actor = self._desk.context.actor
        return actor is not None and actor.may(permission)


def _table_row(row: PriceRow, *, compared_with: bool) -> TableRow:
    changed = row.before not in (None, row.unit_price)
    before = (
        format_fen(row.before or 0) if changed else "新增" if compared_with and row.before is None else ""
    )
    shown = (
        str(row.position),
        PRICE.field("category").label_of(row.category),
        row.name,
        row.unit,
        format_fen(row.unit_price),
        before,
        row.note,
    )
    marks = [tone("before", "warn" if changed else "info")] if before else []
    return (row.id, *shown, *marks)
