"""The window's shell: zones, tabs, keys. What stands in the zones comes from outside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from ui.shortcuts import SHORTCUTS, TAB_COUNT, Scope, bind, shortcut
from ui.sidebar import Sidebar
from ui.status_bar import StatusBar
from ui.top_bar import TopBar
from ui.widgets.containers import Notice
from ui.widgets.page import Action, Page
from ui.widgets.progress_strip import ProgressStrip

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from PySide6.QtGui import QCloseEvent, QResizeEvent, QShortcut

    from frontdesk.core.query import Picked

SLIM_BELOW = 1180  # px of window width: the sidebar shows icons alone
LOW_BELOW = 600  # px of window height: bars and rows are lower
_COUNTING_MS = 300  # after a change: its page is painted by then, on a slow machine too
_CLOCK_MS = 5_000
_PASSING_MS = 8_000  # what went well goes by itself
_PASSING = ("info", "ok")
_OWN_KEYS = ("zone_1", "zone_2", "zone_3")  # bound by the zones themselves


@dataclass(frozen=True)
class PageSpec:
    """A tab: `factory` builds the page when it is first shown."""

    name: str
    title: str
    icon: str
    factory: Callable[[], Page]


class ShellFacts(Protocol):
    """What the shell shows around the pages. Asked on `MainWindow.refresh`; must answer without waiting."""

    def estate_name(self) -> str:
        """The estate, as it stands at the top left."""
        ...

    def person_name(self) -> str:
        """Who is signed in; "" for nobody."""
        ...

    def shift(self) -> str:
        """The running shift: 中班 14:00–22:00."""
        ...

    def local_now(self) -> datetime:
        """The local moment."""
        ...

    def backup(self) -> tuple[str, str]:
        """How old the last backup is, and its tone (ok, warn, danger): ("最近备份 18:02", "ok")."""
        ...

    def due(self) -> Mapping[str, int]:
        """How many things are due, by page name."""
        ...

    def proof(self) -> str:
        """The line that proves the serials."""
        ...


class MainWindow(QMainWindow):
    """Sidebar, top bar, pages built when first shown, bottom bar; and a layer over all of it for signing in.

    `actions` are what keys do on every page that has no answer of its own (F5 new call from anywhere), by the
    name of the page where they lead: offered while that page is, unless `offer` says otherwise.
    """

    person_change_requested = Signal()
    help_requested = Signal(str)  # page name
    page_shown = Signal(str)  # page name
    close_requested = Signal()  # the window was closed by the user

    def __init__(
        self,
        specs: Sequence[PageSpec],
        facts: ShellFacts,
        *,
        actions: Mapping[str, Action] | None = None,
        may_close: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__()
        self._specs = {spec.name: spec for spec in specs}
        self._facts, self._may_close = facts, may_close
        self._global = dict(actions or {})
        self._pages: dict[str, Page] = {}
        self._offered_pages = self._led_pages = frozenset(self._specs)
        self._busy = False
        self._said_under_layer = ("", "info")
        self._desk_cursor: QWidget | None = None
        self._current = ""
        self._finder: QWidget | None = None
        self._keys: dict[str, list[QShortcut]] = {}
        tab_keys = {spec.name: f"Ctrl+{i}" for i, spec in enumerate(specs, 1) if i <= TAB_COUNT}
        self.top_bar = TopBar()
        self.sidebar = Sidebar(specs, tab_keys)
        self.status_bar = StatusBar()
        self.notice = Notice()
        self.strip = ProgressStrip()
        self._notice_place = QWidget()
        self._stack = QStackedWidget()
        self._layers = QStackedWidget()
        self._build()
        self._bind()
        self._passing = QTimer(self, singleShot=True, interval=_PASSING_MS)
        self._passing.timeout.connect(lambda: self.say(""))
        self._clock = QTimer(self, interval=_CLOCK_MS)
        self._clock.timeout.connect(lambda: self.top_bar.set_moment(self._facts.local_now()))
        self._clock.start()
        self._counting = QTimer(self, singleShot=True, interval=_COUNTING_MS)
        self._counting.timeout.connect(self._count)
        self.refresh()

    def refresh(self) -> None:
        """Ask the facts again: something was recorded, or the person has changed.

        What is counted follows once the page is painted, and once for several changes.
        """
        facts = self._facts
        self.setWindowTitle(f"{facts.estate_name()} · 前台")
        self.top_bar.estate.setText(f"{facts.estate_name()} · 前台")
        self.top_bar.person.set_word(facts.person_name() or "未登录")
        self.top_bar.shift.setText(facts.shift())
        self.top_bar.backup.set(*facts.backup())
        self.top_bar.set_moment(facts.local_now())
        self._counting.start()

    def set_finder(self, finder: QWidget) -> None:
        """Put the finder into the top bar; F2 brings the cursor there."""
        self._finder = finder
        self.top_bar.set_finder(finder)

    def show_page(self, name: str) -> Page:
        """Bring a page into view, building it if need be. Raises KeyError for an unknown name."""
        page = self.page(name)
        changed = name != self._current
        self._current = name
        self._stack.setCurrentWidget(page)
        self.sidebar.set_current(name)
        self._show_keys()
        page.on_shown()
        if changed:
            if self.notice.tone() in _PASSING:
                self.say("")
            self.page_shown.emit(name)
        return page

    def offer(self, names: Collection[str], led: Collection[str] | None = None) -> None:
        """Offer these pages only, by tab and by key; of the `actions` those of the pages in `led`, else of all."""
        self._offered_pages = frozenset(names)
        self._led_pages = self._offered_pages if led is None else self._offered_pages & frozenset(led)
        self.sidebar.set_offered(names)
        self._show_keys()

    def page(self, name: str) -> Page:
        """The page of that name, built if need be but not brought into view."""
        if name not in self._pages:
            page = self._specs[name].factory()
            page.actions_changed.connect(self._show_keys)
            page.open_requested.connect(self.open_record)
            page.rows_requested.connect(self.show_rows)
            page.notice_requested.connect(self.say)
            page.busy_changed.connect(self._on_busy)
            self._stack.addWidget(page)
            self._pages[name] = page
        return self._pages[name]

    @property
    def work_place(self) -> QWidget:
        """Where pages stand: the parent of one that is to be built at its place."""
        return self._stack

    def built_pages(self) -> Mapping[str, Page]:
        """The pages that were shown at least once, by name."""
        return dict(self._pages)

    def current_name(self) -> str:
        """The name of the page in view, "" before the first."""
        return self._current

    def open_record(self, name: str, record_id: int) -> None:
        """Show a record on its page, or say that this person has none for it."""
        if name in self._offered_pages:
            self.show_page(name).open_record(record_id)
        else:
            self.say("这一条没有可以打开的页面，只能在这里看。", "warn")

    def show_rows(self, name: str, picked: Picked) -> None:
        """List the rows behind a total on their page."""
        self.show_page(name).show_rows(picked)

    def say(self, text: str, tone: str = "info") -> None:
        """Say something above the page until it is taken back with "" or by Esc.

        What went well goes by itself after eight seconds, and with the page.
        """
        self._passing.stop()
        if text and self.has_layer():  # nobody reads it now
            self._said_under_layer = (text, tone)
        elif text:
            self.notice.say(text, tone, "知道了", shortcut("back").shown)
            if tone in _PASSING:
                self._passing.start()
        else:
            self.notice.clear()
            self._said_under_layer = ("", "info")
        self._notice_place.setVisible(bool(self.notice.text()))

    def show_layer(self, widget: QWidget) -> None:
        """Lay a widget over the whole desk: sign-in, lock. No key of the desk works below it."""
        self.leave_layer()
        self._desk_cursor = QApplication.focusWidget()
        self._layers.addWidget(widget)
        self._layers.setCurrentWidget(widget)
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self._enable_keys()

    def leave_layer(self) -> None:
        """Take the layer away; what was typed below stands as it was, the cursor where it was."""
        layer = self._layers.widget(1)
        if layer is not None:
            self._layers.setCurrentIndex(0)
            self._layers.removeWidget(layer)
            layer.deleteLater()
            self._enable_keys()
            self.say(*self._said_under_layer)
            self._said_under_layer = ("", "info")
            if self._desk_cursor is not None and isValid(self._desk_cursor):
                self._desk_cursor.setFocus(Qt.FocusReason.OtherFocusReason)

    def has_layer(self) -> bool:
        """Whether something is laid over the desk."""
        return self._layers.count() > 1

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold for the new size."""
        super().resizeEvent(event)
        width, low = self.width(), self.height() < LOW_BELOW
        self.top_bar.fold(width, low=low)
        self.status_bar.fold(low=low)
        self.sidebar.set_slim(width < SLIM_BELOW, low=low)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask whether the window may close; tell it before it is gone."""
        if not self._may_close():
            event.ignore()
            return
        self._counting.stop()
        self.close_requested.emit()
        super().closeEvent(event)

    def _count(self) -> None:
        self.sidebar.set_due(self._facts.due())
        self.status_bar.set_proof(self._facts.proof())

    def _build(self) -> None:
        self._stack.setAccessibleName("工作区")
        self.notice.action_requested.connect(lambda: self.say(""))
        middle = QVBoxLayout()
        middle.setSpacing(0)
        notice_row = QHBoxLayout(self._notice_place)
        notice_row.setContentsMargins(12, 12, 12, 0)
        notice_row.addWidget(self.notice)
        self._notice_place.hide()
        middle.addWidget(self._notice_place)
        strip_row = QHBoxLayout()
        strip_row.setContentsMargins(12, 0, 12, 0)
        strip_row.addWidget(self.strip)
        middle.addLayout(strip_row)
        middle.addWidget(self._stack, 1)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.sidebar)
        body.addLayout(middle, 1)
        desk = QWidget()
        desk.setObjectName("ground")
        column = QVBoxLayout(desk)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addLayout(body, 1)
        column.addWidget(self.status_bar)
        self._layers.addWidget(desk)
        self.setCentralWidget(self._layers)
        self.setMinimumSize(560, 340)
        room = self.screen().availableSize()
        self.resize(min(1366, room.width()), min(768, room.height()))

    def _bind(self) -> None:
        self.sidebar.page_requested.connect(self.show_page)
        self.top_bar.person_change_requested.connect(self.person_change_requested)
        self.status_bar.hints.action_requested.connect(self.act)
        for i, name in enumerate(self._specs, 1):
            if i <= TAB_COUNT:
                self._keys[f"tab_{i}"] = bind(f"tab_{i}", self, partial(self.show_page, name))
        self._keys["finder"] = bind("finder", self, self._on_finder)
        self._keys["help"] = bind("help", self, lambda: self.help_requested.emit(self._current))
        self._keys["change_person"] = bind("change_person", self, self.person_change_requested.emit)
        for entry in SHORTCUTS:
            if entry.scope is Scope.PAGE and entry.id not in _OWN_KEYS:
                self._keys[entry.id] = bind(entry.id, self, partial(self.act, entry.id))
        self._show_keys()

    def act(self, action_id: str) -> None:
        """Do what a key of the page in view does now; nothing when it does nothing here."""
        if action_id == "help":
            self.help_requested.emit(self._current)
            return
        if action_id == "back" and self.notice.text() and not self.has_layer():
            self.say("")
            return
        action = self._offered().get(action_id)
        if action is not None and not self.has_layer():
            action.run()

    def _offered(self) -> dict[str, Action]:
        page = self._pages.get(self._current)
        own = {action.id: action for action in page.key_actions()} if page is not None else {}
        if self._busy:
            return own
        led = (action for name, action in self._global.items() if name in self._led_pages)
        return own | {action.id: action for action in led if action.id not in own}

    def page_keys(self) -> list[tuple[str, str]]:
        """The keys that do something on the page in view now, with what they do."""
        return [(shown, label) for _id, shown, label in self._hints()]

    def _hints(self) -> list[tuple[str, str, str]]:
        return [
            (action.id, shortcut(action.id).shown, action.label or shortcut(action.id).label)
            for action in self._offered().values()
        ]

    def _show_keys(self) -> None:
        hints = self._hints()
        hints.append(("", f"Ctrl+1…{min(len(self._specs), TAB_COUNT)}", "换页"))
        hints.append(("help", shortcut("help").shown, shortcut("help").label))
        self.status_bar.hints.set_hints(hints)
        self._enable_keys()

    def _enable_keys(self) -> None:
        """Only keys that do something here and now are taken from the widgets."""
        offered = self._offered()
        tabs = {f"tab_{i}": page for i, page in enumerate(self._specs, 1)}
        for name, keys in self._keys.items():
            if name in tabs:
                works = tabs[name] in self._offered_pages and not self._busy
            else:
                # A desk can be locked whatever it is doing.
                wide = shortcut(name).scope is Scope.WINDOW and (not self._busy or name == "change_person")
                works = wide or name in offered
            for key in keys:
                key.setEnabled(works and not self.has_layer())

    def _on_busy(self, busy: bool) -> None:
        # The file has one connection: whatever else asks it now would be told to wait until the job has ended.
        self._busy = busy
        self.sidebar.setEnabled(not busy)
        if self._finder is not None:
            self._finder.setEnabled(not busy)
        self._show_keys()

    def _on_finder(self) -> None:
        if self._finder is not None:
            put_cursor = getattr(self._finder, "put_cursor", self._finder.setFocus)
            put_cursor()
