"""Rows on their way to the disk, and what becomes of them where it fails."""
