"""Windows in tests wear the program's own style, so that what is measured is what is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QApplication, QWidget

    from ui.theme import Appearance


@pytest.fixture(scope="session")
def appearance(qapp: QApplication) -> Appearance:
    """The application's appearance, in light."""
    from ui.theme import Appearance

    return Appearance(qapp, "light")


@pytest.fixture(autouse=True)
def _light(appearance: Appearance) -> Iterator[None]:
    appearance.set_setting("light")
    yield
    appearance.set_setting("light")


@pytest.fixture
def compose(qapp: QApplication) -> Callable[..., None]:
    """Speak to a widget as an input method does: `compose(widget, "zhang")`, then `compose(widget, "", "张")`."""
    from PySide6.QtGui import QInputMethodEvent

    def send(widget: QWidget, preedit: str, commit: str = "") -> None:
        event = QInputMethodEvent(preedit, [])
        if commit:
            event.setCommitString(commit)
        qapp.sendEvent(widget, event)

    return send
