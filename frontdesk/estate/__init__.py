"""Buildings, units, residents and their telephones; the finder that leads to them."""
