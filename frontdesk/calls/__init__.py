"""The call log (F-CALL), messages (F-MESSAGE), the day's summary (F-SUMMARY); R-CALL-1 … 8."""
