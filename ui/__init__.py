"""The window of 物业前台: it sees services and frozen rows, never SQL, PDF or XLSX."""
