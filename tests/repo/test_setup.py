"""Set-up: locks, Makefile, CI and package data agree with pyproject.toml."""

import re
import tomllib
from functools import cache
from typing import Any

import pytest

from tests.repo.source import PACKAGE, ROOT, engine_modules, imports_of

LOCKS = (
    "requirements.txt",
    "requirements-build.txt",
    "requirements-dev.txt",
    "requirements-bench.txt",
)
IMPORTED_AS = {"pyyaml": "yaml"}
"""Dependencies whose import has another name."""
_PINNED = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)==(\S+)(?: ; (.+))? \\")
_HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
_NAME = re.compile(r"[A-Za-z0-9._-]+")


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def normal(requirement: str) -> str:
    """Name of a requirement, as an index writes it."""
    found = _NAME.match(requirement)
    assert found is not None, requirement
    return re.sub(r"[-_.]+", "-", found.group()).lower()


def pins(lock: str) -> dict[str, set[str]]:
    """Versions of a lock by name; a name may have one version per Python."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text(encoding="ascii").splitlines():
        pinned = _PINNED.fullmatch(line)
        if pinned:
            found.setdefault(pinned[1], set()).add(pinned[2])
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_names_versions_and_hashes_and_nothing_else(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="ascii").splitlines()
    assert lines[0] == "# Made by `make lock` from pyproject.toml. Do not edit."
    strange = [line for line in lines[1:] if not (_PINNED.fullmatch(line) or _HASH.fullmatch(line))]
    assert not strange, strange


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_no_path(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="ascii")
    assert not re.search(r"https?:|file:|//|@|--(?:extra-)?index|--find-links|/|\\\S", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="ascii").splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if _PINNED.fullmatch(line):
            assert _HASH.fullmatch(following), line


def test_locks_hold_what_the_project_asks_for() -> None:
    runtime = {normal(name) for name in project()["project"]["dependencies"]}
    groups = project()["dependency-groups"]
    assert runtime <= pins("requirements.txt").keys()
    assert runtime <= pins("requirements-bench.txt").keys()
    for lock, group in (("dev", "dev"), ("build", "build"), ("bench", "bench")):
        wanted = {normal(name) for name in groups[group] if isinstance(name, str)}
        assert wanted <= pins(f"requirements-{lock}.txt").keys()
    extras = project()["project"]["optional-dependencies"]
    wanted = {normal(name) for names in extras.values() for name in names}
    assert wanted <= pins("requirements-dev.txt").keys()


@pytest.mark.parametrize("lock", LOCKS[1:])
def test_locks_agree_on_what_runs(lock: str) -> None:
    runtime = pins("requirements.txt")
    for name, versions in pins(lock).items():
        assert versions == runtime.get(name, versions), name


def test_the_runtime_lock_has_no_tools() -> None:
    tools = {normal(name) for name in project()["dependency-groups"]["dev"] if type(name) is str}
    assert not tools & pins("requirements.txt").keys()


def test_every_dependency_is_used() -> None:
    imported = {
        imported.name.split(".")[0]
        for module in engine_modules()
        for imported in imports_of(module)
    }
    names = {normal(name) for name in project()["project"]["dependencies"]}
    assert {IMPORTED_AS.get(name, name) for name in names} <= imported


def test_every_dependency_has_its_reasons_written_down() -> None:
    reasons = "\n".join(
        path.read_text(encoding="utf-8").lower() for path in (ROOT / "docs/decisions").glob("*.md")
    )
    names = {normal(name) for name in project()["project"]["dependencies"]}
    assert {name for name in names if name not in reasons} == set()


def test_the_version_has_its_place_in_the_changelog() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[?([^\]\s]+)", text, re.MULTILINE)
    assert project()["project"]["version"] in headings or headings[0] == "Unreleased"
    first = re.split(r"^## ", text, flags=re.MULTILINE)[1]
    assert re.search(r"^- \w", first, re.MULTILINE), "the newest section says nothing"


def test_data_files_of_the_package_are_in_the_wheel() -> None:
    patterns = project()["tool"]["setuptools"]["package-data"]["edi_engine"]
    packed = {path for pattern in patterns for path in PACKAGE.glob(pattern)}
    data = {
        path
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"} and "__pycache__" not in path.parts
    }
    assert data == packed
    for path in PACKAGE.rglob("*.py"):
        assert (path.parent / "__init__.py").exists(), f"{path.parent} is not packed"


def test_the_makefile_has_what_the_documents_name() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {
        word
        for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
        for word in re.findall(r"`make ([a-z-]+)", path.read_text(encoding="utf-8"))
    }
    assert named <= targets
    assert {"demo", "test", "check", "bench"} <= targets


def test_ci_scripts_can_be_run() -> None:
    for path in (ROOT / ".ci").iterdir():
        assert path.stat().st_mode & 0o111, f"{path.name} is not executable"
        text = path.read_text(encoding="utf-8")
        assert text.startswith("#!/usr/bin/env bash\n")
        assert "\nset -euo pipefail\n" in text
