"""The pictures that can be chosen in place of the circle, by the names under which the choice is kept."""

from biofeedback.ui.scenes.dark import Dark
from biofeedback.ui.scenes.dawn import Dawn
from biofeedback.ui.scenes.scene import Scene
from biofeedback.ui.scenes.shore import Shore
from biofeedback.ui.scenes.tree import Tree

SCENES: dict[str, type[Scene]] = {"dawn": Dawn, "tree": Tree, "shore": Shore, "dark": Dark}
