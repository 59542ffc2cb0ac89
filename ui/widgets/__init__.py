"""Single widgets that pages are made of."""
