"""Archives that are broken or hostile: a finding each, and the other members are loaded."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from edi_engine.jobs.archives import ArchiveLimits
from edi_engine.jobs.ingest import FileStatus, IngestSettings, ingest_paths
from edi_engine.store import open_store
from tests.jobs.file_recipes import FAILING, content, read_recipe, write_recipe

NOW = datetime(2026, 3, 2, 4, 5, 6, tzinfo=UTC)
ARCHIVE_RECIPES = sorted(path for path in FAILING.glob("*.json") if "members" in read_recipe(path))


@pytest.mark.parametrize("path", sorted(FAILING.glob("*.json")), ids=lambda path: path.stem)
def test_each_recipe_gives_the_finding_it_is_named_after(path: Path, tmp_path: Path) -> None:
    recipe = read_recipe(path)
    settings = IngestSettings(limits=ArchiveLimits(**recipe.get("limits", {})))
    with open_store(str(tmp_path / "edi.db")) as store:
        report = ingest_paths(
            store, write_recipe(recipe, tmp_path), clock=lambda: NOW, settings=settings
        )
    codes = {code for outcome in report.outcomes for code, _ in outcome.finding_counts}
    assert path.stem[:9] in codes


@pytest.mark.parametrize("path", ARCHIVE_RECIPES, ids=lambda path: path.stem)
def test_what_is_sound_in_a_hostile_archive_is_loaded(path: Path, tmp_path: Path) -> None:
    recipe = read_recipe(path)
    settings = IngestSettings(limits=ArchiveLimits(**recipe.get("limits", {})))
    with open_store(str(tmp_path / "edi.db")) as store:
        report = ingest_paths(
            store, write_recipe(recipe, tmp_path), clock=lambda: NOW, settings=settings
        )
    loaded = [found.name for found in report.outcomes if found.status is FileStatus.LOADED]
    assert loaded == [f"archive.zip/{name}" for name in recipe["loads"]]
    assert not any(found.status is FileStatus.FAILED for found in report.outcomes)
    assert [path.name for path in tmp_path.parent.rglob("*climbing*")] == []


def test_an_archive_ingested_before_does_nothing(tmp_path: Path) -> None:
    recipe = read_recipe(FAILING / "FILE-0106-encrypted.json")
    paths = write_recipe(recipe, tmp_path)
    with open_store(str(tmp_path / "edi.db")) as store:
        ingest_paths(store, paths, clock=lambda: NOW)
        again = ingest_paths(store, paths, clock=lambda: NOW)
        with store.reading() as reader:
            assert len(reader.files()) == 2
    assert [found.status for found in again.outcomes] == [FileStatus.KNOWN]


def test_bytes_of_an_archive_are_kept_when_something_in_it_was_refused(tmp_path: Path) -> None:
    recipe = read_recipe(FAILING / "FILE-0106-encrypted.json")
    (path,) = write_recipe(recipe, tmp_path)
    with open_store(str(tmp_path / "edi.db")) as store:
        report = ingest_paths(store, [path], clock=lambda: NOW)
        file_id = report.outcomes[-1].file_id
        assert file_id is not None
        with store.reading() as reader:
            assert reader.raw_segments(file_id, 0, 1 << 20) == path.read_bytes()


def test_a_member_loaded_from_a_folder_is_known_in_an_archive(tmp_path: Path) -> None:
    recipe = read_recipe(FAILING / "FILE-0106-encrypted.json")
    plain = tmp_path / "plain.edi"
    plain.write_bytes(content(recipe["members"][1]))
    with open_store(str(tmp_path / "edi.db")) as store:
        report = ingest_paths(store, [plain, *write_recipe(recipe, tmp_path)], clock=lambda: NOW)
    assert [found.status for found in report.outcomes] == [
        FileStatus.LOADED,
        FileStatus.KNOWN,
        FileStatus.ARCHIVE,
    ]
