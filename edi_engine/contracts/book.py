"""All contracts in force: which one prices a line, and which of its terms.

A contract is chosen by what the claim says of payer, plan and providers, its version by the day;
two that fit equally well price nothing. A line takes the first term, in the order written, that
covers it. Source: domain 5.1; golden scenario G42.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from edi_engine.contracts.schedule_index import ScheduleIndex
from edi_engine.dates import lies_within
from edi_engine.records.contracts import (
    AnesthesiaRate,
    CodeRange,
    Contract,
    ContractScope,
    DateBasis,
    DrgRate,
    LineSelector,
    ModifierRule,
    MultipleProcedureRule,
    ScheduledRate,
    ScheduleRate,
    Term,
)
from edi_engine.records.matching import BilledClaim, BilledLine

__all__ = [
    "CodeSet",
    "ContractBook",
    "IndexedContract",
    "in_force",
    "is_same_name",
    "is_without_contract",
]

_MEMORY_MAX = 100_000
"""Answers kept for claims and lines that look alike. A practice has some thousands of kinds; a
clearinghouse's memory is emptied now and then."""


class CodeSet:
    """Code ranges, asked for one code: single codes are looked up, ranges compared."""

    __slots__ = ("_ranges", "_single")

    def __init__(self, ranges: Iterable[CodeRange]) -> None:
        given = [CodeRange(each.first.upper(), each.last.upper()) for each in ranges]
        self._single = frozenset(each.first for each in given if each.first == each.last)
        self._ranges = tuple(each for each in given if each.first != each.last)

    def __bool__(self) -> bool:
        return bool(self._single or self._ranges)

    def __contains__(self, code: str) -> bool:
        return code in self._single or any(each.covers(code) for each in self._ranges)


class _Selector:
    """A line selector made ready; codes in upper case."""

    __slots__ = ("_codes", "_drgs", "_given", "_revenue_codes")

    def __init__(self, given: LineSelector) -> None:
        self._given = given
        self._codes = CodeSet(given.codes)
        self._revenue_codes = CodeSet(given.revenue_codes)
        self._drgs = CodeSet(given.drgs)

    def covers(self, claim: BilledClaim, line: BilledLine, modifiers: frozenset[str]) -> bool:
        given = self._given
        if given.kinds and claim.kind not in given.kinds:
            return False
        if self._codes and line.procedure_code.upper() not in self._codes:
            return False
        if self._revenue_codes and line.revenue_code.zfill(4) not in self._revenue_codes:
            return False
        if self._drgs and claim.drg.zfill(3) not in self._drgs:
            return False
        if given.types_of_bill and not claim.type_of_bill.startswith(given.types_of_bill):
            return False
        if given.places_of_service and line.place_of_service not in given.places_of_service:
            return False
        if not given.modifiers <= modifiers:
            return False
        return modifiers.isdisjoint(given.without_modifiers)


class IndexedContract:
    """One version of a contract with its schedules, terms and rules ready to be asked."""

    def __init__(
        self, contract: Contract, schedules: Mapping[str, ScheduleIndex] | None = None
    ) -> None:
        self.contract = contract
        self.schedules = (
            {each.name: ScheduleIndex(each) for each in contract.schedules}
            if schedules is None
            else schedules
        )
        self.modifier_rules: dict[str, ModifierRule] = {
            each.modifier.upper(): each for each in contract.modifiers
        }
        self.multiple_procedures = [
            (rule, CodeSet(rule.codes)) for rule in contract.multiple_procedures
        ]
        self._terms = [(term, _Selector(term.selector)) for term in contract.terms]
        self._terms_of: dict[tuple[object, ...], tuple[Term, ...]] = {}

    def changed(self, contract: Contract) -> "IndexedContract":
        """The same with other terms or rules, on the same schedules."""
        return IndexedContract(contract, self.schedules)

    def term_for(
        self, claim: BilledClaim, line: BilledLine, day: date | None
    ) -> tuple[Term | None, ScheduleRate | None, bool]:
        """The first term that covers the line, with the rate of its schedule where it has one.

        A term whose schedule lacks the code leaves the line to the next; one whose schedule has
        two equal rates keeps it, and the last value says so.
        """
        for term in self._covering(claim, line):
            method = term.method
            if not isinstance(method, ScheduledRate | AnesthesiaRate):
                return term, None, False
            rate, is_tied = self.schedules[method.schedule].rate_of(line, day)
            if is_tied:
                return term, None, True
            if rate is not None and (
                isinstance(method, ScheduledRate) or rate.base_units is not None
            ):
                return term, rate, False
        return None, None, False

    def rule_for(self, rate: ScheduleRate | None, line: BilledLine) -> MultipleProcedureRule | None:
        """The first multiple procedure rule that covers the line."""
        code = line.procedure_code.upper()
        for rule, codes in self.multiple_procedures:
            if rate is not None and rate.multiple_procedures in rule.indicators:
                return rule
            if codes and code in codes:
                return rule
        return None

    def _covering(self, claim: BilledClaim, line: BilledLine) -> tuple[Term, ...]:
        key = (
            line.procedure_code,
            line.modifiers,
            line.revenue_code,
            line.place_of_service,
            claim.type_of_bill,
            claim.drg,
            claim.kind,
        )
        found = self._terms_of.get(key)
        if found is None:
            modifiers = frozenset([modifier.upper() for modifier in line.modifiers])
            found = tuple(
                term for term, selector in self._terms if selector.covers(claim, line, modifiers)
            )
            if len(self._terms_of) >= _MEMORY_MAX:
                self._terms_of.clear()
            self._terms_of[key] = found
        return found


class ContractBook:
    """Contracts with all their versions; built once, asked for every claim.

    Raises KeyError when a term names a schedule that its contract does not hold.
    """

    def __init__(self, contracts: Iterable[Contract]) -> None:
        ordered = sorted(contracts, key=lambda each: (each.key, each.effective_from, each.version))
        # The same contract given twice is one: `sorted` puts equal ones side by side.
        distinct = [
            each for place, each in enumerate(ordered) if not place or each != ordered[place - 1]
        ]
        self._contracts = [IndexedContract(each) for each in distinct]
        for each in self._contracts:
            _check_schedules(each)
        self._by_key = {
            (each.contract.key, each.contract.version): each.contract for each in self._contracts
        }
        self._fitting: dict[tuple[object, ...], tuple[IndexedContract, ...]] = {}
        self._others: dict[tuple[object, ...], tuple[tuple[IndexedContract, ...], ...]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether there is no contract, so that nothing can be priced."""
        return not self._contracts

    def contract(self, key: str, version: str) -> Contract:
        """The contract of this key and version; raises KeyError for an unknown one."""
        return self._by_key[key, version]

    def fitting(self, claim: BilledClaim) -> tuple[IndexedContract, ...]:
        """Contracts whose scope the claim is in, on any day."""
        key = (
            claim.payer_id,
            claim.group_number,
            claim.filing_indicator,
            claim.billing_npi,
            claim.billing_tin,
            claim.rendering_npi,
            claim.kind,
        )
        found = self._fitting.get(key)
        if found is None:
            found = tuple(
                each for each in self._contracts if _is_in_scope(each.contract.scope, claim)
            )
            if len(self._fitting) >= _MEMORY_MAX:
                self._fitting.clear()
            self._fitting[key] = found
        return found

    def others(self, claim: BilledClaim) -> tuple[tuple[IndexedContract, ...], ...]:
        """Contracts of ours for such services, with other payers or plans than the claim's: all
        versions of each, by key."""
        key = (
            frozenset(each.contract.key for each in self.fitting(claim)),
            claim.billing_npi,
            claim.billing_tin,
            claim.rendering_npi,
            claim.kind,
        )
        found = self._others.get(key)
        if found is None:
            by_key: dict[str, list[IndexedContract]] = {}
            for each in self._contracts:
                contract = each.contract
                if contract.key not in key[0] and _is_of_provider(contract.scope, claim):
                    by_key.setdefault(contract.key, []).append(each)
            found = tuple(tuple(versions) for versions in by_key.values())
            if len(self._others) >= _MEMORY_MAX:
                self._others.clear()
            self._others[key] = found
        return found

    def named(self, name: str) -> tuple[Contract, ...]:
        """Contracts that go by this name: their key, their own name or that of their network."""
        return tuple(
            contract
            for contract in self._by_key.values()
            if any(
                is_same_name(name, each)
                for each in (contract.key, contract.name, contract.scope.network)
            )
        )


def in_force(
    fitting: Iterable[IndexedContract], claim: BilledClaim, line: BilledLine
) -> tuple[IndexedContract | None, date | None, str]:
    """The contract that prices the line and the day it goes by; else why there is none."""
    best: list[tuple[IndexedContract, date]] = []
    best_rank = -1
    is_undated = False
    for each in fitting:
        contract = each.contract
        day = line.service_from
        if contract.dated_by is DateBasis.ADMISSION:
            day = claim.admitted_on or claim.service_from
        if day is None:
            is_undated = True
            continue
        if not lies_within(day, contract.effective_from, contract.effective_to):
            continue
        rank = _scope_rank(contract.scope)
        if rank > best_rank:
            best, best_rank = [(each, day)], rank
        elif rank == best_rank:
            best.append((each, day))
    if len(best) == 1:
        return best[0][0], best[0][1], ""
    if not best:
        return None, None, _NO_DAY if is_undated else _NO_CONTRACT
    names = " and ".join(f"{each.contract.name} {each.contract.version}" for each, _ in best)
    return None, None, f"{names} fit equally well: end one of them, or narrow its scope."


def is_without_contract(
    fitting: Iterable[IndexedContract], claim: BilledClaim, line: BilledLine
) -> bool:
    """Whether none of these contracts is in force on the line's day. Where two of them fit equally
    well, or no day can be told, one may be."""
    indexed, _, reason = in_force(fitting, claim, line)
    return indexed is None and reason == _NO_CONTRACT


_BEGINNING_LENGTH_MIN = 6
"""A shorter beginning ("PPO", "BLUE") is that of anybody's contract."""


def is_same_name(one: str, other: str) -> bool:
    """Whether two names of contracts or networks mean the same: case, signs and spaces do not
    matter, and one may be the beginning of the other."""
    shorter, longer = sorted((_plain(one), _plain(other)), key=len)
    if len(shorter) < _BEGINNING_LENGTH_MIN:
        return shorter == longer != ""
    return longer.startswith(shorter)


def _plain(name: str) -> str:
    return "".join(sign for sign in name.upper() if sign.isalnum())


_NO_CONTRACT = "No contract is in force on this day."
_NO_DAY = "The line has no date of service, so no contract can be chosen."


def _check_schedules(indexed: IndexedContract) -> None:
    for term in indexed.contract.terms:
        method = term.method
        if isinstance(method, ScheduledRate | AnesthesiaRate | DrgRate):
            indexed.schedules[method.schedule]


def _is_in_scope(scope: ContractScope, claim: BilledClaim) -> bool:
    pairs = (
        (scope.payer_ids, claim.payer_id.strip().upper()),
        (scope.plans, claim.group_number.strip().upper()),
        (scope.filing_indicators, claim.filing_indicator.upper()),
        (scope.billing_npis, claim.billing_npi),
        (scope.billing_tins, claim.billing_tin),
        (scope.rendering_npis, claim.rendering_npi),
        (scope.kinds, claim.kind),
    )
    return all(not wanted or value in wanted for wanted, value in pairs)


def _is_of_provider(scope: ContractScope, claim: BilledClaim) -> bool:
    """Whether a contract would be for this provider and kind of claim, whoever pays."""
    anybodys = msgspec.structs.replace(
        scope, payer_ids=frozenset(), plans=frozenset(), filing_indicators=frozenset()
    )
    return _is_in_scope(anybodys, claim)


def _scope_rank(scope: ContractScope) -> int:
    """How narrow a scope is: how many of its sets are given."""
    return sum(
        1
        for wanted in (
            scope.payer_ids,
            scope.plans,
            scope.filing_indicators,
            scope.billing_npis,
            scope.billing_tins,
            scope.rendering_npis,
            scope.kinds,
        )
        if wanted
    )
