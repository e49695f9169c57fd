"""Tolerances and clocks of reconciliation, each with its reason. Settings may change them."""

from datetime import date
from enum import StrEnum

import msgspec

from edi_engine.dates import BusinessCalendar
from edi_engine.records.contracts import Tolerance
from edi_engine.records.deadlines import (
    DeadlineAnchor,
    DeadlineKind,
    DeadlineRule,
)
from edi_engine.records.denials import DenialRule
from edi_engine.records.work import Queue
from edi_engine.records.work_clocks import QueueClocks

__all__ = [
    "AssignmentRule",
    "HoldRule",
    "PostOn",
    "PostingPolicy",
    "ReconcilePolicy",
    "SilentPpoPolicy",
    "WorklistPolicy",
]


class PostOn(StrEnum):
    """What must be there before a remittance posts: itself, or the deposit that it announces."""

    REMITTANCE = "remittance"
    DEPOSIT = "deposit"


class HoldRule(msgspec.Struct, frozen=True):
    """Adjustments that a person looks at before they post. Empty fields match anything.

    An adjustment is held when payer, group and reason fit and its amount in cents is above
    `above_cents` (None: whatever its amount).
    """

    payer_id: str = ""
    group_code: str = ""
    reason_code: str = ""
    above_cents: int | None = None


class PostingPolicy(msgspec.Struct, frozen=True):
    """What the practice lets post by itself. The default posts whatever passes every check."""

    post_on: PostOn = PostOn.REMITTANCE
    hold_zero_payments: bool = False
    hold_rules: tuple[HoldRule, ...] = ()

    @property
    def waits_for_deposits(self) -> bool:
        """Whether a payment posts only once its money was seen."""
        return self.post_on is PostOn.DEPOSIT


class AssignmentRule(msgspec.Struct, frozen=True):
    """Items that go to somebody by themselves. Empty fields fit anything.

    Patients' last names from `patient_from` up to and with all that begin with `patient_to`;
    amounts at risk from `least_cents` on and below `below_cents`. They go to `assignees`, of these
    to those with `skill`, or to everybody who has it.
    """

    payer_id: str = ""
    queue: Queue | None = None
    patient_from: str = ""
    patient_to: str = ""
    least_cents: int | None = None
    below_cents: int | None = None
    assignees: tuple[str, ...] = ()
    skill: str = ""


class WorklistPolicy(msgspec.Struct, frozen=True):
    """How people share the work. None of it changes what is concluded about a claim."""

    lease_minutes: int = 30
    """How long an item that somebody pulled is theirs alone (domain 7.4)."""
    touches_before_stop: int = 3
    """After so many touches an item counts as fully worked and may be given up (feature 79). Ours:
    a call, the call back and one more; a fourth seldom brings what it costs."""
    low_value_cents: int = 1_000
    """An item worth at most this, at its chance, may be given up untouched: half an hour's work
    costs more."""
    rules: tuple[AssignmentRule, ...] = ()
    """Tried in this order; the first that fits and names somebody decides."""
    skills: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Who can do what: (name, skills)."""
    bulk_items_max: int = 500
    """Items that one bulk action may change: a day's work of an office, not its whole list."""
    sample_percent: int = 10
    """Of a hundred given-up items so many are shown to the manager."""
    clocks: tuple[QueueClocks, ...] = ()
    """Queues with clocks (feature 78). None by default: what an office can keep it must say."""
    manager: str = ""
    """Whom an item goes to whose clock ran out; empty leaves it where it is, as escalated."""
    opens_minute: int = 8 * 60
    """Minute of the day at which the office opens, for clocks that count hours."""
    closes_minute: int = 17 * 60
    """Minute of the day at which it closes."""
    promise_grace_days: int = 3
    """Days after the promised one before a promise counts as broken (domain 7.3): money takes a
    weekend to arrive."""
    young_percent: int = 0
    """Of a hundred items given out in a day so many are young refusals (domain 7.2). Off by
    default: what is worth most comes first already, and a second rule should be chosen."""
    young_days: int = 30
    """A refusal is young up to this age: up to then rejections bring most (domain 7.2)."""


class SilentPpoPolicy(msgspec.Struct, frozen=True):
    """When a discount that no contract explains is worth a person's time. Source: domain 5.6.

    A practice seldom loads all its contracts, so that a discount alone says little: what an
    ordinary payer of an unloaded contract does too must make no work.
    """

    least_cents: int = 2_500
    """Smaller discounts are reported only: a call costs twenty minutes of an office."""
    lines_min: int = 2
    """Services that must be allowed exactly as another contract says for this alone to count. One
    equal amount in some hundred rates is chance, or the same fee agreed twice; two rarely are."""
    share_percent: int = 80
    """Of the services that the other contract prices so many must be allowed as it says: one in
    five may be priced otherwise for a reason of its own (capped, bundled, a second reduction)."""
    discount_from_percent: int = 61
    discount_to_percent: int = 81
    """What repricers and rental networks usually take off a charge (domain 5.6). It counts only
    where the payer calls the claim out of network: against a high charge anybody's discount is as
    deep."""
    known_payers: tuple[str, ...] = ()
    """Payers, by identifier and sorted, with whom there is a contract that is not loaded."""
    known_networks: tuple[str, ...] = ()
    """Networks, by the name that remittances give them and sorted, that the practice is in."""


class ReconcilePolicy(msgspec.Struct, frozen=True):
    """What the practice decides about reconciling. All days are calendar days
    unless they say otherwise.

    A variance counts when it is greater than `tolerance_cents` and greater than
    `tolerance_basis_points` of the expected amount: the larger of the two rules, so that a
    dollar of rounding on a small line and one percent on a large one raise nobody.
    """

    tolerance_cents: int = 100
    tolerance_basis_points: int = 100
    response_days: int = 30
    """No answer so many days after sending, or after the accept, makes a work item, as long as the
    payer's own history is too short to go by (domain 7.3)."""
    response_days_min: int = 14
    response_days_max: int = 45
    """A payer is given the days in which nine of ten of its claims were answered, but at least and
    at most so many (domain 7.3): below two weeks a late file makes an alarm, and after six weeks
    some filing limits run out."""
    response_history_min: int = 20
    """So many answered claims of a payer make a history: a tenth of them is two."""
    acknowledgment_days: int = 5
    """No acknowledgment so many days after sending makes a work item, without a history. Files are
    acknowledged within a day or two, claims within three."""
    acknowledgment_days_min: int = 5
    acknowledgment_days_max: int = 14
    """The floor and ceiling of what history says of acknowledgments: five days hold a weekend."""
    clearinghouses: frozenset[str] = frozenset()
    """Identifiers (NM109 of loop 2100A, or ISA06) of clearinghouses that call themselves a payer,
    or nothing, in the acknowledgments that they send."""
    correction_days: int = 30
    """A reversal without its correction is an alarm after so many days (domain 4.3), and so is the
    payment of a claim that we replaced or voided, when it is not taken back."""
    secondary_days: int = 30
    """A crossover whose secondary remittance does not come (domain 7.3), without a history."""
    deposit_days: int = 4
    """Business days from the payment date until a deposit that did not come is asked for; the
    rules for payers give them three (domain 3.8)."""
    deposit_alarm_days: int = 31
    """Business days until it is told once more (VistA's alarm for remittances)."""
    remittance_days: int = 4
    """Business days that a deposit waits for its remittance before somebody asks for it."""
    remittance_alarm_days: int = 15
    """Business days until it is told once more (VistA's alarm for deposits)."""
    deposit_days_by_payer: tuple[tuple[str, int], ...] = ()
    deposits_elsewhere: frozenset[str] = frozenset()
    """Payers, by identifier, whose money goes to an account whose files are not loaded."""
    appeal_days: int = 180
    """Usual commercial first-level appeal window, from the payment date (domain 6.3)."""
    filing_days: int = 365
    """Timely filing from the first date of service; Medicare's year, the longest usual limit."""
    refund_days: int = 60
    """What is owed back to a payer, from the day since when it is. Medicare gives sixty days once
    an overpayment is known (domain feature 49), and contracts seldom more."""
    filing_days_by_payer: tuple[tuple[str, int], ...] = ()
    appeal_days_by_payer: tuple[tuple[str, int], ...] = ()
    deadline_rules: tuple[DeadlineRule, ...] = ()
    """The practice's own rules of deadlines; the days above are rules too, for any claim."""
    federal_holidays: bool = True
    """Whether federal holidays are days off. Payers and courts keep them."""
    days_off: frozenset[date] = frozenset()
    """Days on which this office does not work besides weekends and holidays."""
    denial_rules: tuple[DenialRule, ...] = ()
    """What refusals mean by the practice's own experience, before the tables of `codes`."""
    practice_npis: frozenset[str] = frozenset()
    """Payee identifiers that are ours besides those our claims name."""
    practice_tins: frozenset[str] = frozenset()
    posting: PostingPolicy = PostingPolicy()
    worklist: WorklistPolicy = WorklistPolicy()
    silent_ppo: SilentPpoPolicy = SilentPpoPolicy()
    use_learned_quirks: bool = False
    """Whether what was learned of payers is used like what a person declared. Not by default:
    what is learned depends on what came before, and a night's work should not; and a habit is
    cheap to confirm, a wrong match dear to find."""

    def tolerance_for(self, expected_cents: int, agreed: Tolerance | None = None) -> int:
        """The largest absolute variance that passes, in cents; by a contract where it says so."""
        if agreed is None:
            agreed = Tolerance(self.tolerance_cents, self.tolerance_basis_points)
        return max(agreed.cents, abs(expected_cents) * agreed.basis_points // 10_000)

    def deposit_days_for(self, payer_id: str) -> int:
        """Business days that payer has to bring the money."""
        return dict(self.deposit_days_by_payer).get(payer_id, self.deposit_days)

    @property
    def calendar(self) -> BusinessCalendar:
        """Which days are business days. Made anew each time: keep it while it is used."""
        return BusinessCalendar(self.days_off, federal=self.federal_holidays)

    @property
    def plain_deadline_rules(self) -> tuple[DeadlineRule, ...]:
        """The plain days of the settings as rules: for any claim, then for a payer's."""
        filing, appeal = DeadlineKind.FILING, DeadlineKind.APPEAL
        return (
            _plain(filing, "", self.filing_days),
            _plain(appeal, "", self.appeal_days),
            _plain(DeadlineKind.REFUND, "", self.refund_days),
            *(_plain(filing, payer, days) for payer, days in self.filing_days_by_payer),
            *(_plain(appeal, payer, days) for payer, days in self.appeal_days_by_payer),
        )


_PLAIN_ANCHORS = {
    DeadlineKind.FILING: DeadlineAnchor.FIRST_SERVICE,
    DeadlineKind.APPEAL: DeadlineAnchor.REMITTANCE,
    DeadlineKind.REFUND: DeadlineAnchor.OWED_SINCE,
}


def _plain(kind: DeadlineKind, payer_id: str, days: int) -> DeadlineRule:
    name = f"policy.{kind.value}_days" + ("_by_payer" if payer_id else "")
    return DeadlineRule(
        payer_id=payer_id,
        kind=kind,
        count=days,
        anchor=_PLAIN_ANCHORS[kind],
        source=f"the setting {name}",
    )
