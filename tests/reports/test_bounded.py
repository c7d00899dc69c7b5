"""A template that somebody wrote may do what a report needs, and whatever it does comes to an end."""

from importlib.resources import files
from pathlib import Path

import pytest

from biofeedback.reports.documents import Document, Section, Table, page_of
from biofeedback.reports.house import House

TOLD = Document("Slow <breathing>", ["one", "two"], [Section("s", ["line"], (), [Table(["a", "b"], [["1", "2"]])])])
OFTEN = "{% for i in range(60) %}"


def page(folder: Path, added: str) -> tuple[str, list[str]]:
    """The page of the program's template with something before its title, and what is told of the template."""
    whole = (files("biofeedback.reports") / "templates" / "report.html").read_text("utf-8")
    (folder / "report.html").write_text(whole.replace("<h1>", f"{added}<h1>"), encoding="utf-8")
    told: list[str] = []
    return page_of(TOLD, {}, House((), folder, told.append)), told


@pytest.mark.parametrize(
    ("added", "written"),
    [
        ("{{ told.title ~ 1 ~ '<' }}", "Slow &lt;breathing&gt;1&lt;"),
        ("{{ 'a' + 'b' }}{{ 3 * 4 }}{{ 7 % 3 }}", "ab121"),
        (
            "{% for a in told.lines %}{{ loop.index }}/{{ loop.length }}{{ ',' if not loop.last }}{% endfor %}",
            "1/2,2/2",
        ),
        ("{% for a in [] %}{% else %}none{% endfor %}{% for a, b in [[1, 2]] %}{{ b }}{% endfor %}", "none2"),
        ("{% for a in [1, [2, [3]]] recursive %}{{ loop(a) if a is iterable else a }}{% endfor %}", "123"),
        ("{{ told.lines | join(', ') | replace('two', '2') | upper }}", "ONE, 2"),
        ("{{ ([] | first) | default('none') }}{{ told.lines | map('upper') | list | last }}", "noneTWO"),
        ("{% set x %}{{ told.title }}{% endset %}{{ x }}", "Slow &lt;breathing&gt;"),
    ],
)
def test_what_a_report_needs_can_be_written(tmp_path: Path, added: str, written: str) -> None:
    whole, told = page(tmp_path, added)
    assert not told
    assert f"{written}<h1>" in whole


@pytest.mark.parametrize(
    "added",
    [
        "{{ 'x' * 20000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{% for a in range(900) %}{% for b in range(900) -%}{%- endfor %}{% endfor %}",
        "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}",
        "{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
        "{% macro f(x) %}{{ f(x ~ x) }}{% endmacro %}{{ f('xx') }}",
        "{% set n = namespace(x='xx') %}" + OFTEN + "{% set n.x = n.x ~ n.x %}{% endfor %}",
        "{% set n = namespace(x='xx') %}" + OFTEN + "{% set n.x = n.x + n.x %}{% endfor %}",
        "{% set n = namespace(x=[1]) %}" + OFTEN + "{% set n.x = n.x + n.x %}{% endfor %}",
        "{% set n = namespace(x='xx') %}" + OFTEN + "{% set n.x %}{{ n.x }}{{ n.x }}{% endset %}{% endfor %}",
        "{% set n = namespace(x=9) %}" + OFTEN + "{% set n.x = n.x * n.x %}{% endfor %}",
        OFTEN + "x" * 20_000 + "{% endfor %}",
        "{{ 'x' | center(10000000000) }}",
        "{{ 'x'.center(10000000000) }}",
        "{{ ['x'] | map('center', 10000000000) | list }}",
        "{{ [1] | batch(10000000000, 'x') | list }}",
        "{{ '%20000000000d' | format(1) }}",
        "{{ '%20000000000d' % 1 }}",
        "{{ '{:20000000000}'.format(1) }}",
        "{{ lipsum(900, true, 900, 901) }}",
    ],
)
def test_what_has_no_end_gives_way_to_the_programs_own(tmp_path: Path, added: str) -> None:
    whole, told = page(tmp_path, added)
    assert whole == page_of(TOLD, {})
    assert len(told) == 1
    assert told[0].endswith("The program's own was used instead.")
