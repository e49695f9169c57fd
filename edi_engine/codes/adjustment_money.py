"""What adjustments mean in money: contractual, the patient's, refused, or something else.

The group code says who owes it, the reason code what it is. Every amount keeps its sign: a
negative adjustment raises the payment and lowers its own bucket. For a balanced line payment
charge = paid + contractual + patient + denied + other, so nothing is lost between the buckets.
Source: domain 3.2, 3.6, 5.4, 6.1.
"""

from collections.abc import Iterable, Sequence
from enum import Enum
from functools import lru_cache

from edi_engine.codes.tables import AdjustmentClass, carc_or_unknown
from edi_engine.money import split_cents
from edi_engine.records.common import Adjustment
from edi_engine.records.matching import PaidAdjustment

__all__ = ["Kind", "Money", "kind_of"]

_STATED_ALLOWED_CENTS_OFF_MAX = 1
"""A stated allowed amount (AMT*B6) further than this from the arithmetic is not used."""


class Kind(Enum):
    """What one adjustment is. PLAN_SHARE is the patient's within the allowed amount;
    PATIENT_REFUSED and PATIENT_ABOVE are the patient's outside it (refused, or billed above the
    allowance). WITHIN lowers the payment but not the allowed amount (sequestration, tax, paid to
    somebody else). BUNDLED, CAPITATED and PRIOR are settled elsewhere."""

    CONTRACTUAL = "contractual"
    PLAN_SHARE = "plan_share"
    PATIENT_REFUSED = "patient_refused"
    PATIENT_ABOVE = "patient_above"
    DENIED = "denied"
    BUNDLED = "bundled"
    CAPITATED = "capitated"
    PRIOR = "prior"
    WITHIN = "within"


_KIND_OF_CLASS = {
    AdjustmentClass.CONTRACTUAL: Kind.CONTRACTUAL,
    AdjustmentClass.PATIENT_SHARE: Kind.WITHIN,
    AdjustmentClass.PRIOR_PAYER: Kind.PRIOR,
    AdjustmentClass.REDUCTION: Kind.WITHIN,
    AdjustmentClass.PAID_ELSEWHERE: Kind.WITHIN,
    AdjustmentClass.CAPITATION: Kind.CAPITATED,
    AdjustmentClass.BUNDLED: Kind.BUNDLED,
    AdjustmentClass.DENIAL: Kind.DENIED,
    AdjustmentClass.INFORMATION: Kind.WITHIN,
}

_PATIENT_GROUP = "PR"


@lru_cache(maxsize=1 << 12)
def kind_of(group_code: str, reason_code: str) -> Kind:
    """What an adjustment is, by who owes it and why; an unknown reason counts as refused."""
    adjustment_class = carc_or_unknown(reason_code).adjustment_class
    if group_code != _PATIENT_GROUP:
        return _KIND_OF_CLASS[adjustment_class]
    if adjustment_class in {AdjustmentClass.DENIAL, AdjustmentClass.BUNDLED}:
        return Kind.PATIENT_REFUSED
    if adjustment_class is AdjustmentClass.CONTRACTUAL:
        return Kind.PATIENT_ABOVE
    return Kind.PLAN_SHARE


@lru_cache(maxsize=1 << 10)
def _is_reduction(reason_code: str) -> bool:
    return carc_or_unknown(reason_code).adjustment_class is AdjustmentClass.REDUCTION


_AMOUNTS = (
    "charge",
    "paid",
    "allowed",
    "contractual",
    "plan_share",
    "patient_refused",
    "patient_above",
    "denied",
    "bundled",
    "capitated",
    "prior",
    "within",
)


class Money:
    """Amounts in cents by what they are; `refused` are refusals by (group, reason, remarks),
    `reduced` is the part of `within` that lowers a payment (sequestration, tax, penalty).

    A running sum: `add` is its only change. `is_capitated` stays true whatever the amounts are.
    """

    __slots__ = (*_AMOUNTS, "is_capitated", "reduced", "refused")

    charge: int
    paid: int
    allowed: int
    contractual: int
    plan_share: int
    patient_refused: int
    patient_above: int
    denied: int
    bundled: int
    capitated: int
    prior: int
    within: int

    def __init__(self, charge: int = 0, paid: int = 0) -> None:
        self.charge = charge
        self.paid = paid
        self.allowed = 0
        self.contractual = 0
        self.plan_share = 0
        self.patient_refused = 0
        self.patient_above = 0
        self.denied = 0
        self.bundled = 0
        self.capitated = 0
        self.prior = 0
        self.within = 0
        self.is_capitated = False
        self.reduced = 0
        self.refused: dict[tuple[str, str, tuple[str, ...]], int] = {}

    @property
    def patient(self) -> int:
        """All that the payer puts on the patient."""
        return self.plan_share + self.patient_refused + self.patient_above

    @property
    def other(self) -> int:
        """What is neither paid nor contractual nor the patient's nor refused."""
        return self.bundled + self.capitated + self.prior + self.within

    @property
    def refused_cents(self) -> int:
        """What the payer refuses, whoever is to bear it; bundled money until its bundle is seen."""
        return self.denied + self.patient_refused + self.bundled

    @property
    def adjusted(self) -> int:
        """Sum of all adjustments."""
        return self.contractual + self.patient + self.denied + self.other

    def add(self, more: "Money") -> None:
        """Add another sum to this one."""
        self.charge += more.charge
        self.paid += more.paid
        self.allowed += more.allowed
        self.contractual += more.contractual
        self.plan_share += more.plan_share
        self.patient_refused += more.patient_refused
        self.patient_above += more.patient_above
        self.denied += more.denied
        self.bundled += more.bundled
        self.capitated += more.capitated
        self.prior += more.prior
        self.within += more.within
        self.reduced += more.reduced
        self.is_capitated = self.is_capitated or more.is_capitated
        if more.refused:
            for key, cents in more.refused.items():
                self.refused[key] = self.refused.get(key, 0) + cents

    def adjust(
        self,
        adjustments: Iterable[Adjustment | PaidAdjustment],
        remark_codes: tuple[str, ...] = (),
    ) -> None:
        """Put adjustments into their buckets."""
        for each in adjustments:
            kind = kind_of(each.group_code, each.reason_code)
            cents = each.amount_cents
            if kind is Kind.CONTRACTUAL:
                self.contractual += cents
            elif kind is Kind.PLAN_SHARE:
                self.plan_share += cents
            elif kind is Kind.WITHIN:
                self.within += cents
                if _is_reduction(each.reason_code):
                    self.reduced += cents
            elif kind is Kind.PRIOR:
                self.prior += cents
            elif kind is Kind.CAPITATED:
                self.capitated += cents
                self.is_capitated = True
            elif kind is Kind.PATIENT_ABOVE:
                self.patient_above += cents
            else:
                if kind is Kind.DENIED:
                    self.denied += cents
                elif kind is Kind.BUNDLED:
                    self.bundled += cents
                else:
                    self.patient_refused += cents
                key = (each.group_code, each.reason_code, remark_codes)
                self.refused[key] = self.refused.get(key, 0) + cents

    def settle_allowed(self, stated_cents: int | None) -> None:
        """Set the allowed amount: as stated (AMT*B6) when the arithmetic bears it out, else
        paid + the patient's share within the plan + what lowers only the payment.

        Sequestration and taxes are such; contractual, refused, bundled and capitated amounts are
        not allowed, and what a prior payer settled is not this payer's allowance. The stated
        amount also passes when it includes all of the patient's part, the prior payer's, or is
        the charge less contractual: payers differ in what they count (RFI 507, 888, 2601, 2604).
        """
        computed = self.paid + self.plan_share + self.within
        if not self.paid and not self.plan_share:
            # A reduction lowers a payment; where nothing is paid there is none to lower.
            computed -= self.reduced
        self.allowed = computed
        if stated_cents is None or stated_cents == computed:
            return
        stated = -stated_cents if self.charge < 0 < stated_cents else stated_cents
        accepted = (
            computed,
            self.paid + self.patient + self.within,
            computed + self.prior,
            self.charge - self.contractual,
        )
        if any(abs(stated - cents) <= _STATED_ALLOWED_CENTS_OFF_MAX for cents in accepted):
            self.allowed = stated

    def shared(self, weights: Sequence[int]) -> list["Money"]:
        """Shares in proportion to the weights; every amount adds up to the whole.

        Where the whole balances every share does too: the largest bucket takes up the odd cents.
        """
        shares = [Money() for _ in weights]
        names = list(_AMOUNTS)
        residual = ""
        if self.charge == self.paid + self.adjusted:
            buckets = [name for name in names if name not in {"charge", "allowed"}]
            residual = max(buckets, key=lambda name: abs(int(getattr(self, name))))
            names.remove(residual)
        for name in names:
            for share, cents in zip(shares, split_cents(getattr(self, name), weights), strict=True):
                setattr(share, name, cents)
        for share in shares:
            share.is_capitated = self.is_capitated
            if residual:
                setattr(share, residual, share.charge - share.paid - share.adjusted)
        for key, total in self.refused.items():
            for share, cents in zip(shares, split_cents(total, weights), strict=True):
                share.refused[key] = cents
        return shares
