"""What is installed is known file by file: the lists of check sums and the pinned versions tell the same."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
LISTS = (ROOT / "hashes" / "program.txt", ROOT / "hashes" / "tools.txt")


def pinned(text: str) -> dict[str, str]:
    """Versions by name, as the packaging standard spells names."""
    return {
        re.sub(r"[-_.]+", "-", name).lower(): version
        for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE)
    }


def test_every_pinned_version_has_its_check_sums():
    constraints = pinned((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    hashed = {name: version for path in LISTS for name, version in pinned(path.read_text(encoding="utf-8")).items()}
    assert len(constraints) > 90
    assert {name: hashed.get(name) for name in constraints} == constraints, "`make pins` writes them anew"


def test_every_entry_has_a_check_sum_and_none_says_where_from():
    for path in LISTS:
        text = path.read_text(encoding="utf-8")
        entries = re.split(r"\n(?=\S)", text.strip())
        assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)
        assert "://" not in text


def test_what_the_program_is_made_of_is_complete():
    """Nothing is resolved at an install, so that what one of the packages needs must be in the list, too."""
    from importlib.metadata import distribution, requires

    from packaging.requirements import Requirement

    listed = pinned(LISTS[0].read_text(encoding="utf-8"))
    for name in listed:
        try:
            needs = requires(distribution(name).name) or []
        except ModuleNotFoundError:  # of another system
            continue
        for need in map(Requirement, needs):
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                assert re.sub(r"[-_.]+", "-", need.name).lower() in listed, f"{name} needs {need.name}"
