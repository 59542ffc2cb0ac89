"""The tabs, one module each, independent of each other."""
