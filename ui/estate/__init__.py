"""The parts of the residents' page."""
