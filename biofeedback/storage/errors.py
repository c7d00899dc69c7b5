"""What goes wrong with the data."""


class StoreError(Exception):
    """Data cannot be read or kept. The message says what happened, what was kept and what to do about it."""
