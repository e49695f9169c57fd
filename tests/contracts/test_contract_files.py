"""A contract file gives its contract, or every mistake with line, column and remedy."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.contracts import read_contract, schedule_names
from edi_engine.contracts.contract_fields import FieldReader
from edi_engine.contracts.contract_file import TERMS_MAX
from edi_engine.contracts.yaml_nodes import DEPTH_MAX, TEXT_CHARACTERS_MAX
from edi_engine.findings import FINDING_KINDS, Severity
from edi_engine.records.contracts import (
    AnesthesiaRate,
    CaseRate,
    CodeRange,
    Contract,
    DayTier,
    FlatRate,
    NotPayable,
    PerDiemRate,
    ScheduledRate,
    Tolerance,
)
from tests.contracts.contract_files import HEAD, TERMS, load, loader, mistakes, read_file
from tests.repo.source import ROOT, code_blocks

FIXTURES = ROOT / "fixtures/contracts"
FAILING = sorted((FIXTURES / "fail").glob("*.yaml"))
PASSING = sorted((FIXTURES / "pass").glob("*.yaml"))
SAMPLE = (FIXTURES / "pass/sample-health.yaml").read_text(encoding="utf-8")


def contract_of(text: str) -> Contract:
    contract, findings = read_contract(text, file_name="a.yaml", load=load)
    assert contract is not None, findings
    return contract


# --- fixtures ---


@pytest.mark.parametrize("path", FAILING, ids=lambda path: path.stem)
def test_a_fixture_gives_its_finding_and_no_other(path: Path) -> None:
    _, findings = read_file(path)
    assert [finding.code for finding in findings] == [path.stem[:8]]
    assert findings[0].place.line > 0
    assert findings[0].place.column > 0
    assert findings[0].remedy


def test_every_contract_finding_has_a_fixture() -> None:
    codes = {kind.code for kind in FINDING_KINDS if kind.code.startswith("CON-01")}
    assert {path.stem[:8] for path in FAILING} == codes


@pytest.mark.parametrize("path", PASSING, ids=lambda path: path.stem)
def test_a_good_contract_is_the_record_that_is_expected(path: Path, regenerate: bool) -> None:
    contract, findings = read_file(path)
    assert not findings
    encoded = msgspec.json.format(msgspec.json.encode(contract, order="deterministic")) + b"\n"
    expected = path.with_suffix(".json")
    if regenerate:
        expected.write_bytes(encoded)
    assert encoded == expected.read_bytes()
    assert msgspec.json.decode(encoded, type=Contract) == contract


def test_the_example_in_the_document_is_the_fixture() -> None:
    document = (ROOT / "docs/CONTRACTS.md").read_text(encoding="utf-8")
    example = next(block for language, block in code_blocks(document) if language == "yaml")
    assert example == SAMPLE


def test_every_key_is_in_the_document_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = set()
    done = FieldReader.done

    def noted(reader: FieldReader) -> None:
        asked.update(reader.asked)
        done(reader)

    monkeypatch.setattr(FieldReader, "done", noted)
    medicare = "schedules: {m: {kind: medicare, locality: x, conversion_factor: 1}}\n"
    flat = f"{HEAD}{medicare}terms: {{name: A, flat: {{amount: 1}}}}\n"
    for text in (SAMPLE, flat):
        read_contract(text, file_name="a.yaml", load=loader(FIXTURES / "pass"))
    document = (ROOT / "docs/CONTRACTS.md").read_text(encoding="utf-8")
    contracts = document.partition("## The contract")[2].partition("## How a line is priced")[0]
    named = set(re.findall(r"`([a-z_]+)`", contracts))
    first_cells = re.findall(r"^\|(?: \|)? ((?:`[a-z_]+`(?:, )?)+) \|", contracts, re.MULTILINE)
    keys = set(re.findall(r"[a-z_]+", " ".join(first_cells)))
    assert asked <= named
    assert keys - {"rates", "base_units", "drg_weights"} <= asked


# --- what is typed in several ways ---

TYPED = [
    ("flat: $1,234.50", FlatRate(1234_50)),
    ("flat: {amount: '1,234.50', per_unit: no}", FlatRate(1234_50, per_unit=False)),
    ("case_rate: 6500", CaseRate(6500_00)),
    ("per_diem: 1,900.00", PerDiemRate((DayTier(1, 1900_00),))),
    ("not_payable: yes", NotPayable()),
    ("not_payable: Cosmetic", NotPayable("Cosmetic")),
    ("schedule: office", ScheduledRate("office")),
    ("schedule: office\n    percent: 112.5 %", ScheduledRate("office", Decimal("112.5"))),
    ("schedule: office\n    percent: 110", ScheduledRate("office", Decimal(110))),
]


@pytest.mark.parametrize(("text", "method"), TYPED, ids=[case[0] for case in TYPED])
def test_a_method_is_typed_as_people_type_it(text: str, method: object) -> None:
    contract, findings = read_contract(
        f"{HEAD}schedules:\n  office: {{kind: rates, file: rates.csv}}\n"
        f"terms:\n  - name: One\n    {text}\n",
        file_name="a.yaml",
        load=load,
    )
    assert contract is not None, findings
    assert contract.terms[0].method == method


def test_lists_are_one_scalar_or_a_list() -> None:
    expected = (CodeRange("99202", "99215"), CodeRange("00100", "00100"))
    for typed in ("99202-99215, 00100", "[99202 - 99215, 00100]", "[99202-99215, '00100', 00100]"):
        text = f"{HEAD}{TERMS}    when: {{codes: {typed!s}}}\n"
        if not typed.startswith("["):
            text = f"{HEAD}{TERMS}    when:\n      codes: {typed}\n"
        assert contract_of(text).terms[0].selector.codes == expected


def test_codes_get_the_zeros_that_people_leave_out() -> None:
    text = (
        f"{HEAD}{TERMS}    when:\n      revenue_codes: 450, 0274-0278\n      drgs: 65\n"
        "      types_of_bill: [11X, 0131, 13]\n      places_of_service: [2, 11]\n"
    )
    selector = contract_of(text).terms[0].selector
    assert selector.revenue_codes == (CodeRange("0450", "0450"), CodeRange("0274", "0278"))
    assert selector.drgs == (CodeRange("065", "065"),)
    assert selector.types_of_bill == ("11", "131", "13")
    assert selector.places_of_service == {"02", "11"}


def test_scalars_stay_text() -> None:
    text = HEAD.replace("SAMPLE1", "[00123, on, 2026-01-01, 1e3, 0x1F, ~]") + TERMS
    assert contract_of(text).scope.payer_ids == {"00123", "ON", "2026-01-01", "1E3", "0X1F", "~"}


def test_conversion_factors_keep_four_places() -> None:
    text = (
        f"{HEAD}schedules: {{units: {{kind: base_units, file: units.csv}}}}\nterms:\n"
        "  - {name: One, anesthesia: {schedule: units, conversion_factor: 62.5055}}\n"
    )
    contract, findings = read_contract(
        text, file_name="a.yaml", load=lambda _name: "procedure_code,base_units\n00100,5\n"
    )
    assert contract is not None, findings
    assert contract.terms[0].method == AnesthesiaRate("units", Decimal("6250.55"))


def test_what_is_left_out_has_its_stated_meaning() -> None:
    contract = contract_of(HEAD + TERMS)
    assert contract == Contract(
        key="sample",
        name="Sample PPO",
        version="1",
        scope=contract.scope,
        effective_from=date(2026, 1, 1),
        terms=contract.terms,
        origin="a.yaml",
    )
    assert contract_of(
        f"{HEAD}{TERMS}tolerance: {{line: {{percent: 1.25%}}}}\n"
    ).line_tolerance == (Tolerance(0, 125))


# --- schedules ---


def test_schedule_files_are_named_before_anything_is_read() -> None:
    assert schedule_names(SAMPLE) == (
        "schedules/office.csv",
        "schedules/lab.csv",
        "schedules/anesthesia.csv",
        "schedules/drg.csv",
    )
    medicare = "schedules: {m: {kind: medicare, rvu: rvu.csv, gpci: gpci.csv}, x: {file: ../y}}\n"
    assert schedule_names(medicare) == ("rvu.csv", "gpci.csv")
    assert schedule_names("\x00") == ()


def test_a_file_that_two_schedules_name_is_asked_for_once() -> None:
    asked: list[str] = []
    text = (
        f"{HEAD}schedules:\n  a: {{kind: rates, file: rates.csv}}\n"
        "  b: {kind: rates, file: rates.csv}\n  c: {kind: rates, file: ../rates.csv}\n" + TERMS
    )

    def counted(name: str) -> str | None:
        asked.append(name)
        return load(name)

    read_contract(text, file_name="a.yaml", load=counted)
    assert asked == ["rates.csv"]


# --- limits ---


def test_a_text_beyond_every_contract_is_not_read() -> None:
    assert mistakes("#" * TEXT_CHARACTERS_MAX + "\n" + HEAD) == [("CON-0102", 1, 1)]


@pytest.mark.parametrize("deep", ["[" * 100_000, "- " * 100_000, "{a: " * 100_000])
def test_nesting_ends_where_no_contract_nests(deep: str) -> None:
    ((code, line, _),) = mistakes(f"{HEAD}terms:\n  {deep}")
    assert (code, line) == ("CON-0102", 7)


def test_the_deepest_contract_is_not_too_deep() -> None:
    depths = [len(line) - len(line.lstrip(" -")) for line in SAMPLE.splitlines()]
    assert max(depths) // 2 + 2 < DEPTH_MAX


def test_more_terms_than_any_contract_has_are_told() -> None:
    terms = "".join(f"  - {{name: T{n}, flat: 1}}\n" for n in range(TERMS_MAX + 1))
    assert ("CON-0102", 7, 3) in mistakes(f"{HEAD}terms:\n{terms}")


# --- any text ---


@given(st.text(max_size=300))
def test_no_text_at_all_raises(text: str) -> None:
    for whole in (text, HEAD + text, f"{HEAD}{TERMS}{text}", f"{HEAD}terms:\n  - {text}"):
        mistakes(whole)
        schedule_names(whole)


PIECES = [
    "[", "]", "{", "}", ": ", "- ", ", ", "\n", "\n  ", "\t", "'", '"', "&a ", "*a", "!!x ", "|",
    ">", "%", "#", "? ", "---\n", "...\n", "\x00", "\ud800", "\ufeff", "\x85", "\u2028",
    "9" * 5000, "-1", "1e9", "100%", "99999-00000", "../x", "\\U0FFFFFFF", "<<: ", "yes", "",
    "\u0661",
]  # fmt: skip


@given(
    st.lists(
        st.tuples(st.integers(0, len(SAMPLE)), st.integers(0, 40), st.sampled_from(PIECES)),
        min_size=1,
        max_size=4,
    )
)
def test_a_damaged_contract_is_read_or_refused(edits: list[tuple[int, int, str]]) -> None:
    text = SAMPLE
    for start, length, piece in edits:
        text = text[:start] + piece + text[start + length :]
    contract, findings = read_contract(text, file_name="a.yaml", load=loader(FIXTURES / "pass"))
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    assert (contract is None) == bool(errors)
    for finding in findings:
        if finding.place.file_name == "a.yaml":
            assert 1 <= finding.place.line <= text.count("\n") + text.count("\r") + 5
            assert finding.place.column >= 1


@pytest.mark.slow
def test_every_key_left_out_or_misspelt_is_told_or_harmless() -> None:
    lines = SAMPLE.splitlines(keepends=True)
    for number, line in enumerate(lines):
        name, colon, rest = line.partition(":")
        if not colon or line.startswith("#"):
            continue
        without = "".join(lines[:number] + lines[number + 1 :])
        misspelt = "".join([*lines[:number], f"{name}zz:{rest}", *lines[number + 1 :]])
        for text in (without, misspelt):
            read_contract(text, file_name="a.yaml", load=loader(FIXTURES / "pass"))
        contract, _ = read_contract(misspelt, file_name="a.yaml", load=loader(FIXTURES / "pass"))
        known_by_name = {"office", "drg weights", "laboratory", "anesthesia", "P3", "P4", "P5"}
        if name.strip(" -") not in known_by_name:
            assert contract is None, line
