"""Sessions run, saved, read and analysed by commands, with JSON that scripts can rely on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from devices.samples import PacketFormat
from tests.cli.shell import Shell, a_session
from tests.recordings import recording

INDICES = {
    "n_beats", "n_kept", "artifact_percent", "duration_s", "mean_rr_ms", "mean_hr_bpm", "sdnn_ms", "rmssd_ms",
    "pnn50_percent", "sd1_ms", "sd2_ms", "vlf_ms2", "lf_ms2", "hf_ms2", "lf_hf", "peak_hz", "smoothness",
    "coherence_ratio", "respiration_per_min", "respiration_from", "respiration_note", "swing_bpm", "withheld", "bands",
}  # fmt: skip
SESSION = {
    "session_id", "exercise", "device", "simulated", "started_utc", "duration_s", "n_beats", "artifact_percent",
    "gaps", "phases", "score", "latency_ms", "beat_age_ms", "ratings", "result", "interrupted",
    "replayed", "planned_s", "broken_off",
}  # fmt: skip


def test_the_demo_runs_in_the_terminal_at_once_with_neurokit2_beside_it(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")}
    done = subprocess.run(
        [sys.executable, "-m", "biofeedback", "demo", "--headless", "--speed", "0", "--json", "--data", str(tmp_path)],
        capture_output=True, text=True, env=environment, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert set(document) >= SESSION
    assert document["duration_s"] == pytest.approx(120)
    assert document["simulated"] is True
    assert "Traceback" not in done.stderr
    assert any(phase["reference"].get("HRV_RMSSD") for phase in document["phases"])


def test_a_session_is_run_saved_listed_shown_and_scored_again(shell: Shell) -> None:
    summary = a_session(shell, "--person", "Ann", "--rate", "5.5", "--ratio", "1:2")
    assert set(summary) >= SESSION
    assert [phase["name"] for phase in summary["phases"]] == ["settle", "baseline", "breathe", "rest"]
    assert all(set(phase) >= {"name", "start_s", "end_s", "indices"} for phase in summary["phases"])
    assert all(set(phase["indices"]) == INDICES for phase in summary["phases"])
    assert set(summary["score"]) == {"mean", "scored_percent", "rewarded_percent", "kind", "reason"}
    assert set(summary["latency_ms"]) == {"p50", "p95"}
    assert (summary["device"], summary["interrupted"]) == ("sim:rest?seed=3", False)

    (row,) = shell("sessions", "--json").document
    assert row == {
        "session_id": summary["session_id"], "started_utc": summary["started_utc"], "exercise": "paced-breathing",
        "person": "Ann", "device": "sim:rest?seed=3", "duration_s": summary["duration_s"], "interrupted": False,
        "simulated": True, "replayed": False, "planned_s": 180.0, "broken_off": False, "running": False,
        "damaged": False,
    }  # fmt: skip
    assert [row["person"] for row in shell("sessions", "--person", " ANN ", "--json").document] == ["Ann"]
    assert shell("sessions", "--person", "", "--json").document == []
    assert shell("show", summary["session_id"], "--json").document == summary
    assert shell("rescore", summary["session_id"], "--json").document == summary


def test_every_missing_figure_has_its_reason(shell: Shell) -> None:
    for phase in a_session(shell)["phases"]:
        indices = phase["indices"]
        assert {key for key, value in indices.items() if value is None} == set(indices["withheld"])
        assert all(indices["withheld"].values())


def test_a_recording_is_analysed_with_every_key_of_the_contract(shell: Shell) -> None:
    path = recording("rr/vu_ecg_sitting.txt")
    said = shell("analyze", path, "--json")
    assert (said.status, said.err) == (0, "")
    assert set(said.document) == INDICES | {"version", "source", "beats", "method", "definitions", "doubts"}
    assert said.document["source"]["unit"] == "ms"
    assert said.document["rmssd_ms"] == pytest.approx(95.003, rel=1e-4)
    assert len(said.document["beats"]) == said.document["n_beats"] == 279
    assert set(said.document["beats"][0]) == {"time_s", "rr_ms", "verdict", "nn_ms"}
    assert shell("analyze", f"replay:{path}", "--json").document == said.document


def test_uncorrected_keeps_every_beat(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "rr.txt"
    path.write_text("\n".join(["900", "905"] * 60 + ["1800"] + ["900", "895"] * 60 + ["0"]))
    corrected, raw = (
        shell("analyze", path, "--json").document,
        shell("analyze", path, "--uncorrected", "--json").document,
    )
    assert corrected["rmssd_ms"] < 10 < raw["rmssd_ms"]
    assert raw["method"]["uncorrected"] == "true"


def test_a_saved_session_is_analysed_exported_and_replayed(shell: Shell, tmp_path: Path) -> None:
    summary = a_session(shell)
    session_id = summary["session_id"]
    analysed = shell("analyze", session_id, "--json").document
    assert analysed["n_beats"] == summary["n_beats"]
    packets, rr, plain = (tmp_path / name for name in ("packets.csv", "rr.csv", "rr.txt"))
    assert shell("export", session_id, "--out", packets).status == 0
    assert shell("export", session_id, "--format", "rr", "--out", rr).status == 0
    assert PacketFormat.HEART_RATE_MEASUREMENT in packets.read_text()
    assert shell("analyze", packets, "--json").document["beats"] == analysed["beats"]
    assert shell("export", session_id, "--format", "rr-plain", "--out", plain).status == 0
    assert len(plain.read_text().split()) == analysed["n_kept"]
    from_table = shell("analyze", rr, "--json").document
    assert {key: from_table[key] for key in INDICES} == {key: analysed[key] for key in INDICES}
    again = a_session(shell, device=f"replay:{packets}")
    assert (again["simulated"], again["replayed"]) == (True, True)
    assert again["n_beats"] == pytest.approx(summary["n_beats"], abs=2)


def test_a_session_with_an_electrocardiogram_is_analysed_and_exported_with_it(shell: Shell, tmp_path: Path) -> None:
    summary = a_session(shell, device="sim:ectopic?per_min=4&pmd=1&moves=3&seed=5")
    session_id = summary["session_id"]
    assert shell("rescore", session_id, "--json").document == summary
    assert shell("show", session_id, "--json").document == summary
    analysed = shell("analyze", session_id, "--json").document
    reasons = {beat["verdict"] for beat in analysed["beats"]}
    assert (analysed["n_beats"], "ectopic" in reasons) == (summary["n_beats"], True)
    packets, ecg, acc = (tmp_path / name for name in ("packets.csv", "ecg.csv", "acc.csv"))
    for form, path in (("packets", packets), ("ecg", ecg), ("acc", acc)):
        assert shell("export", session_id, "--format", form, "--out", path).status == 0
    assert ecg.read_text().startswith("time_s,ecg_uv\n")
    assert acc.read_text().startswith("time_s,x_mg,y_mg,z_mg\n")
    assert shell("analyze", packets, "--json").document["beats"] == analysed["beats"]
    without = a_session(shell)["session_id"]
    said = shell("export", without, "--format", "ecg", "--out", tmp_path / "none.csv")
    assert (said.status, "has no electrocardiogram" in said.err) == (1, True)


def test_a_report_is_written(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    said = shell("report", a_session(shell)["session_id"], "--out", out)
    assert (said.status, said.out) == (0, "")
    assert "<html" in out.read_text(encoding="utf-8")


def test_without_json_people_read_tables(shell: Shell) -> None:
    session_id = a_session(shell)["session_id"]
    for arguments in (
        ["sessions"],
        ["show", session_id],
        ["rescore", session_id],
        ["exercises"],
        ["analyze", session_id],
    ):
        said = shell(*arguments)
        assert said.status == 0
        assert len(said.out.splitlines()) > 1
        assert "{" not in said.out


def test_the_library_is_listed(shell: Shell) -> None:
    said = shell("exercises", "--json")
    assert {row["id"] for row in said.document} >= {"paced-breathing", "quiet-rest"}
    assert all(set(row) >= {"id", "title", "minutes", "purpose"} for row in said.document)


def test_names_with_brackets_are_no_trouble(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "data" / "exercises" / "mine.toml"
    path.parent.mkdir(parents=True)
    path.write_text(
        'format = 2\nid = "mine"\ntitle = "Mine [/i]"\npurpose = "Try."\nversion = 1\n[[phases]]\nname = "[/a]"\n'
        'title = "[red]A :heart:"\nrole = "practice"\nminutes = 0.5\n'
    )
    assert "Mine [/i]" in shell("exercises").out
    said = shell("run", "mine", "--device", "sim:", "--speed", "0", "--headless", "--person", "Ann [/b]")
    assert (said.status, "[/a]" in said.out, "[red]A :heart:" in said.err) == (0, True, True)
    assert "Ann [/b]" in shell("sessions").out


@pytest.mark.parametrize("arguments", [["exercises"], ["exercises", "check", "no.toml"]])
def test_what_computes_nothing_waits_for_no_mathematics(arguments: list[str], tmp_path: Path) -> None:
    look = (
        "import sys, biofeedback.__main__ as door\ntry: door.main()\n"
        "except SystemExit: print(*sorted(sys.modules), sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", look, *arguments, "--data", str(tmp_path)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    loaded = set(done.stderr.splitlines())
    assert "biofeedback.cli.exercises" in loaded
    assert not loaded & {"numpy", "scipy", "sqlalchemy", "PySide6", "bleak"}


def test_a_sound_exercise_file_is_in_order_and_can_be_run(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'format = 1\nid = "mine"\ntitle = "Mine"\npurpose = "Try."\nversion = 1\n[[phases]]\nname = "a"\ntitle = "A"\n'
        'role = "practice"\nminutes = 1\nstretch = true\n'
    )
    assert shell("exercises", "check", path).status == 0
    assert shell("run", path, "--device", "sim:", "--speed", "0", "--json").document["exercise"] == "mine"


def test_every_fault_of_an_exercise_file_is_told_in_a_line_of_its_own(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('format = 1\nid = "Mine"\ntitle = ""\n')
    said = shell("exercises", "check", path)
    assert said.status == 1
    assert "Traceback" not in said.err
    assert f"{path}, line 2: id is made of small letters" in said.err
    assert f"{path}, line 3: title must be text" in said.err


def test_one_spoilt_cell_is_one_beat_and_is_told(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "rr.txt"
    path.write_text("812\nabc\n803\n")
    document = shell("analyze", path, "--json").document
    assert (document["n_beats"], document["n_kept"]) == (3, 2)
    assert document["beats"][1]["verdict"] == "impossible"
    assert document["source"]["spoilt_lines"] == [2]
    assert "Line 2: no interval can be read there" in shell("analyze", path).out


def test_data_that_cannot_be_kept_are_told(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = shell("sessions", "--data", tmp_path / "file")
    assert said.status == 1
    assert str(tmp_path / "file") in said.sentence


def test_the_data_folder_may_be_named_before_or_after_the_command(shell: Shell, tmp_path: Path) -> None:
    a_session(shell, "--data", str(tmp_path / "other"))
    assert shell("sessions", "--json").document == []
    assert len(shell("sessions", "--data", tmp_path / "other", "--json").document) == 1
    assert len(shell("--data", tmp_path / "other", "sessions", "--json").document) == 1


def test_a_replay_ends_where_the_recording_ends(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "rr.txt"
    path.write_text("1000\n" * 90)
    said = shell("run", "quiet-rest", "--device", f"replay:{path}?speed=0", "--json")
    assert said.status == 0
    assert said.document["duration_s"] == pytest.approx(90, abs=0.1)


def test_doctor_tells_one_document_whatever_it_finds(shell: Shell) -> None:
    said = shell("doctor", "--json")
    assert {"bluetooth", "display", "storage"} <= set(said.document)
    assert {finding["level"] for finding in said.document.values() if finding["ok"]} == {"good"}
    missing = {name: finding["level"] for name, finding in said.document.items() if not finding["ok"]}
    assert said.status == ("failure" in missing.values())
    assert {level for name, level in missing.items() if name not in ("storage", "analysis", "exercises")} <= {"note"}
    assert all(finding["detail"] for finding in said.document.values())
