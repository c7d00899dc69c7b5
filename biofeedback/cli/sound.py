"""The command that keeps the sound of an exercise as a file."""

from pathlib import Path
from typing import Annotated

import typer

from biofeedback.cli.options import (
    ChooseOption,
    DataOption,
    ExerciseArgument,
    ForceOption,
    JsonOption,
    MinutesOption,
    RateOption,
    RatioOption,
    adapted_exercise,
    existing_data,
    print_document,
    standard_output_alone,
    tell,
    wrong_usage,
)
from biofeedback.exchange.files import STANDARD_OUTPUT, written_whole
from biofeedback.sound.settings import SoundSettings, Timbre
from protocols.timeline import Timeline

LONGEST_MINUTES = 360.0
"""A WAV file holds four gigabytes, a little over six hours."""


def sound(
    exercise: ExerciseArgument,
    out: Annotated[Path, typer.Option(help="The file to write: .wav; - for standard output.")],
    minutes: MinutesOption = None,
    rate: RateOption = None,
    ratio: RatioOption = None,
    choose: ChooseOption = None,
    timbre: Annotated[Timbre, typer.Option(help="What leads the breath.")] = Timbre.TONES,
    volume: Annotated[float, typer.Option(min=0, max=1, help="0 to 1.")] = 0.7,
    bed: Annotated[bool, typer.Option(help="A soft ground under it.")] = True,
    bells: Annotated[bool, typer.Option(help="A bell where a part begins, and at the end.")] = True,
    force: ForceOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """The sound of an exercise as a WAV file, to practise with no computer."""
    from biofeedback.sound.rendering import render_to_wav

    standard_output_alone(out, as_json)
    if out.suffix.lower() != ".wav" and out != STANDARD_OUTPUT:
        wrong_usage(f"--out {out}: the file ends in .wav.")
    existing_data(data)
    chosen = adapted_exercise(exercise, data, minutes, rate, ratio, choose, answered=False)
    if chosen.minutes > LONGEST_MINUTES:
        wrong_usage(f"A WAV file holds at most {LONGEST_MINUTES / 60.0:g} hours: choose fewer --minutes.")
    timeline = Timeline.of(chosen)
    with written_whole(out, force=force) as file:
        render_to_wav(file, timeline, None, SoundSettings(timbre, volume, bed, bells))
    if as_json:
        print_document({"exercise": chosen.id, "out": str(out), "duration_s": timeline.total_s})
    elif out != STANDARD_OUTPUT:
        tell(f"Wrote {out}.")
