"""The page that stands before everything: who is at the desk, and the secret that proves it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from frontdesk.core.errors import DeskError, FileBusyError
from ui import theme
from ui.first_start import FirstStartView
from ui.icons import icon, paint_icon
from ui.register.attempt import LookUp
from ui.widgets.buttons import PrimaryButton
from ui.widgets.composing import LineEdit
from ui.widgets.containers import Card, Notice
from ui.widgets.enter_swallower import EnterSwallower
from ui.widgets.labels import ElidedLabel, PlainLabel
from ui.widgets.people_list import PeopleList, PersonChoice, paint_mark, tone_of
from ui.widgets.secret_box import PasswordBox, PinBoxes

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from PySide6.QtGui import QPaintEvent, QResizeEvent, QShowEvent

    from frontdesk.desk import Desk

_CARD_WIDTH, _CARD_HEIGHT = 720, 440
_LOW = 320  # px
_LIST_WIDTH = 268
_WEEKDAYS = "一二三四五六日"


class SignInView(QWidget):
    """Fills the whole window while nobody is signed in: the first start, or the choice of a person.

    It is no dialog and covers the pages without touching them: what was typed there stays.
    """

    signed_in = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("登录")
        self._estate = ElidedLabel("", "head")
        self._time = PlainLabel("", "muted")
        self._kept = PlainLabel("", "muted", wrap=True)
        self._kept.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._chooser = PersonChooser(desk)
        self._chooser.signed_in.connect(self.signed_in)
        self._first_start: FirstStartView | None = None
        self._lay_out()
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._on_tick)

    def _lay_out(self) -> None:
        head = QWidget()
        head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        line = QHBoxLayout(head)
        line.setContentsMargins(24, 16, 24, 0)
        line.setSpacing(12)
        line.addWidget(_Icon("logo", 24))
        line.addWidget(self._estate, 1)
        line.addWidget(self._time)
        middle = QWidget()
        self._stack = QStackedLayout(middle)
        self._stack.addWidget(self._chooser)
        middle.setMaximumSize(_CARD_WIDTH, _CARD_HEIGHT)
        middle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        row = QHBoxLayout()
        row.setContentsMargins(16, 8, 16, 8)
        row.addWidget(middle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(0)
        column.addWidget(head)
        column.addStretch(2)
        column.addLayout(row, 100)
        column.addWidget(self._kept)
        column.addStretch(3)

    def show_choice(self, locked_by: str | None = None) -> None:
        """Ask who is there; `locked_by` is the person whose work lies kept beneath, and is preselected.

        Signs nobody out by itself.
        """
        name = estate_name(self._desk)
        self._estate.setText(f"{name} · 前台" if name else "物业前台")
        if locked_by is None and self._desk.staff.is_new:
            self._show_first_start()
            return
        self._kept.setText(f"已锁定。{locked_by} 没写完的内容都保留着。" if locked_by else "")
        self._chooser.start(locked_by)
        self._stack.setCurrentWidget(self._chooser)
        self._on_tick()

    def _show_first_start(self) -> None:
        if self._first_start is None:
            self._first_start = FirstStartView(self._desk)
            self._first_start.started.connect(self.signed_in)
            self._stack.addWidget(self._first_start)
        self._kept.setText("")
        self._stack.setCurrentWidget(self._first_start)
        self._first_start.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Run the clock; put away what stands before the window, so that nothing of the pages shows."""
        super().showEvent(event)
        _put_away_windows_before(self.window())
        self._on_tick()
        self._tick.start()

    def hideEvent(self, event: object) -> None:
        """Stop the clock; no secret stays in a box that is out of sight."""
        self._tick.stop()
        self._chooser.forget()

    def _on_tick(self) -> None:
        now = self._desk.context.clock.now()
        local = self._desk.context.clock.local(now)
        self._time.setText(
            f"{local.month}月{local.day}日 周{_WEEKDAYS[local.weekday()]} {local.hour:02d}:{local.minute:02d}"
        )
        self._chooser.count_down(now)


class PersonChooser(Card):
    """People at the left, the secret of the chosen one at the right.

    The cursor starts in the secret: figures go there, ↑ ↓ choose somebody else, letters look for a name.
    """

    signed_in = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(margin=0)
        self._desk = desk
        self._locked_until: datetime | None = None
        self._look = LookUp(lambda sentence: self._notice.say(sentence, "warn" if sentence else "info"))
        self._waits_for_file: Callable[[], None] | None = None
        self._search = _NameSearch()
        self._search.settled.connect(self._on_search_settled)
        self._search.advance_requested.connect(self._on_search_entered)
        self._search.digit_typed.connect(self._on_digit_typed)
        self._people = PeopleList()
        self._people.person_chosen.connect(self._on_person_chosen)
        self._people.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._mark = _Mark()
        self._name = ElidedLabel("", "large")
        self._role = ElidedLabel("", "muted")
        self._prompt = PlainLabel("", "label")
        self._hint = PlainLabel("", "hint", wrap=True)
        self._pin = PinBoxes()
        self._pin.completed.connect(self._on_pin)
        self._pin.text_typed.connect(self._on_text_typed)
        self._password = PasswordBox()
        self._password.setMinimumWidth(200)
        self._notice = Notice()
        self._enter = PrimaryButton("登录", "⏎")
        self._enter.clicked.connect(self._sign_in)
        self._lay_out()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(12, 4, 8, 0)
        left.setSpacing(8)
        left.addWidget(self._search)
        left.addWidget(self._people, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        column = QWidget()
        column.setLayout(left)
        column.setMaximumWidth(_LIST_WIDTH)
        column.setMinimumWidth(200)
        row.addWidget(column, 2)
        row.addWidget(_Rule())
        row.addLayout(self._secret_column(), 3)
        self.body.addLayout(row, 1)

    def _secret_column(self) -> QVBoxLayout:
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._name)
        names.addWidget(self._role)
        person = QHBoxLayout()
        person.setSpacing(12)
        person.addWidget(self._mark)
        person.addLayout(names, 1)
        column = QVBoxLayout()
        column.setContentsMargins(28, 12, 28, 8)
        column.setSpacing(8)
        column.addStretch(1)
        column.addLayout(person)
        column.addSpacing(12)
        column.addWidget(self._prompt)
        column.addWidget(self._pin)
        column.addWidget(self._password)
        column.addWidget(self._notice)
        column.addSpacing(4)
        column.addWidget(self._enter)
        column.addWidget(self._hint)
        column.addStretch(2)
        return column

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the hint gives its room to the boxes."""
        super().resizeEvent(event)
        self._hint.setVisible(self.height() >= _LOW)

    def start(self, locked_by: str | None) -> None:
        """Show the people as they are now, with whoever was here last chosen."""
        people = self._look(lambda: _choices(self._desk), None)
        if people is None:  # another program holds the file: asked again each second
            self._waits_for_file = partial(self.start, locked_by)
            return
        self._waits_for_file = None
        last = next((person.id for person in people if person.name == locked_by), None)
        self._search.clear()
        self._people.set_people(people, last or self._look(self._desk.staff.last_at_desk, None))
        self._secret_box().setFocus()

    def forget(self) -> None:
        """Empty both boxes."""
        self._pin.clear()
        self._password.clear()

    def count_down(self, now: datetime) -> None:
        """Say how long a wait after wrong secrets still takes; let try again when it is over."""
        if self._waits_for_file is not None:
            self._waits_for_file()
        if self._locked_until is None:
            return
        left = int((self._locked_until - now).total_seconds() + 0.999)
        if left > 0:
            self._secret_box().set_fault(False)
            chosen = self._people.chosen()
            secret = "密码" if chosen is not None and chosen.has_password else "PIN 码"
            self._notice.say(f"{secret}连续输错，{_span(left)} 后可以再试。", "warn")
            return
        self._locked_until = None
        self._notice.clear()
        self._allow(True)
        self._secret_box().setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose a person, Enter signs in, Esc begins again."""
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._people.step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._sign_in()
        elif key == Qt.Key.Key_Escape:
            self.forget()
            self._search.clear()
            self._secret_box().setFocus()
        else:
            super().keyPressEvent(event)

    def _secret_box(self) -> PinBoxes | PasswordBox:
        chosen = self._people.chosen()
        return self._password if chosen is not None and chosen.has_password else self._pin

    def _on_person_chosen(self, person: PersonChoice | None) -> None:
        if person is None:
            return
        in_search = self._search.hasFocus() and bool(self._search.text())
        self._mark.set(person)
        self._name.setText(person.name)
        self._role.setText(person.remark)
        finding = "Shift+Tab " if person.has_password else "直接输入"
        self._hint.setText(f"↑ ↓ 换人 · {finding}姓名或首字母查找")
        self._prompt.setText("密码" if person.has_password else "PIN 码（6 位数字）")
        self._enter.set_key("⏎" if person.has_password else "")  # the sixth figure signs in by itself
        self._password.setVisible(person.has_password)
        self._pin.setVisible(not person.has_password)
        self.forget()
        self._notice.clear()
        self._ask_for_wait(person.id)
        if not in_search:
            self._secret_box().setFocus()

    def _on_search_settled(self, text: str) -> None:
        found = self._people.show_matching(text)
        self._search.set_fault(not found)

    def _on_search_entered(self) -> None:
        self._search.clear()
        self._secret_box().setFocus()

    def _on_text_typed(self, text: str) -> None:
        self._search.setFocus()
        self._search.setText(text)

    def _on_digit_typed(self, digit: str) -> None:
        if self._locked_until is not None:
            return
        self._on_search_entered()
        box = self._secret_box()
        if isinstance(box, PinBoxes):
            box.type(digit)
        else:
            box.insert(digit)

    def _on_pin(self, _digits: str) -> None:
        # Many type Enter behind their PIN: it must not land in what the desk shows then.
        habit = EnterSwallower(self.window())
        self._sign_in()
        habit.let_go_soon()

    def _sign_in(self) -> None:
        self._waits_for_file = None
        person, secret = self._people.chosen(), self._secret_box().secret()
        if person is None or not self._enter.isEnabled():
            return
        if not secret:
            self._secret_box().setFocus()
            return
        try:
            self._desk.staff.sign_in(person.id, secret)
        except FileBusyError:  # the secret is right or wrong, nobody knows yet: it stays
            self._notice.say("数据文件正忙，轮到时自动登录；也可以再按一次“登录”。", "warn")
            self._waits_for_file = partial(self._sign_in_again, person.id, secret)
            return
        except DeskError as error:
            self._say_refused(person.id, error.message)
            return
        self.forget()
        self._notice.clear()
        self.signed_in.emit()

    def _sign_in_again(self, person_id: int, secret: str) -> None:
        chosen = self._people.chosen()
        if chosen is not None and chosen.id == person_id and self._secret_box().secret() == secret:
            self._sign_in()
        else:  # somebody is typing another one
            self._waits_for_file = None

    def _say_refused(self, person_id: int, sentence: str) -> None:
        box = self._secret_box()
        self.forget()
        box.set_fault(True)
        box.setFocus()
        self._notice.say(sentence, "danger")
        self._ask_for_wait(person_id)

    def _ask_for_wait(self, person_id: int) -> None:
        left = self._look(partial(self._desk.staff.wait, person_id), None)
        now = self._desk.context.clock.now()
        self._locked_until = now + left if left else None
        self._allow(not left)
        if left:
            self._people.setFocus()  # else the cursor falls into the search, where a password is readable
        self.count_down(now)

    def _allow(self, allowed: bool) -> None:
        for widget in (self._pin, self._password, self._enter):
            widget.setEnabled(allowed)


class _NameSearch(LineEdit):
    """Looks for a person; a figure typed here belongs to the secret, names have none."""

    digit_typed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("姓名或首字母")
        self.setAccessibleName("查找人员")
        self.addAction(
            QAction(icon("search", "muted"), "查找", self), QLineEdit.ActionPosition.LeadingPosition
        )

    def set_fault(self, fault: bool) -> None:
        """Whether nobody answers to what was typed."""
        self.setProperty("fault", "true" if fault else "false")
        self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand figures on."""
        if event.text().isdecimal() and not self.composing:
            self.digit_typed.emit(event.text())
        else:
            super().keyPressEvent(event)


class _Mark(QWidget):
    """The chosen person's round mark."""

    def __init__(self) -> None:
        super().__init__()
        self._person = PersonChoice(0, "")
        self.setFixedSize(48, 48)

    def set(self, person: PersonChoice) -> None:
        """Show this person's."""
        self._person = person
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        paint_mark(painter, self.rect(), self._person.name, tone_of(self._person.id), 20)


class _Icon(QWidget):
    def __init__(self, name: str, side: int) -> None:
        super().__init__()
        self._icon_name = name
        self.setFixedSize(QSize(side, side))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_icon(painter, self._icon_name, QRect(0, 0, self.width(), self.height()), "accent")


class _Rule(QWidget):
    """A fine upright line between two columns."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.color("line"))


def estate_name(desk: Desk) -> str:
    """The estate's name from the settings, "" before the first start."""
    from frontdesk.core.settings import ESTATE_NAME

    return desk.context.settings.get(ESTATE_NAME)


def _choices(desk: Desk) -> list[PersonChoice]:
    from frontdesk.core.initials import pinyin_keys

    return [
        PersonChoice(
            row.id,
            row.name,
            " · ".join(part for part in (row.role_label, row.department) if part),
            pinyin_keys(row.name),
            row.by_password,
        )
        for row in desk.staff.people()
    ]


def _span(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _put_away_windows_before(window: QWidget) -> None:
    for other in QApplication.topLevelWidgets():
        if other is window or not other.isVisible():
            continue
        if isinstance(other, QDialog):
            other.reject()
        else:
            other.hide()
