"""Settings: a TOML file, then the environment, then flags; the later wins. One frozen result.

Everything is checked together, and all mistakes are reported in one `SettingsError` that names the
place and what was expected. Values are never echoed for identifiers of the practice's own making;
the file holds no patient data. See docs/SETTINGS.md for the list with examples.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from edi_engine.codes import claim_filing_indicators, parse_within, read_denial_rules
from edi_engine.config_sections import Section, SilentPpoSettings, dollars
from edi_engine.config_worklist import AssignmentSettings, ClockSettings, WorklistSettings
from edi_engine.errors import SettingsError
from edi_engine.money import parse_cents
from edi_engine.records.appeals import AppealLadder, AppealLevel, AppealPolicy
from edi_engine.records.claims import ClaimKind
from edi_engine.records.deadlines import (
    DeadlineAnchor,
    DeadlineKind,
    DeadlineRoll,
    DeadlineRule,
    DeadlineUnit,
)
from edi_engine.records.denials import DenialRule
from edi_engine.records.policy import (
    HoldRule,
    PostingPolicy,
    PostOn,
    ReconcilePolicy,
)

__all__ = [
    "ENVIRONMENT",
    "SETTINGS_FILE_NAME",
    "AppealLadderSettings",
    "AppealLevelSettings",
    "AppealSettings",
    "AssignmentSettings",
    "CalendarSettings",
    "ClockSettings",
    "DeadlineSettings",
    "DenialSettings",
    "HoldSettings",
    "LimitSettings",
    "NightlySettings",
    "PayerSettings",
    "PolicySettings",
    "PostingSettings",
    "PracticeSettings",
    "Progress",
    "Settings",
    "SilentPpoSettings",
    "SubmitterSettings",
    "WebSettings",
    "WorklistSettings",
    "load_settings",
]

SETTINGS_FILE_NAME = "edi_engine.toml"
"""Read from the working folder when it is there and no other file is named."""

ENVIRONMENT: Mapping[str, tuple[str, ...]] = {
    "EDI_ENGINE_DB": ("database",),
    "EDI_ENGINE_ACTOR": ("actor",),
    "EDI_ENGINE_PROGRESS": ("progress",),
    "EDI_ENGINE_INBOX": ("nightly", "inbox"),
}
"""Environment variables and the setting each one sets."""

_SETTINGS_BYTES_MAX = 1_000_000
"""A settings file is a page or two; a larger one is some other file."""

_Days = Annotated[int, Field(ge=1, le=3650, strict=True)]
_Npi = Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")]
_InterchangeId = Annotated[str, StringConstraints(pattern=r"^([!-}]{2,15})?$")]
_Tin = Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")]


class Progress(StrEnum):
    """When to show progress bars: AUTO on a terminal only."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class PracticeSettings(Section):
    """Who we are besides what our claims say: NPIs (ten digits) and tax ids (nine digits)."""

    npis: frozenset[_Npi] = frozenset()
    tins: frozenset[_Tin] = frozenset()


class PolicySettings(Section):
    """Tolerances and clocks; meanings and reasons stand in `records/policy.py`."""

    tolerance_cents: Annotated[int, Field(ge=0, le=1_000_000, strict=True)] = 100
    tolerance_basis_points: Annotated[int, Field(ge=0, le=10_000, strict=True)] = 100
    response_days: _Days = 30
    response_days_min: _Days = 14
    response_days_max: _Days = 45
    response_history_min: Annotated[int, Field(ge=5, le=10_000, strict=True)] = 20
    acknowledgment_days: _Days = 5
    acknowledgment_days_min: _Days = 5
    acknowledgment_days_max: _Days = 14
    clearinghouses: frozenset[str] = frozenset()
    correction_days: _Days = 30
    secondary_days: _Days = 30
    deposit_days: _Days = 4
    deposit_alarm_days: _Days = 31
    remittance_days: _Days = 4
    remittance_alarm_days: _Days = 15
    deposit_days_by_payer: dict[str, _Days] = Field(default_factory=dict)
    deposits_elsewhere: frozenset[str] = frozenset()
    appeal_days: _Days = 180
    filing_days: _Days = 365
    refund_days: _Days = 60
    appeal_days_by_payer: dict[str, _Days] = Field(default_factory=dict)
    filing_days_by_payer: dict[str, _Days] = Field(default_factory=dict)


class CalendarSettings(Section):
    """Which days are no business days besides weekends."""

    federal_holidays: Annotated[bool, Field(strict=True)] = True
    days_off: frozenset[date] = frozenset()


_PRODUCTS = frozenset(code.meaning for code in claim_filing_indicators().values())
_CLAIM_TYPES = frozenset({kind.value for kind in ClaimKind})


class DeadlineSettings(Section):
    """A rule of deadlines; meanings stand in `records/deadlines.py` and docs/WORKLIST.md."""

    kind: DeadlineKind
    within: str
    counted_from: DeadlineAnchor
    source: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    payer_id: str = ""
    group_number: str = ""
    filing_indicator: str = ""
    product: str = ""
    claim_type: str = ""
    level: Annotated[int, Field(ge=1, le=9, strict=True)] = 1
    receipt_days: Annotated[int, Field(ge=0, le=60, strict=True)] = 5
    roll: DeadlineRoll = DeadlineRoll.NONE
    minimum_amount: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None

    @field_validator("within")
    @classmethod
    def _within_is_a_time(cls, text: str) -> str:
        if parse_within(text) is None:
            message = 'a time up to ten years is expected, like "90 days", "30 business days" or'
            raise ValueError(f'{message} "1 year"')
        return text

    @field_validator("minimum_amount")
    @classmethod
    def _minimum_is_money(cls, text: str | None) -> str | None:
        return dollars(text)

    @field_validator("product")
    @classmethod
    def _product_is_known(cls, text: str) -> str:
        return _one_of(text, _PRODUCTS)

    @field_validator("claim_type")
    @classmethod
    def _claim_type_is_known(cls, text: str) -> str:
        return _one_of(text, _CLAIM_TYPES)

    @field_validator("filing_indicator")
    @classmethod
    def _filing_indicator_is_known(cls, text: str) -> str:
        return _one_of(text, frozenset(claim_filing_indicators()))

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        decisions = {DeadlineAnchor.DECISION, DeadlineAnchor.DECISION_RECEIPT}
        message = ""
        if self.level > 1 and self.kind is not DeadlineKind.APPEAL:
            message = "only appeals have levels: leave level out"
        elif self.level > 1 and self.counted_from not in decisions:
            message = "a later level is counted from decision or decision_receipt"
        elif self.level == 1 and self.counted_from in decisions:
            message = "nothing is decided before level 1: count from another event"
        elif (self.kind is DeadlineKind.REFUND) != (self.counted_from is DeadlineAnchor.OWED_SINCE):
            message = "a refund, and only that, is counted from owed_since"
        elif (self.effective_from or date.min) > (self.effective_to or date.max):
            message = "effective_to lies before effective_from"
        if message:
            raise ValueError(message)
        return self

    @property
    def rule(self) -> DeadlineRule:
        """As the worklist takes it."""
        count, unit = parse_within(self.within) or (0, DeadlineUnit.DAYS)
        return DeadlineRule(
            payer_id=self.payer_id,
            group_number=self.group_number,
            filing_indicator=self.filing_indicator,
            product=self.product,
            claim_type=self.claim_type,
            kind=self.kind,
            level=self.level,
            count=count,
            unit=unit,
            anchor=self.counted_from,
            receipt_days=self.receipt_days,
            roll=self.roll,
            minimum_cents=None if self.minimum_amount is None else parse_cents(self.minimum_amount),
            effective_from=self.effective_from,
            effective_to=self.effective_to,
            source=self.source,
        )


def _one_of(text: str, allowed: frozenset[str]) -> str:
    if text and text not in allowed:
        raise ValueError(f"one of {', '.join(sorted(allowed))} is expected")
    return text


_DENIAL_RULES_BYTES_MAX = 1_000_000
"""Some thousands of rows; a longer sheet is some other file."""


def _read_denial_rules(value: object) -> object:
    """The rules of the CSV file that is named. Its rows are checked with the settings."""
    if not isinstance(value, str):
        return value
    try:
        with Path(value).open("rb") as stream:
            data = stream.read(_DENIAL_RULES_BYTES_MAX + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise ValueError(f"{value} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{value}: byte {error.start} is not UTF-8 text") from None
    if len(data) > _DENIAL_RULES_BYTES_MAX:
        raise ValueError(f"{value} is too large for a sheet of refusals")
    rules, mistakes = read_denial_rules(text)
    if mistakes:
        raise ValueError(f"{value}:\n    " + "\n    ".join(mistakes))
    return rules


class DenialSettings(Section):
    """What refusals mean by the practice's own experience: the rows of a CSV file that is named by
    `rules`; see docs/DENIALS.md."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    rules: Annotated[tuple[DenialRule, ...], BeforeValidator(_read_denial_rules)] = ()


class HoldSettings(Section):
    """Adjustments to look at before they post; fields left out fit any. `above` is in dollars."""

    payer_id: str = ""
    group_code: Annotated[str, StringConstraints(pattern=r"^(CO|PR|OA|PI|CR)?$")] = ""
    reason_code: str = ""
    above: str | None = None

    @field_validator("above")
    @classmethod
    def _above_is_money(cls, text: str | None) -> str | None:
        return dollars(text)

    @model_validator(mode="after")
    def _fits_something(self) -> Self:
        if not (self.payer_id or self.group_code or self.reason_code or self.above):
            message = "it fits every adjustment: name a payer, group, reason or amount"
            raise ValueError(message)
        return self


class PostingSettings(Section):
    """What posts by itself; meanings stand in `records/policy.py` and docs/LEDGER.md."""

    post_on: PostOn = PostOn.REMITTANCE
    hold_zero_payments: Annotated[bool, Field(strict=True)] = False
    hold: tuple[HoldSettings, ...] = ()

    @property
    def policy(self) -> PostingPolicy:
        """As the gate takes it."""
        rules = (
            HoldRule(
                one.payer_id,
                one.group_code,
                one.reason_code,
                None if one.above is None else parse_cents(one.above),
            )
            for one in self.hold
        )
        return PostingPolicy(self.post_on, self.hold_zero_payments, tuple(rules))


class PayerSettings(Section):
    """How payers' profiles are used; meanings stand in `records/policy.py` and docs/PAYERS.md."""

    use_learned: Annotated[bool, Field(strict=True)] = False


class NightlySettings(Section):
    """Folders of the nightly run. `done`, `quarantine` and `reports` default to folders of that
    name beside the inbox. A file younger than `settle_seconds` may still be growing: it is
    watched for that long, and waits for the next run when it changes."""

    inbox: Path | None = None
    done: Path | None = None
    quarantine: Path | None = None
    reports: Path | None = None
    settle_seconds: Annotated[int, Field(ge=0, le=86_400, strict=True)] = 1


class AppealLevelSettings(Section):
    """One level: calendar days to file it from the decision before, and for the payer's answer.
    `minimum` is in dollars."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    file_days: _Days
    response_days: _Days = 60
    minimum: str = "0"

    @field_validator("minimum")
    @classmethod
    def _minimum_is_money(cls, text: str) -> str | None:
        return dollars(text)


class AppealLadderSettings(Section):
    """The levels of some payers, by identifier or by claim filing indicator (SBR09); with neither
    they hold for everybody else."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    payer_ids: frozenset[str] = frozenset()
    filing_indicators: frozenset[str] = frozenset()
    levels: Annotated[tuple[AppealLevelSettings, ...], Field(min_length=1, max_length=9)]


class AppealSettings(Section):
    """Ladders of payers, days for answers, and the folder of the practice's own letters; meanings
    stand in `records/appeals.py` and docs/APPEALS.md."""

    ladders: tuple[AppealLadderSettings, ...] = ()
    response_days_by_payer: dict[str, _Days] = Field(default_factory=dict)
    templates: Path | None = None

    @property
    def policy(self) -> AppealPolicy:
        """As the rules take it."""
        ladders = (
            AppealLadder(
                one.name,
                tuple(
                    AppealLevel(
                        level.name,
                        level.file_days,
                        level.response_days,
                        parse_cents(level.minimum) or 0,
                    )
                    for level in one.levels
                ),
                one.payer_ids,
                one.filing_indicators,
            )
            for one in self.ladders
        )
        return AppealPolicy(tuple(ladders), tuple(sorted(self.response_days_by_payer.items())))


class SubmitterSettings(Section):
    """The envelope of claims that are written out. What is empty is copied from the file in which
    the claim was sent. The first control number counts up from file to file, so that it can keep
    away from the numbers that the billing system gives."""

    sender_qualifier: Annotated[str, StringConstraints(pattern=r"^([A-Z0-9]{2})?$")] = ""
    sender_id: _InterchangeId = ""
    receiver_qualifier: Annotated[str, StringConstraints(pattern=r"^([A-Z0-9]{2})?$")] = ""
    receiver_id: _InterchangeId = ""
    first_control_number: Annotated[int, Field(ge=1, le=999_999_999, strict=True)] = 1


class LimitSettings(Section):
    """Upper bounds, so that no archive can fill a disk. Bytes are unpacked; the ratio is unpacked
    over packed length. Meanings and reasons stand in `jobs/archives.py` and `jobs/reconcile.py`."""

    archive_bytes_max: Annotated[int, Field(ge=1, strict=True)] = 8 << 30
    archive_members_max: Annotated[int, Field(ge=1, strict=True)] = 10_000
    archive_ratio_max: Annotated[int, Field(ge=1, strict=True)] = 250
    reconcile_batch: Annotated[int, Field(ge=1, le=100_000, strict=True)] = 250


_Host = Annotated[str, StringConstraints(pattern=r"^(\*\.)?[A-Za-z0-9.-]{1,253}$")]


class WebSettings(Section):
    """The workbench (docs/WORKBENCH.md). `allowed_hosts` are the names that browsers may call it
    by; `secure_cookies` is for when it is reached over HTTPS, as anything but this machine must."""

    host: Annotated[str, StringConstraints(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535, strict=True)] = 8350
    allowed_hosts: frozenset[_Host] = frozenset({"localhost", "127.0.0.1"})
    secure_cookies: Annotated[bool, Field(strict=True)] = False
    idle_minutes: Annotated[int, Field(ge=1, le=720, strict=True)] = 15
    access_folder: Annotated[str, StringConstraints(min_length=1)] = "edi_engine.access"
    upload_folder: Annotated[str, StringConstraints(min_length=1)] = "edi_engine.uploads"
    upload_megabytes_max: Annotated[int, Field(ge=1, le=2_000, strict=True)] = 200


class Settings(Section):
    """Everything a run may be told. `database` is a path or a URL; `actor` who decisions are
    recorded for, the login name when empty."""

    database: Annotated[str, StringConstraints(min_length=1)] = "edi_engine.db"
    actor: str = ""
    progress: Progress = Progress.AUTO
    practice: PracticeSettings = PracticeSettings()
    policy: PolicySettings = PolicySettings()
    calendar: CalendarSettings = CalendarSettings()
    deadlines: tuple[DeadlineSettings, ...] = ()
    denials: DenialSettings = DenialSettings()
    posting: PostingSettings = PostingSettings()
    payers: PayerSettings = PayerSettings()
    silent_ppo: SilentPpoSettings = SilentPpoSettings()
    worklist: WorklistSettings = WorklistSettings()
    nightly: NightlySettings = NightlySettings()
    appeals: AppealSettings = AppealSettings()
    submitter: SubmitterSettings = SubmitterSettings()
    limits: LimitSettings = LimitSettings()
    web: WebSettings = WebSettings()

    @model_validator(mode="after")
    def _deadlines_never_tie(self) -> Self:
        ties = _ties(self)
        if ties:
            raise ValueError("\n  ".join(ties))
        return self

    @property
    def reconcile_policy(self) -> ReconcilePolicy:
        """The policy as the matchers take it."""
        values = self.policy.model_dump()
        for name in ("appeal_days_by_payer", "deposit_days_by_payer", "filing_days_by_payer"):
            values[name] = tuple(sorted(values[name].items()))
        return ReconcilePolicy(
            **values,
            practice_npis=self.practice.npis,
            practice_tins=self.practice.tins,
            posting=self.posting.policy,
            worklist=self.worklist.policy,
            silent_ppo=self.silent_ppo.policy,
            deadline_rules=tuple(one.rule for one in self.deadlines),
            federal_holidays=self.calendar.federal_holidays,
            days_off=self.calendar.days_off,
            denial_rules=self.denials.rules,
            use_learned_quirks=self.payers.use_learned,
        )


def _ties(settings: Settings) -> list[str]:
    """Pairs of the practice's own rules that would both hold with the same right."""
    policy = settings.policy
    named = [(f"deadlines.{place}", one.rule) for place, one in enumerate(settings.deadlines)]
    by_payer = {
        DeadlineKind.FILING: policy.filing_days_by_payer,
        DeadlineKind.APPEAL: policy.appeal_days_by_payer,
    }
    named += [
        (f"policy.{kind.value}_days_by_payer.{payer}", DeadlineRule(payer_id=payer, kind=kind))
        for kind, payers in by_payer.items()
        for payer in payers
    ]
    return [
        f"{name}: it holds for the same claims and days as {other}: keep one of them, or name more"
        for place, (name, rule) in enumerate(named)
        for other, earlier in named[:place]
        if rule.is_rival_of(earlier)
    ]


def load_settings(
    path: Path | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, str | None] | None = None,
) -> Settings:
    """The settings in force.

    `path` names the settings file, which must then exist; None reads `edi_engine.toml` in the
    working folder if there is one. `flags` maps dotted setting names to texts; None means not
    given. Raises SettingsError with every mistake found.
    """
    file = path if path is not None else Path(SETTINGS_FILE_NAME)
    values: dict[str, Any] = {}
    sources: dict[tuple[str, ...], str] = {}
    if path is not None or file.is_file():
        values = _read_toml(file)
    given: list[tuple[tuple[str, ...], str, str]] = [
        (setting, text, name)
        for name, setting in ENVIRONMENT.items()
        if (text := (environment or {}).get(name))
    ]
    given += [
        (tuple(name.split(".")), text, f"--{name.rpartition('.')[2]}")
        for name, text in (flags or {}).items()
        if text is not None
    ]
    for setting, text, source in given:
        if _put(values, setting, text):
            sources[setting] = source
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise _settings_error(error, file, sources) from None


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            data = stream.read(_SETTINGS_BYTES_MAX + 1)
    except OSError as error:
        raise SettingsError(
            f"The settings file cannot be read ({error.strerror}).",
            place=str(file),
            remedy="Name an existing file with --settings, or leave the flag out.",
        ) from error
    if len(data) > _SETTINGS_BYTES_MAX:
        raise SettingsError(
            "This is too large for a settings file.",
            place=str(file),
            remedy="Name the right file with --settings.",
        )
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"Byte {error.start} is not UTF-8 text.",
            place=str(file),
            remedy="Save the file as UTF-8.",
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"This is not TOML: {error}.", place=str(file), remedy="Repair that line."
        ) from error


def _put(values: dict[str, Any], setting: tuple[str, ...], text: str) -> bool:
    """Set a nested value; False where the file has something else than a table in the way."""
    *tables, name = setting
    for table in tables:
        inner = values.setdefault(table, {})
        if not isinstance(inner, dict):
            return False
        values = inner
    values[name] = text
    return True


def _settings_error(
    error: ValidationError, file: Path, sources: Mapping[tuple[str, ...], str]
) -> SettingsError:
    mistakes: list[str] = []
    for mistake in error.errors(include_url=False, include_context=True):
        place = tuple(str(part) for part in mistake["loc"])
        source = sources.get(place)
        where = f"{source} ({'.'.join(place)})" if source else f"{file}: {'.'.join(place)}"
        if not place:  # about the settings as a whole: the message names the places itself
            where = str(file)
        mistakes.append(f"{where}: {_in_plain_words(mistake['type'], mistake['msg'])}")
    count = len(mistakes)
    return SettingsError(
        f"{count} {'setting is' if count == 1 else 'settings are'} not usable:\n  "
        + "\n  ".join(mistakes),
        remedy="\nRepair what is named and run again; docs/SETTINGS.md lists all settings.",
    )


def _in_plain_words(kind: str, message: str) -> str:
    plain = {
        "extra_forbidden": "there is no such setting.",
        "int_type": "a whole number is expected, without quotes.",
        "string_type": "a text in quotes is expected.",
        "string_too_short": "it is empty.",
        "bool_type": "true or false is expected, without quotes.",
        "tuple_type": "a list of tables is expected.",
        "path_type": "a path in quotes is expected.",
        "frozen_set_type": "a list in brackets is expected.",
        "dict_type": "a table is expected.",
        "model_type": "a table is expected.",
        "missing": "it is needed, and is not there.",
        "date_from_datetime_parsing": "a day is expected, like 2026-12-24.",
        "date_type": "a day is expected, like 2026-12-24.",
    }
    if kind == "enum":
        return (
            f"one of {message.partition('Input should be ')[2].replace(chr(39), '')} is expected."
        )
    if kind == "value_error":
        return f"{message.partition(', ')[2]}."
    if kind == "string_pattern_mismatch" and "CO|PR" in message:
        return "a group code is expected: CO, PR, OA, PI or CR."
    if kind == "string_pattern_mismatch" and "[01][0-9]" in message:
        return 'a time of day is expected, like "08:30".'
    if kind == "string_pattern_mismatch":
        if "A-Z0-9" in message:
            return "two capital letters or digits are expected."
        if "!-}" in message:
            return "2 to 15 characters without blanks are expected."
        digits = "ten" if "10" in message else "nine"
        return f"{digits} digits in quotes are expected."
    return plain.get(kind, f"{message[:1].lower()}{message[1:]}.")
