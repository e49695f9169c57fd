"""Documents cannot drift: links lead somewhere, commands exist, generated text is current."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from edi_engine.cli import main
from tests.command_contexts import context_of
from tests.repo.generated import DOCUMENTS
from tests.repo.source import ROOT, code_blocks, documents, tracked_files

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_LACKS = "lacks: "
_STANDS_FOR = re.compile(r"[A-Z]+")
_INLINE = re.compile(r"`(edi-engine [^`]+)`")


def anchors(text: str) -> set[str]:
    """Anchors of a Markdown text's headings, as forges make them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower().replace("`", "")).strip().replace(" ", "-")
        for heading in _HEADING.findall(text)
    }


def leaves(command: click.Command, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words that lead to it."""
    if isinstance(command, click.Group):
        context = context_of(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None, f"{' '.join(path)} lists {name} and does not have it"
            yield from leaves(inner, *path, name)
    else:
        yield path, command


def command_lines() -> Iterator[tuple[str, str]]:
    """(document, line) of every edi-engine command that a document shows."""
    for path in documents():
        text = path.read_text(encoding="utf-8")
        name = str(path.relative_to(ROOT))
        for _language, block in code_blocks(text):
            for line in block.replace("\\\n", " ").splitlines():
                stripped = line.strip().removeprefix("$ ")
                if stripped.startswith("edi-engine "):
                    yield name, stripped
        # In a sentence a command is named, not typed: its arguments may be left out.
        for found in _INLINE.findall(text):
            if not problem(found).startswith(_LACKS):
                yield name, found


def problem(line: str) -> str:
    """What is wrong with a command line, empty for nothing. That its files exist is not asked.

    A word in capitals stands for a number or a name.
    """
    # A pipe, a redirection, or the explanation after two blanks is no part of the command.
    words = shlex.split(re.split(r"\s(?:\||>|&&|;|2>|\s)", line, maxsplit=1)[0], comments=True)[1:]
    words = ["1" if _STANDS_FOR.fullmatch(word) else word for word in words]
    command: click.Command = main
    while isinstance(command, click.Group):
        context = context_of(command, allow_interspersed_args=False)
        try:
            options, words, _order = command.make_parser(context).parse_args(words)
        except click.UsageError as error:
            return error.format_message()
        if not words:
            done = options.get("version") or options.get("help")
            return "" if done else f"{_LACKS}a command"
        inner = command.get_command(context, words[0])
        if inner is None:
            return f"there is no command {words[0]!r}"
        command, words = inner, words[1:]
    try:
        command.make_context(command.name, words, parent=context_of(main))
    except click.MissingParameter as error:
        return _LACKS + error.format_message()
    except click.BadParameter as error:
        return "" if "does not exist" in error.format_message() else error.format_message()
    except click.UsageError as error:
        return error.format_message()
    return ""


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    wrong = []
    for target in _LINK.findall(text):
        if target.startswith(("https://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        place = (path.parent / name).resolve() if name else path
        found = place.exists() and (not anchor or anchor in anchors(place.read_text("utf-8")))
        if not found:
            wrong.append(target)
    assert not wrong, wrong


def test_commands_in_documents_are_real() -> None:
    lines = list(command_lines())
    wrong = [f"{name}: {line}: {found}" for name, line in lines if (found := problem(line))]
    assert not wrong, "\n".join(wrong)
    assert len(lines) > 10


@pytest.mark.parametrize(
    "line",
    [
        "edi-engine no-such-command",
        "edi-engine ingest --no-such-option x",
        "edi-engine ingest",
        "edi-engine reconcile too many words",
        "edi-engine worklist",
    ],
)
def test_the_check_of_commands_can_fail(line: str) -> None:
    assert problem(line)


@pytest.mark.parametrize("path", [path for path, _ in leaves(main)], ids=" ".join)
def test_every_command_has_help_with_an_example(path: tuple[str, ...]) -> None:
    command = dict(leaves(main))[path]
    text = " ".join(f"{command.help or ''} {command.epilog or ''}".split())
    assert text, "no help"
    assert f"edi-engine {' '.join(path)}" in text, "no example in the help"
    for param in command.params:
        if isinstance(param, click.Option) and not param.hidden:
            assert param.help, f"{param.opts} has no help"


def test_every_command_is_in_the_commands_document() -> None:
    text = (ROOT / "docs/COMMANDS.md").read_text(encoding="utf-8")
    for path, _ in leaves(main):
        assert f"## edi-engine {' '.join(path)}\n" in text


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow) if name == "README.md" else name
        for name in sorted(DOCUMENTS)
    ],
)
def test_generated_documents_are_current(name: str) -> None:
    written = (ROOT / name).read_text(encoding="utf-8")
    assert written == DOCUMENTS[name](), f"run `make docs`: {name} is out of date"


def test_the_readme_opens_with_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    _language, first = next(code_blocks(text))
    assert [line.split("#")[0].strip() for line in first.strip().splitlines()] == [
        "make demo",
        "make test",
    ]
    assert text.index("make demo") < 600


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in reached or not path.exists():
            continue
        reached.add(path)
        if path.is_dir():
            waiting += path.glob("*.md")
        elif path.suffix == ".md":
            for target in _LINK.findall(path.read_text(encoding="utf-8")):
                name = target.partition("#")[0]
                if name and "://" not in name:
                    waiting.append((path.parent / name).resolve())
    lost = [str(path.relative_to(ROOT)) for path in documents() if path not in reached]
    assert not lost, lost


def test_documents_named_in_the_source_exist() -> None:
    named = {
        found
        for path in tracked_files()
        if path.suffix == ".py" and ROOT / "tests" not in path.parents
        for found in re.findall(r"docs/[\w/.-]+\.md", path.read_text(encoding="utf-8"))
    }
    lost = {name for name in named if not (ROOT / name).exists()}
    assert not lost, lost
