"""The page of one register: table, what is at hand, the household beside it. What all such pages do alike."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QStackedWidget, QWidget

from frontdesk.core.actor import Permission
from frontdesk.core.query import RegisterQuery
from ui.register.attempt import LookUp, Saving, attempt
from ui.register.export_step import EXPORT, ExportJob, ExportSource, ExportStrip, export_record
from ui.register.form_press import FormPress, Written
from ui.register.new_record import NewRecordCard
from ui.register.record_panel import RecordPanel
from ui.widgets.household_card import HouseholdCardView
from ui.widgets.page import Action, Page
from ui.widgets.zones import GAP, FoldingZones, Zone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent

    from frontdesk.core.errors import RefusedError
    from frontdesk.core.query import Picked
    from frontdesk.desk import Desk
    from ui.register.panel import RegisterPanel
    from ui.register.record_panel import Record
    from ui.tasks import TaskRunner

TABLE, MIDDLE, CARD = range(3)


class RegisterPage(Page):
    """`resting` stands in the middle while no record is open: the form of a new one, or a few words.

    A page says what is its own by its class attributes and by `get`, `record_of`, `unit_of`, `on_step_result`,
    `own_actions`, `printing_actions` and `export_sources`; everything else is here.
    `widths` are the zones' in px; with a third there is a household card. `walking`: the row under the cursor is
    shown beside the table at once, and stays when the cursor goes back there. `margin` is what surrounds the zones.
    """

    register: ClassVar[str]  # the table's name, as cards and the window call it
    writes: ClassVar[Permission]  # who has the form of a new record
    shows: ClassVar[frozenset[str]]  # tables whose change is seen here
    draft_words: ClassVar[str] = ""  # said when a draft is brought back; {when} is when that was

    def __init__(
        self,
        desk: Desk,
        tasks: TaskRunner,
        panel: RegisterPanel,
        resting: QWidget,
        *,
        word: str,
        widths: Sequence[int],
        walking: bool = False,
        margin: int = GAP,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        if parent is not None:
            self.resize(parent.size())  # so that each widget is dressed and laid out once, where it will stay
        self.desk, self.panel = desk, panel
        self.opened: Any = None  # the row that stands in the middle
        self._resting, self._walking = resting, walking
        self.record = RecordPanel(desk)
        self.card = HouseholdCardView() if len(widths) > CARD else None
        self.middle = QStackedWidget()
        zones = [Zone(panel, "列表", widths[TABLE], 1), Zone(self.middle, word, widths[MIDDLE])]
        if self.card is not None:
            zones.append(Zone(self.card, "住户", widths[CARD]))
        self.zones = FoldingZones(zones, margin=margin, parent=self)
        self.middle.addWidget(resting)
        self.middle.addWidget(self.record)
        self.export_strip = ExportStrip(tasks)
        panel.body.addWidget(self.export_strip)
        self._saving = Saving(desk.context.on_behalf, self)
        self._told = False
        form = self._form()
        self.look = LookUp(form.form.say_hindered if form is not None else self._say_hindered)
        self._join()
        self.show_card(None)

    # What a page says for itself.

    def get(self, record_id: int) -> Any:
        """The record's row, with an `id`; None where there is nothing to show. May raise what services raise."""
        raise NotImplementedError

    def again(self, row: Any) -> Any:
        """The row as it stands now; None where there is nothing to show any more."""
        return self.get(row.id)

    def record_of(self, row: Any) -> Record:
        """The row with the steps that may be taken. May raise what services raise."""
        raise NotImplementedError

    def key_of(self, row: Any) -> str:
        """Which record it is, among all that the page shows: what is half filled in is kept under it."""
        return f"{self.register}:{row.id}"

    def lists(self, row: Any) -> bool:
        """Whether the row stands in the list as it is filtered."""
        return self.panel.model.row_of(row.id) >= 0

    def unit_of(self, row: Any) -> int | None:
        """The unit whose card stands beside the row."""
        return getattr(row, "unit_id", None)

    def on_step_result(self, result: Any) -> None:
        """A step of the record was done: show what its command gave back."""
        self.show_row(result)
        self.record.put_cursor()

    def own_actions(self) -> Sequence[Action]:
        """What is done here besides saving, as far as the role may."""
        return ()

    def printing_actions(self) -> Sequence[Action]:
        """The keys of whoever may print."""
        return ()

    def export_sources(self) -> Sequence[ExportSource]:
        """What can be taken out, for what is shown."""
        return ()

    # What the window asks.

    def key_actions(self) -> Sequence[Action]:
        """Write, filter, print, export, empty the form, back: what the role may."""
        form = self._form()
        # Only what is in view is emptied. A folder that can only be read answers why: the keys stay.
        draft = self.record.draft if self.shows_record() else None
        if form is not None and self.may(self.writes) and not self.shows_record():
            draft = form.draft
        drafting = []
        if draft is not None:
            drafting = [Action("clear", draft.clear), Action("undo_last", draft.restore, "撤回清空")]
        return (
            *self._save_action(),
            *self.own_actions(),
            Action("filter", self.put_cursor_into_filter),
            *(self.printing_actions() if self.may(Permission.PRINT) else ()),
            *([Action("export", self.begin_export)] if self.may(Permission.EXPORT) else ()),
            *drafting,
            Action("back", self.on_back),
        )

    def on_shown(self) -> None:
        """Look again; the cursor goes where work goes on."""
        self.refresh()
        self.fit_to_role()
        self.put_cursor()

    def put_cursor(self) -> None:
        """The open record's next step, or the form; on a page for walking the table, unless something is typed."""
        form = self._form()
        if self.shows_record():
            self.zones.show_zone(MIDDLE)
            self.record.put_cursor()
        elif form is not None and self.may(self.writes) and (not self._walking or not form.is_empty()):
            self.zones.show_zone(MIDDLE)
            form.put_cursor()
        else:
            self.put_cursor_into_table()

    def show_rows(self, picked: Picked) -> None:
        """List these records alone; Esc, or the chip that names them, brings the others back."""
        if self.shows_record() and not self.record.is_asking():
            self.leave_record()
        self.panel.filter.set_query(RegisterQuery(picked=picked))
        self.zones.show_zone(TABLE)
        self.panel.put_cursor()
        if self.panel.model.rowCount():
            self.panel.table.selectRow(0)

    def on_changed(self, tables: frozenset[str]) -> None:
        """Records that are shown here were written."""
        if tables & self.shows:
            self.refresh()

    def refresh(self) -> None:
        """Ask for table, card and the open record again; what is typed and a question that is open stay."""
        self.panel.refresh()
        if self.card is not None and self.card.unit_id is not None:
            self.show_card(self.card.unit_id)
        if self.opened is not None and not self.record.is_asking():
            known = self.opened
            both = self.look(lambda: self._with_record(self.again(known)), None)
            if both is not None:
                self._stand(both)

    def is_typing(self) -> bool:
        """Whether a new record or a step's question is half typed."""
        form = self._form()
        return (form is not None and not form.is_empty()) or self.is_asking()

    def keep_draft(self) -> None:
        """Write down what is half typed."""
        form = self._form()
        if form is not None:
            form.draft.keep()
        self.record.keep_draft()

    def person_left(self) -> None:
        """The draft is kept for its writer, and nothing stays that was opened."""
        form = self._form()
        if form is not None:
            form.draft.put_away()
        self.leave_record()
        self.panel.begin_anew()

    def person_came(self) -> None:
        """Offer what this person had left half typed."""
        self.fit_to_role()
        form = self._form()
        if form is not None:
            form.draft.offer(self.draft_words)
        self.actions_changed.emit()

    def open_record(self, record_id: int) -> None:
        """Show a record beside the table; the form being typed stays behind it."""

        def seen() -> tuple[Any, Record | None]:
            self.panel.select(record_id)
            return self._seen(record_id)

        def stand(both: tuple[Any, Record | None]) -> None:
            self._stand(both)
            self.zones.show_zone(MIDDLE, focus=True)

        self.ask(seen, stand)

    # What pages use.

    def start_new(self) -> None:
        """Go to the form of a new record."""
        self.leave_record()
        self.zones.show_zone(MIDDLE)
        form = self._form()
        if form is not None:
            form.put_cursor()

    def save(self, new: Any, command: Callable[[Any], Any], then: Written) -> None:
        """Write what was read from the form, once, for whoever sits here now; `command` gets it with its `draft_id`.

        `new` is None for a command that makes no record of it.
        """
        card = self._form()
        assert card is not None
        press = FormPress(
            self.desk.context,
            card,
            lambda: self.isVisible() and not self.shows_record(),
            self.notice_requested.emit,
            then,
        )
        press.write(self._saving, new, command)

    def ask(self, read: Callable[[], Any], done: Callable[[Any], object]) -> None:
        """Read what somebody wished to see. A busy file is told above the page, and asked again beside it."""

        def seen(result: Any) -> None:
            self._say_hindered("")
            done(result)

        def told(sentence: str, tone: str) -> None:
            self._told = True
            self.notice_requested.emit(sentence, tone)

        def refused(refusal: RefusedError) -> None:
            told(refusal.message, "danger")

        attempt(read, seen, refused, told)

    def show_row(self, row: Any) -> None:
        """Show a row that a command gave back."""
        self.ask(lambda: (row, self.record_of(row)), self._stand)

    def show_question(self, record: Record, step: str) -> None:
        """Ask something that belongs to no record: the one step of an empty one."""
        self.opened = None
        self.record.show_record(record, f"{self.register}:{step}")
        self._raise(self.record)
        self.zones.show_zone(MIDDLE)
        self.record.take(step)

    def begin_export(self) -> None:
        """Ask for the purpose of taking out what is shown (Ctrl+E)."""
        self.show_question(export_record(self.desk.context, self, self.export_sources()), EXPORT)

    def leave_record(self) -> None:
        """Close the record: what rests in the middle stands there again."""
        self.opened = None
        self.record.go_back()
        self._raise(self._resting)
        form = self._form()
        self.show_card(form.unit_id() if form is not None else None)
        self.actions_changed.emit()

    def leave_question(self) -> None:
        """Go from a question to the table, whose row is shown beside it unless something is half typed there."""
        self.leave_record()
        form = self._form()
        if (form is None or (self._walking and form.is_empty())) and self.panel.table.current_id():
            self._look_at(self.panel.table.current_id())
        self.put_cursor_into_table()

    def show_card(self, unit_id: int | None) -> None:
        """Show a household beside; without one the table has the room."""
        if self.card is None:
            return
        if unit_id is None or not self.may(Permission.READ_REGISTERS):  # finance reads orders, not residents
            self.card.show_nobody()
            self.zones.set_zone_shown(CARD, shown=False)
            return
        card = self.look(lambda: self.desk.cards.of(unit_id), None)
        if card is not None:
            self.zones.set_zone_shown(CARD, shown=True)
            self.card.show_card(card)

    def on_back(self) -> None:
        """Esc: a question goes first, then the record, then the cursor to the table."""
        if self.record.go_back() and self.opened is not None:
            return
        if self.opened is None and self.shows_record():
            self.leave_question()
            return
        if not self._walking and self.shows_record():
            self.leave_record()
        if self.panel.table.hasFocus() and self.panel.query.picked is not None:
            self.panel.filter.reset()
        self.put_cursor_into_table()

    def put_cursor_into_table(self) -> None:
        """The table, wherever it is folded to."""
        self.zones.show_zone(TABLE)
        self.panel.put_cursor()

    def put_cursor_into_filter(self) -> None:
        """The filter, wherever it is folded to."""
        self.zones.show_zone(TABLE)
        self.panel.filter.put_cursor()

    def shows_record(self) -> bool:
        """Whether a record, or a question, stands in the middle."""
        return self.middle.currentWidget() is self.record

    def is_asking(self) -> bool:
        """Whether a step's question is open."""
        return self.shows_record() and self.record.is_asking()

    def may(self, permission: Permission) -> bool:
        """Whether whoever is signed in may do that."""
        actor = self.desk.context.actor
        return actor is not None and actor.may(permission)

    def fit_to_role(self) -> None:
        """The form of a new record, and the key that begins it, are for those who may write one."""
        shown = self.shows_record() or self._form() is None or self.may(self.writes)
        self.zones.set_zone_shown(MIDDLE, shown=shown)
        self.panel.let_begin(may=self.may(self.writes))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The zones take the whole page."""
        super().resizeEvent(event)
        self.zones.setGeometry(self.rect())

    def _join(self) -> None:
        self.panel.record_opened.connect(self.open_record)
        self.record.step_done.connect(self._on_step_done)
        self.record.steps_changed.connect(self.actions_changed)
        self.record.told.connect(self.notice_requested)
        self.export_strip.told.connect(self.notice_requested)
        self.panel.query_changed.connect(self._on_query_changed)
        if self._walking:
            self.panel.record_selected.connect(self._on_selected)
        if self.card is not None:
            self.card.record_opened.connect(self._on_card_line)
        form = self._form()
        if form is not None:
            form.unit_changed.connect(self.show_card)

    def _form(self) -> NewRecordCard | None:
        return self._resting if isinstance(self._resting, NewRecordCard) else None

    def _save_action(self) -> Sequence[Action]:
        form = self._form()
        step = self.record.main_step() if self.shows_record() else None
        if step is not None:
            return (Action("save", self._confirm, step.label),)
        if form is not None and self.may(self.writes) and not self.shows_record():
            return (Action("save", self._save_form, form.save_word),)
        return ()

    def _save_form(self) -> None:
        form = self._form()
        assert form is not None
        self.zones.show_zone(MIDDLE)  # a refusal is said there
        form.save()

    def _confirm(self) -> None:
        self.zones.show_zone(MIDDLE)
        self.record.confirm()

    def _seen(self, record_id: int) -> tuple[Any, Record | None]:
        return self._with_record(self.get(record_id))

    def _with_record(self, row: Any) -> tuple[Any, Record | None]:
        return row, None if row is None else self.record_of(row)

    def _stand(self, both: tuple[Any, Record | None]) -> None:
        row, record = both
        if row is None:
            self.leave_record()
        elif record is not None:
            self.opened = row
            self.record.show_record(record, self.key_of(row))
            self._raise(self.record)
            self.show_card(self.unit_of(row))
            self.actions_changed.emit()

    def _raise(self, widget: QWidget) -> None:
        self.middle.setCurrentWidget(widget)
        self.fit_to_role()

    def _on_selected(self, record_id: int) -> None:
        # Walking the table shows each record beside it, unless something is being typed there.
        if not self.is_typing():
            self._look_at(record_id)

    def _on_query_changed(self) -> None:
        # A record that the filter took out of the list would still take its next step by Ctrl+Enter.
        if self.opened is not None and not self.record.is_asking() and not self.lists(self.opened):
            self.leave_record()

    def _look_at(self, record_id: int) -> None:
        both = self.look(partial(self._seen, record_id), None)
        if both is not None:
            self._stand(both)

    def _on_step_done(self, result: Any) -> None:
        if isinstance(result, ExportJob):
            self.export_strip.begin(result)
            self.leave_question()
        else:
            self.on_step_result(result)

    def _on_card_line(self, register: str, record_id: int) -> None:
        if register == self.register:
            self.open_record(record_id)
        else:
            self.open_requested.emit(register, record_id)

    def _say_hindered(self, sentence: str) -> None:
        # "" takes back what was said here, and nothing else that stands above the page.
        if sentence or self._told:
            self.notice_requested.emit(sentence, "warn")
        self._told = bool(sentence)
