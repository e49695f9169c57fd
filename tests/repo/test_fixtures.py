"""Nothing in the project looks like a real person, a real machine or somebody else's text."""

import re
from pathlib import Path

from tests.repo.source import ROOT, tracked_files

# Words of which every name of a person in a fixture must hold at least one.
INVENTED = re.compile(
    r"TEST|SAMPLE|EXAMPLE|DOE|FICTION|DEMO|INVENT|NOBODY|ANON|PATIENT|DOCTOR|SUBSCRIBER|MEMBER"
    r"|PROVIDER|SPOUSE|CHILD|CLINIC|HOSPITAL|DENTAL|PLAN|PAYER|HEALTH|INSUR",
    re.IGNORECASE,
)
_PERSON = re.compile(r"NM1[*|](?:QC|IL|74|82|DN|71|72|77)[*|]1[*|]([^*|~\n]*)[*|]?([^*|~\n]*)")
_SOCIAL_SECURITY = re.compile(
    r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])"
)
_PHONE = re.compile(r"(?:TE|FX)\*(\d{10})")
_MACHINE = re.compile(r"/(?:root|home|Users|opt|mnt)/[a-z]")

FIXTURES = [path for path in tracked_files() if ROOT / "fixtures" in path.parents]
TEXTS = [
    path
    for path in tracked_files()
    if path.suffix
    in {".py", ".md", ".toml", ".txt", ".csv", ".edi", ".json", ".yml", ".yaml", ".cfg", ""}
]


def read(path: Path) -> str:
    return path.read_bytes().decode("latin-1")


def test_names_of_people_in_fixtures_are_invented() -> None:
    wrong = {
        f"{path.name}: {last} {first}"
        for path in FIXTURES
        for last, first in _PERSON.findall(read(path))
        if (last or first) and not INVENTED.search(f"{last} {first}")
    }
    assert not wrong, wrong


def test_telephone_numbers_in_fixtures_are_fictitious() -> None:
    wrong = [
        f"{path.name}: {number}"
        for path in FIXTURES
        for number in _PHONE.findall(read(path))
        if number[3:6] != "555"
    ]
    assert not wrong, wrong


def test_nothing_looks_like_a_social_security_number() -> None:
    wrong = [str(path.relative_to(ROOT)) for path in TEXTS if _SOCIAL_SECURITY.search(read(path))]
    assert not wrong, wrong


def test_nothing_names_a_folder_of_somebodys_machine() -> None:
    wrong = [str(path.relative_to(ROOT)) for path in TEXTS if _MACHINE.search(read(path))]
    assert not wrong, wrong
