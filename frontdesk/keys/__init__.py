"""Keys: what hangs where, who has what, and how the register of them is kept true (R-KEY-1 … 9)."""
