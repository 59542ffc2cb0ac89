"""Residents: who lives where, kept true; names come in from a sheet and go out with a purpose."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QStackedWidget, QWidget

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.estate.register import OCCUPANT, OWNER, PHONES, RESIDENTS
from ui.estate.import_view import ImportView
from ui.estate.resident_record import Outcome, new_record, resident_record
from ui.register.columns import Column
from ui.register.export_step import EXPORT, ExportJob, ExportSource, ExportStrip, export_record
from ui.register.panel import RegisterPanel
from ui.register.record_panel import RecordPanel
from ui.shortcuts import shortcut
from ui.widgets.buttons import QuietButton
from ui.widgets.containers import Card, EmptyState
from ui.widgets.household_card import HouseholdCardView
from ui.widgets.page import Action, Page
from ui.widgets.zones import FoldingZones, Zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.core.fields import Register
    from frontdesk.desk import Desk
    from ui.tasks import TaskRunner

_COLUMNS = {
    "unit_no": Column(100, 0, 0),
    "name": Column(88, 1, 0),
    "relation": Column(84, 0, 1),
    "telephones": Column(150, 1, 0),
    "moved_in": Column(100, 0, 3),
    "remarks": Column(120, 3, 4),
}
_TABLE, _MIDDLE, _CARD = range(3)
_SHOWN = {"unit", "resident", "telephone", "standing_note", "import_batch"}


class EstatePage(Page):
    """Table, the resident with the steps that may be taken, the household; or the import over all three."""

    def __init__(self, desk: Desk, tasks: TaskRunner) -> None:
        super().__init__()
        self._desk = desk
        self._resident_id: int | None = None
        self.panel = RegisterPanel(
            RESIDENTS,
            desk.estate,
            desk.context.clock.today,
            hint="筛选：房号、姓名、拼音、电话…",
            icon="residents",
            beginning=("这里是业主和住户", "按 F5 登记一户；管理员按 Ctrl+O 导入 Excel 名册。"),
            open_label="在册",
            day_label="",
            chips=(("relation", OWNER), ("relation", OCCUPANT)),
            own_columns=_COLUMNS,
        )
        self.record = RecordPanel(desk.context.clock)
        self._strip = ExportStrip(tasks)
        self._middle = QStackedWidget()
        nobody = Card("住户资料")
        nobody.body.addWidget(EmptyState("card", "还没有选中住户", "在左边的表里选一行，或按 F2 查找。"), 1)
        self._middle.addWidget(nobody)
        self._middle.addWidget(self.record)
        self.card = HouseholdCardView()
        self.zones = FoldingZones(
            [Zone(self.panel, "列表", 560, 1), Zone(self._middle, "资料", 340), Zone(self.card, "住户", 224)]
        )
        self.import_view = ImportView(desk, tasks)
        self._import_button = QuietButton("导入", shortcut("import").shown, "import")
        self._export_button = QuietButton("导出", shortcut("export").shown, "export")
        self._layers = QStackedLayout(self)
        self._lay_out()
        self._connect()
        self.person_came()

    def key_actions(self) -> Sequence[Action]:
        """What may be done here by whoever is signed in."""
        if self._layers.currentWidget() is self.import_view:
            return self.import_view.key_actions()
        actions: list[Action] = []
        step = self.record.main_step() if self._middle.currentWidget() is self.record else None
        if step is not None:
            actions.append(Action("save", self._confirm, step.label))
        if self._may(Permission.KEEP_ESTATE):
            actions.append(Action("new", self.begin_new, "新增住户"))
        if self._may(Permission.IMPORT):
            actions.append(Action("import", self.show_import))
        if self._may(Permission.EXPORT):
            actions.append(Action("export", self.begin_export))
        return (*actions, Action("filter", self.panel.filter.put_cursor), Action("back", self._on_back))

    def on_shown(self) -> None:
        """Look again, with the cursor in the table."""
        self.refresh()
        if self._layers.currentWidget() is self.import_view:
            self.import_view.put_cursor()
        elif not self.record.is_asking():
            self.panel.put_cursor()

    def on_changed(self, tables: frozenset[str]) -> None:
        """The estate was written."""
        if tables & _SHOWN:
            self.refresh()

    def person_came(self) -> None:
        """Another role sees other numbers and may do other things."""
        self._import_button.setVisible(self._may(Permission.IMPORT))
        self._export_button.setVisible(self._may(Permission.EXPORT))
        if not self._may(Permission.IMPORT):
            self._layers.setCurrentWidget(self.zones)
        self._show(self._resident_id)

    def person_left(self) -> None:
        """What was shown to one is not shown to the next."""
        self._show(None)

    def open_record(self, record_id: int) -> None:
        """Show a resident."""
        self._layers.setCurrentWidget(self.zones)
        self.panel.select(record_id)
        self._show(record_id)
        self.zones.show_zone(_MIDDLE, focus=True)

    def show_unit(self, unit_id: int) -> bool:
        """Show the unit's first resident, and its card."""
        household = self._desk.estate.household(unit_id)
        if household.residents:
            self.open_record(household.residents[0].id)
        else:
            self._show(None)
            self.card.show_card(self._desk.cards.of(unit_id))
        return True

    def refresh(self) -> None:
        """Ask for the table and the resident again; a question that is being answered stays."""
        self.panel.refresh()
        self.panel.set_remark(f"{self._desk.estate.unit_count():,} 户")
        if not self.record.is_asking():
            self._show(self._resident_id)

    def begin_new(self) -> None:
        """The form of a new resident (F5)."""
        self._resident_id = None
        self._ask(new_record(self._desk), "add")

    def begin_export(self) -> None:
        """Ask for the purpose of an export (Ctrl+E)."""
        self._ask(
            export_record(self._desk.context, self, [self._source(each) for each in (RESIDENTS, PHONES)]),
            EXPORT,
        )

    def show_import(self) -> None:
        """Lay the import over the page (Ctrl+O)."""
        self._layers.setCurrentWidget(self.import_view)
        self.import_view.begin()
        self.actions_changed.emit()

    def _lay_out(self) -> None:
        for button in (self._import_button, self._export_button):
            self.panel.add_to_head(button)
        self.panel.body.addWidget(self._strip)
        self._layers.addWidget(self.zones)
        self._layers.addWidget(self.import_view)
        self._chain()

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
        self.panel.record_selected.connect(self._on_selected)
        self.panel.record_opened.connect(self.open_record)
        self.record.step_done.connect(self._on_step_done)
        self.record.steps_changed.connect(self.actions_changed)
        self.card.record_opened.connect(self.open_requested)
        self._strip.told.connect(self.notice_requested)
        self._import_button.clicked.connect(self.show_import)
        self._export_button.clicked.connect(self.begin_export)
        self.import_view.actions_changed.connect(self.actions_changed)
        self.import_view.busy_changed.connect(self.busy_changed)
        self.import_view.closed.connect(self._on_import_closed)

    def _confirm(self) -> None:
        self.zones.show_zone(_MIDDLE)
        self.record.confirm()

    def _ask(self, record: Any, step: str) -> None:
        self.record.show_record(record)
        self._middle.setCurrentWidget(self.record)
        self.zones.show_zone(_MIDDLE)
        self.record.take(step)
        self.actions_changed.emit()

    def _on_selected(self, record_id: int) -> None:
        # Walking the table shows each resident beside it, unless something is being typed there.
        if not self.record.is_asking():
            self._show(record_id)

    def _show(self, resident_id: int | None) -> None:
        self._resident_id = resident_id
        if resident_id is None or not self._may(Permission.READ_REGISTERS):
            self._show_nobody()
            return
        try:
            resident = self._desk.estate.resident(resident_id)
            household = self._desk.estate.household(resident.unit_id)
        except RefusedError:  # withdrawn: struck through in the table, and nothing more to do with it
            self._show_nobody()
            return
        self.record.show_record(resident_record(self._desk, resident, household))
        self._middle.setCurrentWidget(self.record)
        self.card.show_card(self._desk.cards.of(resident.unit_id))
        self.actions_changed.emit()

    def _show_nobody(self) -> None:
        self.record.go_back()
        self._middle.setCurrentIndex(0)
        self.card.show_nobody()
        self.actions_changed.emit()

    def _on_step_done(self, outcome: Outcome | ExportJob) -> None:
        if outcome is None or isinstance(outcome, int):
            self.panel.refresh()
            if outcome is not None:
                self.panel.select(outcome)
            self._show(outcome)
            self.panel.put_cursor()
        elif isinstance(outcome, str):
            self._show(self._resident_id)
            self.record.notice.say(outcome, "info")
        else:
            self._export(outcome)

    def _export(self, job: ExportJob) -> None:
        self._show(self.panel.table.current_id() or None)
        self._strip.begin(job)

    def _source(self, register: Register) -> ExportSource:
        export = self._desk.estate.export
        return ExportSource(
            register,
            lambda path, wish, task: export(
                register, path, wish, progress=task.progress, cancelled=task.cancelled
            ),
        )

    def _on_back(self) -> None:
        if self.record.go_back():
            self._show(self.panel.table.current_id() or None)
        self.zones.show_zone(_TABLE)
        self.panel.put_cursor()

    def _on_import_closed(self) -> None:
        self._layers.setCurrentWidget(self.zones)
        self.refresh()
        self.panel.put_cursor()
        self.actions_changed.emit()

    def _may(self, permission: Permission) -> bool:
        actor = self._desk.context.actor
        return actor is not None and actor.may(permission)
