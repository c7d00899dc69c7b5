"""The commands that read and write files: recordings, reports, exports."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.eeg import (
    ClosedOption,
    EegWishes,
    HertzOption,
    MainsOption,
    OpenOption,
    SaveOption,
    analyze_eeg,
)
from biofeedback.cli.options import (
    DataOption,
    ForceOption,
    JsonOption,
    OfPersonOption,
    SessionArgument,
    days_between,
    print_document,
    read_standard_input,
    read_store,
    standard_output_alone,
    tell,
    wrong_usage,
)
from biofeedback.exchange.files import STANDARD_OUTPUT
from biofeedback.storage.permits.acts import Act

if TYPE_CHECKING:
    from biofeedback.session.judging import Recorded
    from devices.recordings import Understood


def analyze(
    source: Annotated[
        str,
        typer.Argument(
            help="A recording file (beats or EEG), - for standard input, a saved session (its id, or `last`), or "
            "sim:head?seed=1."
        ),
    ],
    uncorrected: Annotated[
        bool, typer.Option("--uncorrected", help="Keep every beat as it came; of EEG, every second.")
    ] = False,
    closed: ClosedOption = None,
    opened: OpenOption = None,
    rate: HertzOption = None,
    mains: MainsOption = None,
    save: SaveOption = None,
    force: ForceOption = False,
    person: OfPersonOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """A recording analysed offline."""
    from devices.eeg.head import head_of, is_head, simulate

    wishes = EegWishes(closed or (), opened or (), rate, mains, save, force)
    if is_head(source):
        if rate is not None:
            wrong_usage("--rate: a simulated head is asked for another rate as sim:head?rate=500.")
        analyze_eeg(simulate(head_of(source)).recording, wishes, uncorrected=uncorrected, as_json=as_json)
        return
    content = _content_of(_recording_path(source), source)
    if content is None:
        _analyze_session(source, person, data, wishes, uncorrected=uncorrected, as_json=as_json)
        return
    from biofeedback.session.judging import judge_recording
    from devices.eeg import read_eeg
    from devices.recordings import recording_of

    named, read = content
    eeg = read_eeg(named, read, rate)
    if eeg is not None:
        analyze_eeg(eeg, wishes, uncorrected=uncorrected, as_json=as_json)
        return
    _refuse(wishes, source)
    recording = recording_of(named, read)
    _tell_beats(judge_recording(recording), recording.understood, uncorrected=uncorrected, as_json=as_json)


def _analyze_session(
    session: str, person: str | None, data: Path | None, wishes: EegWishes, *, uncorrected: bool, as_json: bool
) -> None:
    """A saved session: its beats; where a band on the head was worn alone, or is asked about, what that saw."""
    from biofeedback.exchange.brainwaves import read_recording
    from biofeedback.session.kept.archive import judge_session

    with read_store(data) as store:
        row = store.find(session, person)
        store.permit(Act.READ, row.person, row.session_id)
        recorded = judge_session(store, row.session_id)
        eeg = None
        if (wishes.first or not recorded.beats) and store.eeg_frames(row.session_id):
            if wishes.rate_hz is not None:
                wrong_usage("--rate: what was recorded in a session has the rate of its band.")
            if wishes.save is not None:
                store.permit(Act.EXPORT, row.person, row.session_id)
            eeg = read_recording(store, row.session_id)
    if eeg is not None:
        analyze_eeg(eeg, wishes, uncorrected=uncorrected, as_json=as_json)
        return
    _refuse(wishes, session)
    _tell_beats(recorded, None, uncorrected=uncorrected, as_json=as_json)


def _refuse(wishes: EegWishes, source: str) -> None:
    """Leave where something is wanted that no heart has."""
    if wishes.first:
        wrong_usage(f"{wishes.first}: only an EEG recording has that, and {source} is none.")


def _tell_beats(recorded: "Recorded", understood: "Understood | None", *, uncorrected: bool, as_json: bool) -> None:
    """The figures of heartbeats, with how their file was read."""
    from biofeedback.analysis.figures.definitions import DEFINITIONS
    from biofeedback.analysis.figures.stretch import METHOD, figures
    from biofeedback.reports.tables import print_indices, print_source
    from biofeedback.session.method import VERSIONS

    beats = recorded.beats
    indices = figures(beats, uncorrected=uncorrected).as_json() | {"doubts": list(recorded.doubts)}
    if not as_json:
        print_indices(indices)
        if understood:
            print_source(understood)
        return
    listed = [{"time_s": b.time_s, "rr_ms": b.rr_ms, "verdict": b.verdict, "nn_ms": b.nn_ms} for b in beats]
    method = METHOD | {key: VERSIONS[key] for key in ("ecg", "movement")} | {"uncorrected": str(uncorrected).lower()}
    definitions = {key: asdict(definition) for key, definition in DEFINITIONS.items()}
    told = {"source": asdict(understood) if understood else None}
    print_document(indices | told | {"beats": listed, "method": method, "definitions": definitions})


def _recording_path(source: str) -> Path | None:
    """The file that is meant; None where it is the id of a session."""
    path = Path(source.removeprefix("replay:"))
    try:
        path = path.expanduser()
        is_there = path.exists()
    except (OSError, RuntimeError):  # a name too long for a file, or a home folder that is none
        is_there = False
    return path if is_there or path.suffix or len(path.parts) > 1 else None


def _content_of(path: Path | None, source: str) -> tuple[Path, bytes] | None:
    """What the file is called in messages, and what it holds, or standard input does; None of a saved session."""
    from devices.recordings import MAX_FILE_BYTES
    from devices.recordings.content import read_content

    if source == "-":  # read to its end first
        return Path("Standard input"), read_standard_input(MAX_FILE_BYTES + 1)
    return (path, read_content(path)) if path else None


def report(
    out: Annotated[Path, typer.Option(help="The file to write: .pdf or .html; - for standard output.")],
    session: Annotated[str, typer.Argument(help="Id of a session, its beginning, or `last`; none for a period.")] = "",
    form: Annotated[
        str, typer.Option("--format", help="pdf or html; else as the file ends, and html on standard output.")
    ] = "",
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="A period: its first day.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Its last day; else today.")] = None,
    course: Annotated[bool, typer.Option("--course", help="From the beginning of the plan on.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="In plain words, for the person.")] = False,
    letter: Annotated[bool, typer.Option("--letter", help="On Letter paper instead of A4.")] = False,
    comment: Annotated[str, typer.Option(help="Of a period: a comment of the clinician.")] = "",
    force: ForceOption = False,
    person: OfPersonOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """A report of one session, or of a period of days (--from, or --course)."""
    standard_output_alone(out, as_json)
    form = form or ("html" if out == STANDARD_OUTPUT else out.suffix.lower()[1:])
    if form not in ("pdf", "html"):
        wrong_usage(f"--out {out}: a report ends in .pdf or .html, or --format says which of them it is.")
    of_period = course or since is not None
    if bool(session) == of_period or (course and since is not None):
        wrong_usage("Name one session, or a period with --from DATE (and --to DATE), or --course. Nothing was written.")
    if session and (until is not None or comment):
        wrong_usage("--to and --comment belong to a period: give --from DATE, or --course.")
    if of_period:
        first, last = days_between(since, until)
        told = _report_period(out, form, person or "", first, last, data, plain, letter, comment, force)
        if as_json:
            print_document(told)
        elif out != STANDARD_OUTPUT:
            tell(f"Wrote {out}.")
        return
    from biofeedback.reports.house import house_of
    from biofeedback.reports.noted_words import noted_rows
    from biofeedback.reports.writing import write_report
    from biofeedback.session.kept.archive import read_summary

    with read_store(data) as store:
        row = store.find(session, person)
        store.permit(Act.REPORT, row.person, row.session_id)
        summary = read_summary(store, row.session_id)
        noted = noted_rows(store.markers(row.session_id), store.timeline_events(row.session_id))
        house = house_of(store, tell)
    write_report(summary, out, form, noted, plain=plain, letter=letter, force=force, house=house)
    _written(out, summary.session_id, form, as_json=as_json)


def _report_period(
    out: Path,
    form: str,
    person: str,
    since: date | None,
    until: date | None,
    data: Path | None,
    plain: bool,
    letter: bool,
    comment: str,
    force: bool,
) -> dict[str, object]:
    """Write the report of a period, from the beginning of the course where no first day is named; what it tells of."""
    from biofeedback.reports.house import house_of
    from biofeedback.reports.period import course_begins, write_period_report

    last = until or date.today()
    with read_store(data) as store:
        name = store.person(person)
        store.permit(Act.REPORT, name, "of a period")
        first = since or course_begins(store, name) or last
        try:
            period = write_period_report(
                store,
                name,
                first,
                last,
                out,
                form,
                plain=plain,
                letter=letter,
                comment=comment,
                force=force,
                house=house_of(store, tell),
            )
        except ValueError as error:
            wrong_usage(f"{str(error)[:1].upper()}{str(error)[1:]}. Nothing was written.")
    return {
        "person": name,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "format": form,
        "out": str(out),
        "plain": plain,
        "n_sessions": len(period.outcomes),
        "n_simulated": period.n_simulated,
        "n_replayed": period.n_replayed,
        "n_open": period.n_open,
    }


def export(
    session: SessionArgument,
    out: Annotated[Path, typer.Option(help="The file to write; - for standard output.")],
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help="packets (lossless, can be replayed), rr (a table with verdicts, phases and gaps), "
            "rr-plain (the kept intervals alone), ecg or acc (tables), edf (the band on the head).",
        ),
    ] = "packets",
    force: ForceOption = False,
    person: OfPersonOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """A session as a file."""
    from biofeedback.exchange.brainwaves import write_edf
    from biofeedback.exchange.intervals import write_plain_rr, write_rr
    from biofeedback.exchange.packets import write_packets
    from biofeedback.exchange.waveforms import write_accelerometer, write_ecg

    writers: dict[str, Callable[..., int | str]] = {
        "packets": write_packets,
        "rr": write_rr,
        "rr-plain": write_plain_rr,
        "ecg": write_ecg,
        "acc": write_accelerometer,
        "edf": write_edf,
    }
    if form not in writers:
        wrong_usage(f"--format {form}: choose {', '.join(writers)}.")
    standard_output_alone(out, as_json)
    with read_store(data) as store:
        row = store.find(session, person)
        session_id = row.session_id
        store.permit(Act.EXPORT, row.person, session_id)
        lost = writers[form](store, session_id, out, force=force)
    _written(out, session_id, form, lost if isinstance(lost, str) else "", as_json=as_json)


def _written(out: Path, session_id: str, form: str, lost: str = "", *, as_json: bool) -> None:
    """Tell of a file that was written, and what it does not hold."""
    if as_json:
        print_document({"session_id": session_id, "format": form, "out": str(out), "lost": lost})
    elif out != STANDARD_OUTPUT or lost:
        tell(f"Wrote {out}. {lost}".rstrip())
