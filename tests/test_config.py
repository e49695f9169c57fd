"""Settings: where they come from, which wins, and what is said about mistakes."""

from datetime import date
from pathlib import Path

import pytest

from edi_engine.config import ENVIRONMENT, Progress, Settings, load_settings
from edi_engine.errors import ExitStatus, SettingsError
from edi_engine.records.deadlines import (
    DeadlineAnchor,
    DeadlineKind,
    DeadlineRoll,
    DeadlineRule,
    DeadlineUnit,
)
from edi_engine.records.denials import DenialStep
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


def test_discounts_without_a_contract_have_settings(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        """
        [silent_ppo]
        least = "100.00"
        lines_min = 3
        known_payers = ["ex002", "EX001"]
        known_networks = ["Sample Rental"]
        """,
    )

    policy = load_settings(file).reconcile_policy.silent_ppo

    assert (policy.least_cents, policy.lines_min, policy.share_percent) == (100_00, 3, 80)
    assert policy.known_payers == ("EX001", "EX002")
    assert policy.known_networks == ("Sample Rental",)

    wrong = written(tmp_path, '[silent_ppo]\nleast = "much"\ndiscount_from_percent = 90\n')
    with pytest.raises(SettingsError) as caught:
        load_settings(wrong)
    assert 'silent_ppo.least: an amount in quotes is expected, like "500.00"' in str(caught.value)

    upside_down = written(tmp_path, "[silent_ppo]\ndiscount_from_percent = 90\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(upside_down)
    assert "discount_from_percent is above discount_to_percent" in str(caught.value)


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


DEADLINES = """
    [calendar]
    federal_holidays = false
    days_off = [2026-12-24, 2026-12-31]

    [[deadlines]]
    kind = "appeal"
    payer_id = "SAMPLE"
    within = "60 days"
    counted_from = "remittance_receipt"
    receipt_days = 3
    roll = "next"
    effective_from = 2026-01-01
    source = "Sample provider manual, 7.2"

    [[deadlines]]
    kind = "appeal"
    level = 2
    product = "commercial"
    claim_type = "institutional"
    filing_indicator = "CI"
    group_number = "G1"
    within = "30 business days"
    counted_from = "decision"
    minimum_amount = "50.00"
    source = "contract"
"""


def test_deadlines_and_days_off_reach_the_policy(tmp_path: Path) -> None:
    policy = load_settings(written(tmp_path, DEADLINES)).reconcile_policy

    assert not policy.federal_holidays
    assert policy.days_off == {date(2026, 12, 24), date(2026, 12, 31)}
    assert policy.deadline_rules == (
        DeadlineRule(
            payer_id="SAMPLE",
            kind=DeadlineKind.APPEAL,
            count=60,
            anchor=DeadlineAnchor.REMITTANCE_RECEIPT,
            receipt_days=3,
            roll=DeadlineRoll.NEXT,
            effective_from=date(2026, 1, 1),
            source="Sample provider manual, 7.2",
        ),
        DeadlineRule(
            group_number="G1",
            filing_indicator="CI",
            product="commercial",
            claim_type="institutional",
            kind=DeadlineKind.APPEAL,
            level=2,
            count=30,
            unit=DeadlineUnit.BUSINESS_DAYS,
            anchor=DeadlineAnchor.DECISION,
            minimum_cents=50_00,
            source="contract",
        ),
    )


GOOD = """
    [[deadlines]]
    kind = "filing"
    payer_id = "SAMPLE"
    within = "90 days"
    counted_from = "first_service"
    source = "contract"
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"90 days"', '"three months"', 'deadlines.0.within: a time up to ten years is expected'),
        ('"90 days"', "90", "deadlines.0.within: a text in quotes is expected."),
        ('"filing"', '"payment"', "deadlines.0.kind: one of filing, corrected_claim, appeal or"),
        ('"first_service"', '"birth"', "deadlines.0.counted_from: one of first_service"),
        ('"contract"', '""', "deadlines.0.source: it is empty."),
        ('source = "contract"', "", "deadlines.0.source: it is needed, and is not there."),
        ('"SAMPLE"', '"SAMPLE"\nproduct = "gold"', "deadlines.0.product: one of commercial"),
        ('"SAMPLE"', '"SAMPLE"\nfiling_indicator = "Q"', "deadlines.0.filing_indicator: one of"),
        ('"SAMPLE"', '"SAMPLE"\nclaim_type = "pharmacy"', "one of dental, institutional"),
        ('"SAMPLE"', '"SAMPLE"\nroll = "up"', "deadlines.0.roll: one of none, next or previous"),
        ('"SAMPLE"', '"SAMPLE"\nlevel = 2', "deadlines.0: only appeals have levels"),
        ('"filing"', '"appeal"\nlevel = 2', "a later level is counted from decision"),
        ('"first_service"', '"decision"', "nothing is decided before level 1"),
        ('"first_service"', '"owed_since"', "a refund, and only that, is counted from owed_since"),
        ('"SAMPLE"', '"SAMPLE"\nminimum_amount = "1,0"', "an amount in quotes is expected"),
        (
            '"SAMPLE"',
            '"SAMPLE"\neffective_from = 2026-02-01\neffective_to = 2026-01-31',
            "effective_to lies before effective_from",
        ),
        ('"SAMPLE"', '"SAMPLE"\neffective_to = "soon"', "deadlines.0.effective_to: "),
        ('"SAMPLE"', '"SAMPLE"\nspeciality = "x"', "there is no such setting"),
    ],
)  # fmt: skip
def test_a_deadline_that_cannot_be_used_says_why(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in GOOD
    with pytest.raises(SettingsError) as caught:
        load_settings(written(tmp_path, GOOD.replace(old, new, 1)))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        (GOOD, "deadlines.1: it holds for the same claims and days as deadlines.0: keep one"),
        (
            "[policy.filing_days_by_payer]\nSAMPLE = 90\n",
            "policy.filing_days_by_payer.SAMPLE: it holds for the same claims and days as",
        ),
        (GOOD.replace('"SAMPLE"', '"SAMPLE"\neffective_to = 2020-01-01'), "deadlines.1: it holds"),
        (GOOD.replace('"SAMPLE"', '"SAMPLE"\nproduct = "commercial"'), ""),
        (GOOD.replace('"SAMPLE"', '"OTHER"'), ""),
        (GOOD.replace('"filing"', '"corrected_claim"'), ""),
        ("[policy.appeal_days_by_payer]\nSAMPLE = 90\n", ""),
    ],
)  # fmt: skip
def test_two_rules_that_hold_with_the_same_right_are_refused(
    tmp_path: Path, rest: str, said: str
) -> None:
    file = written(tmp_path, GOOD + "\n" + rest)
    if not said:
        assert load_settings(file).deadlines
        return
    with pytest.raises(SettingsError, match="1 setting is not usable") as caught:
        load_settings(file)
    assert said in str(caught.value)


def test_own_rules_of_refusals_are_read_from_the_sheet_that_is_named(tmp_path: Path) -> None:
    sheet = "carc,payer_id,category,step,action\n16,SAMPLE,authorization,appeal,Call them.\n"
    written(tmp_path, sheet, "refusals.csv")
    file = written(tmp_path, '[denials]\nrules = "refusals.csv"')

    (rule,) = load_settings(file).reconcile_policy.denial_rules

    assert (rule.payer_id, rule.carc, rule.category) == ("SAMPLE", "16", "authorization")
    assert (rule.step, rule.hardness, rule.action) == (DenialStep.APPEAL, None, "Call them.")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "denials.rules: refusals.csv cannot be read"),
        (b"\xff", "denials.rules: refusals.csv: byte 0 is not UTF-8"),
        (b"#" * 1_000_001, "denials.rules: refusals.csv is too large"),
        (b"carc\n16\n", "row 1: the column category is missing"),
        (b"carc,category\n16,nonsense\n", "row 2: category 'nonsense' is unknown: give one of"),
    ],
    ids=["missing", "bytes", "large", "column", "category"],
)
def test_a_sheet_of_refusals_that_cannot_be_used_says_where_and_why(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "refusals.csv").write_bytes(content)
    file = written(tmp_path, '[denials]\nrules = "refusals.csv"')

    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert said in str(caught.value)
