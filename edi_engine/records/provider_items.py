"""The sub-ledger of provider adjustments (PLB): each pair an item with what became of it.

`PlacedAdjustment` and the `Named...` records are what the conclusion is drawn from, `ProviderItem`
is the conclusion. Amounts are cents and positive when they lower the deposit, as the guide has it;
in a remittance that balances only with the signs turned around they are turned here.
Source: domain 3.12, 4.4.
"""

from datetime import date
from enum import StrEnum

import msgspec

from edi_engine.records.matching import ClaimId, ClaimPaymentId, RemittanceId

__all__ = [
    "InterestLink",
    "NamedClaim",
    "NamedPayment",
    "NamedRemittance",
    "PlacedAdjustment",
    "ProviderItem",
    "ProviderItemState",
    "ReferenceTrace",
    "Settlement",
]


class ProviderItemState(StrEnum):
    """OPEN: its opposite is awaited, or it is disputed. PARTIAL: part of it is settled. CLOSED:
    nothing is left of it. UNTRACED: it names nothing of ours. LEDGER: nothing is awaited, it
    belongs to the account of its kind."""

    OPEN = "open"
    PARTIAL = "partial"
    CLOSED = "closed"
    UNTRACED = "untraced"
    LEDGER = "ledger"


class PlacedAdjustment(msgspec.Struct, frozen=True, gc=False):
    """A provider adjustment with what its remittance says; `provider_id` is PLB01, `ordinal` its
    place in the set. `held` says why the remittance must not count yet, else it is empty."""

    provider_adjustment_id: int
    remittance_id: RemittanceId
    payer_id: str
    provider_id: str
    trace_number: str
    paid_on: date | None
    ordinal: int
    reason_code: str
    reference: str
    amount_cents: int
    held: str = ""


class NamedPayment(msgspec.Struct, frozen=True, gc=False):
    """A claim payment that a reference may name. `claim_id` is the claim it is matched to, None
    when it counts on none."""

    claim_payment_id: ClaimPaymentId
    remittance_id: RemittanceId
    payer_id: str
    paid_on: date | None
    patient_control_number: str
    payer_claim_control_number: str
    status_code: str
    paid_cents: int
    interest_cents: int
    claim_id: ClaimId | None


class NamedClaim(msgspec.Struct, frozen=True, gc=False):
    """A claim that a reference may name."""

    claim_id: ClaimId
    payer_id: str
    patient_control_number: str


class NamedRemittance(msgspec.Struct, frozen=True, gc=False):
    """A remittance that a reference may name by its trace number (TRN02)."""

    remittance_id: RemittanceId
    payer_id: str
    trace_number: str


class ReferenceTrace(msgspec.Struct, frozen=True, gc=False):
    """Where a reference leads, and why: `rule` names the number that was equal
    ("payer_claim_control_number", "patient_control_number", "claim", "cut_claim", "trace_number",
    empty for nothing), `text` is the part of the reference that was. A payment on no claim of ours
    leads to its remittance only."""

    rule: str = ""
    text: str = ""
    claim_id: ClaimId | None = None
    remittance_id: RemittanceId | None = None
    claim_payment_id: ClaimPaymentId | None = None


class Settlement(msgspec.Struct, frozen=True, gc=False):
    """Part of an item that another item settles; `amount_cents` is never negative."""

    item_id: int
    amount_cents: int


class InterestLink(msgspec.Struct, frozen=True, gc=False):
    """Interest of one claim payment (AMT*I) that an interest item pays; positive is paid to us."""

    claim_payment_id: ClaimPaymentId
    claim_id: ClaimId | None
    amount_cents: int


class ProviderItem(msgspec.Struct, frozen=True, gc=False):
    """What became of one provider adjustment; `item_id` is the adjustment's own identifier.

    `kind` is a `PlbMeaning`. `open_cents` has the sign of `amount_cents` and is what is left of
    it; 0 for what is closed, awaits nothing or is held. `is_explained` False: somebody must say
    what the money is before it can stand anywhere but in suspense. `by_amount` tells that amounts
    alone, without a reference, settled some of it. `group_key` is what it shares with the items
    that its reference ties it to. The interest of a remittance stands on its first interest item.
    `settled_on` is the day the last part was settled.
    """

    item_id: int
    remittance_id: RemittanceId
    payer_id: str
    reason_code: str
    kind: str
    reference: str
    amount_cents: int
    open_cents: int
    state: ProviderItemState
    is_explained: bool
    trace: ReferenceTrace
    settled_by: tuple[Settlement, ...]
    interest: tuple[InterestLink, ...]
    by_amount: bool
    group_key: str
    reason: str
    arose_on: date | None
    settled_on: date | None

    @property
    def traced_claim_id(self) -> ClaimId | None:
        """The claim its reference leads to."""
        return self.trace.claim_id

    @property
    def traced_remittance_id(self) -> RemittanceId | None:
        """The remittance its reference leads to."""
        return self.trace.remittance_id
