"""Stub."""

from __future__ import annotations


def check(form_id: str) -> list[str]:
    """See check_template."""
    return []
