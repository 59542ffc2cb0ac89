"""A short list with its form: people, phrases, outside bodies."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from frontdesk.core.errors import RefusedError
from frontdesk.core.query import RegisterQuery
from frontdesk.core.shown import shown_moment
from ui.register.attempt import AskAgain, LookUp, Saving
from ui.register.draft_keeper import DraftKeeper, Sent
from ui.register.draft_shelf import DraftShelf
from ui.register.entry_form import EntryForm
from ui.register.list_section import WholeList
from ui.register.section import Section
from ui.register.table_model import RegisterTableModel
from ui.register.table_view import RegisterTableView
from ui.shortcuts import shortcut
from ui.widgets.buttons import DangerButton, PrimaryButton, QuietButton
from ui.widgets.containers import Card, EmptyState
from ui.widgets.page import Action
from ui.widgets.reason_strip import ReasonStrip
from ui.widgets.search_box import SearchBox
from ui.widgets.zones import FoldingZones, Zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.desk import Desk
    from ui.settings.keepers import Keeper

_NEW = 0
_LEFT = "接着写 {when} 没存完的；要恢复原样，按 Alt+K。"


class RecordsSection(Section):
    """Table at the left, form at the right. What is half typed waits as a draft while other records are looked at."""

    def __init__(self, keeper: Keeper, desk: Desk) -> None:
        super().__init__()
        self._keeper, self._context = keeper, desk.context
        self._saving = Saving(desk.context.on_behalf, self)
        self._current = _NEW
        self._edited = False
        self._source = WholeList(keeper.rows)
        self.model = RegisterTableModel(keeper.listed, self._source)
        self.table = RegisterTableView(
            self.model, name=keeper.title, empty=EmptyState(keeper.icon, *keeper.empty)
        )
        self.table.record_selected.connect(self._on_selected)
        self.table.record_opened.connect(self._on_opened)
        self.form = EntryForm(
            keeper.entered,
            desk.context.clock,
            own_editors=keeper.own_editors,
            full=[field.name for field in keeper.entered],
            name=keeper.title,
        )
        self._shelf = DraftShelf(desk, self)
        self.draft = DraftKeeper(desk, self._shelf, self._page(_NEW), self.form, {})
        self.draft.changed.connect(self._on_draft_changed)
        self._look = LookUp(self.form.say_hindered)
        self._again = AskAgain(self.on_shown, self)
        self.form.edited.connect(self._on_edited)
        self.form.end_reached.connect(self._on_end_reached)
        self.question = ReasonStrip()
        self.question.confirmed.connect(self._on_withdraw_confirmed)
        self.question.dismissed.connect(self._on_dismissed)
        self._zones = FoldingZones(
            [Zone(self._build_table(), keeper.title, 340, 3), Zone(self._build_form(), "表单", 300, 2)],
            margin=0,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._zones)
        self._show(_NEW)

    def key_actions(self) -> Sequence[Action]:
        """New, save, search, back to the table."""
        return (
            Action("new", self.begin_new, self._keeper.new_title),
            Action("save", self.save),
            Action("filter", self._search.setFocus, "查找"),
            Action("clear", self.draft.clear, "恢复原样"),
            Action("undo_last", self.draft.restore, "撤回"),
        )

    def on_shown(self) -> None:
        """Read the list again; a busy file is asked once more by itself."""
        if self._look(self._read_list, otherwise=False):
            self._card.set_remark(f"{self.model.rowCount()} 条")
            if self.table.current_id() not in (_NEW, self._current):  # could not be read when it was chosen
                self._show(self.table.current_id())
        else:
            self._again.start()

    def keep_draft(self) -> None:
        """What is half typed is written down; a secret is not."""
        self.draft.keep()

    def go_back(self) -> bool:
        """Take the question back, else go from the form to the table."""
        if self.question.is_asking():
            self.question.dismiss()
        elif self.table.hasFocus():
            return False
        else:
            self.put_cursor()
        return True

    def is_typing(self) -> bool:
        """Whether something is not saved yet."""
        return self._edited or self.question.is_asking()

    def put_cursor(self) -> None:
        """Begin in the table."""
        self._zones.show_zone(0)
        self.table.setFocus()
        if not self.table.currentIndex().isValid() and self.model.rowCount():
            self.table.selectRow(0)

    def begin_new(self) -> None:
        """An empty form, or what was half typed in it."""
        self._show(_NEW)
        self._zones.show_zone(1)
        self.form.put_cursor()

    def save(self) -> None:
        """Write the form, or say under its field why not."""
        record_id = self._current
        try:
            values = self.form.values()
        except RefusedError as refusal:
            self.form.show_refusal(refusal)
            return
        write = partial(self._keeper.correct, record_id) if record_id else self._keeper.add
        self._saving(
            lambda: write(values),
            partial(self._on_saved, record_id, self.draft.sent()),
            partial(self._on_refused, record_id),
            self.form.say_hindered,
        )

    def _on_saved(self, record_id: int, sent: Sent, made: int | None) -> None:
        here = self._current == record_id
        still = self.draft.spend(sent) if here else True
        if not here:  # another record stands there by now
            self._shelf.spend(self._page(record_id), sent.actor, sent.typed)
        if here and still:
            self._edited = False
            self._show(made or record_id)
        self.on_shown()
        if not here or not still:
            self.form.notice.say("已存。之后改的还没有保存。" if not still else "已存。", "ok")
            return
        self.table.select_id(made or record_id)
        clock = self._context.clock
        self._form_card.set_remark(f"已存 {shown_moment(clock, clock.now())}")

    def _page(self, record_id: int) -> str:
        return f"settings:{self._keeper.title}:{record_id}"

    def _read_list(self) -> bool:
        self.model.refresh()
        return True

    def _on_refused(self, record_id: int, refusal: RefusedError) -> None:
        if self._current == record_id:
            self.form.show_refusal(refusal)
        else:  # another record stands there by now; what was typed waits for it
            self.form.notice.say(refusal.message, "danger")

    def _build_table(self) -> Card:
        self._card = Card(self._keeper.title)
        self._search = SearchBox("查找", shortcut("filter").shown)
        self._search.settled.connect(lambda text: self.model.set_query(RegisterQuery(text=text)))
        self._search.down_requested.connect(self.put_cursor)
        self._search.advance_requested.connect(self.put_cursor)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 8)
        row.addWidget(self._search)
        self._card.flush_body()
        self._card.body.addLayout(row)
        self._card.body.addWidget(self.table, 1)
        return self._card

    def _build_form(self) -> Card:
        self._form_card = Card(self._keeper.new_title)
        self._save_button = PrimaryButton("保存", shortcut("save").shown)
        self._save_button.clicked.connect(self.save)
        new = QuietButton("新增", shortcut("new").shown, "add")
        new.clicked.connect(self.begin_new)
        self._withdraw = DangerButton(self._keeper.withdraw_verb)
        self._withdraw.clicked.connect(self._ask_to_withdraw)
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._save_button, 1)
        row.addWidget(new)
        row.addWidget(self._withdraw)
        self._form_card.body.addWidget(self.form, 1)
        self._form_card.body.addWidget(self.question)
        self._form_card.body.addWidget(self._buttons)
        return self._form_card

    def _show(self, record_id: int) -> None:
        """Show a record's values, or what was half typed in their place."""
        stored = {} if record_id == _NEW else self._look(partial(self._keeper.values, record_id), None)
        if stored is None:
            self._again.start()
            return
        if self._edited:
            self.draft.keep()
        self._leave_question()
        self._current, self._edited = record_id, False
        self.form.set_values(stored)
        self.form.notice.clear()
        self.draft.turn_to(self._page(record_id), self.form.draft())
        title = self._keeper.new_title if record_id == _NEW else self._source.cell(record_id)
        self._form_card.set_title(title, "")
        self.draft.offer(_LEFT)
        self._withdraw.setVisible(record_id != _NEW)
        self.actions_changed.emit()

    def _on_edited(self) -> None:
        self._edited = True
        self._form_card.set_remark("还没有保存")

    def _on_draft_changed(self) -> None:
        self._edited = bool(self.draft.typed())
        self._form_card.set_remark("还没有保存" if self._edited else "")

    def _on_end_reached(self) -> None:
        self._save_button.setFocus()

    def _on_selected(self, record_id: int) -> None:
        if record_id != self._current:
            self._show(record_id)

    def _on_opened(self, record_id: int) -> None:
        self._show(record_id)
        self._zones.show_zone(1)
        self.form.put_cursor()

    def _leave_question(self) -> None:
        self.question.hide()
        self._buttons.show()

    def _on_dismissed(self) -> None:
        self._leave_question()
        self.form.put_cursor()

    def _ask_to_withdraw(self) -> None:
        self._buttons.hide()
        name = self._source.cell(self._current)
        self.question.ask(
            f"{self._keeper.withdraw_verb}“{name}”？已经写下的记录不受影响。",
            f"{self._keeper.withdraw_verb}",
            proposed=self._keeper.proposed_reason,
        )

    def _on_withdraw_confirmed(self, reason: str) -> None:
        self._saving(
            partial(self._keeper.withdraw, self._current, reason),
            partial(self._on_withdrawn, self._current, self._source.cell(self._current)),
            lambda refusal: self.question.refuse(refusal.message),
            lambda sentence, _tone: self.question.refuse(sentence),
        )

    def _on_withdrawn(self, record_id: int, name: str, _result: object) -> None:
        self._shelf.spend(self._page(record_id), self._context.actor)
        self._edited = False
        self._show(_NEW)
        self.on_shown()
        self.put_cursor()
        self.form.notice.say(f"已{self._keeper.withdraw_verb}：{name}", "ok")
