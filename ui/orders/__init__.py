"""Parts of the service orders page that have steps of their own."""
