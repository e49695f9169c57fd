"""What pricing a claim gives: every line's amount with each step of the arithmetic."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from edi_engine.records.matching import ClaimId

__all__ = [
    "AnsweredLine",
    "PriceStep",
    "PricedClaim",
    "PricedGroup",
    "PricedLine",
    "SilentPpo",
    "SilentPpoSign",
    "VarianceCause",
    "VarianceExplanation",
]


class PriceStep(msgspec.Struct, frozen=True, gc=False):
    """One step of the arithmetic: what was done, and the amount that it left.

    `rule` is a stable name ("rate", "units", "modifier", "multiple procedures", "charge" ...),
    `words` say it for people, `amount` is in cents, exact, and may hold parts of a cent until it is
    rounded. `clause` is the place in the paper, empty where it gives none.
    """

    rule: str
    words: str
    amount: Decimal
    clause: str = ""


class PricedLine(msgspec.Struct, frozen=True, gc=False):
    """One billed line as a contract prices it.

    `contract` is the contract's key. `allowed_cents` is None when it cannot be priced; `reason`
    then says why and what is missing.
    `group` is the number of the `PricedGroup` whose share this is, None for a line that has a
    price of its own. `is_capped` tells that the charge, and not the contract, decided.
    """

    line_number: int
    charge_cents: int
    allowed_cents: int | None
    contract: str = ""
    version: str = ""
    term: str = ""
    clause: str = ""
    steps: tuple[PriceStep, ...] = ()
    reason: str = ""
    group: int | None = None
    is_capped: bool = False


class PricedGroup(msgspec.Struct, frozen=True, gc=False):
    """Lines that one rate prices together (per diem, case, DRG); the lines hold their shares by
    charge, which are no prices of the lines."""

    number: int
    line_numbers: tuple[int, ...]
    charge_cents: int
    allowed_cents: int | None
    contract: str
    version: str
    term: str
    clause: str
    steps: tuple[PriceStep, ...] = ()
    reason: str = ""
    is_capped: bool = False


class PricedClaim(msgspec.Struct, frozen=True, gc=False):
    """A claim as the contracts price it, lines in order.

    `allowed_cents` is the sum, None when a line has no price. `reason` says why nothing could be
    priced at all (no contract, several that fit equally), empty otherwise. `steps` hold what was
    done to the claim as a whole.
    """

    claim_id: ClaimId
    lines: tuple[PricedLine, ...]
    groups: tuple[PricedGroup, ...] = ()
    allowed_cents: int | None = None
    steps: tuple[PriceStep, ...] = ()
    reason: str = ""


class AnsweredLine(msgspec.Struct, frozen=True, gc=False):
    """What the primary payer allowed for a billed line, and what it says that it adjudicated.

    `procedure_code`, `modifiers` and `units` are the payer's; empty or None where it does not say,
    or where several line payments answer the line. `reason_codes` are all CARCs. `drg` is CLP11,
    that of the claim, as are `contract_names` (the classes of contract, REF*CE) and
    `repriced_numbers` (REF*9A, REF*9C); `remark_codes` are the RARCs of line and claim.
    `is_share` tells that the amount is but a share of money for several lines, which the payer did
    not put on any of them. `discount_cents` is what was taken off as contractual, `above_cents`
    what the patient is told to bear above the allowance (PR-45). `paid_on` is the day of the
    payment that answers it, None for several.
    """

    line_number: int
    allowed_cents: int
    procedure_code: str = ""
    modifiers: tuple[str, ...] | None = None
    units: Decimal | None = None
    reason_codes: frozenset[str] = frozenset()
    drg: str = ""
    is_share: bool = False
    contract_names: tuple[str, ...] = ()
    repriced_numbers: tuple[str, ...] = ()
    remark_codes: frozenset[str] = frozenset()
    discount_cents: int = 0
    above_cents: int = 0
    paid_on: date | None = None


class VarianceCause(StrEnum):
    """Why a payer allowed something else than the contract. Source: domain 5.5."""

    RATE = "rate"
    """Another schedule, percentage, version or escalator."""
    MODIFIER = "modifier"
    MULTIPLE_PROCEDURES = "multiple_procedures"
    UNITS = "units"
    BUNDLED = "bundled"
    RECODE = "recode"
    OUT_OF_NETWORK = "out_of_network"
    CREDENTIAL = "credential"
    CARVE_OUT = "carve_out"
    STOP_LOSS = "stop_loss"
    PER_DIEM_DAYS = "per_diem_days"
    DRG_CHANGE = "drg_change"
    SEQUESTRATION = "sequestration"
    COORDINATION = "coordination"
    SILENT_PPO = "silent_ppo"
    """The rates of a contract of ours with somebody else."""
    LESSER_OF = "lesser_of"
    """The charge is below the rate and counts instead: our own price, no mistake of the payer."""
    TIMELY_DISCOUNT = "timely_discount"
    """Less for having paid in time."""
    TIMELY_INTEREST = "timely_interest"
    """Interest on a late payment that was not paid; of a claim, and never of a line."""
    ROUNDING = "rounding"
    UNKNOWN = "unknown"


class VarianceExplanation(msgspec.Struct, frozen=True, gc=False):
    """The likeliest reason for what was allowed. `words` complete "It fits ...".

    `is_exact` tells that this mistake gives the very amount, to the cent; otherwise the payer's own
    words say what it did, but the amount is another. `others` are further causes that give the same
    amount: then a person has to tell. `is_agreed` tells that the contract lets the payer do so.
    """

    line_numbers: tuple[int, ...]
    cause: VarianceCause
    words: str
    is_exact: bool
    others: tuple[VarianceCause, ...] = ()
    is_agreed: bool = False

    @property
    def in_words(self) -> str:
        """The words, with the other causes that give the same amount."""
        others = " or ".join(each.value.replace("_", " ") for each in self.others)
        return f"{self.words} (or {others})" if others else self.words


class SilentPpoSign(StrEnum):
    """What points to somebody else's contract behind a discount. Source: domain 5.6."""

    OUR_CONTRACT_NAMED = "our_contract_named"
    """The remittance names a contract or network of ours that this payer has no part in."""
    OTHER_RATES = "other_rates"
    """What was allowed is to the cent what a contract of ours with somebody else says."""
    REPRICED = "repriced"
    """A repricer's number of the claim (REF*9A, REF*9C)."""
    NEGOTIATED = "negotiated"
    """A discount said to be negotiated for this claim (CARC 131)."""
    OUT_OF_NETWORK = "out_of_network"
    """The payer says that we are in none of its networks, and takes a contract's discount."""
    USUAL_DISCOUNT = "usual_discount"
    """Out of network, and as deep as repricers usually cut."""
    CONTRACT_NAMED = "contract_named"
    """The remittance names a contract that we do not know (REF*CE)."""
    CONTRACT_REMARKED = "contract_remarked"
    """A code that speaks of a contract or of a network, without naming it."""


class SilentPpo(msgspec.Struct, frozen=True, gc=False):
    """A discount that no contract of the payer's with us explains, and whose it may be.

    `signs` are in the order of `SilentPpoSign`, at least one. `network` is what the remittance
    names, empty where it names nothing. `contracts` are ours whose rates were allowed (key and
    version; several when they agree), on `equal_count` of the `compared_count` services that they
    price below the charge; `clause` is the place of the first rate in the paper. `words` are
    sentences that say all of it, `request` what to ask the payer for. `is_work` tells that it is
    worth a person's time; otherwise it is counted in a report.
    """

    line_numbers: tuple[int, ...]
    charge_cents: int
    discount_cents: int
    signs: tuple[SilentPpoSign, ...]
    words: str
    request: str
    is_work: bool
    network: str = ""
    contracts: tuple[str, ...] = ()
    clause: str = ""
    equal_count: int = 0
    compared_count: int = 0
