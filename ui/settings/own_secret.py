"""Everybody's own PIN or password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Field
from ui.register.attempt import Saving
from ui.register.entry_form import EntryForm
from ui.register.secret_editor import SecretEditor
from ui.register.section import Section
from ui.shortcuts import shortcut
from ui.widgets.buttons import PrimaryButton
from ui.widgets.containers import Card
from ui.widgets.page import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.desk import Desk

_FIELDS = (
    Field("current", "现在的 PIN 码或密码", required=True, max_length=128),
    Field("secret", "新的 PIN 码或密码", required=True, max_length=128),
    Field("again", "再输一遍新的", required=True, max_length=128),
)
_WIDEST = 420  # px


class OwnSecretSection(Section):
    """Changes the secret of whoever is signed in."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._saving = Saving(desk.context.on_behalf, self)
        names = [field.name for field in _FIELDS]
        self.form = EntryForm(
            _FIELDS,
            desk.context.clock,
            own_editors=dict.fromkeys(names, SecretEditor),
            full=names,
            name="我的密码",
        )
        self.form.end_reached.connect(self.save)
        self._card = Card("我的密码")
        self.form.setMaximumWidth(_WIDEST)
        self._card.body.addWidget(self.form, 1)
        button = PrimaryButton("修改", shortcut("save").shown)
        button.clicked.connect(self.save)
        button.setMaximumWidth(_WIDEST)
        self._card.body.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)

    def key_actions(self) -> Sequence[Action]:
        """Ctrl+Enter saves."""
        return (Action("save", self.save, "修改密码"),)

    def on_shown(self) -> None:
        """Begin empty: nothing secret waits here."""
        self.form.set_values({})
        actor = self._desk.context.actor
        self._card.set_remark(actor.name if actor else "")

    def is_typing(self) -> bool:
        """Whether a secret is half typed."""
        return bool(self.form.draft())

    def put_cursor(self) -> None:
        """Begin at the first field."""
        self.form.put_cursor()

    def save(self) -> None:
        """Change it, or say under its field why not."""
        try:
            values = self.form.values()
            if values["secret"] != values["again"]:
                raise RefusedError("两次输入的不一样，请再输一遍。", field="again")
        except RefusedError as refusal:
            self.form.show_refusal(refusal)
            return
        self._saving(
            lambda: self._desk.staff.change_own_secret(values["current"], values["secret"]),
            self._on_changed,
            self.form.show_refusal,
            self.form.say_hindered,
        )

    def _on_changed(self, _result: object) -> None:
        self.form.set_values({})
        self.form.notice.say("密码已改，下次登录请用新的。", "ok")
