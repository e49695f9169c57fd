"""Appeal letters: the facts gathered from the store, set into a template, as text or PDF.

A letter is a draft: a person reads and signs it, and adds the exhibits that are marked so. Nothing
leaves the machine. What a contract expects is priced anew; what is only usual for a payer is no
contract and never stands in a letter.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path

import msgspec

from edi_engine.codes import carc_or_unknown
from edi_engine.contracts import format_exact
from edi_engine.errors import InputError
from edi_engine.exports.letters import TEMPLATE_CHARACTERS_MAX, as_text, set_letter
from edi_engine.jobs.appeals import appeal_target
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.filing_answers import filing_exhibit
from edi_engine.jobs.new_files import refuse_existing, write_new
from edi_engine.jobs.pricing import ClaimPrice, price_claim_read
from edi_engine.jobs.stored_claims import WholeClaim, payments_from, whole_claim
from edi_engine.jobs.work_changes import write_changes
from edi_engine.jobs.work_entries import existing_item
from edi_engine.money import format_dollars
from edi_engine.quantities import format_quantity
from edi_engine.records.appeals import Appeal, AppealOutcome, AppealPolicy
from edi_engine.records.common import Party
from edi_engine.records.letters import (
    EarlierAppeal,
    Exhibit,
    LetterFacts,
    LetterKind,
    LetterLine,
    LetterPayment,
    LetterReason,
    LetterStep,
)
from edi_engine.records.matching import BilledClaim, BilledLine, ClaimId, PaidClaim
from edi_engine.records.reconciliation import LineReconciliation
from edi_engine.records.work import Queue, WorkItem
from edi_engine.store import Reader, Store
from edi_engine.worklist import note, remaining_cents

__all__ = ["Letter", "keep_letter", "letter_kind", "letter_templates", "write_letter"]

_REVERSAL = "22"
_REFUSALS = {
    "medical_necessity": LetterKind.MEDICAL_NECESSITY,
    "authorization": LetterKind.AUTHORIZATION,
    "timely_filing": LetterKind.TIMELY_FILING,
    "bundling": LetterKind.BUNDLING,
    "duplicate": LetterKind.DUPLICATE,
}
_SHORT = frozenset({"underpaid", "underallowed", "recoded"})
_TO_ADD: Mapping[LetterKind, tuple[str, ...]] = {
    LetterKind.MEDICAL_NECESSITY: (
        "Medical records of the date of service",
        "The payer's medical policy, with the criteria that are met",
    ),
    LetterKind.AUTHORIZATION: ("Authorization, or notes of the calls that asked for it",),
    LetterKind.TIMELY_FILING: (
        "Acceptance report of the clearinghouse or payer (999, 277CA) for this claim",
    ),
    LetterKind.BUNDLING: ("Records that show the separate services",),
    LetterKind.DUPLICATE: (),
    LetterKind.DENIAL: ("Documents that answer the reasons above",),
    LetterKind.TAKEBACK: ("Notice of the recovery, if one came",),
    LetterKind.SECOND_LEVEL: ("Our earlier appeal and its answer",),
    LetterKind.UNDERPAYMENT: (),
}


class Letter(msgspec.Struct, frozen=True):
    """A letter that was set. `replaced_count` characters of the PDF have no sign in its fonts."""

    kind: LetterKind
    text: str
    pages_count: int = 0
    replaced_count: int = 0


def write_letter(
    store: Store,
    work_item_id: int,
    *,
    kind: LetterKind | None = None,
    path: Path | None = None,
    templates: Mapping[str, str],
    policy: AppealPolicy,
    actor: str,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
) -> Letter:
    """Set the letter for a work item; with a path write it, as PDF where the name ends so.

    A written letter is noted on the item. Raises InputError when there is nothing to appeal, for a
    mistake in a template, and when the file is there already.
    """
    if path is None:
        return _set(store, work_item_id, kind, templates=templates, policy=policy, as_of=as_of)[1]
    refuse_existing(path)
    letter, _ = keep_letter(
        store,
        work_item_id,
        kind=kind,
        as_pdf=path.suffix.lower() == ".pdf",
        templates=templates,
        policy=policy,
        actor=actor,
        as_of=as_of,
        now=now,
        keep=lambda data: write_new(path, data),
    )
    return letter


def keep_letter(
    store: Store,
    work_item_id: int,
    *,
    kind: LetterKind | None = None,
    as_pdf: bool,
    templates: Mapping[str, str],
    policy: AppealPolicy,
    actor: str,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
    keep: Callable[[bytes], None] | None = None,
) -> tuple[Letter, bytes]:
    """The letter as a file, noted on the item; `keep` is given its bytes before it is noted."""
    raw, letter, disputed = _set(
        store, work_item_id, kind, templates=templates, policy=policy, as_of=as_of
    )
    if as_pdf:
        from edi_engine.exports.letter_pdf import letter_pdf  # noqa: PLC0415 - costs time

        made = letter_pdf(raw, title=f"Appeal ({letter.kind.value.replace('_', ' ')})")
        letter = msgspec.structs.replace(
            letter, pages_count=made.pages_count, replaced_count=made.replaced_count
        )
        data = made.data
    else:
        data = letter.text.encode()
    with store.writing() as writer:
        item = existing_item(writer, work_item_id)
        words = f"Letter written: {letter.kind.value.replace('_', ' ')}, {disputed} in dispute."
        write_changes(writer, [note(item, words, actor=actor, happened_at=now())], as_of=as_of)
        if keep is not None:
            keep(data)
    return letter, data


def _set(
    store: Store,
    work_item_id: int,
    kind: LetterKind | None,
    *,
    templates: Mapping[str, str],
    policy: AppealPolicy,
    as_of: date,
) -> tuple[str, Letter, str]:
    """The letter before it is paged, as text, and what is in dispute."""
    with store.reading() as reader:
        item = reader.work_item(work_item_id)
        target = appeal_target(reader, work_item_id=work_item_id)
        earlier = reader.appeals_of_items([work_item_id]).get(work_item_id, [])
        if item is None:
            raise InputError("there is no such work item.", place=f"work item {work_item_id}")
        kind = kind or letter_kind(item, earlier)
        facts = _facts(
            reader,
            target.claim,
            item,
            earlier=earlier,
            kind=kind,
            policy=policy,
            as_of=as_of,
        )
    raw = set_letter(templates, kind.value, facts)
    return raw, Letter(kind, as_text(raw)), facts.disputed


def letter_kind(item: WorkItem, earlier: Sequence[Appeal]) -> LetterKind:
    """What the letter for an item is about.

    Raises InputError for work that no letter settles, and for what is merely below the usual.
    """
    if any(not one.is_pending and one.outcome is not AppealOutcome.WITHDRAWN for one in earlier):
        return LetterKind.SECOND_LEVEL
    if item.cause in _SHORT:
        return LetterKind.UNDERPAYMENT
    if item.cause == "below_usual":
        raise InputError(
            "that less was allowed than usual is no reason for an appeal by itself.",
            place=f"work item {item.work_item_id}",
            remedy="Load the contract; if it says more, reconciling makes this an underpayment.",
        )
    if item.queue is Queue.DENIAL:
        return _REFUSALS.get(item.detail, LetterKind.DENIAL)
    if item.queue is Queue.PLB or "takeback" in item.cause or "reversal" in item.cause:
        return LetterKind.TAKEBACK
    raise InputError(
        f"there is no letter for {item.cause.replace('_', ' ')}.",
        place=f"work item {item.work_item_id}",
        remedy=f"Choose one with --kind: {', '.join(LetterKind)}.",
    )


def letter_templates(folder: Path | None) -> dict[str, str]:
    """The templates by name: ours, and those of the practice's folder in their place.

    Raises InputError when the folder or a file in it cannot be read.
    """
    ours = files("edi_engine.exports") / "letter_templates"
    found = {
        entry.name.removesuffix(".txt"): entry.read_text("utf-8")
        for entry in ours.iterdir()
        if entry.name.endswith(".txt")
    }
    if folder is None:
        return found
    if not folder.is_dir():
        raise InputError(
            "there is no such folder.", place=str(folder), remedy="Repair appeals.templates."
        )
    for path in sorted(folder.glob("*.txt")):
        try:
            with path.open("rb") as stream:
                data = stream.read(4 * TEMPLATE_CHARACTERS_MAX + 1)
            found[path.stem] = data.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as problem:
            raise InputError(
                "the template is not readable UTF-8 text.",
                place=str(path),
                remedy="Save it as plain text in UTF-8.",
            ) from problem
    return found


def _facts(
    reader: Reader,
    claim: BilledClaim,
    item: WorkItem,
    *,
    earlier: Sequence[Appeal],
    kind: LetterKind,
    policy: AppealPolicy,
    as_of: date,
) -> LetterFacts:
    whole = whole_claim(reader, claim.claim_id)
    billed = whole.claim
    practice = billed.billing_provider or Party("85")
    payer = billed.payer or Party("PR")
    patient = billed.patient or billed.subscriber or Party("QC")
    subscriber = billed.subscriber or Party("IL")
    payments = payments_from(reader, claim, item.payer_sequence)
    answers = _answers(reader, claim, item.payer_sequence)
    price = price_claim_read(reader, claim) if item.payer_sequence == 1 else None
    expected = _expected(price)
    shares = _shares(price)
    lines = tuple(
        _line(
            line,
            answers.get(line.line_number),
            expected.get(line.line_number),
            is_share=line.line_number in shares,
        )
        for line in claim.lines
    )
    allowed = sum(one.allowed_cents for one in answers.values())
    expected_cents = sum(expected.values()) if len(expected) == len(claim.lines) else None
    level = _level(earlier)
    ladder = policy.ladder_for(claim.payer_id, claim.filing_indicator)
    level_name = ladder.levels[min(level, len(ladder.levels)) - 1].name
    disputed = remaining_cents(earlier[-1]) if earlier else item.amount_at_risk_cents
    steps = _steps(price)
    return LetterFacts(
        written_on=_day(as_of),
        practice_name=_name(practice),
        practice_address=_address(practice),
        practice_phone=_phone(practice),
        practice_npi=_plain(billed.billing_npi),
        practice_tin=_plain(billed.billing_tin),
        payer_name=_name(payer),
        payer_address=_address(payer),
        patient_name=_name(patient),
        patient_born_on=_day(patient.born_on),
        subscriber_name=_name(subscriber),
        member_id=_plain(subscriber.identifier),
        group_number=_plain(billed.group_number),
        patient_control_number=_plain(claim.patient_control_number),
        payer_claim_control_number=next(
            (one.payer_claim_control_number for one in _shown(payments)[::-1]), ""
        ),
        served=_days(claim.service_from, claim.service_to),
        sent_on=_day(claim.sent_on),
        days_from_service_to_sending=_days_between(claim.service_from, claim.sent_on),
        interchange_control_number=_plain(billed.source.interchange_control_number),
        prior_authorization=_plain(billed.prior_authorization),
        diagnoses=tuple(_plain(code.code) for code in billed.codes_of("ABK", "ABF", "BK", "BF")),
        charge=_money(claim.charge_cents),
        expected="" if expected_cents is None else _money(expected_cents),
        allowed=_money(allowed),
        paid=_money(sum(one.paid_cents for one in answers.values())),
        short=_money(expected_cents - allowed)
        if expected_cents is not None and expected_cents > allowed
        else "",
        disputed=_money(disputed),
        level=str(level),
        level_name=level_name,
        contract=_contract(price),
        lines=lines,
        reasons=_reasons(answers),
        steps=steps,
        payments=_shown(payments),
        earlier=tuple(_earlier_appeal(one) for one in earlier if not one.is_pending),
        exhibits=_exhibits(
            kind,
            whole,
            payments,
            steps,
            has_earlier=bool(earlier),
            filing_proof=filing_exhibit(reader, claim.claim_id)
            if kind is LetterKind.TIMELY_FILING
            else "",
        ),
    )


def _level(earlier: Sequence[Appeal]) -> int:
    """The level whose turn it is; a pending one is being written for."""
    if not earlier:
        return 1
    last = earlier[-1]
    waits = last.is_pending or last.outcome is AppealOutcome.WITHDRAWN
    return last.level if waits else last.level + 1


def _answers(
    reader: Reader, claim: BilledClaim, payer_sequence: int
) -> dict[int, LineReconciliation]:
    conclusion = reader.reconciliations([claim.claim_id]).get(ClaimId(claim.claim_id))
    if conclusion is None:
        return {}
    return {
        line.line_number: line
        for line in conclusion.lines
        if line.payer_sequence == payer_sequence and line.line_number
    }


def _expected(price: ClaimPrice | None) -> dict[int, int]:
    """What contract or schedule allows, by line; lines without a price are left out."""
    if price is None:
        return {}
    if price.by_schedule:
        return {one.line_number: one.allowed_cents for one in price.by_schedule}
    return {
        one.line_number: one.allowed_cents
        for one in price.price.lines
        if one.allowed_cents is not None
    }


def _shares(price: ClaimPrice | None) -> frozenset[int]:
    """Lines whose amount is but a share of a rate for several: only their sum can be short."""
    if price is None:
        return frozenset()
    by_schedule = {one.line_number for one in price.by_schedule if one.is_share}
    if price.by_schedule:
        return frozenset(by_schedule)
    return frozenset(line.line_number for line in price.price.lines if line.group is not None)


def _line(
    line: BilledLine,
    answer: LineReconciliation | None,
    agreed: int | None,
    *,
    is_share: bool,
) -> LetterLine:
    allowed = 0 if answer is None else answer.allowed_cents
    refused = 0 if answer is None else answer.denied_cents
    short = 0 if agreed is None or is_share else max(agreed - allowed, 0)
    code = ":".join(filter(None, (line.procedure_code or line.revenue_code, *line.modifiers)))
    return LetterLine(
        number=str(line.line_number),
        procedure=_plain(code),
        units=format_quantity(line.units),
        served_on="" if line.service_from is None else f"{line.service_from:%m/%d/%Y}",
        charge=_money(line.charge_cents),
        expected="" if agreed is None else _money(agreed),
        allowed=_money(allowed),
        paid=_money(0 if answer is None else answer.paid_cents),
        refused=_money(refused) if refused else "",
        short=_money(short) if short else "",
        is_refused=bool(refused),
        is_short=bool(short),
    )


def _reasons(answers: Mapping[int, LineReconciliation]) -> tuple[LetterReason, ...]:
    found = []
    for number, answer in sorted(answers.items()):
        for code in answer.denial_codes:
            adjustment, *remarks = code.split("/")
            label = carc_or_unknown(adjustment.partition("-")[2]).label
            found.append(
                LetterReason(
                    f"line {number}", _plain(adjustment), label, tuple(map(_plain, remarks))
                )
            )
    return tuple(found)


def _steps(price: ClaimPrice | None) -> tuple[LetterStep, ...]:
    """The arithmetic of contract or schedule; a clause stands on its first step."""
    if price is None:
        return ()
    if price.by_schedule:
        return tuple(
            LetterStep(
                f"line {one.line_number}",
                _plain(one.explanation),
                "",
                f"fee schedule {_plain(one.source)}",
            )
            for one in price.by_schedule
        )
    groups = [
        (f"lines {', '.join(map(str, group.line_numbers))}", group.steps, group.clause)
        for group in price.price.groups
    ]
    own = [
        (f"line {line.line_number}", line.steps, line.clause)
        for line in price.price.lines
        if line.allowed_cents is not None
    ]
    return tuple(
        LetterStep(
            where if not index else "",
            _plain(step.words),
            f"${format_exact(step.amount)}",
            _plain(step.clause or (clause if not index else "")),
        )
        for where, steps, clause in (*groups, *own, ("claim", price.price.steps, ""))
        for index, step in enumerate(steps)
    )


def _contract(price: ClaimPrice | None) -> str:
    if price is None:
        return ""
    if price.by_schedule:
        return "the agreed fee schedule"
    names = dict.fromkeys(
        f"contract {line.contract} {line.version}".strip()
        for line in price.price.lines
        if line.contract
    )
    return _plain(" and ".join(names))


def _shown(payments: Sequence[PaidClaim]) -> tuple[LetterPayment, ...]:
    return tuple(
        LetterPayment(
            paid_on=_day(one.paid_on),
            trace_number=_plain(one.trace_number),
            payer_claim_control_number=_plain(one.payer_claim_control_number),
            paid=_money(one.paid_cents),
            is_reversal=one.status_code == _REVERSAL,
        )
        for one in payments
    )


def _earlier_appeal(appeal: Appeal) -> EarlierAppeal:
    outcome = "not answered yet" if appeal.is_pending else appeal.outcome.value.replace("_", " ")
    return EarlierAppeal(
        level=str(appeal.level),
        name=_plain(appeal.level_name),
        filed_on=_day(appeal.filed_on),
        method=appeal.method.value,
        tracking_number=_plain(appeal.tracking_number),
        outcome=outcome,
        decided_on=_day(appeal.decided_on),
        overturned=_money(appeal.overturned_cents) if appeal.overturned_cents else "",
    )


def _exhibits(
    kind: LetterKind,
    whole: WholeClaim,
    payments: Sequence[PaidClaim],
    steps: Sequence[LetterStep],
    *,
    has_earlier: bool,
    filing_proof: str,
) -> tuple[Exhibit, ...]:
    """What proves the facts, in the order in which the letter speaks of them.

    `filing_proof` says what proves that the claim was filed in time, empty when nothing does.
    """
    source = whole.claim.source
    sent = _day(whole.claim.sent_on)
    claim = (
        f"The claim as sent{f' on {sent}' if sent else ''}: 837 set"
        f" {source.set_control_number or '?'} of interchange"
        f" {source.interchange_control_number or '?'}"
    )
    found = [(claim, False)]
    for one in payments:
        remittance = (
            f"Remittance of {_day(one.paid_on) or 'unknown day'}, trace number"
            f" {one.trace_number or '?'}, claim {one.payer_claim_control_number or '?'}"
        )
        found.append((remittance, False))
    if kind in {LetterKind.UNDERPAYMENT, LetterKind.SECOND_LEVEL}:
        clauses = dict.fromkeys(step.clause for step in steps if step.clause)
        if clauses:
            found.append((f"Contract: {'; '.join(clauses)}", True))
    if has_earlier and kind is not LetterKind.SECOND_LEVEL:
        found += [(words, True) for words in _TO_ADD[LetterKind.SECOND_LEVEL]]
    # What `claims proof` writes is at hand, and nothing has to be looked for.
    found += [(filing_proof, False)] if filing_proof else [(words, True) for words in _TO_ADD[kind]]
    return tuple(
        Exhibit(_mark(index), _plain(words), to_add) for index, (words, to_add) in enumerate(found)
    )


def _mark(index: int) -> str:
    """A to Z, then AA, AB ..."""
    head, letter = divmod(index, 26)
    return (_mark(head - 1) if head else "") + chr(ord("A") + letter)


def _plain(text: str) -> str:
    """One line without control characters: what a file says can never be a line of the letter."""
    spaced = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(spaced.split())


def _name(party: Party) -> str:
    if party.entity_type == "2" or not (party.first_name or party.middle_name):
        return _plain(party.last_name)
    return _plain(
        " ".join((party.first_name, party.middle_name, party.last_name, party.name_suffix))
    )


def _address(party: Party) -> tuple[str, ...]:
    place = ", ".join(filter(None, (party.city, f"{party.state} {_zip(party)}".strip())))
    return tuple(filter(None, map(_plain, (*party.address, place))))


def _zip(party: Party) -> str:
    code = party.postal_code
    return f"{code[:5]}-{code[5:]}" if len(code) == 9 and code.isdecimal() else code


def _phone(party: Party) -> str:
    number = next(
        (value for contact in party.contacts for kind, value in contact.numbers if kind == "TE"), ""
    )
    if len(number) == 10 and number.isdecimal():
        return f"({number[:3]}) {number[3:6]}-{number[6:]}"
    return _plain(number)


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%B} {day.day}, {day.year}"


def _days(first_on: date | None, last_on: date | None) -> str:
    if last_on is None or last_on == first_on:
        return _day(first_on)
    return f"{_day(first_on)} to {_day(last_on)}"


def _days_between(first_on: date | None, last_on: date | None) -> str:
    return "" if first_on is None or last_on is None else str((last_on - first_on).days)


def _money(cents: int) -> str:
    return format_dollars(cents, thousands=True)
