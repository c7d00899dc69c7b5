"""A band on the head in a session."""
