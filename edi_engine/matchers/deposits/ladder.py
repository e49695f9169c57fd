"""The reassociation ladder: which deposit pays which remittance, by named rules.

    decided                     a person said so
    trace_originator_amount     TRN02, TRN03 and amount agree
    trace_amount                TRN02 and amount agree
    trace_adds_up               all deposits and remittances of one trace number add up
    trace_less_adjustments      TRN02 agrees; the payer did not take PLB off in BPR02
    amount_payer_date           amount, payer and day agree, on both sides with one only
    bundle                      several remittances of a payer add up to a deposit, in one way only
    split                       several deposits add up to a remittance, in one way only
    trace_only                  TRN02 agrees, the amount does not

Each rule is asked of all that earlier ones left, and all of its answers are found before any is
taken, so order means nothing: what two answers claim is given to neither. Source: domain 3.8.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec

from edi_engine.matchers.deposits.answers import (
    deposit_match,
    left_over_deposit,
    remittance_deposit,
    repeated_deposit,
    unlooked_deposit,
    zero_pay,
)
from edi_engine.matchers.deposits.bundles import Proposal, bundle_proposals, split_proposals
from edi_engine.matchers.deposits.facts import (
    DepositFacts,
    PayerKeys,
    PayerVerdict,
    RemittanceFacts,
    payers_agree,
    traces_contradict,
    within_window,
)
from edi_engine.matchers.deposits.repeats import may_be_its_own, repeats_of
from edi_engine.records.deposits import (
    ANY_REMITTANCE,
    AwaitedRemittance,
    DepositDecision,
    DepositId,
    DepositMatch,
    RemittanceDeposit,
    StoredDeposit,
)
from edi_engine.records.matching import DECIDED_RULE, RemittanceId

__all__ = ["Reassociation", "reassociate"]

_NO_PAYMENT = "NON"


class Reassociation(msgspec.Struct, frozen=True):
    """A conclusion for every deposit and every remittance given, by number."""

    deposits: dict[DepositId, DepositMatch]
    remittances: dict[RemittanceId, RemittanceDeposit]


def reassociate(
    deposits: Iterable[StoredDeposit],
    remittances: Iterable[AwaitedRemittance],
    decisions: Iterable[DepositDecision] = (),
    *,
    known_payers: PayerKeys,
) -> Reassociation:
    """Put deposits and remittances together; the order of none of them matters.

    `known_payers` are those any remittance ever came from: a deposit of somebody else is other
    money and waits for no remittance.
    """
    board = _Board(deposits, remittances, decisions)
    board.take_decided()
    board.take_traces()
    board.take_pairs(
        "amount_payer_date",
        lambda deposit, remittance: (
            deposit.cents == remittance.cents
            and within_window(deposit.day, remittance.day)
            and not traces_contradict(deposit, remittance)
            and board.verdict(deposit, remittance) is PayerVerdict.AGREE
        ),
    )
    board.take_sums()
    board.take_trace_only()
    board.doubt_repeats()
    return board.conclude(known_payers)


class _Board:
    """What is still open, what was taken by which rule, and who tied with whom."""

    def __init__(
        self,
        deposits: Iterable[StoredDeposit],
        remittances: Iterable[AwaitedRemittance],
        decisions: Iterable[DepositDecision],
    ) -> None:
        facts = [DepositFacts(one) for one in deposits]
        self.all_deposits = {one.deposit_id: one for one in sorted(facts, key=_deposit_id)}
        found = [RemittanceFacts(one) for one in remittances]
        self.all_remittances = {one.remittance_id: one for one in sorted(found, key=_remittance_id)}
        standing = sorted(decisions, key=lambda one: one.deposit_decision_id)
        self.links = [one for one in standing if one.is_link]
        self.apart = {(one.deposit_id, one.remittance_id) for one in standing if not one.is_link}
        self.repeats = repeats_of(facts, {one.deposit_id for one in standing})
        self.open_deposits = {
            key: one
            for key, one in self.all_deposits.items()
            if one.cents > 0 and (key, ANY_REMITTANCE) not in self.apart and key not in self.repeats
        }
        self.open_remittances = {
            key: one for key, one in self.all_remittances.items() if _needs_money(one)
        }
        self.taken: list[Proposal] = []
        self.deposit_ties: dict[DepositId, set[RemittanceId]] = defaultdict(set)
        self.remittance_ties: dict[RemittanceId, set[DepositId]] = defaultdict(set)
        self.notes: dict[DepositId, str] = {}
        self._verdicts: dict[tuple[DepositId, RemittanceId], PayerVerdict] = {}

    def verdict(self, deposit: DepositFacts, remittance: RemittanceFacts) -> PayerVerdict:
        key = (deposit.deposit_id, remittance.remittance_id)
        if key not in self._verdicts:
            self._verdicts[key] = payers_agree(deposit, remittance.payer)
        return self._verdicts[key]

    def may_join(self, deposit: DepositFacts, remittance: RemittanceFacts) -> bool:
        """Whether no person keeps them apart."""
        return (deposit.deposit_id, remittance.remittance_id) not in self.apart

    def take(self, proposal: Proposal) -> None:
        self.taken.append(proposal)
        for deposit_id in proposal.deposit_ids:
            self.open_deposits.pop(deposit_id, None)
            self.deposit_ties.pop(deposit_id, None)
            self.notes.pop(deposit_id, None)
        for remittance_id in proposal.remittance_ids:
            self.open_remittances.pop(remittance_id, None)
            self.remittance_ties.pop(remittance_id, None)

    def tie(self, proposal: Proposal) -> None:
        """Remember an answer that is as good as another, for a person to choose among."""
        for deposit_id in proposal.deposit_ids:
            self.deposit_ties[deposit_id].update(proposal.remittance_ids)
        for remittance_id in proposal.remittance_ids:
            self.remittance_ties[remittance_id].update(proposal.deposit_ids)

    def take_unclaimed(self, proposals: Sequence[Proposal]) -> None:
        """Take the answers that share nothing with another one; tie the rest."""
        claims: dict[tuple[str, int], int] = defaultdict(int)
        for proposal in proposals:
            for key in proposal.claims():
                claims[key] += 1
        for proposal in proposals:
            if all(claims[key] == 1 for key in proposal.claims()):
                self.take(proposal)
            else:
                self.tie(proposal)

    def take_decided(self) -> None:
        """Everything that links hang together is one answer, whatever its amounts."""
        linked = [one for one in self.links if self._knows(one)]
        groups = _joined([(one.deposit_id, one.remittance_id) for one in linked])
        for deposit_ids, remittance_ids in groups:
            self.take(Proposal(DECIDED_RULE, deposit_ids, remittance_ids))

    def _knows(self, one: DepositDecision) -> bool:
        return one.deposit_id in self.all_deposits and one.remittance_id in self.all_remittances

    def take_traces(self) -> None:
        self.take_pairs(
            "trace_originator_amount",
            lambda deposit, remittance: (
                deposit.cents == remittance.cents
                and self.verdict(deposit, remittance) is PayerVerdict.AGREE
            ),
            by_trace=True,
        )
        self.take_pairs(
            "trace_amount",
            lambda deposit, remittance: deposit.cents == remittance.cents,
            by_trace=True,
        )
        self._take_adding_up()
        self.take_pairs(
            "trace_less_adjustments",
            lambda deposit, remittance: (
                remittance.cents is not None
                and remittance.remittance.provider_adjustments_cents != 0
                and deposit.cents
                == remittance.cents - remittance.remittance.provider_adjustments_cents
                and self.verdict(deposit, remittance) is not PayerVerdict.CONTRADICT
            ),
            by_trace=True,
        )

    def take_pairs(
        self,
        rule: str,
        fits: Callable[[DepositFacts, RemittanceFacts], bool],
        *,
        by_trace: bool = False,
    ) -> None:
        """Take every pair that fits where neither side fits another one."""
        proposals = [
            Proposal(rule, (deposit.deposit_id,), (remittance.remittance_id,))
            for deposit, remittance in self._pairs(by_trace=by_trace)
            if self.may_join(deposit, remittance) and fits(deposit, remittance)
        ]
        self.take_unclaimed(proposals)

    def _pairs(self, *, by_trace: bool) -> Iterable[tuple[DepositFacts, RemittanceFacts]]:
        """Open pairs with the same trace number, or with the same amount."""
        index: dict[object, list[RemittanceFacts]] = defaultdict(list)
        for remittance in self.open_remittances.values():
            index[remittance.trace if by_trace else remittance.cents].append(remittance)
        for deposit in self.open_deposits.values():
            key = deposit.trace if by_trace else deposit.cents
            for remittance in index.get(key, ()) if key else ():
                yield deposit, remittance

    def _trace_groups(self) -> list[tuple[list[DepositFacts], list[RemittanceFacts]]]:
        """Open deposits and remittances of one trace number, where no payer contradicts."""
        groups: dict[str, tuple[list[DepositFacts], list[RemittanceFacts]]] = {}
        for deposit, remittance in self._pairs(by_trace=True):
            if not self.may_join(deposit, remittance):
                continue
            if self.verdict(deposit, remittance) is PayerVerdict.CONTRADICT:
                continue
            ours, theirs = groups.setdefault(deposit.trace, ([], []))
            if deposit not in ours:
                ours.append(deposit)
            if remittance not in theirs:
                theirs.append(remittance)
        return [groups[key] for key in sorted(groups)]

    def _take_adding_up(self) -> None:
        """A payer may pay several remittances under one trace number, or one in parts."""
        for ours, theirs in self._trace_groups():
            one_to_many = (len(ours) == 1) != (len(theirs) == 1)
            cents = [remittance.cents for remittance in theirs]
            if not one_to_many or None in cents:
                continue
            if sum(one.cents for one in ours) == sum(one or 0 for one in cents):
                self.take(_proposal("trace_adds_up", ours, theirs))

    def take_sums(self) -> None:
        """Bundles and splits; what two of them claim is given to neither."""
        proposals, ties, notes = bundle_proposals(
            self.open_deposits.values(), self.open_remittances.values(), self
        )
        more, more_ties = split_proposals(
            self.open_deposits.values(), self.open_remittances.values(), self
        )
        self.notes.update(notes)
        self.take_unclaimed([*proposals, *more])
        for tie in (*ties, *more_ties):
            still_open = Proposal(
                tie.rule,
                tuple(key for key in tie.deposit_ids if key in self.open_deposits),
                tuple(key for key in tie.remittance_ids if key in self.open_remittances),
            )
            self.tie(still_open)

    def take_trace_only(self) -> None:
        for ours, theirs in self._trace_groups():
            proposal = _proposal("trace_only", ours, theirs)
            if len(ours) == len(theirs) == 1:
                self.take(proposal)
            else:
                self.tie(proposal)

    def doubt_repeats(self) -> None:
        """Where a remittance is left that a repeat may pay as well, a person decides. Nothing is
        taken, so that the order of the deposits means nothing."""
        left: dict[int | None, list[RemittanceFacts]] = defaultdict(list)
        for remittance in self.open_remittances.values():
            left[remittance.cents].append(remittance)
        for key, kept_id in list(self.repeats.items()):
            repeat, kept = self.all_deposits[key], self.all_deposits[kept_id]
            own = tuple(
                remittance.remittance_id
                for remittance in left.get(repeat.cents, ())
                if self.may_join(repeat, remittance) and may_be_its_own(repeat, kept, remittance)
            )
            if own:
                self.tie(Proposal("", (key,), own))
                trace = kept.deposit.trace_number
                self.notes[key] = (
                    "Another bank file tells of this day and amount too"
                    f"{f', under trace number {trace}' if trace else ''}: either it is the same"
                    " movement, or it pays a remittance that has no deposit."
                )
                del self.repeats[key]

    def conclude(self, known_payers: PayerKeys) -> Reassociation:
        deposits: dict[DepositId, DepositMatch] = {}
        remittances: dict[RemittanceId, RemittanceDeposit] = {}
        for proposal in self.taken:
            ours = [self.all_deposits[key] for key in proposal.deposit_ids]
            theirs = [self.all_remittances[key] for key in proposal.remittance_ids]
            for deposit in ours:
                deposits[deposit.deposit_id] = deposit_match(proposal.rule, deposit, ours, theirs)
            for remittance in theirs:
                remittances[remittance.remittance_id] = remittance_deposit(
                    proposal.rule, remittance, ours, theirs
                )
        for key, deposit in self.all_deposits.items():
            if key in deposits:
                continue
            if key in self.repeats:
                deposits[key] = repeated_deposit(deposit, self.repeats[key])
            elif (key, ANY_REMITTANCE) in self.apart or deposit.cents <= 0:
                deposits[key] = unlooked_deposit(deposit, known_payers)
            else:
                ties = self.deposit_ties.get(key, set())
                note = self.notes.get(key, "")
                deposits[key] = left_over_deposit(deposit, ties, note, known_payers)
        for remittance_id, remittance in self.all_remittances.items():
            if remittance_id in remittances:
                continue
            if not _needs_money(remittance):
                remittances[remittance_id] = zero_pay(remittance)
            else:
                tied = self.remittance_ties.get(remittance_id, set())
                remittances[remittance_id] = remittance_deposit("", remittance, (), (), ties=tied)
        return Reassociation(dict(sorted(deposits.items())), dict(sorted(remittances.items())))


def _needs_money(remittance: RemittanceFacts) -> bool:
    """Payments of nothing, and debts the payer carries forward, never have a deposit."""
    if remittance.remittance.method.upper() == _NO_PAYMENT:
        return False
    return remittance.cents is None or remittance.cents > 0


def _deposit_id(deposit: DepositFacts) -> DepositId:
    return deposit.deposit_id


def _remittance_id(remittance: RemittanceFacts) -> RemittanceId:
    return remittance.remittance_id


def _proposal(
    rule: str, ours: Iterable[DepositFacts], theirs: Iterable[RemittanceFacts]
) -> Proposal:
    return Proposal(
        rule,
        tuple(sorted(one.deposit_id for one in ours)),
        tuple(sorted(one.remittance_id for one in theirs)),
    )


def _joined(
    pairs: Sequence[tuple[DepositId, RemittanceId]],
) -> list[tuple[tuple[DepositId, ...], tuple[RemittanceId, ...]]]:
    """Pairs put together wherever they share a side, each group sorted."""
    groups: list[tuple[set[DepositId], set[RemittanceId]]] = []
    for deposit_id, remittance_id in pairs:
        ours, theirs = {deposit_id}, {remittance_id}
        apart = []
        for group in groups:
            if deposit_id in group[0] or remittance_id in group[1]:
                ours |= group[0]
                theirs |= group[1]
            else:
                apart.append(group)
        groups = [*apart, (ours, theirs)]
    return [(tuple(sorted(ours)), tuple(sorted(theirs))) for ours, theirs in groups]
