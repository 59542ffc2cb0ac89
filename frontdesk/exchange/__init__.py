"""Sheets in and out (XLSX)."""
