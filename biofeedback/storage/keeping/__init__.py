"""What keeps the data from being lost: their backups, the way back from one, and the search for damage."""
