"""Several people at once."""
