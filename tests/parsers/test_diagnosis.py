"""What would balance an unbalanced file: the edit that unbalanced it is among the answers."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.findings import BalancingEdit, Finding
from edi_engine.findings import Hypothesis as Guess
from edi_engine.money import format_cents, parse_cents
from edi_engine.parsers import balancing
from edi_engine.parsers.diagnosis import ANSWERS_MAX
from tests.parsers.claim_texts import LEVELS, read_set
from tests.parsers.x12_files import (
    CLAIM,
    HEAD,
    LINE,
    file_of,
    payment,
    read,
    remittance,
    set_of,
)

Segments = list[list[str]]
Undone = tuple[int, str, int | None, int | None]
"""Segment ordinal, element, and the cents before and after the edit that would undo the mistake."""

HEAD_SEGMENTS = [text.split("*") for text in (payment("0") + HEAD).rstrip("~").split("~")]
BALANCE_ERRORS = {f"BAL-010{number}" for number in (1, 2, 3, 4, 8, 9)}


# --- a remittance that balances, made without the parser ---


def balanced_set(random: Random) -> Segments:
    """Claims with adjustments on both levels, a reversal, provider adjustments; all adds up."""
    body: Segments = []
    total = 0
    for number in range(1, random.randint(2, 4)):
        paid, segments = claim(random, number)
        total += paid
        body += segments
    paid, segments = claim(random, 9)
    total -= paid
    body += negated(segments)
    reasons = random.sample(["WO", "CV", "72", "CS"], random.randint(2, 3))
    for place, reason in enumerate(reasons):
        cents = some_cents(random) * random.choice((1, -1))
        total -= cents
        body.append(["PLB", "1999999976", "20261231", f"{reason}:REF{place}", format_cents(cents)])
    head = [list(one) for one in HEAD_SEGMENTS]
    head[0][2] = format_cents(total)
    return head + body


def claim(random: Random, number: int) -> tuple[int, Segments]:
    """What the claim pays, and its segments."""
    lines: Segments = []
    charges = adjusted = share = 0
    for line in range(1, random.randint(2, 4)):
        cas = adjustments(random, line)
        line_paid = some_cents(random)
        line_adjusted = sum(cents for *_, cents in cas)
        lines.append(
            ["SVC", f"HC:9921{line}", format_cents(line_paid + line_adjusted),
             format_cents(line_paid), "", "1"]
        )  # fmt: skip
        lines += [["CAS", group, reason, format_cents(cents)] for group, reason, cents in cas]
        charges += line_paid + line_adjusted
        adjusted += line_adjusted
        share += sum(cents for group, _, cents in cas if group == "PR")
    own = [("CO", "A2", some_cents(random))] if random.random() < 0.5 else []
    paid = charges - adjusted - sum(cents for *_, cents in own)
    head = ["CLP", f"TEST-{number}", "1", format_cents(charges), format_cents(paid),
            format_cents(share), "12", f"PAYER000{number}", "11", "1"]  # fmt: skip
    own_segments = [["CAS", group, reason, format_cents(cents)] for group, reason, cents in own]
    return paid, [head, *own_segments, *lines]


def adjustments(random: Random, line: int) -> list[tuple[str, str, int]]:
    codes = [("CO", "45"), ("PR", "1"), ("PR", "2"), ("OA", "23"), ("CO", "253")]
    return [
        (group, reason, some_cents(random) + line)
        for group, reason in random.sample(codes, random.randint(1, 3))
    ]


def some_cents(random: Random) -> int:
    return random.randint(1_001, 89_999)


def negated(segments: Segments) -> Segments:
    """The same claim as a reversal: every amount negated, no patient responsibility."""
    for segment in segments:
        if segment[0] == "CLP":
            segment[2], segment[5] = "22", ""
        for place in {"CLP": (3, 4), "SVC": (2, 3), "CAS": (3,)}[segment[0]]:
            segment[place] = format_cents(-cents_at(segment, place))
    return segments


def text_of(segments: Segments) -> str:
    return file_of(set_of("".join("*".join(one) + "~" for one in segments)))


def cents_at(segment: list[str], place: int) -> int:
    cents = parse_cents(segment[place])
    assert cents is not None
    return cents


# --- single mistakes, each with the edit that would undo it ---


def places_of(segments: Segments, *names: str) -> list[int]:
    return [place for place, segment in enumerate(segments) if segment[0] in names]


def ordinal(place: int) -> int:
    """ST is segment 1."""
    return place + 2


def loop_end(segments: Segments, start: int, *ends: str) -> int:
    for place in range(start + 1, len(segments)):
        if segments[place][0] in ends:
            return place
    return len(segments)


def parent(segments: Segments, place: int) -> int:
    return max(one for one in places_of(segments, "CLP", "SVC") if one < place)


def changed(segments: Segments, place: int, element: int, cents: int) -> Undone:
    before = cents_at(segments[place], element)
    segments[place][element] = format_cents(cents)
    return ordinal(place), f"{segments[place][0]}{element:02d}", cents, before


def turn_adjustment(random: Random, segments: Segments) -> Undone:
    place = random.choice(places_of(segments, "CAS"))
    return changed(segments, place, 3, -cents_at(segments[place], 3))


def repeat_adjustment(random: Random, segments: Segments) -> Undone:
    place = random.choice(places_of(segments, "CAS"))
    segments.insert(place + 1, list(segments[place]))
    return ordinal(place + 1), "CAS03", cents_at(segments[place], 3), None


def drop_adjustment(random: Random, segments: Segments) -> Undone:
    place = random.choice(places_of(segments, "CAS"))
    loop = parent(segments, place)
    return ordinal(loop), "CAS", None, cents_at(segments.pop(place), 3)


def repeat_on_claim(random: Random, segments: Segments) -> Undone:
    """The lines' adjustments once more on a claim that had none of its own."""
    claims = [one for one in places_of(segments, "CLP") if segments[one + 1][0] == "SVC"]
    if not claims:
        return turn_adjustment(random, segments)
    start = random.choice(claims)
    inner = segments[start : loop_end(segments, start, "CLP", "PLB")]
    copied = [list(one) for one in inner if one[0] == "CAS"]
    segments[start + 1 : start + 1] = copied
    total = sum(cents_at(one, 3) for one in copied)
    element = "CAS03" if len(copied) == 1 else "CAS"
    return ordinal(start + 1), element, total, None


def turn_provider_adjustment(random: Random, segments: Segments) -> Undone:
    place = random.choice(places_of(segments, "PLB"))
    return changed(segments, place, 4, -cents_at(segments[place], 4))


def turn_all_provider_adjustments(random: Random, segments: Segments) -> Undone:
    places = places_of(segments, "PLB")
    total = sum(cents_at(segments[place], 4) for place in places)
    for place in places:
        changed(segments, place, 4, -cents_at(segments[place], 4))
    return ordinal(places[0]), "PLB", -total, total


def repeat_provider_adjustment(random: Random, segments: Segments) -> Undone:
    place = random.choice(places_of(segments, "PLB"))
    segments.insert(place + 1, list(segments[place]))
    return ordinal(place + 1), "PLB04", cents_at(segments[place], 4), None


def drop_provider_adjustment(random: Random, segments: Segments) -> Undone:
    place = random.choice(places_of(segments, "PLB"))
    return 2, "PLB", None, cents_at(segments.pop(place), 4)


def repeat_claim_payment(random: Random, segments: Segments) -> Undone:
    start = random.choice(places_of(segments, "CLP"))
    end = loop_end(segments, start, "CLP", "PLB")
    segments[end:end] = [list(one) for one in segments[start:end]]
    return ordinal(end), "CLP", cents_at(segments[start], 4), None


def drop_claim_payment(random: Random, segments: Segments) -> Undone:
    start = random.choice(places_of(segments, "CLP"))
    paid = cents_at(segments[start], 4)
    del segments[start : loop_end(segments, start, "CLP", "PLB")]
    return 2, "CLP", None, paid


def repeat_line(random: Random, segments: Segments) -> Undone:
    start = random.choice(places_of(segments, "SVC"))
    end = loop_end(segments, start, "SVC", "CLP", "PLB")
    segments[end:end] = [list(one) for one in segments[start:end]]
    return ordinal(end), "SVC", cents_at(segments[start], 3), None


AMOUNTS = {"CLP": 4, "SVC": 3, "CAS": 3, "PLB": 4, "BPR": 2}


def exchange_digits(random: Random, segments: Segments) -> Undone:
    place = random.choice(places_of(segments, *AMOUNTS))
    element = AMOUNTS[segments[place][0]]
    cents = cents_at(segments[place], element)
    digits = list(str(abs(cents)))
    pairs = [at for at in range(len(digits) - 1) if digits[at] != digits[at + 1]]
    at = random.choice(pairs) if pairs else 0
    if pairs and (digits[at + 1] != "0" or at):
        digits[at], digits[at + 1] = digits[at + 1], digits[at]
    else:
        digits.append("0")
    return changed(segments, place, element, int("".join(digits)) * (1 if cents > 0 else -1))


def move_point(random: Random, segments: Segments) -> Undone:
    place = random.choice(places_of(segments, *AMOUNTS))
    element = AMOUNTS[segments[place][0]]
    return changed(segments, place, element, cents_at(segments[place], element) * 10)


def pay_patients_share(random: Random, segments: Segments) -> Undone:
    """The payment is stated with what the patient owes, or less it once more."""
    place = random.choice([one for one in places_of(segments, "CLP") if segments[one][2] != "22"])
    share = cents_at(segments[place], 5)
    paid = cents_at(segments[place], 4)
    return changed(segments, place, 4, paid + share * random.choice((1, -1)))


def keep_signs_in_reversal(random: Random, segments: Segments) -> Undone:
    """A reversal that negates its payment but not its adjustments."""
    start = next(one for one in places_of(segments, "CLP") if segments[one][2] == "22")
    places = [one for one in places_of(segments, "CAS") if one > start]
    total = sum(cents_at(segments[one], 3) for one in places)
    for place in places:
        changed(segments, place, 3, -cents_at(segments[place], 3))
    element = "CAS03" if len(places) == 1 else "CAS"
    return ordinal(places[0]), element, -total, total


MISTAKES: list[Callable[[Random, Segments], Undone]] = [
    turn_adjustment,
    repeat_adjustment,
    drop_adjustment,
    repeat_on_claim,
    turn_provider_adjustment,
    turn_all_provider_adjustments,
    repeat_provider_adjustment,
    drop_provider_adjustment,
    repeat_claim_payment,
    drop_claim_payment,
    repeat_line,
    exchange_digits,
    move_point,
    pay_patients_share,
    keep_signs_in_reversal,
]


def failures(text: str) -> list[Finding]:
    return [one for one in read(text).findings if one.code in BALANCE_ERRORS]


def undone_by(edit: BalancingEdit) -> Undone:
    return edit.segment_ordinal, edit.element, edit.before_cents, edit.after_cents


@pytest.mark.parametrize("mistake", MISTAKES)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_the_edit_that_would_undo_a_single_mistake_is_among_the_answers(
    mistake: Callable[[Random, Segments], Undone], seed: int
) -> None:
    random = Random(seed)
    segments = balanced_set(random)
    expected = mistake(random, segments)
    if expected[2] == expected[3]:
        return
    found = failures(text_of(segments))
    assert found
    for finding in found:
        assert expected in [undone_by(edit) for edit in finding.edits], str(finding)


@given(seed=st.integers(min_value=0, max_value=2**32))
def test_a_balanced_remittance_has_nothing_to_answer(seed: int) -> None:
    findings = read(text_of(balanced_set(Random(seed)))).findings
    assert [one for one in findings if one.code.startswith("BAL-") or one.edits] == []


@pytest.mark.parametrize("mistake", MISTAKES)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_answers_are_few_and_the_same_every_time(
    mistake: Callable[[Random, Segments], Undone], seed: int
) -> None:
    random = Random(seed)
    segments = balanced_set(random)
    mistake(random, segments)
    first, second = failures(text_of(segments)), failures(text_of(segments))
    assert first == second
    assert all(len(finding.edits) <= ANSWERS_MAX for finding in first)


# --- the names of hypotheses, and what a person reads ---

TWO_LINES = CLAIM.replace("*100*80*", "*200*160*") + LINE + LINE.replace("6R*1", "6R*2")
REVERSAL = "CLP*TEST-1*22*-100*-80**12*PAYER0001*11*1~SVC*HC:99213*-100*-80**1~CAS*CO*45*-20~"
OTHER_PAID = "CLP*TEST-1*2*100*40~CAS*OA*23*60~SVC*HC:99213*100*40**1~CAS*OA*23*60~"
SHARED = CLAIM.replace("*80**", "*80*20*") + LINE.replace("CO*45", "PR*1")


@pytest.mark.parametrize(
    ("what_is_wrong", "text", "finding_code", "likeliest_answer", "words"),
    [
        ("the sign of a provider adjustment (G2)",
         remittance(CLAIM + LINE, paid="81.27", after="PLB*1*20261231*CV:CP*1.27~"),
         "BAL-0104", Guess.SIGN_INVERTED,
         "the sign of the provider adjustment CV is turned: -1.27 for 1.27"),
        ("the signs of all provider adjustments",
         remittance(CLAIM + LINE, paid="95", after="PLB*1*20261231*CV:CP*5*WO:X*10~"),
         "BAL-0104", Guess.PROVIDER_ADJUSTMENTS_INVERTED,
         "the signs of all provider adjustments are turned: -15.00 for 15.00"),
        ("a provider adjustment stands twice",
         remittance(CLAIM + LINE, paid="70", after="PLB*1*20261231*WO:X*10*WO:X*10~"),
         "BAL-0103", Guess.PROVIDER_ADJUSTMENT_REPEATED,
         "the provider adjustment WO of 10.00 counts once"),
        ("interest that only the claims name",
         remittance(CLAIM + "AMT*I*3~" + LINE, paid="83"),
         "BAL-0103", Guess.INTEREST_MISSING,
         "the interest that the claims name is given to the provider as well: PLB L6 of -3.00"),
        ("a claim payment stands twice",
         remittance((CLAIM + LINE) * 2, paid="80"),
         "BAL-0103", Guess.CLAIM_PAYMENT_REPEATED,
         "claim payment 2 of 80.00, which repeats an earlier one, counts once"),
        ("a reversal that takes nothing back",
         remittance(CLAIM + LINE + (CLAIM + LINE).replace("TEST-1*1", "TEST-1*22"), paid="0"),
         "BAL-0103", Guess.REVERSAL_NOT_NEGATED,
         "claim payment 2, a reversal, takes its 80.00 back"),
        ("a reversal without its adjustments (G10)",
         remittance(REVERSAL.replace("CAS*CO*45*-20~", ""), paid="-80"),
         "BAL-0109", Guess.REVERSAL_ADJUSTMENTS_MISSING,
         "the reversal takes back adjustments of line 1 of -20.00 (it is incomplete)"),
        ("a reversal whose adjustments keep their sign",
         remittance(REVERSAL.replace("*-20", "*20"), paid="-80"),
         "BAL-0102", Guess.REVERSAL_NOT_NEGATED,
         "all adjustments of the reversal are negated: -20.00 for 20.00"),
        ("the prior payer on both levels", remittance(OTHER_PAID, paid="40"),
         "BAL-0108", Guess.PRIOR_PAYER_REPEATED,
         "the prior payer's OA-23 stands on the lines only, not on the claim as well: 60.00"),
        ("the claim repeats its lines", remittance(CLAIM + "CAS*CO*45*20~" + LINE),
         "BAL-0108", Guess.ADJUSTMENTS_REPEATED,
         "the claim's own adjustments, which repeat those of its lines, count once: 20.00"),
        ("a line stands twice", remittance(CLAIM + LINE + LINE),
         "BAL-0102", Guess.LINE_REPEATED,
         "line 2, which repeats an earlier line, counts once"),
        ("an adjustment stands twice",
         remittance(CLAIM + LINE.replace("CO*45*20", "CO*45*20**45*20")),
         "BAL-0101", Guess.ADJUSTMENT_REPEATED,
         "the adjustment CO-45 of line 1 of 20.00 counts once"),
        ("the patient's share is no adjustment",
         remittance(SHARED.replace("CAS*PR*1*20~", "")),
         "BAL-0101", Guess.PATIENT_SHARE_MISSING,
         "the patient's share of CLP05, 20.00, is an adjustment of line 1"),
        ("the patient's share is in the payment",
         remittance(SHARED.replace("*100*80*20*", "*100*100*20*"), paid="100"),
         "BAL-0102", Guess.PATIENT_SHARE_PAID,
         "the payment of the claim leaves out what the patient owes (20.00): 80.00 for 100.00"),
        ("the patient's share is taken off twice",
         remittance(SHARED.replace("*100*80*20*", "*100*60*20*"), paid="60"),
         "BAL-0102", Guess.PATIENT_SHARE_TAKEN_TWICE,
         "the payment of the claim is not lowered twice by what the patient owes: 80.00 for 60.00"),
        ("the sign of an adjustment", remittance(CLAIM + LINE.replace("45*20", "45*-20")),
         "BAL-0101", Guess.SIGN_INVERTED,
         "the sign of the adjustment CO-45 of line 1 is turned: 20.00 for -20.00"),
        ("an amount for information is taken off",
         remittance(CLAIM.replace("*80**", "*75**") + "AMT*F5*5~" + LINE, paid="75"),
         "BAL-0102", Guess.AMOUNT_COUNTED,
         "AMT*F5 takes no part in the payment of the claim: 80.00 for 75.00"),
        ("the payment is not net of an adjustment",
         remittance(CLAIM.replace("*80**", "*100**") + LINE, paid="100"),
         "BAL-0102", Guess.PAID_NOT_NET,
         "the payment of the claim is lowered by the adjustment CO-45 too: 80.00 for 100.00"),
        ("the decimal point of an adjustment", remittance(CLAIM + LINE.replace("45*20", "45*2")),
         "BAL-0101", Guess.DECIMAL_POINT_SLIPPED,
         "the decimal point of the adjustment CO-45 of line 1 is moved: 20.00 for 2.00"),
        ("two digits of the payment are exchanged",
         remittance((CLAIM + LINE).replace("*100*80*", "*135*115*"), paid="151"),
         "BAL-0103", Guess.DIGITS_TRANSPOSED,
         "two digits of the amount of the payment are exchanged: 115.00 for 151.00"),
        ("an adjustment that does not belong there",
         remittance(TWO_LINES.replace("CAS*CO*45*20~REF*6R*2", "CAS*CO*45*20**97*7~REF*6R*2"),
                    paid="160"),
         "BAL-0101", Guess.ADJUSTMENT_EXTRA,
         "the adjustment CO-97 of line 2 of 7.00 is left out"),
        ("nothing that is known", remittance(CLAIM + LINE.replace("*100*80*", "*100*79.5*")),
         "BAL-0101", Guess.AMOUNT_MISSTATED, "the payment of line 1 is 80.00, not 79.50"),
        ("the payment of a claim, which the total confirms",
         remittance(CLAIM.replace("*80**", "*61**") + LINE),
         "BAL-0103", Guess.AMOUNT_MISSTATED,
         "the payment of claim payment 1 is 80.00, not 61.00"),
        ("the payment is a cent short", remittance(CLAIM + LINE, paid="79.99"),
         "BAL-0103", Guess.CLAIM_PAYMENT_MISSING, "a claim payment of -0.01 is missing"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_by_its_likeliest_name(
    what_is_wrong: str, text: str, finding_code: str, likeliest_answer: Guess, words: str
) -> None:
    found = {one.code: one for one in reversed(read(text).findings)}
    (first, *_) = found[finding_code].edits
    assert (first.hypothesis, first.words) == (likeliest_answer, words), what_is_wrong


def test_an_edit_that_would_break_another_equation_is_no_answer() -> None:
    """The line's payment is 20.00 too much; its claim and the payment add up as they are."""
    text = remittance(CLAIM + LINE.replace("*100*80*", "*100*100*"))
    (finding,) = failures(text)
    assert [edit.element for edit in finding.edits] == ["SVC03"]


def test_the_finding_says_what_would_balance_it() -> None:
    text = remittance(CLAIM + LINE, paid="81.27", after="PLB*1*20261231*CV:CP*1.27~")
    (finding,) = failures(text)
    assert finding.message.endswith(
        "difference -2.54. It balances if the sign of the provider adjustment CV is turned: "
        "-1.27 for 1.27."
    )
    (finding,) = failures(remittance(CLAIM + LINE, paid="79.99"))
    assert finding.message.endswith("difference 0.01."), "a missing cent explains nothing"


def test_a_name_in_place_of_a_code_is_not_repeated() -> None:
    text = remittance(CLAIM + LINE.replace("CO*45*20", "CO*TESTPATIENT*-20"))
    told = " ".join(edit.words for finding in failures(text) for edit in finding.edits)
    assert "AAAAA" in told
    assert "TESTPATIENT" not in told


def test_of_a_very_large_remittance_only_the_first_claim_payments_are_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(balancing, "PARTS_COMPARED_MAX", 2)
    claims = [(CLAIM + LINE).replace("TEST-1", f"TEST-{number}") for number in (1, 2, 3)]
    (finding,) = failures(remittance("".join([*claims, claims[0]]), paid="240"))
    names = [edit.hypothesis for edit in finding.edits]
    assert Guess.CLAIM_PAYMENT_REPEATED not in names
    assert Guess.PROVIDER_ADJUSTMENT_MISSING in names


# --- billed claims ---


def other_payer(paid: str, *adjustments: str) -> tuple[str, ...]:
    return ("SBR*S*18*******CI", *(f"CAS*{text}" for text in adjustments), f"AMT*D*{paid}",
            "NM1*PR*2*TEST OTHER PAYER*****PI*OTHER1")  # fmt: skip


BILLED_LINE = ("LX*1", "SV1*HC:99213*100*UN*1***1", "DTP*472*D8*20240105")
DECIDED = ("SVD*OTHER1*60*HC:99213**1", "CAS*CO*45*30", "CAS*PR*1*10", "DTP*573*D8*20240201")


@pytest.mark.parametrize(
    ("what_is_wrong", "segments", "finding_code", "likeliest_answer", "element"),
    [
        ("two digits of the charge", ("CLM*PCN-1*510***11:B:1", *BILLED_LINE,
         "LX*2", "SV1*HC:99214*50*UN*1***1", "DTP*472*D8*20240105"),
         "BAL-0201", Guess.DIGITS_TRANSPOSED, "CLM02"),
        ("the decimal point of the charge", ("CLM*PCN-1*1500***11:B:1", *BILLED_LINE,
         "LX*2", "SV1*HC:99214*50*UN*1***1", "DTP*472*D8*20240105"),
         "BAL-0201", Guess.DECIMAL_POINT_SLIPPED, "CLM02"),
        ("a line stands twice", ("CLM*PCN-1*100***11:B:1", *BILLED_LINE, *BILLED_LINE),
         "BAL-0201", Guess.LINE_REPEATED, "SV102"),
        ("sign of an adjustment", ("CLM*PCN-1*100***11:B:1", *other_payer("60"), *BILLED_LINE,
         *(text.replace("45*30", "45*-30") for text in DECIDED)),
         "BAL-0202", Guess.SIGN_INVERTED, "CAS03"),
        ("the other payer's decisions twice", ("CLM*PCN-1*100***11:B:1",
         *other_payer("60", "CO*45*30**96*10"), *BILLED_LINE, *DECIDED),
         "BAL-0206", Guess.ADJUSTMENTS_REPEATED, "CAS"),
        ("an adjustment on the claim", ("CLM*PCN-1*100***11:B:1",
         *other_payer("60", "CO*45*30**45*30", "PR*1*10"), *BILLED_LINE),
         "BAL-0204", Guess.ADJUSTMENT_REPEATED, "CAS06"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_billed_claim_is_named(
    what_is_wrong: str,
    segments: tuple[str, ...],
    finding_code: str,
    likeliest_answer: Guess,
    element: str,
) -> None:
    findings = read_set((*LEVELS, *segments)).findings
    (first, *_) = next(one.edits for one in findings if one.code == finding_code)
    assert (first.hypothesis, first.element) == (likeliest_answer, element), what_is_wrong


def test_a_billed_claim_that_adds_up_has_nothing_to_answer() -> None:
    findings = read_set((*LEVELS, "CLM*PCN-1*100***11:B:1", *other_payer("60"), *BILLED_LINE,
                         *DECIDED)).findings  # fmt: skip
    assert not [one for one in findings if one.edits]
