"""What is advised about refusals: a table of payer, codes and facts, and what comes out.

Every row of our table of rules is reached, every step that the table may advise is, and the words
say why.
"""

from datetime import date
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.codes import carc_table, denial_categories, denial_reason, denial_rules
from edi_engine.records.deadlines import DeadlineKind, DeadlineRule
from edi_engine.records.denials import DenialHardness, DenialKind, DenialRule, DenialStep
from edi_engine.worklist.deadlines import Deadline
from edi_engine.worklist.denial_advice import RefusalFacts, advise_on_refusal

AS_OF = date(2026, 6, 1)
OPEN, OVER = date(2026, 12, 1), date(2026, 5, 31)

OWN_RULES = (
    DenialRule("PAYER1", "", "16", "", "authorization", step=DenialStep.APPEAL, action="Call."),
    DenialRule("PAYER1", "CO", "16", "N290", "provider_enrollment"),
    DenialRule("", "", "16", "N290", "provider_enrollment", hardness=DenialHardness.HARD),
    DenialRule("PAYER1", "", "50", "", "noncovered", kind=DenialKind.ADMINISTRATIVE),
)


def due(kind: DeadlineKind, due_on: date | None) -> Deadline:
    return Deadline(kind, 1, DeadlineRule(kind=kind), due_on, "because")


def facts(*words: str) -> RefusalFacts:
    """Facts from words: "appeal over", "sent 2026-01-01", "GA", "original paid" ..."""
    days: dict[str, date | None] = {"filing": OPEN, "corrected": OPEN, "appeal": OPEN}
    values: dict[str, object] = {}
    modifiers = set()
    for word in words:
        name, _, rest = word.partition(" ")
        if name in days:
            days[name] = {"over": OVER, "open": OPEN, "unknown": None}[rest]
        elif name == "sent":
            values["first_sent_on"] = date.fromisoformat(rest)
        elif name == "original":
            values["original"] = rest
        elif name == "medicare":
            values["product"] = "medicare"
        elif name == "next":
            values["has_next_payer"] = True
        else:
            modifiers.add(word)
    return RefusalFacts(
        as_of=AS_OF,
        modifiers=frozenset(modifiers),
        filing=due(DeadlineKind.FILING, days["filing"]),
        corrected_claim=due(DeadlineKind.CORRECTED_CLAIM, days["corrected"]),
        appeal=due(DeadlineKind.APPEAL, days["appeal"]),
        **values,  # type: ignore[arg-type]
    )


class Case(NamedTuple):
    codes: str
    facts: tuple[str, ...]
    category: str
    hardness: str
    kind: str
    step: str
    why: str
    payer: str = ""


NONE: tuple[str, ...] = ()
CASES = (
    # The table alone.
    Case("CO-4", NONE, "coding", "soft", "technical", "corrected_claim", "until 2026-12-01"),
    Case("CO-11", NONE, "coding", "soft", "technical", "corrected_claim", "repaired"),
    Case("CO-197", NONE, "authorization", "soft", "administrative", "appeal", "Authorization"),
    Case("CO-16", NONE, "missing_information", "soft", "technical", "send_records", "Missing"),
    Case("CO-252", NONE, "missing_information", "soft", "technical", "send_records", "Missing"),
    Case("CO-31", NONE, "eligibility", "soft", "administrative", "corrected_claim", "Eligibility"),
    Case("CO-22", NONE, "other_payer", "soft", "administrative", "corrected_claim", "Another"),
    Case("CO-109", NONE, "other_payer", "soft", "administrative", "bill_next_payer", "Another"),
    Case("CO-19", NONE, "other_liability", "soft", "administrative", "bill_next_payer", "liable"),
    Case("CO-50", NONE, "medical_necessity", "hard", "clinical", "appeal", "until 2026-12-01"),
    Case("CO-39", NONE, "medical_necessity", "hard", "clinical", "appeal", "necess"),
    Case("CO-151", NONE, "level_of_service", "hard", "clinical", "appeal", "Level"),
    Case("CO-97", NONE, "bundling", "soft", "technical", "corrected_claim", "Bundling"),
    Case("PI-119", NONE, "benefit_maximum", "hard", "administrative", "bill_patient", "Benefit"),
    Case("CO-119", NONE, "benefit_maximum", "hard", "administrative", "review", "on us (CO)"),
    Case("CO-119", ("next",), "benefit_maximum", "hard", "administrative", "bill_next_payer",
         "another payer is known"),
    Case("CO-96", NONE, "noncovered", "hard", "administrative", "review", "Not covered"),
    Case("CO-107", NONE, "qualifying_service", "soft", "technical", "corrected_claim", "Qual"),
    Case("CO-181", NONE, "invalid_code", "soft", "technical", "corrected_claim", "Invalid"),
    Case("CO-B7", NONE, "provider_enrollment", "soft", "administrative", "new_claim", "Provider"),
    Case("CO-133", NONE, "pending", "soft", "administrative", "wait", "Not decided"),
    Case("CO-A1", NONE, "review", "soft", "technical", "review", "Needs review"),
    Case("CO-X99", NONE, "other", "soft", "technical", "review", "Unknown"),
    Case("CO-193", NONE, "review", "hard", "administrative", "appeal", "until 2026-12-01"),
    Case("CO-136", NONE, "other_payer", "soft", "administrative", "appeal", "Another"),
    Case("CO-B11", NONE, "other_payer", "soft", "administrative", "wait", "Another"),
    # What is no refusal at all.
    Case("OA-23", NONE, "prior_payer", "none", "administrative", "nothing", "no refusal"),
    Case("CO-24", NONE, "capitation", "none", "administrative", "nothing", "no refusal"),
    Case("CO-45", NONE, "contractual", "none", "administrative", "check_contract", "Contractual"),
    Case("CO-253", NONE, "reduction", "none", "administrative", "check_contract", "Reduction"),
    Case("PR-1", NONE, "patient_share", "none", "administrative", "bill_patient", "patient"),
    Case("CO-100", NONE, "paid_elsewhere", "none", "administrative", "bill_patient", "Paid to"),
    # Remarks.
    Case("CO-16/MA130", NONE, "missing_information", "soft", "technical", "new_claim",
         "cannot be appealed, until 2026-12-01"),
    Case("CO-16/MA130", ("filing over",), "missing_information", "soft", "technical", "write_off",
         "the filing deadline 2026-05-31 has passed"),
    Case("CO-16/N290/MA130", NONE, "missing_information", "soft", "technical", "new_claim",
         "cannot be appealed"),
    Case("CO-4/MA130", NONE, "coding", "soft", "technical", "new_claim", "was not decided"),
    Case("CO-16/N706", NONE, "missing_information", "soft", "technical", "send_records", "Missing"),
    Case("CO-16/M127", NONE, "missing_information", "soft", "clinical", "send_records", "Missing"),
    Case("CO-16/MA04", NONE, "other_payer", "soft", "administrative", "corrected_claim", "Another"),
    Case("CO-16/M76", NONE, "invalid_code", "soft", "technical", "corrected_claim", "Invalid"),
    Case("CO-16/ZZZ", NONE, "missing_information", "soft", "technical", "send_records", "Missing"),
    # Time that is over.
    Case("CO-4", ("corrected over",), "coding", "soft", "technical", "appeal",
         "The corrected claim deadline 2026-05-31 has passed; an appeal is still possible"),
    Case("CO-4", ("corrected over", "appeal over"), "coding", "soft", "technical", "write_off",
         "and the appeal deadline 2026-05-31 has passed"),
    Case("CO-4", ("corrected unknown",), "coding", "soft", "technical", "corrected_claim",
         "it can be repaired."),
    Case("CO-50", ("appeal over",), "medical_necessity", "hard", "clinical", "write_off",
         "The appeal deadline 2026-05-31 has passed."),
    Case("CO-197", ("appeal over",), "authorization", "soft", "administrative", "corrected_claim",
         "a corrected claim is still possible, until 2026-12-01"),
    Case("CO-197", ("appeal over", "corrected over"), "authorization", "soft", "administrative",
         "write_off", "has passed"),
    Case("CO-197", ("appeal unknown",), "authorization", "soft", "administrative", "appeal",
         "Authorization or referral."),
    Case("CO-B7", ("filing over",), "provider_enrollment", "soft", "administrative", "appeal",
         "The filing deadline 2026-05-31 has passed"),
    Case("CO-252", ("appeal over",), "missing_information", "soft", "technical",
         "corrected_claim", "still possible"),
    # Filed too late.
    Case("CO-29", ("sent 2026-05-01", "filing over"), "timely_filing", "hard", "administrative",
         "appeal", "Our file of 2026-05-01 was within the filing limit 2026-05-31"),
    Case("CO-29", ("sent 2026-05-31", "filing over"), "timely_filing", "hard", "administrative",
         "appeal", "within the filing limit"),
    Case("CO-29", ("sent 2026-06-01", "filing over"), "timely_filing", "hard", "administrative",
         "write_off", "Sent on 2026-06-01, after the filing limit 2026-05-31"),
    Case("CO-29", ("filing over",), "timely_filing", "hard", "administrative", "appeal",
         "Whether it was sent in time is not known here"),
    Case("CO-29", ("sent 2026-05-01", "filing over", "appeal over"), "timely_filing", "hard",
         "administrative", "write_off", "but the appeal deadline 2026-05-31 has passed"),
    Case("CO-29", ("sent 2026-05-01", "filing unknown"), "timely_filing", "hard",
         "administrative", "appeal", "not known here"),
    Case("CO-29", ("medicare", "sent 2026-05-01", "filing over"), "timely_filing", "hard",
         "administrative", "send_records", "Medicare hears no appeal"),
    Case("CO-29", ("medicare", "sent 2026-06-01", "filing over"), "timely_filing", "hard",
         "administrative", "write_off", "exception"),
    Case("CO-138", NONE, "timely_filing", "hard", "administrative", "write_off", "no step"),
    Case("CO-B4", NONE, "timely_filing", "hard", "administrative", "write_off", "no step"),
    # Duplicates.
    Case("OA-18", NONE, "duplicate", "soft", "technical", "find_original", "No other claim"),
    Case("OA-18", ("original paid",), "duplicate", "soft", "technical", "write_off", "was paid"),
    Case("OA-18", ("original refused",), "duplicate", "soft", "technical", "find_original",
         "was refused: work that"),
    Case("OA-18", ("original unanswered",), "duplicate", "soft", "technical", "wait", "no answer"),
    Case("CO-B13", ("original paid",), "review", "soft", "technical", "write_off", "was paid"),
    Case("CO-18", ("appeal over",), "duplicate", "soft", "technical", "find_original", "No other"),
    # Who owes it.
    Case("PR-96", NONE, "noncovered", "hard", "administrative", "bill_patient", "(PR)"),
    Case("PR-204", ("next",), "noncovered", "hard", "administrative", "bill_next_payer",
         "another payer is known."),
    Case("PR-31", NONE, "eligibility", "soft", "administrative", "bill_patient", "(PR)"),
    Case("PR-96", ("GA",), "noncovered", "hard", "administrative", "bill_patient", "modifier GA"),
    Case("CO-96", ("GA",), "noncovered", "hard", "administrative", "bill_patient", "modifier GA"),
    Case("CO-204", ("GY", "25"), "noncovered", "hard", "administrative", "bill_patient",
         "excluded by law"),
    Case("CO-96", ("GX",), "noncovered", "hard", "administrative", "bill_patient", "voluntary"),
    Case("CO-50", ("GA",), "medical_necessity", "hard", "clinical", "bill_patient", "modifier GA"),
    Case("CO-50", ("GZ",), "medical_necessity", "hard", "clinical", "write_off", "modifier GZ"),
    Case("CO-96", ("25",), "noncovered", "hard", "administrative", "review", "Not covered"),
    Case("CO-4", ("GA",), "coding", "soft", "technical", "corrected_claim", "repaired"),
    # Nothing to win.
    Case("CO-233", NONE, "not_payable", "hard", "clinical", "write_off", "nobody else owes it"),
    Case("CO-256", NONE, "not_payable", "hard", "administrative", "write_off", "nobody else"),
    Case("PI-256", NONE, "noncovered", "hard", "administrative", "review", "Not covered"),
    # A practice's own rules.
    Case("CO-16", NONE, "authorization", "soft", "administrative", "appeal", "Auth", "PAYER1"),
    Case("CO-16/MA04", NONE, "authorization", "soft", "administrative", "appeal", "Auth", "PAYER1"),
    Case("CO-16/N290", NONE, "provider_enrollment", "soft", "administrative", "new_claim", "Prov",
         "PAYER1"),
    Case("PI-16/N290", NONE, "authorization", "soft", "administrative", "appeal", "A", "PAYER1"),
    Case("CO-16/N290", NONE, "provider_enrollment", "hard", "administrative", "new_claim", "Prov",
         "PAYER2"),
    Case("CO-50", NONE, "noncovered", "hard", "administrative", "review", "Not", "PAYER1"),
    Case("CO-50", NONE, "medical_necessity", "hard", "clinical", "appeal", "necess", "PAYER2"),
)  # fmt: skip


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: " ".join(filter(None, (case.payer, case.codes, *case.facts)))
)
def test_a_refusal_means_and_is_advised_what_the_table_says(case: Case) -> None:
    codes, *remarks = case.codes.split("/")
    group, _, reason_code = codes.partition("-")
    own = OWN_RULES if case.payer else ()

    reason = denial_reason(group, reason_code, remarks, payer_id=case.payer, own_rules=own)
    advice = advise_on_refusal(reason, facts(*case.facts))

    found = (reason.category.category, reason.hardness, reason.kind, advice.step)
    assert found == (case.category, case.hardness, case.kind, case.step)
    assert case.why in advice.why
    assert advice.action.endswith(".")


def test_every_step_stands_in_the_table() -> None:
    assert {case.step for case in CASES} == set(DenialStep)


@pytest.mark.parametrize("rule", denial_rules(), ids=lambda rule: "/".join(filter(None, rule.key)))
def test_every_rule_of_ours_is_reached(rule: DenialRule) -> None:
    remarks = [rule.rarc] if rule.rarc else []

    reason = denial_reason(rule.group_code or "CO", rule.carc, remarks)

    assert reason.category.category == rule.category
    assert (reason.hardness, reason.kind, reason.step, reason.action) == (
        rule.hardness,
        rule.kind,
        rule.step,
        rule.action,
    )


@pytest.mark.parametrize("category", sorted(denial_categories()))
def test_every_category_is_reached_by_a_reason_code_or_a_rule(category: str) -> None:
    by_code = {entry.category for entry in carc_table().values()}
    by_rule = {rule.category for rule in denial_rules()}
    assert category in by_code | by_rule | {"other"}


DEADLINES = st.sampled_from(["open", "over", "unknown"])


@given(
    st.sampled_from(sorted(carc_table())),
    st.sampled_from(["CO", "PR", "OA", "PI", "CR", ""]),
    st.lists(st.sampled_from(["MA130", "N290", "M127", "N1"]), max_size=2),
    st.tuples(DEADLINES, DEADLINES, DEADLINES),
    st.sets(st.sampled_from(["GA", "GY", "GZ", "25", "next", "medicare", "original paid"])),
)
def test_every_reason_has_advice_and_nothing_is_advised_whose_time_is_over(
    carc: str, group: str, remarks: list[str], days: tuple[str, ...], words: set[str]
) -> None:
    filing, corrected, appeal = days
    known = facts(f"filing {filing}", f"corrected {corrected}", f"appeal {appeal}", *sorted(words))

    advice = advise_on_refusal(denial_reason(group, carc, remarks), known)

    assert advice.why.endswith(".")
    assert advice.action
    late = {
        DenialStep.CORRECTED_CLAIM: corrected,
        DenialStep.NEW_CLAIM: filing,
        DenialStep.APPEAL: appeal,
    }
    is_late = late.get(advice.step) == "over"
    # Where the first way is over an appeal may be the last one, if its own time is not over.
    assert not is_late
