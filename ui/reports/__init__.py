"""The sections of the reports page."""
