"""What is done with data, as it is permitted and written down."""

from enum import StrEnum


class Act(StrEnum):
    """What is written down, before it is done."""

    OPEN = "open"
    WRONG = "wrong passphrase"
    CHOOSE = "choose"
    PRACTISE = "practise"
    READ = "read"
    CHANGE = "change"
    REPORT = "report"
    EXPORT = "export"
    DELETE = "delete"
    PEOPLE = "people"
    LOCK = "lock"
    USERS = "users"
    PAPERWORK = "paperwork"
    BACKUP = "backup"
    RESTORE = "restore"
    REFUSED = "refused"
