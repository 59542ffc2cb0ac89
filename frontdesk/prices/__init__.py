"""The price list: revisions with their validity, and the price of a day (F-PRICE, R-ORDER-7)."""
