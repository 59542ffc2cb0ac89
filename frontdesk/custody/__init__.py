"""Homes that their owners left in the company's care: agreements, keys, inspections, and when somebody is to go."""
