"""The window."""

import os

os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")
"""Qt would let threads of its own fill each large shape, and the breath waited for them forty times a frame."""
