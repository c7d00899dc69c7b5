"""Templates that somebody wrote, held to what a report can need: no mistake in one keeps a report from ending."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

MOST_STEPS = 20_000
"""Turns of loops and calls; with the program's own template the report of a year takes a hundred."""
MOST_SIGNS = 1_000_000
"""Of all that is written, pictures aside; the same report has some 7,000."""
LONGEST = 1_000_000
"""Signs of one text, or parts of one list."""
LARGEST = 1_000
"""A number, or the length of a text, that a filter or a function is told."""
_FORMATS = {"format", "format_map"}
"""A width that stands within a text is not seen beforehand."""


class _Steps(NodeTransformer):
    """Each turn of a loop counts, and what is put together with ``~`` is put together by a filter."""

    def visit_For(self, node: nodes.For) -> nodes.Node:
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, "counted", [], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        whole = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(whole, "join", [], [], None, None, lineno=node.lineno)


class _Generator(CodeGenerator):
    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        super().visit_Template(_Steps().visit(node), frame)


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox for one page whose loops, calls, texts and numbers have an end.

    Parameters
    ----------
    room : int
        Signs that may be written beside `MOST_SIGNS`.

    Raises
    ------
    SecurityError
        In the line of the template that goes beyond.
    """

    intercepted_binops = frozenset({"+", "*", "**", "%"})
    code_generator_class = _Generator

    def __init__(self, room: int = 0, **options: Any) -> None:
        super().__init__(**options)
        self._n_steps, self._n_signs = MOST_STEPS, MOST_SIGNS + room
        del self.globals["lipsum"], self.filters["format"]
        self.filters = {name: _bounded(each) for name, each in self.filters.items()} | {"counted": self._counted}

    def _counted(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self._step()
            yield item

    def _step(self) -> None:
        self._n_steps -= 1
        if self._n_steps < 0:
            raise SecurityError(f"more than {MOST_STEPS:,} turns of loops and calls")

    def concat(self, parts: Iterable[str]) -> str:
        """Put together what is written: of the page, of a macro, of a block."""
        return "".join(self._measured(parts))

    def _measured(self, parts: Iterable[str]) -> Iterator[str]:
        for part in parts:
            self._n_signs -= len(part)
            if self._n_signs < 0:
                raise SecurityError(f"more than {MOST_SIGNS:,} signs in all")
            yield part

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate with numbers alone; texts and lists can only be added."""
        if operator != "+" and (
            operator == "**"
            or not all(isinstance(each, int | float) and abs(each) <= LONGEST for each in (left, right))
        ):
            raise SecurityError(f"{operator} is not for {_told(left)} and {_told(right)}")
        return _short(super().call_binop(context, operator, left, right))

    def call(self, context: Context, function: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a macro or a method, with arguments that a report can need."""
        self._step()
        if getattr(function, "__name__", "") in _FORMATS:
            raise SecurityError("format cannot be used")
        for each in (*args, *kwargs.values()):
            _short(each) if isinstance(function, Macro) else _small(each)
        return _short(super().call(context, function, *args, **kwargs))


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that takes and gives no more than a report can need."""

    n_before = 2 if hasattr(function, "jinja_pass_arg") else 1  # what it works on, and Jinja's own before that

    @wraps(function)
    def bounded(*args: Any, **kwargs: Any) -> Any:
        for each in (*args[n_before:], *kwargs.values()):
            _small(each)
        return _short(function(*args, **kwargs))

    return bounded


def _small(value: Any) -> None:
    size = len(value) if isinstance(value, str) else abs(value) if isinstance(value, int | float) else 0
    if size > LARGEST:
        raise SecurityError(f"{_told(value)} is too much: at most {LARGEST:,}")


def _short(value: Any) -> Any:
    if isinstance(value, str | list | tuple) and len(value) > LONGEST:
        raise SecurityError(f"a text or a list of more than {LONGEST:,}")
    return value


def _told(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int | float) else f"a {type(value).__name__}"
