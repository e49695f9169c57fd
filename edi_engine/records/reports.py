"""Rows of reports, and what names the subject of a work item to a person. Money is cents."""

from datetime import date
from enum import StrEnum

import msgspec

__all__ = [
    "AgingClock",
    "DenialRow",
    "OpenBalances",
    "PayerRow",
    "PracticeTotals",
    "SilentPpoRow",
    "Subject",
    "UnderpaymentRow",
]


class Subject(msgspec.Struct, frozen=True, gc=False):
    """Whose money a work item is about. Texts are empty and days None where nobody says."""

    claim_id: int | None = None
    claim_payment_id: int | None = None
    remittance_id: int | None = None
    patient_control_number: str = ""
    patient_last_name: str = ""
    patient_first_name: str = ""
    payer_id: str = ""
    payer_name: str = ""
    service_from: date | None = None
    trace_number: str = ""


class CallFacts(msgspec.Struct, frozen=True, gc=False):
    """What a payer asks of whoever calls about a claim. The payer's own number for it is that of
    its latest answer, empty before it answered."""

    subscriber_id: str
    billing_npi: str
    charge_cents: int
    payer_claim_control_number: str


class AgingClock(StrEnum):
    """From when a balance is old. RESPONSIBILITY: since the one who owes it owes it: a payer
    since the claim was sent to it, a patient since the last payer answered. SERVICE: since the
    first day of service. SENT: since the claim was sent."""

    RESPONSIBILITY = "responsibility"
    SERVICE = "service"
    SENT = "sent"


class OpenBalances(msgspec.Struct, frozen=True, gc=False):
    """What is still owed on claims of one payer that are equally old: the days from which what it
    and the patients owe is called old, None where there is none; how many claims there are, on how
    many of them the payer owes something (or is owed it) and how much, and the same of patients."""

    payer_id: str
    payer_name: str
    payer_since: date | None
    patient_since: date | None
    claims_count: int
    payer_count: int
    payer_cents: int
    patient_count: int
    patient_cents: int


class PayerRow(msgspec.Struct, frozen=True, gc=False):
    """One payer: what was billed and what it did, net of reversals, as things stand.

    `variance_cents` sums what was allowed less than expected. `days_to_pay` are the days from
    sending to the first answer that half of its answered claims took at most, None without any.
    """

    payer_id: str
    payer_name: str
    claims_count: int
    unanswered_count: int
    denied_count: int
    charge_cents: int
    paid_cents: int
    contractual_cents: int
    patient_responsibility_cents: int
    denied_cents: int
    variance_cents: int
    days_to_pay: int | None


class DenialRow(msgspec.Struct, frozen=True, gc=False):
    """Refusals of one payer for one category."""

    category: str
    payer_id: str
    payer_name: str
    claims_count: int
    lines_count: int
    denied_cents: int


class UnderpaymentRow(msgspec.Struct, frozen=True, gc=False):
    """One billed line that a payer allowed less for than expected, most money first."""

    claim_id: int
    line_number: int
    payer_sequence: int
    payer_id: str
    payer_name: str
    procedure_code: str
    modifiers: str
    service_from: date | None
    expected_allowed_cents: int
    expected_source: str
    allowed_cents: int
    variance_cents: int
    state: str


class SilentPpoRow(msgspec.Struct, frozen=True, gc=False):
    """Discounts of one payer that no contract with it explains, with the same network named and the
    same contracts of ours behind them (both may be empty). Without any sign (`signs`) all that is
    known is that nothing prices these services. Days are of service; `work_count` claims make work.
    """

    payer_id: str
    payer_name: str
    claims_count: int
    charge_cents: int
    discount_cents: int
    network: str = ""
    contracts: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    clause: str = ""
    request: str = ""
    work_count: int = 0
    equal_count: int = 0
    compared_count: int = 0
    first_on: date | None = None
    last_on: date | None = None


class PracticeTotals(msgspec.Struct, frozen=True):
    """The whole store in a few numbers. Pairs and triples are sorted by name.

    `claims` are (status, claims, charge cents, balance cents), `lines` (state, lines, cents that
    name it: variance of underpaid and overpaid ones, refused of denied ones, else paid),
    `matches` (outcome, claim payments, paid cents), `remittances` (count, payment cents, posted
    cents, suspense cents), `deposits` (status, deposits, cents), `work` (queue, items, cents at
    risk) most money first.
    """

    claims: tuple[tuple[str, int, int, int], ...]
    lines: tuple[tuple[str, int, int], ...]
    matches: tuple[tuple[str, int, int], ...]
    remittances: tuple[int, int, int, int]
    deposits: tuple[tuple[str, int, int], ...]
    work: tuple[tuple[str, int, int], ...]
