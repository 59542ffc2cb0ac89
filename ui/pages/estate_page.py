"""Residents: who lives where, kept true; names come in from a sheet and go out with a purpose."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.estate.register import OCCUPANT, OWNER, PHONES, RESIDENTS, UnitRow
from ui.estate.import_view import ImportView
from ui.estate.resident_record import Outcome, join_step, new_record, resident_record
from ui.estate.unit_record import unit_record
from ui.register.columns import Column
from ui.register.export_step import ExportSource
from ui.register.panel import RegisterPanel
from ui.register.register_page import MIDDLE, RegisterPage
from ui.shortcuts import shortcut
from ui.widgets.buttons import QuietButton
from ui.widgets.containers import Card, EmptyState
from ui.widgets.page import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from frontdesk.core.fields import Register
    from frontdesk.desk import Desk
    from frontdesk.estate.register import Household, ResidentRow
    from ui.register.record_panel import Record
    from ui.tasks import TaskRunner

_COLUMNS = {
    "unit_no": Column(100, 0, 0),
    "name": Column(88, 1, 0),
    "relation": Column(84, 0, 1),
    "telephones": Column(150, 1, 0),
    "moved_in": Column(100, 0, 3),
    "remarks": Column(120, 3, 4),
}


class EstatePage(RegisterPage):
    """Table, the resident with the steps that may be taken, the household; or the import over all three."""

    register = RESIDENTS.name
    writes = Permission.KEEP_ESTATE
    shows: ClassVar[frozenset[str]] = frozenset(
        {"unit", "resident", "telephone", "standing_note", "import_batch"}
    )

    def __init__(self, desk: Desk, tasks: TaskRunner) -> None:
        panel = RegisterPanel(
            RESIDENTS,
            desk.estate,
            desk.context.clock.today,
            hint="筛选：房号、姓名、拼音、电话…",
            icon="residents",
            beginning=("这里是业主和住户", "按 F5 登记一户；管理员按 Ctrl+O 导入 Excel 名册。"),
            reader_hint="前台在这里登记住户；管理员按 Ctrl+O 导入 Excel 名册。",
            open_label="在册",
            day_label="",
            chips=(("relation", OWNER), ("relation", OCCUPANT)),
            own_columns=_COLUMNS,
        )
        nobody = Card("住户资料")
        nobody.body.addWidget(EmptyState("card", "还没有选中住户", "在左边的表里选一行，或按 F2 查找。"), 1)
        super().__init__(desk, tasks, panel, nobody, word="资料", widths=(560, 340, 224), walking=True)
        self._import_button = QuietButton("导入", shortcut("import").shown, "import")
        self._export_button = QuietButton("导出", shortcut("export").shown, "export")
        for button in (self._import_button, self._export_button):
            panel.add_to_head(button)
        self.import_view = ImportView(desk, tasks)
        self.import_view.setParent(self)
        self.import_view.hide()
        self._chain()
        self._connect()
        self.person_came()

    def get(self, record_id: int) -> ResidentRow | None:
        """One resident; None for who has moved out: struck through in the table, and nothing more to do."""
        if not self.may(Permission.READ_REGISTERS):
            return None
        try:
            return self.desk.estate.resident(record_id)
        except RefusedError:
            return None

    def again(self, row: ResidentRow | UnitRow) -> ResidentRow | UnitRow | None:
        """The resident, or the room, as it stands now."""
        return self._unit(row.id) if isinstance(row, UnitRow) else self.get(row.id)

    def record_of(self, row: ResidentRow | UnitRow) -> Record:
        """The resident, or the room, with the steps that may be taken."""
        if isinstance(row, UnitRow):
            newcomer = join_step(self.desk, row.id, "登记住户", OWNER)
            return unit_record(self.desk, self.desk.estate.household(row.id), newcomer)
        return resident_record(self.desk, row, self.desk.estate.household(row.unit_id))

    def key_of(self, row: ResidentRow | UnitRow) -> str:
        """A room and a resident may have the same id."""
        return f"unit:{row.id}" if isinstance(row, UnitRow) else super().key_of(row)

    def lists(self, row: ResidentRow | UnitRow) -> bool:
        """Residents are listed; a room never is."""
        return not isinstance(row, UnitRow) and super().lists(row)

    def unit_of(self, row: ResidentRow | UnitRow) -> int:
        """The room whose card stands beside."""
        return row.id if isinstance(row, UnitRow) else row.unit_id

    def key_actions(self) -> Sequence[Action]:
        """What may be done here, or in the import that lies over it."""
        if self._imports():
            return self.import_view.key_actions()
        return super().key_actions()

    def own_actions(self) -> Sequence[Action]:
        """A new resident, the import."""
        return (
            *([Action("new", self.start_new, "新增住户")] if self.may(self.writes) else ()),
            *([Action("import", self.show_import)] if self.may(Permission.IMPORT) else ()),
        )

    def export_sources(self) -> Sequence[ExportSource]:
        """The residents, and their telephones."""
        return tuple(map(self._source, (RESIDENTS, PHONES)))

    def put_cursor(self) -> None:
        """Into the question that is open, else the table."""
        if self._imports():
            self.import_view.put_cursor()
        elif not self.is_asking():
            self.panel.put_cursor()

    def person_came(self) -> None:
        """Another role sees other numbers and may do other things."""
        self._import_button.setVisible(self.may(Permission.IMPORT))
        self._export_button.setVisible(self.may(Permission.EXPORT))
        if not self.may(Permission.IMPORT):
            self._lay_import(over=False)
        super().person_came()

    def open_record(self, record_id: int) -> None:
        """Show a resident."""
        self._lay_import(over=False)
        super().open_record(record_id)

    def show_unit(self, unit_id: int) -> bool:
        """Show the unit's first resident, or the room where nobody lives; and its card."""
        self.ask(lambda: self.desk.estate.household(unit_id), self._show_first)
        return True

    def refresh(self) -> None:
        """Ask for the table and the resident again; a question that is being answered stays."""
        super().refresh()
        count = self.look(self.desk.estate.unit_count, None)
        if count is not None:
            self.panel.set_remark(f"{count:,} 户")

    def start_new(self) -> None:
        """The form of a new resident (F5)."""
        self.show_question(new_record(self.desk), "add")

    def show_import(self) -> None:
        """Lay the import over the page (Ctrl+O)."""
        self._lay_import(over=True)
        self.import_view.begin()
        self.actions_changed.emit()

    def on_step_result(self, result: Outcome) -> None:
        """A sentence is said; else the resident that the step names is shown."""
        if isinstance(result, str):
            self.record.go_back()
            self.refresh()
            self.record.notice.say(result, "info")
            return
        self.panel.refresh()
        if isinstance(result, UnitRow):
            self.show_row(result)
            self.record.put_cursor()
            return
        if result is None:
            self.leave_record()
        else:
            self.open_record(result)
        self.panel.put_cursor()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Zones and import take the whole page."""
        super().resizeEvent(event)
        self.import_view.setGeometry(self.rect())

    def _chain(self) -> None:
        # Tab goes in reading order: the buttons were made last, but stand at the top.
        zones = [each for zone in (self.panel.filter, self.record) for each in zone.findChildren(QWidget)]
        by_tab = [
            each
            for each in zones
            if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.window() is self.window()
        ]
        first_of_record = next(i for i, each in enumerate(by_tab) if self.record.isAncestorOf(each))
        by_tab.insert(first_of_record, self.panel.table)
        for first, second in pairwise((self._import_button, self._export_button, *by_tab)):
            QWidget.setTabOrder(first, second)

    def _connect(self) -> None:
        self._import_button.clicked.connect(self.show_import)
        self._export_button.clicked.connect(self.begin_export)
        self.import_view.actions_changed.connect(self.actions_changed)
        self.import_view.busy_changed.connect(self.busy_changed)
        self.import_view.closed.connect(self._on_import_closed)

    def _imports(self) -> bool:
        return not self.import_view.isHidden()

    def _lay_import(self, *, over: bool) -> None:
        self.import_view.setVisible(over)
        self.zones.setVisible(not over)

    def _show_first(self, household: Household) -> None:
        self._lay_import(over=False)
        if household.residents:
            self.open_record(household.residents[0].id)
        else:
            self.show_row(household.unit)
            self.zones.show_zone(MIDDLE, focus=True)

    def _unit(self, unit_id: int) -> UnitRow | None:
        try:
            return self.desk.estate.unit(unit_id)
        except RefusedError:  # withdrawn meanwhile
            return None

    def _source(self, register: Register) -> ExportSource:
        export = self.desk.estate.export
        return ExportSource(
            register,
            lambda path, wish, task: export(
                register, path, wish, progress=task.progress, cancelled=task.cancelled
            ),
        )

    def _on_import_closed(self) -> None:
        self._lay_import(over=False)
        self.refresh()
        self.panel.put_cursor()
        self.actions_changed.emit()
