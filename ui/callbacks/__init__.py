"""Parts of the call-backs' page, and the steps that an order offers too."""
