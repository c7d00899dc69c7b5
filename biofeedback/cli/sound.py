"""The command that keeps the sound of an exercise as a file."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from biofeedback.cli.options import (
    ChooseOption,
    DataOption,
    ExerciseArgument,
    MinutesOption,
    RateOption,
    RatioOption,
    adapted_exercise,
    fail,
    wrong_usage,
)
from biofeedback.sound.settings import SoundSettings, Timbre
from protocols.timeline import Timeline

LONGEST_MINUTES = 360.0
"""A WAV file holds four gigabytes, a little over six hours."""


def sound(
    exercise: ExerciseArgument,
    out: Annotated[Path, typer.Option(help="The file to write: .wav.")],
    minutes: MinutesOption = None,
    rate: RateOption = None,
    ratio: RatioOption = None,
    choose: ChooseOption = None,
    timbre: Annotated[Timbre, typer.Option(help="What leads the breath.")] = Timbre.TONES,
    volume: Annotated[float, typer.Option(min=0, max=1, help="0 to 1.")] = 0.7,
    bed: Annotated[bool, typer.Option(help="A soft ground under it.")] = True,
    bells: Annotated[bool, typer.Option(help="A bell where a part begins, and at the end.")] = True,
    data: DataOption = None,
) -> None:
    """The sound of an exercise as a WAV file, to practise with no computer."""
    from biofeedback.sound.rendering import render_to_wav

    if out.suffix.lower() != ".wav":
        wrong_usage(f"--out {out}: the file ends in .wav.")
    chosen = adapted_exercise(exercise, data, minutes, rate, ratio, choose)
    if chosen.minutes > LONGEST_MINUTES:
        wrong_usage(f"A WAV file holds at most {LONGEST_MINUTES / 60.0:g} hours: choose fewer --minutes.")
    try:
        render_to_wav(out, Timeline.of(chosen), None, SoundSettings(timbre, volume, bed, bells))
    except OSError as error:
        fail(f"{out} could not be written: {error.strerror or error}.")
    print(f"Wrote {out}.", file=sys.stderr)
