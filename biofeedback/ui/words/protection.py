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
STRONG_ABOUT = "This begins at once, also while the data are locked (F1). Nothing of it is kept."
NOT_KEPT = "That was not kept, for your data are locked."
LOCK_NOW, LOCK_AFTER = "Lock now", "Lock by itself"
LOCK_AFTER_OPTIONS: list[tuple[str, object]] = [
    ("Never", 0), ("After 5 minutes", 5), ("After 10 minutes", 10), ("After 30 minutes", 30),
]  # fmt: skip
LOCK_ABOUT = (
    "Where nobody touches the keys or the mouse for that long, the passphrase is asked for again. What was begun is "
    "kept. A practice is never interrupted: the lock comes after it."
)
NEEDS_PASSPHRASE = "There is nothing to lock with yet: set a passphrase first (settings, lock and recovery key)."
REMOVE, REMOVED = "Remove the passphrase", "From now on, your data open with your account on this computer."
REMOVE_NEEDS = "Type the passphrase as it is now above, then remove it."
NOBODY_ASSIGNED = "Nobody is assigned to you yet. Ask an owner of these data, then open them again."
END_FIRST = "A session is on. End it first, then try again."


NOTHING_SENT = "Nothing is sent anywhere."


def kept_where(folder: str, how: str, *, sent: bool) -> str:
    """Where the data live and who can read them; whether sessions are sent to the network."""
    network = "Each session is sent to the network while it goes on, as chosen above." if sent else NOTHING_SENT
    return f"Your data stay on this computer, in {folder}. {network} {how}"
