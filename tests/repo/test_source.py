"""House rules that a reader would otherwise have to check by eye."""

import ast
import re
from collections.abc import Iterator

import edi_engine.records
from tests.repo.source import PACKAGE, Module, engine_modules, nodes_of, tracked_files

LINES_MAX = 700
"""Modules are 100 to 250 lines and seldom over 500; past this one nobody finds anything."""
CATALOGUES = {"findings.py"}
"""One entry after another, looked up and not read: these may be as long as they are."""
FOREIGN_EDGES = {"app", "guard", "guide_check"}
"""Where another library may raise anything at all on a file that is wrong, and where a request
ends."""

# Rooms where a number is money or decides about money. Elsewhere a float is seconds or a chance.
EXACT_ROOMS = {
    "money", "quantities", "records", "codes", "parsers", "contracts", "matchers", "worklist",
    "exports", "store",
}  # fmt: skip
CLOCK_CALLS = {"now", "today", "utcnow"}
LEFT_OVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
# "XXX" is what some payers send for an identifier they do not have.
MAY_NAME_XXX = {"edi_engine/records/keys.py"}


def _annotated_cents(module: Module) -> Iterator[tuple[str, int, str]]:
    """(name, line, annotation) of every field, variable and parameter that ends in _cents."""
    for node in nodes_of(module):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name | ast.Attribute):
            name = node.target.id if isinstance(node.target, ast.Name) else node.target.attr
            annotation: ast.expr | None = node.annotation
        elif isinstance(node, ast.arg):
            name, annotation = node.arg, node.annotation
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("format_"):
            name, annotation = node.name, node.returns
        else:
            continue
        if name.endswith("_cents") and annotation is not None:
            yield name, node.lineno, ast.unparse(annotation)


def test_nothing_is_left_over() -> None:
    wrong = []
    for module in engine_modules():
        for number, line in enumerate(module.text.splitlines(), 1):
            found = LEFT_OVER.search(line)
            if found and not (found.group() == "XXX" and str(module) in MAY_NAME_XXX):
                wrong.append(f"{module}:{number} {found.group()}")
    assert not wrong, "\n".join(wrong)


def test_only_the_command_line_prints() -> None:
    wrong = [
        f"{module}:{node.lineno}"
        for module in engine_modules()
        if module.room not in {"cli", "__main__"}
        for node in nodes_of(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"print", "input", "breakpoint"}
    ]
    assert not wrong, "\n".join(wrong)


def test_names_that_end_in_cents_are_whole_numbers() -> None:
    wrong = [
        f"{module}:{line} {name}: {annotation}"
        for module in engine_modules()
        for name, line, annotation in _annotated_cents(module)
        if not re.search(r"\b(int|Counter)\b", annotation)
        or re.search(r"\b(float|Decimal)\b", annotation)
    ]
    assert not wrong, "\n".join(wrong)


def test_no_float_touches_money() -> None:
    wrong = []
    for module in engine_modules():
        if module.room not in EXACT_ROOMS:
            continue
        for node in nodes_of(module):
            if (isinstance(node, ast.Constant) and isinstance(node.value, float)) or (
                isinstance(node, ast.Name) and node.id in {"float", "round"}
            ):
                wrong.append(f"{module}:{node.lineno} {ast.unparse(node)}")
    assert not wrong, "\n".join(wrong)


def test_only_the_jobs_and_the_faces_read_the_clock() -> None:
    wrong = [
        f"{module}:{node.lineno} {ast.unparse(node)}"
        for module in engine_modules()
        if module.room not in {"jobs", "cli"}
        for node in nodes_of(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK_CALLS
    ]
    assert not wrong, "\n".join(wrong)


def test_every_module_says_what_it_offers() -> None:
    wrong = []
    for module in engine_modules():
        if "migrations" in module.path.parts or module.room == "__main__":
            continue
        names = {
            target.id
            for node in module.tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        if "__all__" not in names:
            wrong.append(str(module))
    assert not wrong, "\n".join(wrong)


def test_the_records_room_names_its_modules() -> None:
    # It has no names of its own: each kind of record is imported from its module.
    modules = {path.stem for path in (PACKAGE / "records").glob("*.py")} - {"__init__"}
    assert set(edi_engine.records.__all__) == modules


def test_every_module_says_what_it_is_for() -> None:
    wrong = [str(module) for module in engine_modules() if not ast.get_docstring(module.tree)]
    assert not wrong, "\n".join(wrong)


def test_no_file_is_too_long_to_find_things_in() -> None:
    wrong = {
        str(path): lines
        for path in tracked_files()
        if path.suffix == ".py"
        and path.name not in CATALOGUES
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINES_MAX
    }
    assert not wrong, wrong


def test_every_room_has_tests() -> None:
    rooms = {module.room for module in engine_modules() if module.path.name == "__init__.py"}
    tested = {
        path.parent.name for path in tracked_files() if re.fullmatch(r"test_.*\.py", path.name)
    }
    untested = rooms - {"", "records"} - tested
    assert not untested, f"no test_*.py in tests/ for {sorted(untested)}"


def test_broad_handlers_stand_only_at_the_edges() -> None:
    wrong = []
    for module in engine_modules():
        if module.room in {"jobs", "cli", "__main__"} or module.path.stem in FOREIGN_EDGES:
            continue
        for node in nodes_of(module):
            if not isinstance(node, ast.ExceptHandler):
                continue
            names = {"BaseException"} if node.type is None else {ast.unparse(node.type)}
            # A handler that raises again only cleans up on the way.
            raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
            if names & {"Exception", "BaseException"} and not raises:
                wrong.append(f"{module}:{node.lineno}")
    assert not wrong, "\n".join(wrong)
