"""The sections of the order books' page, one module each."""
