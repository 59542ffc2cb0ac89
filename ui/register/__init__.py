"""Table, filter, form and editors that the pages share."""
