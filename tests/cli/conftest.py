"""One demo for all commands to look at, and a copy for those that change something."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edi_engine.cli import main

Run = Callable[..., Result]

DAY = ("--as-of", "2026-03-21")


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "demo"
    result = CliRunner().invoke(main, ["demo", "--dir", str(folder), "--claims", "200"])
    assert result.exit_code == 1, result.stderr
    return folder


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings and no database of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    for name in ("EDI_ENGINE_DB", "EDI_ENGINE_PROGRESS", "EDI_ENGINE_INBOX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EDI_ENGINE_ACTOR", "kim")


@pytest.fixture
def run() -> Run:
    """Run a command; the result has its output, its errors and its status."""

    def call(*arguments: object, **extra: object) -> Result:
        return CliRunner().invoke(main, [str(one) for one in arguments], **extra)  # type: ignore[arg-type]

    return call


@pytest.fixture
def look(run: Run, demo_folder: Path) -> Run:
    """Run a command on the shared demo; it must change nothing."""
    return lambda *arguments: run("--db", demo_folder / "practice.db", *arguments)


@pytest.fixture
def change(run: Run, demo_folder: Path, tmp_path: Path) -> Run:
    """Run a command on a copy of the demo's database."""
    copy = tmp_path / "copy.db"
    shutil.copy(demo_folder / "practice.db", copy)
    return lambda *arguments: run("--db", copy, *arguments)
