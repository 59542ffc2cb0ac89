"""The desk in its window: the file opened in a thread, then whoever signs in.

What is imported when was measured: docs/benchmarks.md. Nothing here may import SQLAlchemy at its top.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from frontdesk.core.errors import DeskError
from ui.facts import DeskFacts
from ui.main_window import MainWindow, PageSpec
from ui.opening import OpeningView
from ui.tasks import TaskRunner
from ui.widgets.page import Action, Page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QApplication, QWidget

    from frontdesk.desk import Desk
    from ui.idle_lock import IdleWatch
    from ui.sign_in import SignInView
    from ui.spare_time import SpareTime
    from ui.theme import Appearance

HOME = "call"
_CLOSE_ANYWAY_S = 20  # in which the warning is in mind
_NOT_ON_DISK = "刚才输入的还没存下：数据文件写不进去。请稍等几秒再关；现在就关会丢失它，再按一次关闭。"
_SETTLED_MS = 300  # the sign-in is painted; nobody has typed a secret so soon


class DeskApp(QObject):
    """Joins the window with one open desk. Made once, by `ui.start`."""

    _tables_changed = Signal(object)
    opened = Signal()

    def __init__(self, app: QApplication, folder: Path, appearance: Appearance) -> None:
        super().__init__(app)
        self._app, self._folder, self._appearance = app, folder, appearance
        self.desk: Desk | None = None
        self.tasks = TaskRunner(self)
        self.facts = DeskFacts()
        self._sign_in: SignInView | None = None
        self._idle: IdleWatch | None = None
        self._spare: SpareTime | None = None
        self._waiting_number = ""
        self._missed = frozenset[str]()  # tables written while the desk was covered
        self._last_person: int | None = None
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(lambda: self.tasks.run(_import_later))
        self._warned_at = -float(_CLOSE_ANYWAY_S)
        self.window = MainWindow(
            self._specs(),
            self.facts,
            may_close=self._may_close,
            actions={HOME: Action("new", self.start_call)},
        )
        self.window.person_change_requested.connect(self.change_person)
        self.window.help_requested.connect(self.show_help)
        self.window.close_requested.connect(self._on_close)
        self._tables_changed.connect(self._on_tables_changed)
        self._opening = OpeningView()
        self._opening.create_requested.connect(lambda: self._open(create=True))
        self._opening.retry_requested.connect(self._open)
        self.window.show_layer(self._opening)

    def start(self) -> None:
        """Open the file beside the window, once the window is painted."""
        QTimer.singleShot(0, self._open)

    def start_call(self) -> None:
        """F5 from anywhere."""
        if self._may_write_calls():
            self.window.show_page(HOME).start_call()  # type: ignore[attr-defined]

    def incoming(self, number: str) -> None:
        """The caller display tells a number; kept until somebody is signed in.

        Where something is half typed it is only told: page and cursor stay.
        """
        if self.desk is None or self.window.has_layer():
            self._waiting_number = number
            return
        self.come_to_front()
        if not self._may_write_calls():
            self.window.say(f"有来电 {number}，请前台接听；要在这里登记，先按 F12 换人。", "warn")
            return
        home = self.window.page(HOME)
        current = self.window.built_pages().get(self.window.current_name(), home)
        if current.is_typing() or home.is_typing():
            home.tell_incoming(number)  # type: ignore[attr-defined]
        else:
            self.window.show_page(HOME).incoming(number)  # type: ignore[attr-defined]

    def come_to_front(self) -> None:
        """A second start, or a call that comes in: the window is wanted."""
        window = self.window.window()  # the shell stands in the first window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.activateWindow()

    def change_person(self) -> None:
        """F12, or idle: what is typed stays kept, and somebody signs in."""
        if self.desk is None or self.desk.context.actor is None:
            return
        name, self._last_person = self.desk.context.actor.name, self.desk.context.actor.person_id
        view = self._cover()  # first of all: whatever the file answers, and when, the desk is covered
        for page in self.window.built_pages().values():
            page.keep_draft()
        self.desk.staff.sign_out()
        view.show_choice(name)
        self.window.say("")
        self.window.refresh()

    def show_help(self, page_name: str) -> None:
        """F1: what this page is for and which keys work, from the manual."""
        from ui.help_view import HelpDialog

        for shown in self.window.findChildren(HelpDialog):
            shown.reject()
        HelpDialog(page_name, self.window.page_keys(), self.window).show()

    def _specs(self) -> Sequence[PageSpec]:
        return (
            PageSpec("call", "来电登记", "calls", self._calls_page),
            PageSpec("service_order", "服务单", "orders", self._orders_page),
            PageSpec("callback", "回访", "repeat", self._callbacks_page),
            PageSpec("order_books", "单据账册", "books", self._order_books_page),
            PageSpec("message", "转告", "note", self._messages_page),
            PageSpec("resident", "住户", "residents", self._estate_page),
            PageSpec("report", "报表", "report", self._report_page),
            PageSpec("settings", "设置", "settings", self._settings_page),
        )

    def _open(self, *, create: bool = False) -> None:
        from frontdesk.core.paths import DATABASE_NAME

        if not create and not (self._folder / DATABASE_NAME).exists():
            self._opening.ask_to_create(self._folder)
            return
        self._opening.say_opening()

        def work(_task: object) -> Desk:
            from frontdesk.desk import open_desk

            return open_desk(self._folder, create=create)

        self.tasks.run(work, self._on_opened, self._on_not_opened)

    def _on_not_opened(self, error: Exception) -> None:
        if not isinstance(error, DeskError):
            self._opening.say_failed("程序出错，没有打开数据；详情已记入日志。数据没有被改动。")
            raise error
        self._opening.say_failed(error.message)

    def _on_opened(self, desk: Desk) -> None:
        from frontdesk.core.settings import THEME
        from ui.idle_lock import IdleWatch
        from ui.print_desk import PrintDesk
        from ui.spare_time import SpareTime

        self.desk = self.facts.desk = desk
        self.printing = PrintDesk(desk.printers, self.tasks, self.window.say, self.window, self.window.strip)
        self.tasks.on_behalf = desk.context.on_behalf
        desk.context.subscribe(self._tables_changed.emit)
        self._appearance.set_setting(desk.context.settings.get(THEME))
        self._idle = IdleWatch(self._app)
        self._idle.became_idle.connect(self.change_person)
        self._spare = SpareTime(self._idle, desk.tidy, self.tasks.is_busy)
        self._tables_changed.connect(self._spare.wake)
        self._spare.wake()
        self.window.set_finder(self._finder(desk))
        self.window.refresh()
        self._cover().show_choice(None)
        self._settled.start()
        self.opened.emit()

    def _finder(self, desk: Desk) -> QWidget:
        from ui.desk_finder import DeskFinder

        finder = DeskFinder(desk.finder.find)
        finder.hit_chosen.connect(self._on_hit)
        finder.hindered.connect(lambda sentence: self.window.say(sentence, "warn"))
        return finder

    def _on_hit(self, hit: object) -> None:
        register, record_id = hit.register, hit.record_id  # type: ignore[attr-defined]
        if hit.scanned and register in self.offered():  # type: ignore[attr-defined]
            self.window.show_page(register).open_scanned(record_id)  # type: ignore[attr-defined]
            return
        if register != "unit":
            self.window.open_record(register, record_id)
            return
        page = self.window.built_pages().get(self.window.current_name())
        if page is None or not page.show_unit(record_id):
            self.window.show_page(HOME).show_unit(record_id)

    def _cover(self) -> SignInView:
        from ui.sign_in import SignInView

        assert self.desk is not None
        view = SignInView(self.desk)
        view.signed_in.connect(self.signed_in)
        self.window.show_layer(view)
        view.repaint()  # what comes next may wait for the file
        return view

    def signed_in(self) -> None:
        """Somebody signed in: what the role may do is offered, and what that person left half typed."""
        from frontdesk.core.settings import IDLE_LOCK_MINUTES

        assert self.desk is not None
        assert self._idle is not None
        actor = self.desk.context.actor
        same = actor is not None and actor.person_id == self._last_person
        for page in self.window.built_pages().values():
            if not same:
                page.person_left()
        self._idle.set_minutes(self.desk.context.settings.get(IDLE_LOCK_MINUTES))
        self.window.offer(self.offered(), [HOME] if self._may_write_calls() else [])
        self.window.leave_layer()
        missed, self._missed = self._missed, frozenset()
        if same:  # page and cursor are where they were; what waited for the file may be written by now
            self._on_tables_changed(missed)
        else:
            first = self._first_page()
            if first:
                self.window.show_page(first)
            for page in self.window.built_pages().values():
                page.person_came()
        self.window.refresh()
        if self._waiting_number:
            number, self._waiting_number = self._waiting_number, ""
            self.incoming(number)

    def _first_page(self) -> str:
        """Where work begins: the calls; the settings for who sets the program up and writes no calls."""
        from frontdesk.core.actor import Permission

        actor, offered = self._open_desk().context.actor, self.offered()
        if (
            actor is not None
            and actor.may(Permission.KEEP_SETTINGS)
            and not actor.may(Permission.WRITE_CALLS)
        ):
            return "settings"
        return next(iter(offered), "")

    def _may_write_calls(self) -> bool:
        from frontdesk.core.actor import Permission

        actor = self.desk.context.actor if self.desk else None
        return actor is not None and actor.may(Permission.WRITE_CALLS)

    def offered(self) -> list[str]:
        """The pages that the role of whoever is signed in reaches, in the order of the tabs."""
        from frontdesk.core.actor import Permission

        actor = self.desk.context.actor if self.desk else None
        if actor is None:
            return []
        needed = {
            "call": (Permission.READ_REGISTERS,),
            "service_order": (Permission.READ_ORDERS,),
            "callback": (Permission.READ_REGISTERS,),
            "order_books": (Permission.READ_ORDERS,),
            "message": (Permission.READ_REGISTERS,),
            "resident": (Permission.READ_REGISTERS, Permission.KEEP_ESTATE),
            "report": (Permission.REPORTS, Permission.WRITE_ORDERS),
            "settings": (),  # everybody's own secret
        }
        return [name for name, ways in needed.items() if not ways or any(map(actor.may, ways))]

    def _on_tables_changed(self, tables: frozenset[str]) -> None:
        if self.desk is None or self.desk.context.actor is None or self.window.has_layer():
            self._missed |= tables
            return
        page = self.window.built_pages().get(self.window.current_name())
        if page is not None:
            page.on_changed(tables)
        self.window.refresh()

    def _on_settings_saved(self) -> None:
        from frontdesk.core.settings import IDLE_LOCK_MINUTES, THEME

        assert self.desk is not None
        assert self._idle is not None
        self._appearance.set_setting(self.desk.context.settings.get(THEME))
        self._idle.set_minutes(self.desk.context.settings.get(IDLE_LOCK_MINUTES))
        self.window.refresh()

    def _may_close(self) -> bool:
        """Keep what is half typed; while that is not on disk the first wish to close is answered by a warning."""
        if self.desk is None:
            return True
        from ui.register.attempt import Saving
        from ui.register.draft_shelf import DraftShelf

        if self.desk.context.actor is not None:
            for page in self.window.built_pages().values():
                page.keep_draft()
        unwritten = any(shelf.is_unwritten() for shelf in self.window.findChildren(DraftShelf))
        waiting = any(saving.is_waiting for saving in self.window.findChildren(Saving))
        if not (unwritten or waiting) or monotonic() - self._warned_at < _CLOSE_ANYWAY_S:
            return True
        self._warned_at = monotonic()
        self.window.say(_NOT_ON_DISK, "danger")
        return False

    def _on_close(self) -> None:
        self._settled.stop()
        if self._spare is not None:
            self._spare.sleep()
        if self._idle is not None:
            self._idle.stop()
        self.tasks.close()
        if self.desk is not None:
            self.desk.close()

    def _open_desk(self) -> Desk:
        assert self.desk is not None
        return self.desk

    def _calls_page(self) -> Page:
        from ui.pages.calls_page import CallsPage

        return CallsPage(self._open_desk(), self.printing, self.tasks, self.window.work_place)

    def _orders_page(self) -> Page:
        from ui.pages.orders_page import OrdersPage

        return OrdersPage(self._open_desk(), self.printing, self.tasks)

    def _callbacks_page(self) -> Page:
        from ui.pages.callbacks_page import CallbacksPage

        return CallbacksPage(self._open_desk(), self.printing, self.tasks)

    def _order_books_page(self) -> Page:
        from ui.pages.order_books_page import OrderBooksPage

        return OrderBooksPage(self._open_desk(), self.printing, self.tasks)

    def _messages_page(self) -> Page:
        from ui.pages.messages_page import MessagesPage

        return MessagesPage(self._open_desk(), self.printing, self.tasks)

    def _estate_page(self) -> Page:
        from ui.pages.estate_page import EstatePage

        return EstatePage(self._open_desk(), self.tasks)

    def _report_page(self) -> Page:
        from ui.pages.report_page import ReportPage

        return ReportPage(self._open_desk(), self.printing, self.tasks)

    def _settings_page(self) -> Page:
        from ui.pages.settings_page import SettingsPage

        page = SettingsPage(self._open_desk(), self.printing, self.tasks)
        page.settings_saved.connect(self._on_settings_saved)
        return page


def _import_later(_task: object) -> None:
    from frontdesk.desk import import_later

    import_later()
