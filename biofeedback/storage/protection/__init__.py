"""Encryption at rest: keys, where they are kept, and the change from a plain database to an encrypted one."""
