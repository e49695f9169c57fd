"""Pricing on request: one claim step by step, and the history under another contract."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

import msgspec

from edi_engine.contracts import ContractBook, FeeSchedule, Prices, price_claim
from edi_engine.dates import lies_within
from edi_engine.jobs.stored_claims import billed_claim_of
from edi_engine.records.contracts import Contract
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import BilledClaim
from edi_engine.records.pricing import PricedClaim
from edi_engine.store import Reader, Store

__all__ = ["ClaimPrice", "WhatIf", "WhatIfRow", "price_claim_read", "price_stored_claim", "what_if"]

_CLAIMS_PER_BATCH = 2_000
_OWN_PAYER = 1
"""What the primary payer allowed: only that is in contracts."""


class ClaimPrice(msgspec.Struct, frozen=True):
    """A claim and what contracts allow for it. `by_schedule` is what the fee schedule says of a
    claim that no contract is for. `payer_drgs` are the DRGs that the primary payer's answers name,
    `by_payer_drg` what contracts allow for the claim by the only one of them, None where it names
    none, several, or ours."""

    claim: BilledClaim
    price: PricedClaim
    by_schedule: tuple[ExpectedAllowed, ...]
    payer_drgs: tuple[str, ...] = ()
    by_payer_drg: PricedClaim | None = None


def price_stored_claim(
    store: Store, claim_id: int, contracts: Sequence[Contract] | None = None
) -> ClaimPrice:
    """Price a claim by the contracts in force, or by these. Raises InputError without the claim."""
    with store.reading() as reader:
        claim = billed_claim_of(reader, claim_id)
        found = price_claim_read(reader, claim, contracts)
        drgs = _payer_drgs(reader, claim)
        if len(drgs) != 1 or drgs[0].lstrip("0") == claim.drg.lstrip("0"):
            return msgspec.structs.replace(found, payer_drgs=drgs)
        theirs = msgspec.structs.replace(claim, drg=drgs[0])
        price = price_claim_read(reader, theirs, contracts).price
        return msgspec.structs.replace(found, payer_drgs=drgs, by_payer_drg=price)


def _payer_drgs(reader: Reader, claim: BilledClaim) -> tuple[str, ...]:
    """DRGs of the primary payer's answers, each once, in the order of the payments."""
    ids = reader.payment_ids_matched_to([claim.claim_id]).get(claim.claim_id, ())
    matches = reader.match_of(ids)
    own = [each for each in sorted(ids) if matches[each].payer_sequence == _OWN_PAYER]
    payments = reader.paid_claims(own)
    return tuple(dict.fromkeys(payments[each].drg for each in own if payments[each].drg))


def price_claim_read(
    reader: Reader, claim: BilledClaim, contracts: Sequence[Contract] | None = None
) -> ClaimPrice:
    """Price a claim that was read already, by the contracts in force or by these."""
    book = ContractBook(reader.contracts_in_force() if contracts is None else contracts)
    by_schedule: tuple[ExpectedAllowed, ...] = ()
    if not book.fitting(claim):
        by_schedule = Prices(book, FeeSchedule(reader.fee_schedule())).expected(claim)
    return ClaimPrice(claim, price_claim(book, claim), by_schedule)


class WhatIfRow(msgspec.Struct, frozen=True):
    """Lines of one procedure (or revenue) code that both then and now have a price."""

    code: str
    lines_count: int
    now_cents: int
    then_cents: int

    @property
    def difference_cents(self) -> int:
        """What the other contract allows more; negative for less."""
        return self.then_cents - self.now_cents


class WhatIf(msgspec.Struct, frozen=True):
    """History priced again. `now_cents` is what the contracts and the schedule in force expect,
    `then_cents` what the other contract would, both over the lines that both price; of these the
    answered ones were allowed `allowed_cents`, and would have been `answered_then_cents`.
    `unpriced` counts the reasons why lines have no price under the other contract."""

    contract: str
    version: str
    claims_count: int
    compared_lines_count: int
    now_cents: int
    then_cents: int
    newly_priced_lines_count: int
    newly_priced_cents: int
    answered_lines_count: int
    allowed_cents: int
    answered_then_cents: int
    rows: tuple[WhatIfRow, ...]
    unpriced: tuple[tuple[str, int], ...]


def what_if(
    store: Store,
    contract: Contract,
    *,
    payer_ids: Collection[str] = (),
    first_on: date | None = None,
    last_on: date | None = None,
) -> WhatIf:
    """Price the claims of a time as if this contract had been in force then.

    `payer_ids` stand in place of the payers that the contract names. Claims count when their first
    day of service lies in the inclusive range; replaced and voided ones count like others.
    """
    tried = _as_if_always(contract, payer_ids)
    book = ContractBook([tried])
    sums = _Sums()
    with store.reading() as reader:
        now = Prices(ContractBook(reader.contracts_in_force()), FeeSchedule(reader.fee_schedule()))
        payers = tried.scope.payer_ids or None
        for claims in _claims(reader, payers, first_on, last_on):
            fitting = [claim for claim in claims if book.fitting(claim)]
            allowed = _allowed(reader, fitting)
            for claim in fitting:
                if claim.payer_sequence == _OWN_PAYER:
                    sums.add(claim, price_claim(book, claim), now.expected(claim), allowed)
    return sums.result(contract)


def _as_if_always(contract: Contract, payer_ids: Collection[str]) -> Contract:
    scope = contract.scope
    if payer_ids:
        wanted = frozenset(payer_id.strip().upper() for payer_id in payer_ids)
        scope = msgspec.structs.replace(scope, payer_ids=wanted)
    return msgspec.structs.replace(
        contract, scope=scope, effective_from=date.min, effective_to=None
    )


def _claims(
    reader: Reader, payers: Collection[str] | None, first_on: date | None, last_on: date | None
) -> Iterator[list[BilledClaim]]:
    found = reader.claim_ids_by_payer(payers)
    for start in range(0, len(found), _CLAIMS_PER_BATCH):
        ids = found[start : start + _CLAIMS_PER_BATCH]
        yield [
            claim
            for claim in reader.billed_claims(ids).values()
            if lies_within(claim.service_from, first_on, last_on)
        ]


_Allowed = dict[tuple[int, int], int]


def _allowed(reader: Reader, claims: Iterable[BilledClaim]) -> _Allowed:
    """What the primary payer allowed, by claim and line, for lines that it answered."""
    found = reader.reconciliations([claim.claim_id for claim in claims])
    return {
        (claim_id, line.line_number): line.allowed_cents
        for claim_id, conclusion in found.items()
        for line in conclusion.lines
        if line.payer_sequence == _OWN_PAYER and line.remit_lines
    }


class _Sums:
    """The comparison while claims pass by."""

    def __init__(self) -> None:
        self.claims_count = 0
        self.newly_priced: list[int] = []
        self.answered: list[tuple[int, int]] = []
        self.rows: dict[str, list[tuple[int, int]]] = {}
        self.unpriced: Counter[str] = Counter()

    def add(
        self,
        claim: BilledClaim,
        price: PricedClaim,
        now: Iterable[ExpectedAllowed],
        allowed: _Allowed,
    ) -> None:
        self.claims_count += 1
        known = {each.line_number: each.allowed_cents for each in now}
        for line, priced in zip(claim.lines, price.lines, strict=True):
            then = priced.allowed_cents
            if then is None:
                self.unpriced[priced.reason] += 1
                continue
            was = allowed.get((claim.claim_id, line.line_number))
            if was is not None:
                self.answered.append((was, then))
            expected = known.get(line.line_number)
            if expected is None:
                self.newly_priced.append(then)
            else:
                code = line.procedure_code or line.revenue_code
                self.rows.setdefault(code, []).append((expected, then))

    def result(self, contract: Contract) -> WhatIf:
        rows = [
            WhatIfRow(
                code,
                len(pairs),
                sum(now for now, _ in pairs),
                sum(then for _, then in pairs),
            )
            for code, pairs in self.rows.items()
        ]
        rows.sort(key=lambda row: (-abs(row.difference_cents), row.code))
        return WhatIf(
            contract=contract.key,
            version=contract.version,
            claims_count=self.claims_count,
            compared_lines_count=sum(row.lines_count for row in rows),
            now_cents=sum(row.now_cents for row in rows),
            then_cents=sum(row.then_cents for row in rows),
            newly_priced_lines_count=len(self.newly_priced),
            newly_priced_cents=sum(self.newly_priced),
            answered_lines_count=len(self.answered),
            allowed_cents=sum(was for was, _ in self.answered),
            answered_then_cents=sum(then for _, then in self.answered),
            rows=tuple(rows),
            unpriced=tuple(sorted(self.unpriced.items(), key=lambda pair: (-pair[1], pair[0]))),
        )
