"""Laundry: what was collected, counted and marked, sent away, checked, and handed back (F-LAUNDRY, R-ORDER-20)."""
