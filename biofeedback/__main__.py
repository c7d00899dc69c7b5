"""The program's door: the window without delay, everything else through the command line."""

import os
import sys

COMPLETION = "_BIOFEEDBACK_COMPLETE"
"""Set by a shell that asks how a command goes on."""


def main() -> None:
    """Open the window, or hand over to the command line where there are arguments."""
    if len(sys.argv) > 1 or COMPLETION in os.environ:
        from biofeedback.cli.main import run_command_line

        run_command_line()
    from biofeedback.app import open_window

    sys.exit(open_window())


if __name__ == "__main__":
    main()
