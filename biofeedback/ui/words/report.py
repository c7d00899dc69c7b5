"""The words of reports: what can be saved, for whom, and what came of it."""

from biofeedback.reports.wanted import About, Form

TITLE = "A report"
REPORT = "A report to print or to send"
ABOUT, FORM, FOR = "What it is about", "As what", "Who it is for"
ABOUTS: tuple[tuple[str, object], ...] = (
    ("The last four weeks", About.WEEKS),
    ("The whole course", About.COURSE),
)
THIS_SESSION: tuple[str, object] = ("This practice", About.SESSION)
FORMS: tuple[tuple[str, object], ...] = (("PDF, to print", Form.PDF), ("HTML, for a browser", Form.HTML))
READERS: tuple[tuple[str, object], ...] = (("For me", True), ("For my doctor", False))
MEANS = {
    True: "In plain words, with the pictures.",
    False: "With all the figures and how they were made, for your record.",
}
SAVE, WRITING, SAVED = "Save...", "It is being written.", "Saved: {}"
THERE = "There is a file of this name already: {}"
REPLACE, OTHER = "Replace it", "Choose another name"
