"""Every mistake in a contract file is told where it stands, all of them at once."""

import pytest

from edi_engine.contracts import read_contract
from tests.contracts.contract_files import HEAD, TERMS, load, mistakes

MISTAKES = [
    # what, text, (code, line, column) of each finding in order
    ("nothing at all", "", [("CON-0103", 1, 1)]),
    ("comments alone", "# to be written\n", [("CON-0103", 1, 1)]),
    ("a list", "- a\n- b\n", [("CON-0103", 1, 1)]),
    ("one word", "contract", [("CON-0103", 1, 1)]),
    ("a picture", "\x89PNG\r\n\x1a\n\x00", [("CON-0101", 1, 1)]),
    ("a control character", f"{HEAD}{TERMS}# \x07\n", [("CON-0101", 9, 3)]),
    ("a bracket left open", "terms: [a, b\n", [("CON-0101", 2, 1)]),
    ("a colon too much", "name: Sample: PPO\n", [("CON-0101", 1, 13)]),
    ("a tab", "applies_to:\n\tpayer_ids: A\n", [("CON-0101", 2, 1)]),
    ("an escape beyond all characters", 'name: "\\U7fffffff"\n', [("CON-0101", 1, 1)]),
    ("two documents", f"{HEAD}{TERMS}---\n{HEAD}", [("CON-0103", 9, 1)]),
    (
        "an alias",
        "a: &x [1]\nb: *x\nc: !!int 3\n",
        [("CON-0104", 1, 4), ("CON-0104", 2, 4), ("CON-0104", 3, 4)],
    ),
    ("a list as a key", f"{HEAD}{TERMS}[a, b]: c\n", [("CON-0103", 9, 1)]),
    (
        "no key at all",
        "{}",
        [
            ("CON-0107", 1, 1),
            ("CON-0107", 1, 1),
            ("CON-0107", 1, 1),
            ("CON-0107", 1, 1),
            ("CON-0107", 1, 1),
            ("CON-0107", 1, 1),
        ],
    ),
    ("keys with nothing after them", f"{HEAD}bilateral:\n{TERMS}", []),
    ("a required key with nothing after it", f"{HEAD}terms:\n", [("CON-0107", 6, 7)]),
    ("an empty list of terms", f"{HEAD}terms: []\n", [("CON-0107", 6, 8)]),
    ("a term that is a word", f"{HEAD}terms: [Everything]\n", [("CON-0103", 6, 9)]),
    ("a key of another place", f"{HEAD}percent: 3%\n{TERMS}", [("CON-0106", 6, 1)]),
    (
        "an amount cut by braces",
        f"{HEAD}terms:\n  - name: One\n    flat: {{amount: 1,234.50}}\n",
        [("CON-0106", 8, 22)],
    ),
    (
        "a list where one value is expected",
        f"{HEAD}dated_by: [service]\n{TERMS}",
        [("CON-0103", 6, 11)],
    ),
    (
        "an inner mapping in a list of codes",
        f"{HEAD}{TERMS}    when: {{codes: [{{a: b}}]}}\n",
        [("CON-0103", 9, 20)],
    ),
    ("a day that is none", f"{HEAD}effective_to: 2026-02-30\n{TERMS}", [("CON-0111", 6, 15)]),
    (
        "days and scope at once",
        "\n".join(
            [
                "contract: a b",
                "name: x",
                "version: 1",
                "effective_from: 2026-02-01",
                "effective_to: 2026-01-01",
                "applies_to: {billing_npis: 12}",
                TERMS,
            ]
        ),
        [("CON-0113", 1, 11), ("CON-0114", 5, 15), ("CON-0115", 6, 13), ("CON-0112", 6, 28)],
    ),
    (
        "codes of many kinds",
        (
            f"{HEAD}{TERMS}    when:\n"
            "      codes: [9921, 99202-9921, 99215-99213]\n"
            "      revenue_codes: 45\n"
            "      drgs: 1000\n"
            "      types_of_bill: inpatient\n"
            "      places_of_service: 111\n"
            "      modifiers: 2\n"
            "      kinds: pharmacy\n"
        ),
        [
            ("CON-0112", 10, 15),
            ("CON-0112", 10, 21),
            ("CON-0112", 10, 33),
            ("CON-0112", 11, 22),
            ("CON-0112", 12, 13),
            ("CON-0112", 13, 22),
            ("CON-0112", 14, 26),
            ("CON-0112", 15, 18),
            ("CON-0113", 16, 14),
        ],
    ),
    (
        "a modifier that must be and must not",
        (f"{HEAD}{TERMS}    when:\n      modifiers: 26\n      without_modifiers: 26, TC\n"),
        [("CON-0125", 11, 26)],
    ),
    (
        "two methods and an unknown key",
        f"{HEAD}{TERMS}    flat: 1.00\n    flatt: 2.00\n",
        [("CON-0116", 9, 11), ("CON-0106", 10, 5)],
    ),
    ("no method", f"{HEAD}terms:\n  - name: One\n", [("CON-0116", 7, 5)]),
    (
        "an exclusion that is none",
        f"{HEAD}terms:\n  - name: One\n    not_payable: no\n",
        [("CON-0113", 8, 18)],
    ),
    (
        "amounts with a sign or parts of a cent",
        (
            f"{HEAD}terms:\n  - name: One\n"
            "    case_rate: {amount: -1.00, included_days: 2, extra_day: 1.005}\n"
        ),
        [("CON-0108", 8, 25), ("CON-0108", 8, 61)],
    ),
    (
        "days without a rate for more",
        (f"{HEAD}terms:\n  - name: One\n    case_rate: {{amount: 1.00, included_days: 2}}\n"),
        [("CON-0125", 8, 16)],
    ),
    (
        "tiers that begin late and repeat",
        (
            f"{HEAD}terms:\n  - name: One\n    per_diem:\n"
            "      tiers:\n        - {from_day: 2, rate: 1.00}\n"
            "        - {from_day: 2, rate: 1.00}\n"
        ),
        [("CON-0122", 10, 22), ("CON-0122", 11, 22)],
    ),
    (
        "revenue codes where stays count",
        (
            f"{HEAD}terms:\n  - name: One\n    per_diem:\n"
            "      tiers: {from_day: 1, rate: 5.00}\n      counted_by: stay\n"
            "      day_revenue_codes: 0120\n"
        ),
        [("CON-0125", 11, 26)],
    ),
    (
        "a conversion factor with five places",
        (
            f"{HEAD}terms:\n  - name: One\n"
            "    anesthesia: {schedule: units, conversion_factor: 62.50001}\n"
        ),
        [("CON-0118", 8, 28), ("CON-0108", 8, 54)],
    ),
    (
        "schedules of wrong kinds",
        (
            f"{HEAD}schedules:\n"
            "  office: {kind: rates, file: rates.csv}\n"
            "  weights: {kind: drg_weights, file: weights.csv}\n"
            "terms:\n  - {name: A, schedule: weights}\n"
            "  - {name: B, drg: {schedule: office, base_rate: 5.00}, when: {drgs: 470}}\n"
            "  - {name: C, anesthesia: {schedule: office, conversion_factor: 60}}\n"
        ),
        [("CON-0119", 10, 25), ("CON-0119", 11, 31), ("CON-0119", 12, 38)],
    ),
    (
        "schedules that cannot be found",
        (
            f"{HEAD}schedules:\n"
            "  a: {kind: rates, file: /etc/passwd}\n  b: {kind: rates, file: a/../../b.csv}\n"
            "  c: {kind: rates, file: c.csv}\n  d: {kind: paper, file: rates.csv}\n  e: rates.csv\n"
            "terms:\n  - {name: A, schedule: a}\n  - {name: B, schedule: b}\n"
            "  - {name: C, schedule: c}\n  - {name: D, schedule: d}\n"
        ),
        [
            ("CON-0126", 7, 26),
            ("CON-0126", 8, 26),
            ("CON-0127", 9, 26),
            ("CON-0113", 10, 13),
            ("CON-0103", 11, 6),
        ],
    ),
    (
        "a schedule whose file is wrong",
        (
            f"{HEAD}schedules:\n"
            "  office: {kind: rates, file: empty.csv}\nterms:\n  - {name: A, schedule: office}\n"
        ),
        [("FEE-0301", 0, 0)],
    ),
    (
        "modifiers and rules",
        (
            f"{HEAD}{TERMS}modifiers:\n  26: 40%\n  '26 ': 50%\n  ABC: 1%\n  22: more\n"
            "multiple_procedures:\n  - {name: One, ladder: [100%, 150%]}\n"
            "  - {name: One, indicators: 2, ladder: 100%}\n  - {name: Two, codes: 99213}\n"
        ),
        [
            ("CON-0117", 11, 3),
            ("CON-0112", 12, 3),
            ("CON-0109", 13, 7),
            ("CON-0107", 15, 5),
            ("CON-0109", 15, 32),
            ("CON-0117", 16, 12),
            ("CON-0107", 17, 5),
        ],
    ),
    (
        "escalators",
        (
            f"{HEAD}effective_to: 2026-12-31\n{TERMS}escalators:\n"
            "  - {effective_from: 2027-01-01, percent: 3%}\n"
            "  - {effective_from: 2026-07-01, percent: 300%, terms: [Everything, Other]}\n"
            "  - {percent: 3%}\n"
        ),
        [("CON-0123", 11, 22), ("CON-0109", 12, 43), ("CON-0118", 12, 56), ("CON-0107", 13, 5)],
    ),
    (
        "timely payment by halves",
        f"{HEAD}{TERMS}timely_payment: {{discount_days: 10}}\n",
        [("CON-0125", 9, 17)],
    ),
    (
        "tolerances",
        f"{HEAD}{TERMS}tolerance:\n  line: {{percent: 0.001%}}\n  claim: {{cents: 5}}\n",
        [("CON-0109", 10, 19), ("CON-0107", 11, 10), ("CON-0106", 11, 11)],
    ),
    (
        "a term that a wider one covers",
        (
            f"{HEAD}terms:\n"
            "  - {name: A, flat: 1.00, when: {codes: 99202-99215, kinds: professional}}\n"
            "  - {name: B, flat: 1.00, when: {codes: 99213, kinds: professional, modifiers: 25}}\n"
            "  - {name: C, flat: 1.00, when: {codes: 99213}}\n"
        ),
        [("CON-0121", 8, 12)],
    ),
    (
        "a schedule leaves codes to later terms",
        (
            f"{HEAD}schedules:\n"
            "  office: {kind: rates, file: rates.csv}\nterms:\n  - {name: A, schedule: office}\n"
            "  - {name: B, percent_of_charge: 50}\n"
        ),
        [],
    ),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [case[1:] for case in MISTAKES],
    ids=[case[0] for case in MISTAKES],
)
def test_every_mistake_is_told_where_it_stands(
    text: str, expected: list[tuple[str, int, int]]
) -> None:
    assert mistakes(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f"{HEAD}{TERMS}tolerence: 1\n",
            "the contract has no key 'tolerence'; is tolerance meant?",
        ),
        (f"{HEAD}{TERMS}    claus: B\n", "term 'Everything' has no key 'claus'; is clause meant?"),
        (f"{HEAD}terms: {{name: One, flat: {{amount: 1,234.50}}}}\n", "needs quotes"),
        (f"{HEAD}lesser_of: both\n{TERMS}", "'both' is not one of none, line, claim."),
        ("a: \tb", "a tab stands where only blanks may stand."),
    ],
)
def test_a_message_says_what_was_read_and_what_is_expected(text: str, said: str) -> None:
    _, findings = read_contract(text, file_name="a.yaml", load=load)
    assert any(said in finding.message for finding in findings), findings


def test_a_finding_names_file_line_and_column() -> None:
    _, findings = read_contract(f"{HEAD}x: 1\n{TERMS}", file_name="a.yaml", load=load)
    assert str(findings[0]).startswith("CON-0106 error a.yaml line 6, column 1: ")
