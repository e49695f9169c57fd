"""A whole practice from a seed: its claims, the payers' answers, its contracts, and the truth."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

import msgspec

from edi_engine.synthetic.bank import BankLayout, lay_out_deposits
from edi_engine.synthetic.bill_maker import BillMaker, OwnProviders, make_own_providers
from edi_engine.synthetic.desk import Book, Desk, Outcome
from edi_engine.synthetic.fees import FeeTable, fee_rows
from edi_engine.synthetic.interchange import ControlNumbers
from edi_engine.synthetic.layout import (
    ClaimLayout,
    RemittanceLayout,
    lay_out_claims,
    lay_out_payments,
)
from edi_engine.synthetic.payers import PAYERS, PayerProfile
from edi_engine.synthetic.people import Provider
from edi_engine.synthetic.practice_acknowledgments import acknowledge_practice, fates_of
from edi_engine.synthetic.rates import MessRates
from edi_engine.synthetic.settling import (
    add_capitation_payments,
    carry_balances,
    invert_signs,
    place_takebacks,
)
from edi_engine.synthetic.stories import quota, story_plan
from edi_engine.synthetic.stories_strangers import OTHER_PRACTICE_NPI
from edi_engine.synthetic.truth import (
    ClaimKey,
    FateTruth,
    LineTruth,
    MessTruth,
    PairTruth,
    PaymentKey,
    PracticeTruth,
    ProviderAdjustmentTruth,
    ReversalTruth,
)

__all__ = ["Practice", "make_practice"]

_CLAIMS_A_MONTH = 400
_DEFAULT_RATES = MessRates()


class Practice(msgspec.Struct, frozen=True):
    """What a seed makes. `billing_npis` and `tin` are the practice's own identifiers."""

    seed: int
    claim_files: tuple[tuple[str, bytes], ...]
    remittance_files: tuple[tuple[str, bytes], ...]
    bank_files: tuple[tuple[str, bytes], ...]
    schedule: str
    truth: PracticeTruth
    billing_npis: tuple[str, ...]
    tin: str
    acknowledgment_files: tuple[tuple[str, bytes], ...] = ()

    def files(self) -> tuple[tuple[str, bytes], ...]:
        """Every X12 file as (name, bytes), 837s before 835s, each in order of its date, then the
        acknowledgments. The bank's statements are not among them."""
        return (*self.claim_files, *self.remittance_files, *self.acknowledgment_files)

    def fee_schedule_csv(self) -> str:
        """The contracts as `edi-engine contracts load` reads them."""
        return self.schedule


def make_practice(
    seed: int,
    *,
    start_on: date,
    months: int = 1,
    claims_count: int | None = None,
    messes: MessRates = _DEFAULT_RATES,
    payers: tuple[PayerProfile, ...] = PAYERS,
    is_acknowledged: bool = False,
) -> Practice:
    """A practice that sends about `claims_count` claims over some months from `start_on`.

    Pure: the same arguments give the same bytes. Claims that a story needs besides its own
    (replacements, secondary claims) come on top of `claims_count`, which is 400 a month by
    default. With `is_acknowledged` TA1, 999, 997 and 277CA files come too, by which a part of the
    unanswered claims was refused. Raises ValueError for fewer than one month or claim.
    """
    count = _CLAIMS_A_MONTH * months if claims_count is None else claims_count
    if months < 1 or count < 1:
        raise ValueError("a practice needs at least one month and one claim")
    random = Random(seed)  # noqa: S311  a seeded source is the point
    own = make_own_providers(random)
    fees = FeeTable(
        fee_rows(
            payers,
            first_on=date(start_on.year - 2, 1, 1),
            changed_on=start_on + timedelta(days=14),
        )
    )
    workdays = _workdays(start_on, months)
    maker = BillMaker(random, own=own, payers=payers, workdays=workdays)
    desk = Desk(random, maker=maker, fees=fees)
    for story in story_plan(messes, count, random):
        story(desk)
    _settle_book(desk, payers, own=own, months=_month_starts(start_on, months))
    invert_signs(desk.book, quota(messes.unbalanced_sign, count, random), random)

    numbers = ControlNumbers()
    fates = fates_of(desk.book.unanswered) if is_acknowledged else {}
    refused = frozenset(serial for serial, fate in fates.items() if fate == "refused_by_file")
    claims = lay_out_claims(maker.bills, numbers, refused=refused)
    payments = lay_out_payments(
        desk.book,
        _payees(own),
        numbers,
        random=random,
        same_bytes_count=quota(messes.duplicate_file, count, random),
        same_payment_count=quota(messes.duplicate_payment_file, count, random),
    )
    bank = lay_out_deposits(
        payments.remittances,
        payers,
        Random(f"{seed} bank"),  # noqa: S311  of its own, so that it changes no other file
        own_npis=_npis(own),
    )
    acknowledgments: tuple[tuple[str, bytes], ...] = ()
    if is_acknowledged:
        acknowledgments = acknowledge_practice(
            desk.book, maker.bills, sent=claims.sent, fates=fates, numbers=numbers
        )
    return Practice(
        seed=seed,
        claim_files=claims.files,
        remittance_files=payments.files,
        bank_files=bank.files,
        schedule=fees.csv_text(),
        truth=msgspec.structs.replace(
            _truth(desk.book, claims, payments, bank), fates=_fate_truths(fates, claims)
        ),
        billing_npis=_npis(own),
        tin=own.professional.tin,
        acknowledgment_files=acknowledgments,
    )


def _fate_truths(fates: Mapping[int, str], claims: ClaimLayout) -> tuple[FateTruth, ...]:
    return tuple(sorted(FateTruth(claims.keys[serial], fate) for serial, fate in fates.items()))


def _npis(own: OwnProviders) -> tuple[str, ...]:
    return (own.professional.npi, own.facility.npi, own.dental.npi)


def _settle_book(
    desk: Desk, payers: tuple[PayerProfile, ...], *, own: OwnProviders, months: tuple[date, ...]
) -> None:
    place_takebacks(desk.book)
    if any(desk.book.answer_notes.get("capitated", ())):
        add_capitation_payments(desk.book, payers, payee_npi=own.professional.npi, months=months)
    carry_balances(desk.book)


def _payees(own: OwnProviders) -> dict[str, Provider]:
    stranger = Provider("OTHER SAMPLE PRACTICE", "", OTHER_PRACTICE_NPI, "980000001", "", "")
    ours = (own.professional, own.facility, own.dental)
    return {provider.npi: provider for provider in (*ours, stranger)}


def _month_starts(start_on: date, months: int) -> tuple[date, ...]:
    starts = [start_on]
    while len(starts) < months:
        last = starts[-1]
        starts.append((last.replace(day=1) + timedelta(days=32)).replace(day=1))
    return tuple(starts)


def _workdays(start_on: date, months: int) -> tuple[date, ...]:
    """Mondays to Fridays from the start to the end of the last month."""
    last_start = _month_starts(start_on, months)[-1]
    end_on = (last_start.replace(day=1) + timedelta(days=32)).replace(day=1)
    days = (start_on + timedelta(days=offset) for offset in range((end_on - start_on).days))
    return tuple(day for day in days if day.weekday() < 5)


def _truth(
    book: Book, claims: ClaimLayout, payments: RemittanceLayout, bank: BankLayout
) -> PracticeTruth:
    pairs = _pairs(book, claims, payments)
    uncertain = {serial for serials in book.ambiguous.values() for serial in serials}
    return PracticeTruth(
        pairs=tuple(sorted(pairs, key=lambda pair: pair.payment)),
        lines=_lines(book, claims),
        reversals=tuple(
            ReversalTruth(
                payments.keys[each.reversal],
                payments.keys.get(each.original),
                payments.keys.get(each.correction),
            )
            for each in book.reversals
        ),
        provider_adjustments=tuple(
            ProviderAdjustmentTruth(
                placed.file_name,
                placed.set_control_number,
                placed.ordinal,
                placed.entry.reason,
                placed.entry.reference,
                placed.entry.cents,
                placed.entry.meaning,
                claims.keys[placed.entry.bill.serial] if placed.entry.bill else None,
                placed.entry.traceable,
            )
            for placed in payments.entries
        ),
        remittances=payments.remittances,
        deposits=bank.deposits,
        duplicate_files=payments.duplicates,
        ambiguous_claims=tuple(sorted(claims.keys[serial] for serial in uncertain)),
        unanswered_claims=tuple(sorted(claims.keys[serial] for serial in book.unanswered)),
        messes=_messes(book, claims, payments),
    )


def _pairs(book: Book, claims: ClaimLayout, payments: RemittanceLayout) -> list[PairTruth]:
    """A pair for every claim payment, those of payments delivered again included."""
    pairs = []
    again: dict[str, list[str]] = {}
    for duplicate in payments.duplicates:
        if duplicate.kind == "same_payment":
            again.setdefault(duplicate.original_file_name, []).append(duplicate.file_name)
    for batch in book.batches.values():
        for answer in batch.answers:
            key = payments.keys[answer.serial]
            pair = PairTruth(
                payment=key,
                claim=claims.keys[answer.bill.serial] if answer.bill else None,
                payer_sequence=answer.sequence,
                role=answer.role,
                reason=book.foreign_reasons.get(answer.serial, ""),
                candidates=tuple(
                    claims.keys[serial] for serial in book.ambiguous.get(answer.serial, ())
                ),
                messes=answer.messes,
            )
            pairs.append(pair)
            for file_name in again.get(key.file_name, ()):
                copy = PaymentKey(file_name, key.set_control_number, key.claim_ordinal)
                pairs.append(msgspec.structs.replace(pair, payment=copy, duplicate_of=key))
    return pairs


def _lines(book: Book, claims: ClaimLayout) -> tuple[LineTruth, ...]:
    """Every line that a payer answered, or that waits for its answer."""
    lines = [_line(outcome, claims.keys[serial]) for (serial, _, _), outcome in
             sorted(book.outcomes.items())]  # fmt: skip
    return tuple(
        sorted(lines, key=lambda line: (line.claim, line.payer_sequence, line.line_number))
    )


def _line(outcome: Outcome, claim: ClaimKey) -> LineTruth:
    decision = outcome.decision
    expected = outcome.expected_cents
    if decision.is_capitated:
        expected = 0
    return LineTruth(
        claim=claim,
        line_number=outcome.line_number,
        payer_sequence=outcome.sequence,
        state=decision.state,
        charge_cents=decision.line.charge_cents,
        paid_cents=decision.paid_cents,
        allowed_cents=decision.allowed_cents,
        contractual_cents=decision.contractual_cents,
        patient_responsibility_cents=decision.patient_cents,
        denied_cents=decision.denied_cents,
        other_cents=decision.other_cents,
        expected_cents=expected,
        variance_cents=None if expected is None else expected - decision.allowed_cents,
        denial_category=decision.denial_category,
        uncertain=outcome.uncertain,
    )


def _messes(book: Book, claims: ClaimLayout, payments: RemittanceLayout) -> tuple[MessTruth, ...]:
    """What happened where, by name."""
    places: dict[str, list[str]] = {}
    for name, serials in book.bill_notes.items():
        places.setdefault(name, []).extend(_place(claims.keys[serial]) for serial in serials)
    for name, serials in book.answer_notes.items():
        places.setdefault(name, []).extend(_place(payments.keys[serial]) for serial in serials)
    for remittance in payments.remittances:
        if remittance.unbalanced == "transaction":
            place = f"{remittance.file_name} {remittance.set_control_number} 0"
            places.setdefault("unbalanced_sign", []).append(place)
    names = {"same_bytes": "duplicate_file", "same_payment": "duplicate_payment_file"}
    for duplicate in payments.duplicates:
        places.setdefault(names[duplicate.kind], []).append(f"{duplicate.file_name} * 0")
    return tuple(MessTruth(name, tuple(sorted(found))) for name, found in sorted(places.items()))


def _place(key: ClaimKey | PaymentKey) -> str:
    return f"{key.file_name} {key.set_control_number} {key.claim_ordinal}"
