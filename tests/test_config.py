"""Settings: where they come from, which wins, and what is said about mistakes."""

from pathlib import Path

import pytest

from edi_engine.config import ENVIRONMENT, Progress, Settings, load_settings
from edi_engine.errors import ExitStatus, SettingsError
from edi_engine.records.policy import ReconcilePolicy


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(folder: Path, text: str, name: str = "edi_engine.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_without_anything_the_defaults_hold_and_equal_the_policys_own() -> None:
    settings = load_settings()

    assert settings == Settings()
    assert settings.database == "edi_engine.db"
    assert settings.reconcile_policy == ReconcilePolicy()


def test_the_file_in_the_working_folder_is_read(tmp_path: Path) -> None:
    written(
        tmp_path,
        """
        database = "practice.db"
        progress = "never"
        [practice]
        npis = ["1999999984"]
        [policy]
        response_days = 21
        tolerance_cents = 250
        [policy.filing_days_by_payer]
        PAYER2 = 90
        PAYER1 = 120
        """,
    )

    settings = load_settings()

    assert settings.database == "practice.db"
    assert settings.progress is Progress.NEVER
    policy = settings.reconcile_policy
    assert (policy.response_days, policy.tolerance_cents) == (21, 250)
    assert policy.filing_days_by_payer == (("PAYER1", 120), ("PAYER2", 90))
    assert policy.practice_npis == frozenset({"1999999984"})


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, 'database = "file.db"\nactor = "file"', "other.toml")
    environment = {"EDI_ENGINE_DB": "environment.db"}

    assert load_settings(file).database == "file.db"
    assert load_settings(file, environment=environment).database == "environment.db"
    both = load_settings(file, environment=environment, flags={"database": "flag.db"})
    assert both.database == "flag.db"
    assert both.actor == "file"
    assert load_settings(file, flags={"database": None}).database == "file.db"


def test_every_environment_variable_reaches_its_setting() -> None:
    values = {name: "always" if name.endswith("PROGRESS") else "x" for name in ENVIRONMENT}

    settings = load_settings(environment=values)

    assert (settings.database, settings.actor) == ("x", "x")
    assert settings.progress is Progress.ALWAYS
    assert settings.nightly.inbox == Path("x")


def test_all_mistakes_are_reported_at_once_with_their_places(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        """
        databse = "typo.db"
        [practice]
        npis = ["123"]
        tins = ["12-345"]
        [policy]
        response_days = "soon"
        appeal_days = 0
        """,
    )

    with pytest.raises(SettingsError) as caught:
        load_settings(file, environment={"EDI_ENGINE_PROGRESS": "sometimes"})

    text = str(caught.value)
    assert caught.value.exit_status is ExitStatus.SETTINGS_OR_STORE
    assert "6 settings are not usable" in text
    assert "databse: there is no such setting." in text
    assert "practice.npis.0: ten digits in quotes are expected." in text
    assert "practice.tins.0: nine digits in quotes are expected." in text
    assert "policy.response_days: a whole number is expected, without quotes." in text
    assert "policy.appeal_days: input should be greater than or equal to 1." in text
    assert "EDI_ENGINE_PROGRESS (progress): one of auto, always or never is expected." in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"database = ", "not TOML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"#" * 1_000_001, "too large"),
        (b"policy = 3", "policy: a table is expected."),
        (b"database = 7", "database: a text in quotes is expected."),
        (b'database = ""', "database: it is empty."),
        (b'nightly = "x"', "nightly: a table is expected."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_bytes(content)

    with pytest.raises(SettingsError, match=said):
        load_settings(file, environment={"EDI_ENGINE_INBOX": "in"})


def test_a_settings_file_that_is_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path / "missing.toml")


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().database = "other.db"  # type: ignore[misc]


def test_assignment_rules_are_read_with_their_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(
        '[worklist.skills]\nKIM = ["appeals"]\n'
        '[[worklist.rules]]\nqueue = "denial"\namount_from = "500.00"\nskill = "appeals"\n'
    )
    policy = load_settings(file).reconcile_policy.worklist
    assert policy.skills == (("KIM", ("appeals",)),)
    assert (policy.rules[0].queue, policy.rules[0].least_cents) == ("denial", 500_00)

    file.write_text('[[worklist.rules]]\nqueue = "denials"\namount_from = "lots"\n')
    with pytest.raises(SettingsError, match="2 settings are not usable") as raised:
        load_settings(file)
    assert 'an amount in quotes is expected, like "500.00"' in str(raised.value)
    file.write_text('[[worklist.rules]]\nqueue = "denial"\n')
    with pytest.raises(SettingsError, match="it goes to nobody"):
        load_settings(file)
