"""Sessions that were saved, read and scored again."""
