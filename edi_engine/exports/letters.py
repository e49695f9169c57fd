"""Facts set into a letter's template, as text.

A template is plain text with Jinja2's marks; what it may name are the fields of `LetterFacts`. It
runs in a sandbox, because a practice may bring its own. Facts are values and never templates: a
name that holds braces or tags is printed as it is. A template that names what there is not is an
error with its line, never a gap in a letter.
Lines that begin with two blanks are tables and keep their form; every other line is a paragraph.
"""

import re
import textwrap
from collections.abc import Callable, Mapping
from functools import lru_cache

import msgspec
from jinja2 import FunctionLoader, StrictUndefined, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateNotFound, UndefinedError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from edi_engine.errors import InputError
from edi_engine.records.letters import LetterFacts

__all__ = ["LETTER_WIDTH", "TEMPLATE_CHARACTERS_MAX", "as_text", "set_letter"]

LETTER_WIDTH = 80
"""Columns of a text letter; tables of the templates that come with us are no wider."""

TEMPLATE_CHARACTERS_MAX = 100_000
"""A letter has a page or three; a larger file is none."""

_LETTER_CHARACTERS_MAX = 400_000
"""A hundred lines of everything we know are a tenth of it; more is a loop that runs away."""

_INDENT = "  "
_NAME = re.compile(r"'([A-Za-z_][A-Za-z0-9_]*)'(?: is undefined)?\Z|attribute '(\w+)'", re.ASCII)


def set_letter(templates: Mapping[str, str], name: str, facts: LetterFacts) -> str:
    """The letter of a template, paragraphs unwrapped, blank lines never two together.

    `templates` are all there are by name, so that one can include another. Raises InputError with
    template and line for a mistake in one, and for a name that there is not.
    """
    for each, source in templates.items():
        if len(source) > TEMPLATE_CHARACTERS_MAX:
            raise InputError(
                f"a template has more than {TEMPLATE_CHARACTERS_MAX} characters.",
                place=f"template {each}",
                remedy="Name the right folder in appeals.templates.",
            )
    environment = _environment(templates)
    values = {field: getattr(facts, field) for field in msgspec.structs.asdict(facts)}
    if name not in templates:
        known = ", ".join(sorted(each for each in templates if not each.startswith("_")))
        raise InputError(
            "there is no such template.", place=f"template {name}", remedy=f"There are: {known}."
        )
    _check_names(tuple(sorted(templates.items())), frozenset(values))
    try:
        text = _rendered(environment, name, values)
    except InputError:
        raise
    except Exception as error:  # whatever a template of others does must end as its error
        where, line = _place_of(error, templates, name)
        raise _mistake(where, line, _said_of(error, templates[where])) from None
    return _tidy(text)


def _rendered(
    environment: ImmutableSandboxedEnvironment, name: str, values: Mapping[str, object]
) -> str:
    pieces: list[str] = []
    length = 0
    for piece in environment.get_template(name).generate(values):
        length += len(piece)
        if length > _LETTER_CHARACTERS_MAX:
            raise InputError(
                f"the letter has more than {_LETTER_CHARACTERS_MAX} characters.",
                place=f"template {name}",
                remedy="Look for a loop in it that repeats too much.",
            )
        pieces.append(piece)
    return "".join(pieces)


def as_text(letter: str) -> str:
    """The letter as a text file: paragraphs wrapped, tables as they are."""
    lines: list[str] = []
    for line in letter.splitlines():
        if line.startswith(_INDENT) or not line:
            lines.append(line)
        else:
            lines += textwrap.wrap(line, LETTER_WIDTH, break_on_hyphens=False)
    return "\n".join(lines) + "\n"


def _environment(templates: Mapping[str, str]) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        # The name stands for the file, so that a mistake can be told with its template and line.
        loader=FunctionLoader(lambda name: _loaded(templates, name)),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters: dict[str, Callable[[object, int], str]] = {"left": _left, "right": _right}
    environment.filters.update(filters)
    return environment


def _loaded(templates: Mapping[str, str], name: str) -> tuple[str, str, Callable[[], bool]] | None:
    source = templates.get(name)
    return None if source is None else (source, name, lambda: True)


def _left(value: object, width: int) -> str:
    """A cell of a table, cut where it is too long."""
    return str(value)[:width].ljust(width)


def _right(value: object, width: int) -> str:
    """A number's cell; never cut, for a cut amount is another amount."""
    return str(value).rjust(width)


@lru_cache(maxsize=4)
def _check_names(templates: tuple[tuple[str, str], ...], known: frozenset[str]) -> None:
    """Names that no fact has, in any template, whether or not its branch would be taken.

    A part (its name begins with "_") may also use what a letter sets before including it. What was
    found right is remembered, and no facts are: an office writes many letters with one set.
    """
    environment = _environment(dict(templates))
    trees: dict[str, nodes.Template] = {}
    for name, source in templates:
        try:
            trees[name] = environment.parse(source, name)
        except TemplateSyntaxError as error:
            raise _mistake(name, error.lineno, f"it cannot be read: {error.message}") from None
    assigned = {
        each.name
        for tree in trees.values()
        for each in tree.find_all(nodes.Name)
        if each.ctx == "store"
    }
    for name, tree in trees.items():
        usable = known | assigned if name.startswith("_") else known
        for unknown in sorted(find_undeclared_variables(tree) - usable):
            lines = [each.lineno for each in tree.find_all(nodes.Name) if each.name == unknown]
            raise _mistake(name, min(lines, default=1), f"there is no {unknown!r} to set in")


def _said_of(error: Exception, source: str) -> str:
    """What went wrong. Of the error's own words only a name is repeated that the template has:
    others may hold facts."""
    if isinstance(error, TemplateNotFound):
        return "it includes what is not there"
    if isinstance(error, SecurityError):
        return "it asks for something that no letter needs"
    if isinstance(error, UndefinedError):
        for found in _NAME.finditer(str(error)):
            missing = found[1] or found[2]
            if re.search(rf"\b{re.escape(missing)}\b", source):
                return f"there is no {missing!r} to set in"
        return "it names something that there is not"
    return f"it cannot be worked out ({type(error).__name__})"


def _mistake(name: str, line: int, said: str) -> InputError:
    return InputError(
        f"{said}.",
        place=f"template {name} line {line}",
        remedy="docs/APPEALS.md lists what a letter may name.",
    )


def _place_of(error: Exception, templates: Mapping[str, str], name: str) -> tuple[str, int]:
    """Template and line where an error came up; Jinja2 puts both into the trace."""
    place = (name, 1)
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in templates:
            place = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return place


def _tidy(text: str) -> str:
    """No blanks at line ends, no blank lines at the ends or two together."""
    lines: list[str] = []
    for line in text.splitlines():
        stripped = line.rstrip()
        if stripped or (lines and lines[-1]):
            lines.append(stripped)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"
