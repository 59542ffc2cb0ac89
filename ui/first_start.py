"""The first start: whose desk this is, and who administers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Field
from ui.register.attempt import Saving
from ui.register.entry_form import EntryForm
from ui.register.secret_editor import SecretEditor
from ui.widgets.buttons import PrimaryButton
from ui.widgets.containers import Card
from ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from frontdesk.desk import Desk

FIELDS = (
    Field("company", "公司名称", max_length=60, hint="印在各种单据上"),
    Field("estate", "小区名称", required=True, max_length=40),
    Field("name", "管理员姓名", required=True, max_length=40),
    Field("secret", "管理员密码", required=True, max_length=128, hint="至少 8 个字符"),
    Field("again", "再输一遍密码", required=True, max_length=128),
)
_SECRETS = {"secret": SecretEditor, "again": SecretEditor}


class FirstStartView(Card):
    """Asks for the company, the estate and the administrator; signs that person in."""

    started = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__("第一次使用", margin=24)
        self._desk = desk
        self._saving = Saving(lambda command: command, self)  # nobody is signed in yet
        self.set_remark("填好就能用，以后可在“设置”里改")
        self._form = EntryForm(
            FIELDS,
            desk.context.clock,
            own_editors=_SECRETS,
            full=("company", "estate", "name"),
            name="第一次使用",
        )
        self._form.end_reached.connect(self._start)
        self._begin = PrimaryButton("开始使用", "⏎")
        self._begin.clicked.connect(self._start)
        self.body.addWidget(self._form, 1)
        self.body.addWidget(
            PlainLabel("请记好管理员密码：它只存加密后的样子，谁也找不回来。", "hint", wrap=True)
        )
        self.body.addWidget(self._begin)

    def start(self) -> None:
        """Put the cursor into the first field; what was typed stays."""
        self._form.put_cursor()

    def _start(self) -> None:
        try:
            values = self._form.values()
            if values["secret"] != values["again"]:
                raise RefusedError("两次输入的密码不一样，请再输一遍。", field="again")
        except RefusedError as refusal:
            self._form.show_refusal(refusal)
            return
        self._saving(
            lambda: self._desk.staff.first_start(
                values["company"] or "", values["estate"], values["name"], values["secret"]
            ),
            self._on_started,
            self._form.show_refusal,
            self._form.say_hindered,
        )

    def _on_started(self, _result: object) -> None:
        self._form.set_values({})
        self.started.emit()
