"""Files between home and clinic from the command line: passphrases, what a script needs, a sentence for trouble."""

from pathlib import Path

import pytest

from biofeedback.exchange import sealed
from tests.cli.shell import Shell, a_session

WORD = "BIOFEEDBACK_FILE_PASSPHRASE"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "PASSES", 1)
    monkeypatch.setattr(sealed, "MEMORY_KIB", 64)


def test_a_practice_goes_to_the_clinic_and_is_scored_to_the_same_bits(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(WORD, "four good words here")
    session_id = a_session(shell)["session_id"]
    here = shell("rescore", session_id, "--json").document
    signature = shell("practice-file", "--json").document["signed_by"]
    file, clinic = tmp_path / "mine.practice", ("--data", tmp_path / "clinic")
    assert shell("practice-file", "export", "--out", file, "--json").document["signed_by"] == signature
    shell("people", "add", "Ana", *clinic)
    brought = ("practice-file", "import", file, "--person", "ana", *clinic, "--json")
    dry = shell(*brought, "--dry-run").document
    assert (
        dry.items() >= {"person": "Ana", "new_sessions": 1, "duplicates": 0, "conflicts": [], "dry_run": True}.items()
    )
    assert shell(*brought).document == dry | {"dry_run": False}
    assert shell(*brought).document.items() >= {"new_sessions": 0, "duplicates": 1, "signed_by": signature}.items()
    assert shell("rescore", session_id, *clinic, "--json").document == here | {"person": "Ana"}
    assert "There is nobody called Bob" in shell("practice-file", "import", file, "--person", "Bob", *clinic).sentence
    assert "is there already" in shell("practice-file", "export", "--out", file).sentence


def test_a_passphrase_comes_from_the_environment_or_a_file_and_never_from_an_argument(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(WORD, raising=False)
    shell("checkin", "--set", "pain=4")
    out = tmp_path / "f"
    said = shell("practice-file", "export", "--out", out)
    assert (said.status, WORD in said.sentence) == (2, True)
    word = tmp_path / "word"
    word.write_text("short\n", encoding="utf-8")
    assert "8 to 1024 signs" in shell("practice-file", "export", "--out", out, "--passphrase-file", word).sentence
    word.write_text("four good words here\r\nnot this\n", encoding="utf-8")
    assert shell("practice-file", "export", "--out", out, "--passphrase-file", word, "--quiet").status == 0
    monkeypatch.setenv(WORD, "four good words here")
    assert shell("practice-file", "import", out, "--dry-run", "--json").document["duplicate_entries"] == 1
    monkeypatch.setenv(WORD, "another word here")
    assert "not the passphrase" in shell("practice-file", "import", out).sentence
    missing = shell("practice-file", "import", out, "--passphrase-file", tmp_path / "none")
    assert (missing.status, "cannot be read" in missing.sentence) == (1, True)


def test_nothing_is_taken_in_for_nobody_in_a_clinic(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(WORD, "four good words here")
    shell("checkin", "--set", "pain=4")
    shell("plan", "set", "flares")
    shell("practice-file", "export", "--out", tmp_path / "f")
    shell("plan-file", "export", "--out", tmp_path / "p")
    clinic = ("--data", tmp_path / "clinic")
    shell("people", "add", "Ana", *clinic)
    for command, file in (("practice-file", "f"), ("plan-file", "p")):
        said = shell(command, "import", tmp_path / file, *clinic)
        assert (said.status, said.sentence.startswith("Say whose it is")) == (2, True)
        assert shell(command, "import", tmp_path / file, "--quiet", "--person", "Ana", *clinic).status == 0
    assert shell("diary", *clinic, "--json").document == []


def test_every_kind_of_trouble_has_its_sentence(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WORD, "four good words here")
    shell("checkin", "--set", "pain=4")
    assert "no plan yet" in shell("plan-file", "export", "--out", tmp_path / "p").sentence
    for content in (
        b"",
        b"{}\n",
        b"[]\n",
        b"x" * 9000,
        b'{"format": "biofeedback sealed", "version": 1}\n',
        b"\xff\xfe\n",
    ):
        (tmp_path / "f").write_bytes(content)
        for command in ("practice-file", "plan-file"):
            said = shell(command, "import", tmp_path / "f")
            assert (said.status, "Nothing was changed" in said.sentence) == (1, True), content
    assert (
        shell("practice-file", "export", "--out", tmp_path / "g", "--from", "2026-02-02", "--to", "2026-02-01").status
        == 2
    )
    said = shell("practice-file", "export", "--out", tmp_path / "g", "--to", "2000-01-01")
    assert (said.status, "Nothing was written" in said.sentence) == (1, True)
