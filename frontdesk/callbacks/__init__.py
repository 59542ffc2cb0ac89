"""Call-backs after service: due by kind, answered in three keys, repeated until the customer is satisfied."""
