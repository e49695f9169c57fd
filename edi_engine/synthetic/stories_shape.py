"""Stories about the shape of an answer: lines and claims split, bundled, dropped or added.

What the payer pays is right in all of them; only the form differs from the bill.
"""

from datetime import timedelta

import msgspec

from edi_engine.synthetic.adjudication import Decision, Share, bundle_away, take_in
from edi_engine.synthetic.answers import AnswerLine, ClaimAnswer, write_down_line
from edi_engine.synthetic.bills import Bill, BillLine
from edi_engine.synthetic.desk import Desk
from edi_engine.synthetic.payers import PayerProfile
from edi_engine.synthetic.procedures import PROCEDURES

__all__ = [
    "bundled_code",
    "bundled_line",
    "claim_level_only",
    "extra_line",
    "missing_line",
    "split_claim",
    "split_claim_two_files",
    "split_line",
    "unbalanced_line",
    "unbundled",
]

_PANEL_CODE = "80050"
_PANEL_MEMBERS = ("80053", "85025")
_UNBUNDLED_INTO = ("93005", "93010")
_UNBUNDLED_FROM = "93000"


def _exact(payer: PayerProfile) -> bool:
    """A payer whose answers can be found without the charge."""
    return not payer.mangles_control_numbers and payer.line_numbers == "echo"


def _keeps_positions(payer: PayerProfile) -> bool:
    """A payer whose line numbers do not shift when it adds or drops a line."""
    return payer.line_numbers != "position"


def _bill_with_codes(
    desk: Desk, codes: tuple[str, ...], *, needs_contract: bool = True
) -> Bill | None:
    """A professional bill with an office visit, whose further lines are exactly these codes."""
    model = desk.new_bill(
        "P",
        shape="visit",
        test=lambda payer: (
            _keeps_positions(payer) and (payer.fee_percent > 0 or not needs_contract)
        ),
    )
    if model is None:
        return None
    added = []
    for number, code in enumerate(codes, 2):
        procedure = next(each for each in PROCEDURES if each.code == code)
        line = msgspec.structs.replace(
            model.lines[0],
            number=number,
            code=code,
            modifiers=(),
            charge_cents=procedure.charge_cents,
        )
        added.append(line)
    return desk.maker.extend(model, tuple(added))


def bundled_code(desk: Desk) -> None:
    """Two laboratory lines paid as one panel: one carries the money, the other nothing."""
    bill = _bill_with_codes(desk, _PANEL_MEMBERS)
    if bill is None:
        return
    decisions = list(desk.decide(bill, Share()))
    paid_line, bundled = bill.lines[1], bill.lines[2]
    together = sum(desk.allowed_cents(bill, line) for line in (paid_line, bundled))
    whole = desk.pay(bill, paid_line, together)
    decisions[1] = msgspec.structs.replace(whole, state="paid", recoded_to=_PANEL_CODE)
    decisions[2] = msgspec.structs.replace(
        bundle_away(bundled), recoded_to=_PANEL_CODE, paid_units=0
    )
    answer = desk.write(bill, tuple(decisions))
    desk.post(answer, desk.usual_day(bill))
    desk.settle(bill, decisions, bundle=frozenset({2, 3}))
    desk.note("bundled_code", answer)


def bundled_line(desk: Desk) -> None:
    """One line counted as part of another, which takes in its charge and is paid by its rate."""
    bill = desk.new_bill("P", shape="clear", lines_min=2)
    if bill is None:
        return
    decisions = list(desk.decide(bill))
    decisions[-1] = bundle_away(bill.lines[-1])
    decisions[0] = take_in(decisions[0], bill.lines[-1])
    desk.note("bundled_line", desk.answer(bill, tuple(decisions)))


def unbundled(desk: Desk) -> None:
    """One line paid as two codes; the second has no charge and raises the payment."""
    bill = _bill_with_codes(desk, (_UNBUNDLED_FROM,))
    if bill is None:
        return
    decisions = desk.decide(bill, Share())
    whole = decisions[1]
    answer = desk.write(bill, decisions)
    lines = []
    for line in answer.lines:
        lines.extend(_unbundled(line, whole) if line.code == _UNBUNDLED_FROM else [line])
    answer = msgspec.structs.replace(answer, lines=tuple(lines))
    desk.post(answer, desk.usual_day(bill))
    desk.settle(bill, decisions)
    desk.note("unbundled", answer)


def _unbundled(line: AnswerLine, whole: Decision) -> list[AnswerLine]:
    """The two lines that a line becomes; together they are the decision."""
    first_paid = line.paid_cents * 6 // 10
    sequestered = whole.other_cents
    submitted = (line.qualifier, line.code, line.modifiers)
    first_allowed = first_paid + sequestered
    first = msgspec.structs.replace(
        line,
        code=_UNBUNDLED_INTO[0],
        submitted=submitted,
        paid_cents=first_paid,
        adjustments=_kept((
            ("CO", "45", line.charge_cents - first_allowed), ("CO", "253", sequestered),
        )),
        allowed_cents=None if line.allowed_cents is None else first_allowed,
    )  # fmt: skip
    second_paid = line.paid_cents - first_paid
    second = msgspec.structs.replace(
        line,
        code=_UNBUNDLED_INTO[1],
        submitted=submitted,
        charge_cents=0,
        paid_cents=second_paid,
        adjustments=(("CO", "45", -second_paid),),
        allowed_cents=None if line.allowed_cents is None else second_paid,
        remarks=(),
    )
    return [first, second]


def split_line(desk: Desk) -> None:
    """A line of several units answered in two parts."""
    bill = desk.new_bill("P", shape="units", test=_keeps_positions)
    if bill is None:
        return
    target = next(line for line in bill.lines if line.units > 2)
    decisions = desk.decide(bill, Share())
    answer = desk.write(bill, decisions)
    lines: list[AnswerLine] = []
    for shown, decision in zip(answer.lines, _in_shown_order(answer, decisions), strict=True):
        if decision.line is target:
            lines.extend(_parts(desk, bill, target))
        else:
            lines.append(shown)
    answer = msgspec.structs.replace(answer, lines=tuple(lines))
    parts_paid = sum(line.paid_cents for line in lines)
    if parts_paid != answer.paid_cents:  # rounding of sequestration by part
        decisions = _repaid(decisions, target, parts_paid - answer.paid_cents)
        answer = msgspec.structs.replace(answer, paid_cents=parts_paid)
    desk.post(answer, desk.usual_day(bill))
    desk.settle(bill, decisions)
    desk.note("split_line", answer)


def _parts(desk: Desk, bill: Bill, line: BillLine) -> list[AnswerLine]:
    """One unit, and the rest, each with its share of the charge."""
    per_unit = line.charge_cents // line.units
    parts = []
    for units, charge in ((1, per_unit), (line.units - 1, line.charge_cents - per_unit)):
        part = msgspec.structs.replace(line, units=units, charge_cents=charge)
        decision = desk.pay(bill, part, desk.allowed_cents(bill, part))
        parts.append(write_down_line(decision, 0, payer=bill.payer))
    return parts


def _repaid(
    decisions: tuple[Decision, ...], line: BillLine, more_cents: int
) -> tuple[Decision, ...]:
    """The decision on a line with some cents moved from sequestration to payment."""
    return tuple(
        msgspec.structs.replace(
            decision,
            paid_cents=decision.paid_cents + more_cents,
            other_cents=decision.other_cents - more_cents,
        )
        if decision.line is line
        else decision
        for decision in decisions
    )


def _in_shown_order(answer: ClaimAnswer, decisions: tuple[Decision, ...]) -> list[Decision]:
    """The decisions in the order in which the payer shows its lines."""
    if answer.payer.reorders_lines:
        return sorted(decisions, key=lambda decision: -decision.line.charge_cents)
    return list(decisions)


def split_claim(desk: Desk) -> None:
    """One claim answered as two claim payments in the same remittance."""
    _split_claim(desk, two_files=False)


def split_claim_two_files(desk: Desk) -> None:
    """One claim answered as two claim payments a week apart."""
    _split_claim(desk, two_files=True)


def _split_claim(desk: Desk, *, two_files: bool) -> None:
    bill = desk.new_bill(
        "P", shape="clear", lines_min=4, test=_exact if two_files else _keeps_positions
    )
    if bill is None:
        return
    decisions = desk.decide(bill)
    cut = desk.random.randint(1, len(decisions) - 1)
    paid_on = desk.usual_day(bill)
    for part in (decisions[:cut], decisions[cut:]):
        answer = msgspec.structs.replace(desk.write(bill, part), role="payment")
        desk.post(answer, paid_on)
        desk.note("split_claim_two_files" if two_files else "split_claim", answer)
        if two_files:
            paid_on = desk.payment_day(bill.payer, paid_on + timedelta(days=1))
    desk.settle(bill, decisions)


def missing_line(desk: Desk) -> None:
    """One line left without any answer."""
    bill = desk.new_bill("P", shape="clear", lines_min=3, test=_exact)
    if bill is None:
        return
    decisions = desk.decide(bill)
    answer = desk.write(bill, decisions[:-1])
    desk.post(answer, desk.usual_day(bill))
    silent = Decision(bill.lines[-1], "unanswered", 0, 0)
    desk.settle(bill, (*decisions[:-1], silent))
    desk.note("missing_line", answer)


def extra_line(desk: Desk) -> None:
    """The payer adds a line of its own, without charge, that pays a little."""
    bill = desk.new_bill("P", shape="clear", test=_exact)
    if bill is None:
        return
    decisions = desk.decide(bill)
    answer = desk.write(bill, decisions)
    cents = 1000
    added = msgspec.structs.replace(
        answer.lines[0],
        code="99080",
        modifiers=(),
        submitted=None,
        submitted_units=None,
        charge_cents=0,
        paid_cents=cents,
        paid_units=1,
        control_number="",
        adjustments=(("CO", "45", -cents),),
        allowed_cents=None,
        remarks=(),
    )
    answer = msgspec.structs.replace(
        answer, lines=(*answer.lines, added), paid_cents=answer.paid_cents + cents
    )
    desk.post(answer, desk.usual_day(bill))
    nowhere = msgspec.structs.replace(bill.lines[0], number=0, charge_cents=0, code="")
    bonus = Decision(nowhere, "paid", cents, cents, contractual_cents=-cents)
    desk.settle(bill, decisions)
    desk.settle(bill, (bonus,))
    desk.note("extra_line", answer)


def claim_level_only(desk: Desk) -> None:
    """An outpatient hospital claim adjusted by the claim, with no line answered."""
    bill = desk.new_bill("I", shape="unpriced")
    if bill is not None:
        desk.note("claim_level_only", desk.answer_claim_level(bill))


def unbalanced_line(desk: Desk) -> None:
    """An adjustment is missing: the line, and with it the claim, does not add up."""
    bill = desk.new_bill("P", shape="clear", test=_exact)
    if bill is None:
        return
    decisions = desk.decide(bill, Share())
    answer = desk.write(bill, decisions)
    first, *others = answer.lines
    broken = msgspec.structs.replace(
        first, adjustments=tuple(a for a in first.adjustments if a[1] != "45")
    )
    if broken.adjustments == first.adjustments:
        desk.post(answer, desk.usual_day(bill))
        desk.settle(bill, decisions)
        return
    answer = msgspec.structs.replace(answer, lines=(broken, *others))
    desk.post(answer, desk.usual_day(bill))
    desk.settle(bill, decisions, uncertain="unbalanced")
    desk.book.unbalanced[answer.serial] = "line"
    desk.note("unbalanced_line", answer)


def _kept(adjustments: tuple[tuple[str, str, int], ...]) -> tuple[tuple[str, str, int], ...]:
    return tuple(adjustment for adjustment in adjustments if adjustment[2])
