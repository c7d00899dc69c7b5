"""The tasks by what a part shows."""

from biofeedback.ui.tasks.arithmetic import Arithmetic
from biofeedback.ui.tasks.colours import Colours
from biofeedback.ui.tasks.task import Task
from biofeedback.ui.tasks.writing import Writing
from protocols.phases import Show

TASKS: dict[Show, type[Task]] = {Show.WRITING: Writing, Show.ARITHMETIC: Arithmetic, Show.COLOURS: Colours}
