"""Service orders: the four-copy form, from issue to return (F-ORDER, R-ORDER-…)."""
