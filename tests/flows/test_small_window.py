"""At 200 % of a small screen one zone is in view: the cursor is in it, and what opens stays in the window."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QApplication


def test_after_signing_in_the_cursor_stands_in_what_is_in_view(driver: Any) -> None:
    driver.app.window.resize(683, 384)
    driver.sign_in()
    form = driver.page("call").form
    assert form.isVisible()
    assert form.isAncestorOf(QApplication.focusWidget())
    driver.app.window.show_page("service_order")
    page = driver.page("service_order")
    assert page.isAncestorOf(QApplication.focusWidget())
    assert QApplication.focusWidget().visibleRegion().boundingRect().isValid()


def test_hits_show_whole_lines_inside_the_window(driver: Any) -> None:
    driver.app.window.resize(683, 384)
    driver.sign_in()
    driver.keys("s")
    driver.keys("1")
    box = driver.page("call").form.form.editor("unit_no").box
    driver.keys("1")
    box.show_hits("1")
    hits = box._list
    assert hits.isVisible()
    assert hits.parentWidget().rect().contains(hits.geometry())
    assert (hits.height() - 10) % hits.sizeHintForRow(0) == 0
