"""The words of the lessons, the questionnaires and the pattern check."""

from protocols.lessons.specification import Picture

LESSONS = "Lessons"
LESSONS_ABOUT = "Two minutes each. Read them in any order, as often as you like."
STAGES = (
    "Understand the pain",
    "Lower the alarm",
    "Return to activity",
    "Feelings and stress",
    "Everyday life",
)
READ = "read"
TAKE_ALONG = "A question to take along"
SOURCES = "Where this is known from"
TO_EXERCISE = "The practice that goes with it"
READ_ALOUD, STOP_READING = "Read aloud", "Stop reading"
MARK, UNMARK = "Mark as read", "Not read yet"
NO_VOICE = "This computer has no voice that can read aloud. The words are all here to read."
WAIT_FOR_DOCTOR = "The lessons wait here until a doctor has looked at what is new."
PICTURES = {
    Picture.ALARM: "A bell with a dial. The dial is turned down from loud to soft: the alarm goes off less easily.",
    Picture.FEAR_CIRCLE: (
        "A circle of four: sensation, fear, avoiding, alarm, and back to sensation. An arrow leads out of it: "
        "a small safe step."
    ),
    Picture.LADDER: "Your own ladder, from easy to hard: {}.",
}
NO_LADDER = "An empty ladder. You have no steps yet: you can write some down whenever you like."
NO_LADDER_SHORT = "No steps yet. There is no hurry."
CIRCLE, WAY_OUT = ("sensation", "fear", "avoiding", "alarm"), "a small safe step"
LOUD, SOFT = "loud", "soft"

QUESTIONNAIRES = "Questions now and then"
QUESTIONNAIRES_ABOUT = "They show how things change over weeks. You can leave out any question."
DUE, ALL, NONE_DUE = "For today, if you like", "All", "None is due today. You can still fill any of them."
QUESTIONS = "{} questions"
BEGUN = "begun"
PATTERN_SIDE = "a page for your clinician"
OF = "Question {} of {}"
EARLIER_QUESTION, LEAVE_OUT, BEGIN_ANEW = "One back", "Leave it out", "Begin anew"
KEYS = "A number key answers. Each answer is kept at once."
YES, NO, UNSURE = "Yes", "No", "Not sure"
THANKS = "Thank you"
NO_SCORE = "There is no figure today, as a question was left out. Your answers are kept."
YOURS = "Your figure is {} on a scale from {:g} to {:g}."
EACH_STANDS = "Each answer stands for itself. They are not added up."
SAME, LESS, MORE = "It is the same as last time.", "It is {} less than last time.", "It is {} more than last time."
MATTERS, SMALL = "Most people would notice such a change.", "That is a small change. Days differ."
ABOUT_IT = "Source and licence"
TO_LIST = "To the list"
DOCTOR_FIRST = "A doctor first"
FOR_DOCTOR = "To show to the doctor"
SAVE_PAGE = "Save the page"
SAVED = "The page is saved: {}"
SAVE_FILTER = "PDF (*.pdf);;Web page (*.html)"
PATTERN_FILE = "pattern.pdf"
CONFIRMED_ELSEWHERE = "What your clinician finds is written down under People."


def looks_back(days: int) -> str:
    """The time that questions are about."""
    return {0: "It is about now.", 1: "It is about today."}.get(days, f"It is about the last {days} days.")
