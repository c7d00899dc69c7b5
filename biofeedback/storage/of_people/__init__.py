"""What lasts of a person beyond a session."""
