"""The keys of the window, for those who do without a mouse."""

FIRST_AID_KEYS = ("H", "F1")
"""Where words are being written, H is a letter and nothing is thrown away."""
CHECKIN_KEY, COURSE_KEY, LOCK_KEY = "C", "T", "Ctrl+L"
KEYS_TITLE, ALL_KEYS = "Keys", "All keys (press ?)"
KEYS = (
    ("H or F1", "when it is strong: begin at once"),
    ("C at the start", "the check-in: how the day was"),
    ("T at the start", "your course, and what today holds"),
    ("0 to 9, X", "answer; X is 10"),
    ("Space", "pause, go on"),
    ("S or Enter", "next part, I am done"),
    ("D", "I feel dizzy: stop"),
    ("Escape", "end, or one page back"),
    ("Delete", "in the history: delete, with undo"),
    ("M", "set a marker"),
    ("S, I in the list", "a star for a practice, more about it"),
    ("N", "numbers"),
    ("I", "more about the signal"),
    ("E", "the strap's ECG"),
    ("V", "another picture"),
    ("Q, + and \u2212", "sound off and on, louder, softer"),
    ("F", "only the picture, and back"),
    ("Ctrl+L", "lock, where there is a passphrase"),
    ("F11", "full screen, and back"),
    ("?", "this card"),
)
