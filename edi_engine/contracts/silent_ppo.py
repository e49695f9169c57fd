"""Whose contract stands behind a discount that the payer's own with us does not explain.

Rental networks, repricers and administrators pass our rates on to payers that we never agreed
with. A claim shows it only by signs: a network that the remittance names, a repricer's number,
amounts that are to the cent those of another contract of ours. One sign alone is often nothing, and
a practice seldom loads all its contracts: what an ordinary payer of an unloaded one does too makes
no work. Nothing is said where the payer is bound by law (No Surprises Act) and not by a contract.
Source: domain 5.6; feature 57. Thresholds: `SilentPpoPolicy`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import localcontext
from typing import NamedTuple

import msgspec

from edi_engine.contracts.amounts import EXACT
from edi_engine.contracts.book import (
    ContractBook,
    IndexedContract,
    is_same_name,
    is_without_contract,
)
from edi_engine.contracts.pricing import price_by
from edi_engine.records.claims import ClaimKind
from edi_engine.records.contracts import (
    AnesthesiaRate,
    Contract,
    DrgRate,
    PercentOfCharge,
    ScheduledRate,
)
from edi_engine.records.matching import BilledClaim
from edi_engine.records.policy import SilentPpoPolicy
from edi_engine.records.pricing import (
    AnsweredLine,
    PricedClaim,
    PricedGroup,
    PricedLine,
    SilentPpo,
    SilentPpoSign,
)

__all__ = ["OTHER_NETWORK_REASONS", "SURPRISE_REMARKS", "OtherContracts", "OtherRates"]

OTHER_NETWORK_REASONS = frozenset({"38", "242", "279"})
"""CARCs that say we are not in the payer's network."""
SURPRISE_REMARKS = frozenset(
    {"N830", "N859", "N860", *(f"N{number}" for number in range(862, 880) if number != 863)}
)
"""RARCs of the No Surprises Act: the payer treats us as out of network, and the law, not a
contract, says what it allows; open negotiation is the way."""
_NEGOTIATED_REASON = "131"
_CONTRACT_REASONS = frozenset({"41", "P24", "P25", "P26"})
"""CARCs of preferred and voluntary networks. Payers of a network that we are in use them too."""
_CONTRACT_REMARKS = frozenset({"N381"})
"""RARCs that refer to a contract with us."""
_ORDINARY = frozenset({SilentPpoSign.CONTRACT_NAMED, SilentPpoSign.CONTRACT_REMARKED})
"""Signs that a payer of a contract of ours gives as well, when that is not loaded."""
_MEMORY_MAX = 100_000
"""Prices of single lines that are remembered; see `ContractBook`."""


class OtherRates(NamedTuple):
    """Contracts of ours with others whose rates are the very amounts that a payer allowed.

    `contracts` have the same rates here. `line_numbers` are the lines that are equal, `own_count`
    the different services among them whose rate only the contract tells: no percentage of a charge
    and no rate that Medicare publishes.
    """

    contracts: tuple[Contract, ...]
    clause: str
    line_numbers: tuple[int, ...]
    equal_count: int
    compared_count: int
    own_count: int

    @property
    def titles(self) -> tuple[str, ...]:
        """Key and version of each."""
        return tuple(f"{each.key} {each.version}" for each in self.contracts)

    @property
    def in_words(self) -> str:
        """The contracts with the place of the first rate in the paper."""
        clause = f" ({self.clause})" if self.clause else ""
        return f"{' or '.join(self.titles)}{clause}"


class OtherContracts:
    """The search for somebody else's contract; built once, asked for every odd claim."""

    def __init__(self, book: ContractBook, policy: SilentPpoPolicy) -> None:
        self.book = book
        self.policy = policy
        self._alone: dict[tuple[object, ...], int | None] = {}
        self._changes: dict[str, list[date]] = {}

    def silent_ppo(self, claim: BilledClaim, answers: Sequence[AnsweredLine]) -> SilentPpo | None:
        """Signs that these discounts are taken under somebody else's contract; None without any.

        `answers` are lines from which the payer took something off as contractual. Those for which
        a contract with it is in force are left out. Never raises.
        """
        policy = self.policy
        if self.book.is_empty or claim.payer_sequence != 1:
            return None
        if claim.payer_id.strip().upper() in policy.known_payers:
            return None
        lines = {line.line_number: line for line in claim.lines}
        fitting = self.book.fitting(claim)
        odd = [
            each
            for each in answers
            if each.discount_cents > 0
            and each.line_number in lines
            and is_without_contract(fitting, claim, lines[each.line_number])
        ]
        if not odd or any(not SURPRISE_REMARKS.isdisjoint(each.remark_codes) for each in odd):
            return None
        told = _Told(odd)
        if any(is_same_name(one, other) for one in told.names for other in policy.known_networks):
            return None
        charge = sum(lines[each.line_number].charge_cents for each in odd)
        rates = self.rates(claim, odd)
        found = dict(self._signs(claim, told, charge, rates))
        if not found:
            return None
        signs = [sign for sign in SilentPpoSign if sign in found]
        is_work = told.discount_cents >= policy.least_cents and self._is_work(signs, rates)
        return SilentPpo(
            line_numbers=tuple(each.line_number for each in odd),
            charge_cents=charge,
            discount_cents=told.discount_cents,
            signs=tuple(signs),
            words=" ".join(found[sign] for sign in signs),
            request=self._request(claim, told, rates),
            is_work=is_work,
            network=", ".join(told.names),
            contracts=() if rates is None else rates.titles,
            clause="" if rates is None else rates.clause,
            equal_count=0 if rates is None else rates.equal_count,
            compared_count=0 if rates is None else rates.compared_count,
        )

    def rates(self, claim: BilledClaim, answers: Sequence[AnsweredLine]) -> OtherRates | None:
        """The contracts of ours, with others than this payer, that give the most of these amounts
        to the cent, and enough of those that they price; None when there is none."""
        found: list[OtherRates] = []
        with localcontext(EXACT):
            alone = _lines_alone(claim, answers)
            for versions in self.book.others(claim):
                if alone is None or self._may_fit(versions, alone):
                    rates = _compared(versions, price_by(versions, claim), claim, answers)
                    share = self.policy.share_percent * rates.compared_count
                    if rates.equal_count and rates.equal_count * 100 >= share:
                        found.append(rates)
        if not found:
            return None
        best = max(found, key=lambda each: (each.own_count, each.equal_count))
        alike = [each for each in found if each[2:] == best[2:]]
        contracts = tuple(contract for each in alike for contract in each.contracts)
        return best._replace(contracts=contracts)

    def is_proof(self, rates: OtherRates) -> bool:
        """Whether the amounts alone say whose rates they are."""
        return rates.own_count >= self.policy.lines_min

    def is_named(self, claim: BilledClaim, answers: Iterable[AnsweredLine]) -> bool:
        """Whether the remittance speaks of a repricer, or of another contract than the payer's."""
        own = {each.contract.key for each in self.book.fitting(claim)}
        return any(
            answer.repriced_numbers
            or any(
                own.isdisjoint(each.key for each in self.book.named(name))
                for name in answer.contract_names
            )
            for answer in answers
        )

    def _signs(
        self, claim: BilledClaim, told: "_Told", charge: int, rates: OtherRates | None
    ) -> Iterator[tuple[SilentPpoSign, str]]:
        """Each sign with the sentence that says it."""
        yield from self._named_signs(claim, told)
        if rates is not None:
            many = f"{rates.equal_count} of {rates.compared_count} services"
            words = f"It allows what {rates.in_words} says, on {many}."
            yield SilentPpoSign.OTHER_RATES, words
        if told.repriced:
            numbers = ", ".join(told.repriced)
            yield SilentPpoSign.REPRICED, f"A repricer has the claim under {numbers} (REF*9A, 9C)."
        if _NEGOTIATED_REASON in told.reasons:
            words = "It calls the discount negotiated for this claim (CARC 131)."
            yield SilentPpoSign.NEGOTIATED, words
        if told.out_of_network:
            words = f"It says that we are out of its network ({told.out_of_network})."
            yield SilentPpoSign.OUT_OF_NETWORK, words
            percent, policy = told.discount_cents * 100, self.policy
            low, high = policy.discount_from_percent, policy.discount_to_percent
            if low * charge <= percent <= high * charge:
                words = f"{percent // charge} % off the charge is what repricers usually take."
                yield SilentPpoSign.USUAL_DISCOUNT, words
        speaking = sorted((_CONTRACT_REASONS & told.reasons) | (_CONTRACT_REMARKS & told.remarks))
        if speaking:
            words = f"Its codes speak of a contract or network ({', '.join(speaking)})."
            yield SilentPpoSign.CONTRACT_REMARKED, words

    def _named_signs(
        self, claim: BilledClaim, told: "_Told"
    ) -> Iterator[tuple[SilentPpoSign, str]]:
        own = {each.contract.key for each in self.book.fitting(claim)}
        for name in told.names:
            known = self.book.named(name)
            others = [each for each in known if each.key not in own]
            if others:
                ours = f"our contract {others[-1].key}, which is not for this payer and plan"
                yield SilentPpoSign.OUR_CONTRACT_NAMED, f"It names {name}: that is {ours}."
            elif known:
                words = (
                    f"It names {name}: our contract {known[-1].key} is not in force on this day."
                )
                yield SilentPpoSign.CONTRACT_NAMED, words
            else:
                words = f"It names the contract {name}, which we do not know."
                yield SilentPpoSign.CONTRACT_NAMED, words

    def _is_work(self, signs: Sequence[SilentPpoSign], rates: OtherRates | None) -> bool:
        """Our own contract named or its rates allowed; else two signs, not both ordinary."""
        if SilentPpoSign.OUR_CONTRACT_NAMED in signs:
            return True
        if rates is not None and self.is_proof(rates):
            return True
        return len(signs) > 1 and not _ORDINARY.issuperset(signs)

    def _request(self, claim: BilledClaim, told: "_Told", rates: OtherRates | None) -> str:
        own = {each.contract.key for each in self.book.fitting(claim)}
        named = [
            f"{each.key} {each.version}"
            for name in told.names
            for each in self.book.named(name)
            if each.key not in own
        ]
        ours = named[-1:] or list(rates.titles if rates is not None else ())
        if ours:
            return (
                f"Ask for the clause of {' or '.join(ours)} that lets others use its rates, and for"
                " the notice that this payer does."
            )
        if told.names:
            return (
                f"Ask for our agreement with {', '.join(told.names)} and its clause about other"
                " payers' access."
            )
        return (
            "Ask which network gave the discount, and by which clause of which agreement of ours."
        )

    def _may_fit(self, versions: Sequence[IndexedContract], lines: Sequence["_LineAlone"]) -> bool:
        """Whether pricing the whole claim is worth its time: some line is allowed what it would be
        alone, as the first of several procedures is."""
        key = versions[0].contract.key
        changes = self._changes.get(key)
        if changes is None:
            changes = self._changes[key] = _days_of_change(versions)
        return any(self._price_alone(versions, changes, line) == line.cents for line in lines)

    def _price_alone(
        self, versions: Sequence[IndexedContract], changes: Sequence[date], line: "_LineAlone"
    ) -> int | None:
        first, second = line.days
        own = of_claim = first and bisect_right(changes, first)
        if second != first:
            of_claim = second and bisect_right(changes, second)
        key = (versions[0].contract.key, own, of_claim, line.key)
        if key not in self._alone:
            if len(self._alone) >= _MEMORY_MAX:
                self._alone.clear()
            self._alone[key] = price_by(versions, line.claim).lines[0].allowed_cents
        return self._alone[key]


class _LineAlone(NamedTuple):
    """A claim of a single line, what was allowed for that, and all that its price hangs on: the
    days that may choose version and rate, its own and the claim's, stand apart."""

    claim: BilledClaim
    cents: int
    days: tuple[date | None, date | None]
    key: tuple[object, ...]


def _lines_alone(
    claim: BilledClaim, answers: Iterable[AnsweredLine]
) -> Sequence[_LineAlone] | None:
    """The answered lines, each as if it were alone; None where that says nothing: lines of a stay
    are priced together, and for shares only their sum is known."""
    if claim.kind is ClaimKind.INSTITUTIONAL:
        return None
    lines = {line.line_number: line for line in claim.lines}
    found = []
    for answer in answers:
        if answer.is_share:
            return None
        line = lines.get(answer.line_number)
        if line is not None:
            key = (
                claim.kind,
                line.procedure_code,
                line.modifiers,
                line.revenue_code,
                line.units,
                line.unit_code,
                line.charge_cents,
                line.place_of_service,
            )
            alone = msgspec.structs.replace(claim, lines=(line,))
            days = line.service_from, claim.admitted_on or claim.service_from
            found.append(_LineAlone(alone, answer.allowed_cents, days, key))
    return found


def _days_of_change(versions: Iterable[IndexedContract]) -> list[date]:
    """Days from which on something of a contract is otherwise, sorted: between two of them a line
    has the same price on every day."""
    days: set[date] = set()
    for each in versions:
        contract = each.contract
        spans = [(contract.effective_from, contract.effective_to)]
        rows = [row for schedule in contract.schedules for row in schedule.rates]
        for first, last in (*spans, *((row.effective_from, row.effective_to) for row in rows)):
            if first is not None:
                days.add(first)
            if last is not None and last < date.max:
                days.add(last + timedelta(days=1))
        days.update(change.first_on for change in contract.escalators)
    return sorted(days)


class _Told:
    """What the remittance says of the lines, together."""

    def __init__(self, answers: Sequence[AnsweredLine]) -> None:
        self.discount_cents = sum(each.discount_cents for each in answers)
        self.names = _once(name for each in answers for name in each.contract_names)
        self.repriced = _once(number for each in answers for number in each.repriced_numbers)
        self.reasons = frozenset().union(*(each.reason_codes for each in answers))
        self.remarks = frozenset().union(*(each.remark_codes for each in answers))
        codes = [f"CARC {code}" for code in sorted(OTHER_NETWORK_REASONS & self.reasons)]
        if any(each.above_cents > 0 for each in answers):
            codes.append("the patient is billed above the allowance")
        self.out_of_network = ", ".join(codes)


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _compared(
    versions: Sequence[IndexedContract],
    price: PricedClaim,
    claim: BilledClaim,
    answers: Sequence[AnsweredLine],
) -> OtherRates:
    """These amounts held against another contract's prices below the charge."""
    told = {each.line_number: each.allowed_cents for each in answers if not each.is_share}
    shares = {each.line_number: each.allowed_cents for each in answers if each.is_share}
    parts = _parts(versions, price, claim)
    pairs = [
        (part, sum(told[number] for number in part.line_numbers))
        for part in parts
        if told.keys() >= set(part.line_numbers)
    ]
    together = [part for part in parts if shares.keys() >= set(part.line_numbers)]
    if together and {n for part in together for n in part.line_numbers} == shares.keys():
        pairs.append((_as_one(together), sum(shares.values())))
    equal = [part for part, allowed in pairs if part.allowed_cents == allowed]
    contract = equal[0].contract if equal else versions[-1].contract
    return OtherRates(
        contracts=(contract,),
        clause=equal[0].clause if equal else "",
        line_numbers=tuple(sorted(number for part in equal for number in part.line_numbers)),
        equal_count=len(equal),
        compared_count=len(pairs),
        own_count=len({part.service for part in equal if part.is_own_rate}),
    )


class _Part(NamedTuple):
    """What another contract pays below the charge: a line, or lines that one rate pays."""

    line_numbers: tuple[int, ...]
    allowed_cents: int
    contract: Contract
    clause: str
    service: tuple[str, ...]
    is_own_rate: bool


def _parts(
    versions: Sequence[IndexedContract], price: PricedClaim, claim: BilledClaim
) -> list[_Part]:
    contracts = {each.contract.version: each.contract for each in versions}
    lines = {line.line_number: line for line in claim.lines}
    parts = []
    both: tuple[PricedLine | PricedGroup, ...] = (*price.lines, *price.groups)
    for priced in both:
        if isinstance(priced, PricedGroup):
            numbers = tuple(n for n in priced.line_numbers if lines[n].charge_cents)
            service: tuple[str, ...] = (priced.term,)
        elif priced.group is None:
            numbers = (priced.line_number,)
            line = lines[priced.line_number]
            service = (line.procedure_code, *line.modifiers)
        else:
            continue
        charge = sum(lines[number].charge_cents for number in numbers)
        if not numbers or not 0 < (priced.allowed_cents or 0) < charge:
            continue
        contract = contracts[priced.version]
        parts.append(
            _Part(
                numbers,
                priced.allowed_cents or 0,
                contract,
                priced.clause,
                service,
                _is_own_rate(contract, priced),
            )
        )
    return parts


def _is_own_rate(contract: Contract, priced: PricedLine | PricedGroup) -> bool:
    """Whether only the contract tells the rate: no share of a charge, nothing that is published."""
    method = next(each.method for each in contract.terms if each.name == priced.term)
    if isinstance(method, ScheduledRate | AnesthesiaRate | DrgRate):
        published = {each.name for each in contract.schedules if each.is_published}
        return method.schedule not in published
    return not isinstance(method, PercentOfCharge)


def _as_one(parts: Sequence[_Part]) -> _Part:
    """All that was answered without its lines; its sum is compared."""
    return parts[0]._replace(
        line_numbers=tuple(number for part in parts for number in part.line_numbers),
        allowed_cents=sum(part.allowed_cents for part in parts),
        service=("the claim",),
        is_own_rate=all(part.is_own_rate for part in parts),
    )
