"""Imports go down only, and each outside package has one door."""

import sys
from graphlib import TopologicalSorter

import pytest

from tests.repo.source import PACKAGE, Module, engine_modules, imports_of

SMALL_THINGS = {"errors", "money", "dates", "quantities", "findings", "redact"}
SHARED = SMALL_THINGS | {"records", "codes"}

# What each room may import. A new room chooses its floor by a new line here, on purpose.
# Rooms of one floor never import each other; a room may always import itself.
FLOORS: dict[str, set[str]] = {
    "errors": set(),
    "money": {"errors"},
    "dates": {"errors"},
    "quantities": {"errors"},
    "findings": {"errors", "money", "dates", "quantities"},
    "redact": {"errors", "money", "dates", "quantities"},
    "records": SMALL_THINGS,
    "codes": SMALL_THINGS | {"records"},
    "parsers": SHARED,
    "contracts": SHARED,
    "matchers": SHARED,
    "worklist": SHARED,
    "exports": SHARED,
    "synthetic": SHARED,
    "store": SHARED,
    "config_sections": SHARED,
    "config_worklist": SHARED | {"config_sections"},
    "config": SHARED | {"config_sections", "config_worklist"},
    "jobs": SHARED
    | {"parsers", "contracts", "matchers", "worklist", "exports", "synthetic", "store", "config"},
    # The faces talk to the jobs; what a job answers with they may name.
    "web": SHARED | {"jobs", "config"},
    # The command that opens the workbench is the only one that knows of it.
    "cli": SHARED | {"jobs", "config", "web", ""},
    "__main__": {"cli"},
    # The public names: the jobs, and the pure rooms for programs that have no database.
    "": SHARED | {"parsers", "contracts", "matchers", "worklist", "exports", "store", "jobs"},
}

# Where each package that is not ours, and each costly module of Python, may be imported.
DOORS: dict[str, set[str]] = {
    "alembic": {"edi_engine.store"},
    "argon2": {"edi_engine.jobs.passwords"},
    "click": {"edi_engine.cli"},
    "jinja2": {
        "edi_engine.exports.letters",
        "edi_engine.exports.validation_page",
        "edi_engine.web.rendering",
    },
    "lxml": {"edi_engine.exports.xml_documents"},
    "msgspec": {"edi_engine"},
    "psycopg": {"edi_engine.store"},
    "pydantic": {
        "edi_engine.config",
        "edi_engine.config_sections",
        "edi_engine.config_worklist",
        "edi_engine.contracts",
    },
    "pyx12": {"edi_engine.parsers.guide_check"},
    "reportlab": {"edi_engine.exports.letter_pdf", "edi_engine.exports.pdf_tags"},
    "rich": {"edi_engine.cli"},
    "sqlalchemy": {"edi_engine.store"},
    "sqlite3": {"edi_engine.store"},
    "starlette": {"edi_engine.web"},
    "uvicorn": {"edi_engine.web.serving"},
    "xlsxwriter": {"edi_engine.exports.workbooks"},
    "yaml": {"edi_engine.contracts.yaml_nodes"},
}

# Pure rooms: same input, same bytes out. They see no file, clock, environment or chance.
PURE = {"records", "codes", "parsers", "contracts", "matchers", "worklist", "exports"}
IMPURE_MODULES = {
    "asyncio", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil", "socket",
    "subprocess", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip


def _stands_in(module: Module, places: set[str]) -> bool:
    return any(module.name == place or module.name.startswith(f"{place}.") for place in places)


@pytest.mark.slow
def test_every_room_has_chosen_its_floor() -> None:
    rooms = {module.room for module in engine_modules()}
    assert rooms <= FLOORS.keys(), f"choose a floor in FLOORS for {sorted(rooms - FLOORS.keys())}"


def test_the_floors_have_no_way_round() -> None:
    # Raises CycleError, which names the rooms, when one stands on another that stands on it.
    assert set(TopologicalSorter(FLOORS).static_order()) == FLOORS.keys()


def test_imports_go_down_only() -> None:
    wrong = []
    for module in engine_modules():
        for imported in imports_of(module):
            if imported.name.split(".")[0] != "edi_engine":
                continue
            target = imported.name.partition(".")[2].partition(".")[0]
            if not (PACKAGE / target).is_dir() and not (PACKAGE / f"{target}.py").exists():
                target = ""  # a name of the package itself, such as __version__
            if target != module.room and target not in FLOORS[module.room]:
                wrong.append(f"{module}:{imported.line} imports {imported.name}")
    assert not wrong, "\n".join(wrong)


def test_imports_are_absolute() -> None:
    wrong = [
        f"{module}:{imported.line}"
        for module in engine_modules()
        for imported in imports_of(module)
        if imported.name.startswith(".")
    ]
    assert not wrong, "\n".join(wrong)


def test_every_outside_package_has_its_door() -> None:
    wrong = []
    for module in engine_modules():
        for imported in imports_of(module):
            top = imported.name.split(".")[0]
            if top == "edi_engine" or (top in sys.stdlib_module_names and top not in DOORS):
                continue
            if not _stands_in(module, DOORS.get(top, set())):
                wrong.append(f"{module}:{imported.line} imports {imported.name}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("package", sorted(DOORS))
def test_every_door_is_used(package: str) -> None:
    used = any(
        imported.name.split(".")[0] == package
        for module in engine_modules()
        for imported in imports_of(module)
    )
    assert used or package == "psycopg", f"nothing imports {package}: close its door"


def test_pure_rooms_see_no_file_clock_environment_or_chance() -> None:
    wrong = [
        f"{module}:{imported.line} imports {imported.name}"
        for module in engine_modules()
        if module.room in PURE
        for imported in imports_of(module)
        if imported.name.split(".")[0] in IMPURE_MODULES
    ]
    assert not wrong, "\n".join(wrong)
