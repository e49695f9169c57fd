"""Each story's file reads as what lies beside it. Read the difference before you keep it.

A story is a folder of `fixtures/x12`; beside each `.edi` lies a `.json` with everything that is
read from it. Both directions fail: a file without its `.json`, and a `.json` without its file.
`pytest tests/golden --regenerate` writes them anew.
"""

import difflib
from pathlib import Path

import pytest

from edi_engine.parsers import read_bytes
from tests.golden.stories import as_text, story_files
from tests.parsers.x12_files import FIXTURES_ROOT

STORIES = story_files()


@pytest.mark.parametrize("path", STORIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_story_reads_as_what_lies_beside_it(path: Path, regenerate: bool) -> None:
    found = as_text(read_bytes(path.read_bytes(), file_name=path.name))
    beside = path.with_suffix(".json")
    if regenerate:
        beside.write_text(found, encoding="utf-8")
    expected = beside.read_text(encoding="utf-8") if beside.exists() else ""
    if found != expected:
        lines = difflib.unified_diff(
            expected.splitlines(), found.splitlines(), beside.name, "as read now", lineterm=""
        )
        pytest.fail("\n".join(lines), pytrace=False)


def test_no_expectation_stands_without_its_file() -> None:
    lonely = [
        path for path in FIXTURES_ROOT.rglob("*.json") if not path.with_suffix(".edi").exists()
    ]
    assert not lonely
