"""Who may do what with whose data, and what was done."""
