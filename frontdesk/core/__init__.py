"""What every register stands on: the file, its journal, serials, time, money, fields and errors."""
