"""The words about encryption: the lock, the passphrase, the recovery key."""

TITLE, LOCKED = "Lock and recovery key", "Your data are locked."
ASK = "Type your passphrase. Nothing is shown before."
FIELD = "Passphrase, or recovery key"
OPEN, OPENING = "Open", "Opening, a moment"
FORGOTTEN = "Forgotten it? Type the recovery key here instead: the long one that you wrote down."
LOST_KEY = (
    "This computer does not have the key of these data. Type the recovery key: the long one that was written down "
    "where they come from."
)
NOW, NEW, AGAIN = "Passphrase as it is now", "New passphrase", "The same once more"
SET, SETTING = "Use this passphrase", "Encrypting, a moment"
ABOUT = (
    "With a passphrase, nobody who uses this computer can read your data without it, and you type it each time the "
    "program starts. Some words that you will not forget are better than one short word."
)
NOT_THE_SAME = "The two are not the same."
DONE = "From now on, your data open with this passphrase only."
SHOW_RECOVERY = "Show the recovery key"
RECOVERY = (
    "The recovery key opens your data where the passphrase is forgotten or the computer is lost. Write it down, and "
    "keep the page away from this computer: whoever has it can read them."
)
END_FIRST = "A session is on. End it first, then try again."


def kept_where(folder: str, how: str, *, encrypted: bool) -> str:
    """Where the data live and who can read them."""
    copy = "copy that folder and keep the recovery key" if encrypted else "copy that folder"
    return f"Your data stay on this computer, in {folder}. Nothing is sent anywhere. {how} To back them up, {copy}."
