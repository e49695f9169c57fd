"""One batch of reconciling: payments and claims in, their conclusions written.

What a payment means depends on its siblings (same patient or payer claim control number) and a
claim's standing on its relatives (replacements, voids, claims to the next payer). So a batch
grows to whole groups before anything is decided; that is why neither the size of a batch nor the
order in which files arrived can change a result. Source: design 3.9, 3.10; MATCHING in docs.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from edi_engine.contracts import Prices
from edi_engine.jobs.heard import receptions_of
from edi_engine.jobs.payer_evidence import count_payments
from edi_engine.jobs.placed_issues import place_claim_issues
from edi_engine.jobs.timely_money import timely_money
from edi_engine.jobs.work_changes import refresh_work
from edi_engine.matchers import (
    CandidateKeys,
    CandidatePool,
    MatchedPayment,
    PostingContext,
    PracticeIdentifiers,
    candidate_keys,
    follow_projects,
    match_payments,
    payment_issues,
    post_loose,
    reconcile_group,
    takeback_group_key,
    taken_by_claim,
    unnumbered_fingerprint,
)
from edi_engine.matchers.claim_answers import answers_of
from edi_engine.matchers.lifecycles import lifecycles_of
from edi_engine.matchers.silences import SilenceClock
from edi_engine.records.journal import SubjectKind
from edi_engine.records.keys import (
    PCN_PREFIX_LENGTH,
    control_number_key,
    member_key,
    patient_control_number_key,
)
from edi_engine.records.lifecycles import Lifecycle, Reception
from edi_engine.records.matching import (
    BilledClaim,
    ClaimId,
    ClaimPaymentId,
    PaidClaim,
    RemittanceId,
)
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.provider_items import ProviderItem
from edi_engine.records.reconciliation import (
    ClaimMatch,
    ClaimReconciliation,
    Decision,
    DecisionKind,
    MatchOutcome,
    ReconciliationIssue,
)
from edi_engine.records.work import WorkEventKind
from edi_engine.store import Reader, Writer
from edi_engine.worklist import Chances, CounselDesk, PlacedIssue

_Id = TypeVar("_Id", bound=int)

__all__ = ["BatchContext", "BatchResult", "payments_that_claims_may_change", "reconcile_batch"]


class BatchContext(msgspec.Struct, frozen=True):
    """What is the same for every batch of a run."""

    policy: ReconcilePolicy
    prices: Prices
    practice: PracticeIdentifiers
    as_of: date
    happened_at: datetime
    posting: PostingContext
    chances: Chances
    clock: SilenceClock


class BatchResult(msgspec.Struct, frozen=True):
    """Which payments and claims are done, and counts for the report."""

    claim_payment_ids: tuple[ClaimPaymentId, ...]
    claim_ids: tuple[ClaimId, ...]
    outcomes: Counter[MatchOutcome]
    work: Counter[WorkEventKind]


def reconcile_batch(
    writer: Writer,
    context: BatchContext,
    *,
    claim_payment_ids: Collection[int] = (),
    claim_ids: Collection[int] = (),
) -> BatchResult:
    """Match these payments with their siblings, reconcile every claim that this touches.

    `claim_ids` are claims to reconcile even if no payment touches them. Everything is written to
    `writer`; the queue is the caller's.
    """
    payments = _with_siblings(writer, claim_payment_ids)
    before = writer.match_of(payments)
    claims = _Claims(writer)
    matches = _match(claims, context, payments)
    writer.write_matches(list(matches.values()))
    touched = {
        match.claim_id
        for match in (*before.values(), *matches.values())
        if match.claim_id is not None
    }
    touched.update(ClaimId(claim_id) for claim_id in claim_ids)
    group = _with_relatives(claims, touched, payments, matches)
    paid = group.payments_by_claim()
    receptions = receptions_of(writer, group.claims, context.policy.clearinghouses)
    posting = _posting_context(writer, context, group)
    conclusions = _reconcile(context, group, paid, posting, receptions)
    writer.write_reconciliations(conclusions)
    writer.write_answers(group.claims, answers_of(group.claims, conclusions, paid))
    lives = lifecycles_of(group.claims, conclusions, paid, receptions, context.clock)
    writer.write_lifecycles(lives)
    _follow_projects(writer, context, group, conclusions)
    _post(writer, context, group, conclusions)
    count_payments(writer, group.claims, group.payments, group.matches)
    placed = place_claim_issues(group.claims, conclusions)
    turns = _days_that_turn(context, placed)
    writer.write_claim_clocks(
        [
            (
                found.claim_id,
                _next_look(context, found, life, paid, turns[found.claim_id]),
            )
            for found, life in zip(conclusions, lives, strict=True)
        ]
    )
    work = _refresh(writer, context, group, placed, conclusions)
    writer.mark_pending_remittances(_remittances_touched(writer, payments, group.claims))
    return BatchResult(
        claim_payment_ids=tuple(payments),
        claim_ids=tuple(group.claims),
        outcomes=Counter(match.outcome for match in matches.values()),
        work=work,
    )


def payments_that_claims_may_change(
    reader: Reader, claims: Iterable[BilledClaim]
) -> set[ClaimPaymentId]:
    """Payments that came before these claims and may belong to them.

    Every payment with a control number of theirs, whole or cut, and those of the same charge and
    day, member or line control numbers that no patient control number holds elsewhere.
    """
    billed = list(claims)
    numbers = {patient_control_number_key(claim.patient_control_number) for claim in billed}
    originals = {control_number_key(claim.original_reference) for claim in billed}
    originals |= {control_number_key(one) for claim in billed for one in claim.acknowledged_numbers}
    lines = {
        control_number_key(line.line_item_control_number)
        for claim in billed
        for line in claim.lines
    }
    members = {member_key(claim.subscriber_id) for claim in billed}
    days = {
        (claim.charge_cents, claim.service_from)
        for claim in billed
        if claim.service_from is not None
    }
    cut = {
        number[:length] for number in numbers for length in range(PCN_PREFIX_LENGTH, len(number))
    }
    return _ids_in(
        reader.payment_ids_by_pcn(numbers | cut),
        reader.payment_ids_by_payer_claim_control_number(originals),
        reader.payment_ids_by_line_control_number(lines),
        reader.payment_ids_by_member(members),
        reader.payment_ids_by_charge_and_date(days),
    )


class _Claims:
    """Claims read so far in this batch; a claim is read once however many ways lead to it, and a
    patient control number is looked for once."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._known: dict[ClaimId, BilledClaim] = {}
        self._by_number: dict[str, Sequence[ClaimId]] = {"": ()}

    def get(self, claim_ids: Iterable[ClaimId]) -> dict[ClaimId, BilledClaim]:
        wanted = set(claim_ids)
        self._known |= self.reader.billed_claims(wanted - self._known.keys())
        return {claim_id: self._known[claim_id] for claim_id in wanted if claim_id in self._known}

    def ids_by_number(self, numbers: Iterable[str]) -> set[ClaimId]:
        """Claims with these patient control number keys."""
        wanted = set(numbers)
        new = sorted(wanted - self._by_number.keys())
        if new:
            found = self.reader.claim_ids_by_pcn(new)
            self._by_number |= {number: found.get(number, ()) for number in new}
        return {claim_id for number in wanted for claim_id in self._by_number[number]}


class _Group(msgspec.Struct):
    """Claims with all their relatives, and every payment matched to one of them (and more)."""

    claims: dict[ClaimId, BilledClaim]
    payments: dict[ClaimPaymentId, PaidClaim]
    matches: dict[ClaimPaymentId, ClaimMatch]

    def payments_by_claim(self) -> dict[ClaimId, list[MatchedPayment]]:
        """What counts on each claim, in order of payment identifier."""
        found: dict[ClaimId, list[MatchedPayment]] = {claim_id: [] for claim_id in self.claims}
        for payment_id in sorted(self.matches):
            match = self.matches[payment_id]
            if match.outcome is MatchOutcome.MATCHED and match.claim_id in found:
                found[match.claim_id].append((self.payments[payment_id], match))
        return found


def _with_siblings(
    reader: Reader, claim_payment_ids: Iterable[int]
) -> dict[ClaimPaymentId, PaidClaim]:
    """These payments and all that share a control number with one of them, and so on; without any
    number those that say the same."""
    payments: dict[ClaimPaymentId, PaidClaim] = {}
    numbers_seen: set[str] = set()
    payer_numbers_seen: set[str] = set()
    frontier = {ClaimPaymentId(payment_id) for payment_id in claim_payment_ids}
    while frontier:
        loaded = reader.paid_claims(frontier)
        payments |= loaded
        numbers = {_number(one) for one in loaded.values()} - numbers_seen - {""}
        payer_numbers = set(_all_payer_numbers(loaded.values())) - payer_numbers_seen
        numbers_seen |= numbers
        payer_numbers_seen |= payer_numbers
        tied = _ids_in(
            reader.payment_ids_by_pcn(numbers),
            reader.payment_ids_by_payer_claim_control_number(payer_numbers),
        )
        tied |= {
            ClaimPaymentId(key) for key in reader.payment_ids_by_original_reference(payer_numbers)
        }
        tied |= _saying_the_same(reader, loaded.values())
        frontier = tied - payments.keys()
    return payments


def _saying_the_same(reader: Reader, payments: Iterable[PaidClaim]) -> set[ClaimPaymentId]:
    """Payments without a number that repeat one of these, which has none either."""
    told = {
        words: (abs(one.charge_cents), one.service_from)
        for one in payments
        if (words := unnumbered_fingerprint(one)) is not None and one.service_from is not None
    }
    if not told:
        return set()
    near = _ids_in(reader.payment_ids_by_charge_and_date(set(told.values())))
    return {
        payment_id
        for payment_id, one in reader.paid_claims(near).items()
        if unnumbered_fingerprint(one) in told
    }


def _number(payment: PaidClaim) -> str:
    return patient_control_number_key(payment.patient_control_number)


def _payer_numbers(payment: PaidClaim) -> set[str]:
    """Keys of CLP07 and REF*F8, without words that mean nothing, which would tie strangers."""
    numbers = {patient_control_number_key(payment.payer_claim_control_number)}
    if payment.original_reference:
        numbers.add(patient_control_number_key(payment.original_reference))
    numbers.discard("")
    return numbers


def _all_payer_numbers(payments: Collection[PaidClaim]) -> list[str]:
    key = patient_control_number_key
    found = {key(one.payer_claim_control_number) for one in payments}
    found |= {key(one.original_reference) for one in payments if one.original_reference}
    found.discard("")
    return sorted(found)


def _ids_in(*groups: Mapping[Any, Iterable[_Id]]) -> set[_Id]:
    return {found for group in groups for ids in group.values() for found in ids}


def _match(
    claims: _Claims, context: BatchContext, payments: Mapping[ClaimPaymentId, PaidClaim]
) -> dict[ClaimPaymentId, ClaimMatch]:
    """Match whole groups, looking by weaker keys only for what no control number holds.

    Most payments carry our control number and need no other claim looked at; a charge and a day
    alone may be shared by dozens. The ladder never goes below a level that decides, so the
    claims left out could not have mattered.
    """
    decisions = [
        found for found in claims.reader.decisions(list(payments)) if found.kind.is_about_place
    ]
    ordered = [payments[payment_id] for payment_id in sorted(payments)]
    near = _near_claims(claims, ordered, decisions)
    numbers = {patient_control_number_key(one.patient_control_number) for one in near.values()}
    strangers = [payment for payment in ordered if _number(payment) not in numbers]
    far_group = _siblings_among(ordered, strangers)
    far_ids = {payment.claim_payment_id for payment in far_group}
    near_group = [payment for payment in ordered if payment.claim_payment_id not in far_ids]
    found = _match_in(near, context, near_group, decisions)
    loose = [payment for payment in near_group if not _is_held_by_number(payment, found, near)]
    far_group += _siblings_among(near_group, loose)
    if far_group:
        far = near | _far_claims(claims, candidate_keys(far_group))
        found |= _match_in(far, context, far_group, decisions)
    return found


def _match_in(
    claims: Mapping[ClaimId, BilledClaim],
    context: BatchContext,
    payments: Sequence[PaidClaim],
    decisions: Sequence[Decision],
) -> dict[ClaimPaymentId, ClaimMatch]:
    pool = CandidatePool(claims.values(), practice=context.practice)
    matches = match_payments(
        payments,
        pool,
        decisions=decisions,
        policy=context.policy,
        profiles=context.posting.profiles,
    )
    return {match.claim_payment_id: match for match in matches}


def _is_held_by_number(
    payment: PaidClaim,
    matches: Mapping[ClaimPaymentId, ClaimMatch],
    claims: Mapping[ClaimId, BilledClaim],
) -> bool:
    match = matches[payment.claim_payment_id]
    if match.outcome is not MatchOutcome.MATCHED or match.claim_id is None:
        return False
    claim = claims[match.claim_id]
    return patient_control_number_key(claim.patient_control_number) == _number(payment) != ""


def _siblings_among(payments: Sequence[PaidClaim], some: Iterable[PaidClaim]) -> list[PaidClaim]:
    """Those of the payments that belong to the groups of some of them, in the order given."""
    frontier = list(some)
    if not frontier:
        return []
    by_key: dict[tuple[str, str], list[PaidClaim]] = {}
    for payment in payments:
        for key in _sibling_keys(payment):
            by_key.setdefault(key, []).append(payment)
    chosen: dict[ClaimPaymentId, None] = {}
    while frontier:
        payment = frontier.pop()
        if payment.claim_payment_id in chosen:
            continue
        chosen[payment.claim_payment_id] = None
        for key in _sibling_keys(payment):
            frontier += by_key.pop(key, ())
    return [payment for payment in payments if payment.claim_payment_id in chosen]


def _sibling_keys(payment: PaidClaim) -> list[tuple[str, str]]:
    number = _number(payment)
    keys = [("payer number", key) for key in sorted(_payer_numbers(payment))]
    return [("number", number), *keys] if number else keys


def _near_claims(
    claims: _Claims, payments: Sequence[PaidClaim], decisions: Sequence[Decision]
) -> dict[ClaimId, BilledClaim]:
    """Claims that a control number or a decision ties to the payments."""
    reader = claims.reader
    numbers = {_number(payment) for payment in payments} - {""}
    ids = {decision.claim_id for decision in decisions if decision.claim_id is not None}
    ids |= claims.ids_by_number(numbers)
    ids |= _ids_in(reader.claim_ids_by_payer_claim_control_number(_all_payer_numbers(payments)))
    long_numbers = sorted(number for number in numbers if len(number) >= PCN_PREFIX_LENGTH)
    ids |= {ClaimId(claim_id) for claim_id in reader.claim_ids_continuing(long_numbers)}
    return claims.get(ids)


def _far_claims(claims: _Claims, keys: CandidateKeys) -> dict[ClaimId, BilledClaim]:
    reader = claims.reader
    ids = _ids_in(
        reader.claim_ids_by_pcn_prefix(keys.patient_control_number_prefixes),
        reader.claim_ids_by_line_control_number(keys.line_control_numbers),
        reader.claim_ids_by_charge_and_date(keys.charges_and_dates),
        reader.claim_ids_by_member(keys.members),
    )
    return claims.get(ids)


def _with_relatives(
    claims: _Claims,
    claim_ids: Iterable[ClaimId],
    payments: Mapping[ClaimPaymentId, PaidClaim],
    matches: Mapping[ClaimPaymentId, ClaimMatch],
) -> _Group:
    """These claims, their relatives (same control number, or tied by REF*F8), and what pays them.

    A claim is tied to those whose original reference is a payer claim control number of a payment
    matched to it, and the other way round.
    """
    reader = claims.reader
    group = _Group({}, dict(payments), dict(matches))
    frontier = set(claim_ids)
    while frontier:
        loaded = claims.get(frontier)
        group.claims |= loaded
        matched = reader.payment_ids_matched_to(list(loaded))
        unknown = {key for ids in matched.values() for key in ids} - group.payments.keys()
        group.payments |= reader.paid_claims(unknown)
        group.matches |= reader.match_of(unknown)
        numbers = {
            patient_control_number_key(one.patient_control_number) for one in loaded.values()
        }
        tied = {patient_control_number_key(one.original_reference) for one in loaded.values()}
        tied.update(
            _all_payer_numbers([group.payments[key] for ids in matched.values() for key in ids])
        )
        found = claims.ids_by_number(numbers) | _ids_in(
            reader.claim_ids_by_payer_claim_control_number(tied - {""})
        )
        frontier = found - group.claims.keys()
    return group


def _reconcile(
    context: BatchContext,
    group: _Group,
    payments: Mapping[ClaimId, Sequence[MatchedPayment]],
    posting: PostingContext,
    receptions: Mapping[ClaimId, Reception],
) -> list[ClaimReconciliation]:
    claims = [group.claims[claim_id] for claim_id in sorted(group.claims)]
    return reconcile_group(
        claims,
        payments,
        {claim.claim_id: context.prices.expected(claim) for claim in claims},
        policy=context.policy,
        as_of=context.as_of,
        posting=posting,
        explain=context.prices.explain,
        suspect=None if context.prices.book.is_empty else context.prices.silent_ppo,
        judge_timely=context.prices.judge_timely,
        receptions=receptions,
        clock=context.clock,
    )


def _follow_projects(
    writer: Writer,
    context: BatchContext,
    group: _Group,
    conclusions: Sequence[ClaimReconciliation],
) -> None:
    before = writer.project_hits(group.claims)
    hits = follow_projects(before, conclusions, group.claims, group.payments, as_of=context.as_of)
    writer.write_project_hits(hits)


def _posting_context(reader: Reader, context: BatchContext, group: _Group) -> PostingContext:
    """The run's context with what persons decided about these payments, and whether their money
    was seen at the bank."""
    accepted: set[ClaimPaymentId] = set()
    rejected: dict[ClaimPaymentId, str] = {}
    for found in reader.decisions(list(group.payments)):
        if found.kind is DecisionKind.ACCEPT:
            accepted.add(found.claim_payment_id)
        elif found.kind is DecisionKind.REJECT:
            rejected[found.claim_payment_id] = f"{found.decided_by} rejected it. {found.note}"
    return msgspec.structs.replace(
        context.posting,
        accepted=frozenset(accepted),
        rejected=rejected,
        deposited=_deposited(reader, context.policy, group.payments.values()),
        taken=_taken(reader, group),
        **_timely(reader, context, group),
    )


def _timely(reader: Reader, context: BatchContext, group: _Group) -> dict[str, Any]:
    """Interest and allowances at the provider level that name claims of the group, and interest of
    their remittances that names none; asked only where a contract has a clause for timely payment.
    """
    if context.prices.book.is_empty:
        return {}
    agreed = {key for key, claim in group.claims.items() if context.prices.agrees_on_time(claim)}
    if not agreed:
        return {}
    remittances = {
        group.payments[payment_id].remittance_id
        for payment_id, match in group.matches.items()
        if match.claim_id in agreed
    }
    named, unnamed = timely_money(reader, _claims_by_payer(group, agreed), remittances)
    return {"timely": named, "timely_unnamed": unnamed}


def _taken(reader: Reader, group: _Group) -> dict[tuple[ClaimId, str], int]:
    """What payers took at the provider level for the claims of the group; asked only where one
    claim may stand in another's place."""
    numbers = [
        patient_control_number_key(one.patient_control_number) for one in group.claims.values()
    ]
    if len(set(numbers)) == len(numbers) and not any(
        one.original_reference for one in group.claims.values()
    ):
        return {}
    by_payer = _claims_by_payer(group, group.claims)
    items: dict[int, ProviderItem] = {}
    for payer_id, claim_ids in sorted(by_payer.items()):
        keys = [takeback_group_key(claim_id) for claim_id in sorted(claim_ids)]
        items |= reader.provider_items_of_groups(payer_id, keys)
    if not items:
        return {}
    linked = {part.item_id for item in items.values() for part in item.settled_by}
    others = reader.provider_items(item_ids=linked - items.keys())
    return taken_by_claim(items.values(), items | others)


def _claims_by_payer(group: _Group, claim_ids: Collection[ClaimId]) -> dict[str, set[ClaimId]]:
    """Those of the claims that a payer's payments are matched to, by the payer's identifier."""
    by_payer: dict[str, set[ClaimId]] = {}
    for payment_id, match in group.matches.items():
        if match.outcome is not MatchOutcome.MATCHED or match.claim_id is None:
            continue
        if match.claim_id in claim_ids:
            payer_id = group.payments[payment_id].payer_id
            by_payer.setdefault(payer_id, set()).add(match.claim_id)
    return by_payer


def _deposited(
    reader: Reader, policy: ReconcilePolicy, payments: Iterable[PaidClaim]
) -> frozenset[RemittanceId] | None:
    """Those of the payments' remittances whose money was seen, or goes where we do not look; None
    when postings do not wait for it."""
    if not policy.posting.waits_for_deposits:
        return None
    payers = {payment.remittance_id: payment.payer_id for payment in payments}
    seen = {key for key, found in reader.remittance_deposits(payers).items() if found.money_is_seen}
    elsewhere = {key for key, payer in payers.items() if payer in policy.deposits_elsewhere}
    return frozenset(seen | elsewhere)


def _post(
    writer: Writer,
    context: BatchContext,
    group: _Group,
    conclusions: Sequence[ClaimReconciliation],
) -> None:
    """Bring the journal in line with what was concluded about these claims and payments."""
    plans = [plan for conclusion in conclusions for plan in conclusion.postings]
    planned = {plan.subject_id for plan in plans if plan.subject_kind is SubjectKind.PAYMENT}
    loose = [
        post_loose(payment, group.matches[payment_id])
        for payment_id, payment in sorted(group.payments.items())
        if group.matches[payment_id].outcome is not MatchOutcome.MATCHED
    ]
    payments = planned.union(plan.subject_id for plan in loose)
    writer.post(
        plans + loose,
        {SubjectKind.PAYMENT: sorted(payments), SubjectKind.CLAIM: sorted(group.claims)},
        posted_on=context.as_of,
    )


def _next_look(
    context: BatchContext,
    conclusion: ClaimReconciliation,
    life: Lifecycle,
    payments: Mapping[ClaimId, Sequence[MatchedPayment]],
    turns: Iterable[date],
) -> date | None:
    """The next day on which time alone may change what is concluded about a claim or advised
    about its refusal, or None."""
    policy = context.policy
    days = [day + timedelta(days=1) for day in turns if day < date.max]
    if conclusion.look_again_on is not None:
        days.append(conclusion.look_again_on)
    if life.silent_from is not None:
        days.append(life.silent_from)
    for payment, _ in payments[conclusion.claim_id]:
        if payment.paid_on is not None and payment.status_code == _REVERSAL:
            days.append(payment.paid_on + timedelta(days=policy.correction_days + 1))
    return min((day for day in days if day > context.as_of), default=None)


_REVERSAL = "22"


def _refresh(
    writer: Writer,
    context: BatchContext,
    group: _Group,
    placed_on_claims: Sequence[PlacedIssue],
    conclusions: Sequence[ClaimReconciliation],
) -> Counter[WorkEventKind]:
    placed = list(placed_on_claims)
    ordered = sorted(group.payments)
    payments = [group.payments[payment_id] for payment_id in ordered]
    loose_issues = payment_issues(payments, [group.matches[payment_id] for payment_id in ordered])
    placed += [_placed_on_payment(group.payments, issue) for issue in loose_issues]
    return refresh_work(
        writer,
        placed,
        claim_ids=group.claims,
        claim_payment_ids=ordered,
        policy=context.policy,
        as_of=context.as_of,
        happened_at=context.happened_at,
        chances=context.chances,
        conclusions=conclusions,
    )


def _days_that_turn(
    context: BatchContext, placed: Iterable[PlacedIssue]
) -> defaultdict[int, list[date]]:
    """Last days of the deadlines of refusals, by claim."""
    desk = CounselDesk(context.policy)
    found: defaultdict[int, list[date]] = defaultdict(list)
    for one in placed:
        if one.issue.claim_id is not None:
            found[one.issue.claim_id] += desk.days_that_turn(one)
    return found


def _placed_on_payment(
    payments: Mapping[ClaimPaymentId, PaidClaim], issue: ReconciliationIssue
) -> PlacedIssue:
    payment = None if issue.claim_payment_id is None else payments[issue.claim_payment_id]
    if payment is None:
        return PlacedIssue(issue)
    return PlacedIssue(issue, payment.payer_id, payment.service_from)


def _remittances_touched(
    reader: Reader,
    payments: Mapping[ClaimPaymentId, PaidClaim],
    claims: Mapping[ClaimId, BilledClaim],
) -> set[int]:
    """Remittances of the payments, and those whose provider adjustments may name one of these."""
    references = {_number(payment) for payment in payments.values()}
    references.update(_all_payer_numbers(payments.values()))
    for claim in claims.values():
        number = patient_control_number_key(claim.patient_control_number)
        references.add(number)
        references.update(number[:end] for end in range(PCN_PREFIX_LENGTH, len(number)))
    own = {int(payment.remittance_id) for payment in payments.values()}
    return own.union(reader.remittance_ids_by_reference(references))
