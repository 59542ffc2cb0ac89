"""One module a version of the data file, each written once and never changed."""
