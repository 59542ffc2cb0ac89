"""Money at the desk: payment requests for orders on account, and receipts."""
