"""What is kept of the orders' papers: blank runs, the serial watch, finance lists, bound volumes."""
