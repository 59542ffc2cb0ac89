"""People, their roles and PINs, and who may do what (`roles.md`)."""
