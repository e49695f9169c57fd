"""Why a payer allowed something else: the mistake that gives the very amount it allowed.

Every hypothesis is the same claim priced again with one thing changed: a modifier dropped, a
second reduction, the version before, a day less. What gives the payer's amount to the cent is
named; when several mistakes give it, what the payer itself says it adjudicated decides, and else
all are named. Nothing is guessed from an amount that is merely near. Source: domain 5.5.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from typing import NamedTuple

import msgspec

from edi_engine.contracts.amounts import EXACT, format_percent, half_up, percent_of
from edi_engine.contracts.book import ContractBook, IndexedContract
from edi_engine.contracts.payments import discount_cents
from edi_engine.contracts.pricing import price_by
from edi_engine.contracts.schedule_index import FACILITY_PLACES
from edi_engine.contracts.silent_ppo import (
    OTHER_NETWORK_REASONS,
    SURPRISE_REMARKS,
    OtherContracts,
)
from edi_engine.money import format_cents
from edi_engine.quantities import format_quantity
from edi_engine.records.contracts import (
    Contract,
    DrgRate,
    PerDiemRate,
    Rounding,
    ScheduledRate,
    Term,
)
from edi_engine.records.matching import BilledClaim, BilledLine
from edi_engine.records.pricing import (
    AnsweredLine,
    PricedClaim,
    PricedGroup,
    PricedLine,
    VarianceCause,
    VarianceExplanation,
)

__all__ = ["explain_variances"]

_SEQUESTRATION = Decimal(98)
_WHOLE = Decimal(100)
_USUAL_RUNGS = (Decimal(50), Decimal(25))
_DAYS_TRIED = 60
"""Longer stays are paid by other rates, and are looked at by a person."""
_OFTEN_APPLIED = ("80", "AS", "62", "50", "52", "26")
_SEQUESTRATION_REASONS = frozenset({"253"})
_BY_REASON = (
    (frozenset({"97", "234", "236", "231", "59"}), VarianceCause.BUNDLED),
    (OTHER_NETWORK_REASONS, VarianceCause.OUT_OF_NETWORK),
    (frozenset({"B7", "185", "170", "171"}), VarianceCause.CREDENTIAL),
    (_SEQUESTRATION_REASONS, VarianceCause.SEQUESTRATION),
    (frozenset({"23", "22"}), VarianceCause.COORDINATION),
)
"""What the payer's own reason codes say. A mistake that gives the very amount goes before."""


class _Hypothesis(NamedTuple):
    """A mistake, in words, and what it would have made of the amount."""

    cause: VarianceCause
    words: str
    allowed_cents: int
    is_told: bool
    """Whether the payer itself says that it did so."""
    is_agreed: bool = False
    """Whether the contract lets it."""


class _Question(NamedTuple):
    """A line that was allowed otherwise: how it was priced, and what was answered."""

    claim: BilledClaim
    line: BilledLine
    price: PricedClaim
    priced: PricedLine
    fitting: Sequence[IndexedContract]
    answer: AnsweredLine

    @property
    def indexed(self) -> IndexedContract:
        """The contract that priced the line."""
        return _contract_of(self.priced, self.fitting)


def _contract_of(
    priced: PricedLine | PricedGroup, fitting: Sequence[IndexedContract]
) -> IndexedContract:
    """The version that priced a line or lines together."""
    wanted = (priced.contract, priced.version)
    return next(each for each in fitting if (each.contract.key, each.contract.version) == wanted)


def explain_variances(
    book: ContractBook,
    claim: BilledClaim,
    answers: Sequence[AnsweredLine],
    others: OtherContracts | None = None,
) -> tuple[VarianceExplanation, ...]:
    """Why these lines were allowed something else than the contract says, lines before groups.

    `answers` are the lines that differ; lines that one rate prices together are explained
    together, when all of them are given, and so are shares of money for several lines. Lines
    without a price are left out. With `others` the rates of contracts with other payers are tried
    too. Never raises.
    """
    fitting = book.fitting(claim)
    if claim.payer_sequence != 1 or not fitting:
        return ()
    with localcontext(EXACT):
        told = {each.line_number: each for each in answers if not each.is_share}
        shares = {each.line_number: each for each in answers if each.is_share}
        parts = _parts(claim, fitting)
        rented = _rented(others, claim, list(told.values()))
        found = []
        for part in parts:
            whole = _together(part, told)
            if whole is not None:
                hypotheses = list(part.hypotheses(whole))
                if rented is not None and rented[0].issuperset(part.charged):
                    hypotheses.append(rented[1]._replace(allowed_cents=whole.allowed_cents))
                found.append(_explained(part.line_numbers, whole, hypotheses, part.contract, claim))
        if shares:
            found += _explained_as_one(shares, parts, claim)
    return tuple(found)


def _rented(
    others: OtherContracts | None, claim: BilledClaim, answers: Sequence[AnsweredLine]
) -> tuple[frozenset[int], _Hypothesis] | None:
    """Lines that were allowed by the rates of another contract of ours, where the amounts or the
    remittance say so; their hypothesis still lacks its amount."""
    rates = None if others is None else others.rates(claim, answers)
    if others is None or rates is None:
        return None
    is_named = others.is_named(claim, answers)
    if not (is_named or others.is_proof(rates)):
        return None
    words = f"the rates of {rates.in_words}"
    hypothesis = _Hypothesis(VarianceCause.SILENT_PPO, words, 0, is_named)
    return frozenset(rates.line_numbers), hypothesis


class _Part(NamedTuple):
    """What has a price of its own: a line, or lines that one rate prices together.

    `charged` are the line numbers that must be answered for the part to be. `hypotheses` gives
    what each mistake makes of its amount, for an answer to all of it.
    """

    line_numbers: tuple[int, ...]
    charged: frozenset[int]
    allowed_cents: int
    contract: Contract
    hypotheses: Callable[[AnsweredLine], Iterator[_Hypothesis]]


def _parts(claim: BilledClaim, fitting: Sequence[IndexedContract]) -> list[_Part]:
    """The parts of a claim that have a price, lines in order and then groups."""
    price = price_by(fitting, claim)
    lines = {line.line_number: line for line in claim.lines}
    parts = []
    for priced in price.lines:
        if priced.allowed_cents is not None and priced.group is None:
            number = priced.line_number

            def of_line(answer: AnsweredLine, priced: PricedLine = priced) -> Iterator[_Hypothesis]:
                line = lines[priced.line_number]
                return _of_line(_Question(claim, line, price, priced, fitting, answer))

            contract = _contract_of(priced, fitting).contract
            allowed = priced.allowed_cents
            parts.append(_Part((number,), frozenset({number}), allowed, contract, of_line))
    for group in price.groups:
        if group.allowed_cents is not None:

            def of_group(answer: AnsweredLine, group: PricedGroup = group) -> Iterator[_Hypothesis]:
                return _of_group(claim, group, fitting, answer)

            numbers = group.line_numbers
            charged = frozenset(number for number in numbers if lines[number].charge_cents)
            contract = _contract_of(group, fitting).contract
            parts.append(_Part(numbers, charged, group.allowed_cents, contract, of_group))
    return parts


def _together(part: _Part, told: Mapping[int, AnsweredLine]) -> AnsweredLine | None:
    """The answer to all lines of a part, None when one is missing."""
    given = [told[number] for number in part.line_numbers if number in told]
    if not given or not part.charged <= told.keys():
        return None
    allowed = sum(each.allowed_cents for each in given)
    return msgspec.structs.replace(given[0], allowed_cents=allowed)


def _explained_as_one(
    shares: Mapping[int, AnsweredLine], parts: Sequence[_Part], claim: BilledClaim
) -> list[VarianceExplanation]:
    """Money for several lines, of which only the sum is known: one part of it may be mistaken.

    Nothing is said unless every line that shares has a price, alone or with others that share.
    """
    priced = [part for part in parts if part.charged and part.charged <= shares.keys()]
    covered = {number for part in priced for number in part.line_numbers}
    if not shares.keys() <= covered:
        return []
    first = next(iter(shares.values()))
    total = sum(each.allowed_cents for each in shares.values())
    expected = sum(part.allowed_cents for part in priced)
    hypotheses = []
    for part in priced:
        others = expected - part.allowed_cents
        answer = msgspec.structs.replace(first, allowed_cents=total - others)
        hypotheses += [
            each._replace(allowed_cents=each.allowed_cents + others)
            for each in part.hypotheses(answer)
        ]
    whole = msgspec.structs.replace(first, allowed_cents=total)
    return [_explained(tuple(sorted(covered)), whole, hypotheses, priced[0].contract, claim)]


def _explained(
    line_numbers: tuple[int, ...],
    answer: AnsweredLine,
    hypotheses: Sequence[_Hypothesis],
    contract: Contract,
    claim: BilledClaim,
) -> VarianceExplanation:
    """The hypothesis that gives the amount; what the payer says it adjudicated decides between
    several, and what its reason codes say is named beside them. Another DRG of the payer's is a
    fact, and told also where it proves nothing."""
    exact = [each for each in hypotheses if each.allowed_cents == answer.allowed_cents]
    agreed = next((each for each in exact if each.is_agreed), None)
    if agreed is not None:  # whatever else gives the amount, the payer may allow it
        return VarianceExplanation(line_numbers, agreed.cause, agreed.words, True, is_agreed=True)
    told = [each for each in exact if each.is_told]
    reasoned = _reasoned(answer, contract)
    other_drg = _other_drg_told(claim, answer)
    if exact:
        first, *rest = told or exact
        causes = [each.cause for each in rest]
        if not told and reasoned is not None:
            causes.append(reasoned[0])
        others = dict.fromkeys(cause for cause in causes if cause is not first.cause)
        words = first.words
        if other_drg and first.cause is not VarianceCause.DRG_CHANGE:
            words = f"{words}, while the payer says {other_drg}"
        return VarianceExplanation(line_numbers, first.cause, words, True, tuple(others))
    said = next((each for each in hypotheses if each.is_told), None)
    if other_drg and (said is None or said.cause is VarianceCause.DRG_CHANGE):
        price = (
            "for which the contract has no other price"
            if said is None
            else f"which would be {format_cents(said.allowed_cents)}"
        )
        words = f"nothing we know; the payer says {other_drg}, {price}"
        return VarianceExplanation(line_numbers, VarianceCause.DRG_CHANGE, words, False)
    if said is not None:
        words = f"{said.words}, although that would be {format_cents(said.allowed_cents)}"
        return VarianceExplanation(line_numbers, said.cause, words, False)
    if reasoned is not None:
        return VarianceExplanation(line_numbers, *reasoned, False)
    return VarianceExplanation(line_numbers, VarianceCause.UNKNOWN, "", False)


def _other_drg_told(claim: BilledClaim, answer: AnsweredLine) -> str:
    """The payer's DRG beside ours, where both say one and they differ; zeros in front mean
    nothing."""
    ours, theirs = claim.drg.lstrip("0"), answer.drg.lstrip("0")
    return f"DRG {answer.drg} instead of {claim.drg}" if ours and theirs and ours != theirs else ""


def _reasoned(answer: AnsweredLine, contract: Contract) -> tuple[VarianceCause, str] | None:
    """The cause that the payer's reason codes name; what is agreed is none."""
    codes = answer.reason_codes
    if contract.sequestration_percent is not None:
        codes -= _SEQUESTRATION_REASONS
    for known, cause in _BY_REASON:
        given = sorted(known & codes)
        if given:
            return cause, f"the payer's reason code {', '.join(given)}"
    by_law = sorted(SURPRISE_REMARKS & answer.remark_codes)
    if by_law:
        words = f"a claim out of network: the payer's remark code {', '.join(by_law)}"
        return VarianceCause.OUT_OF_NETWORK, words
    if answer.above_cents > 0:
        above = format_cents(answer.above_cents)
        words = f"a claim out of network: the patient is billed {above} above the allowance"
        return VarianceCause.OUT_OF_NETWORK, words
    return None


# --- lines ---


def _of_line(question: _Question) -> Iterator[_Hypothesis]:
    for hypotheses in _LINE_HYPOTHESES:
        yield from hypotheses(question)


def _again(
    question: _Question,
    cause: VarianceCause,
    words: str,
    *,
    claim: BilledClaim | None = None,
    fitting: Sequence[IndexedContract] | None = None,
    is_told: bool = False,
) -> Iterator[_Hypothesis]:
    """The line's price with another claim or other contracts, when it then has another one."""
    tried = price_by(
        question.fitting if fitting is None else fitting,
        question.claim if claim is None else claim,
    )
    found = next(each for each in tried.lines if each.line_number == question.line.line_number)
    if found.allowed_cents is not None and found.allowed_cents != question.priced.allowed_cents:
        yield _Hypothesis(cause, words, found.allowed_cents, is_told)


def _with_line(claim: BilledClaim, line: BilledLine) -> BilledClaim:
    lines = tuple(line if each.line_number == line.line_number else each for each in claim.lines)
    return msgspec.structs.replace(claim, lines=lines)


def _other_drg(question: _Question) -> Iterator[_Hypothesis]:
    """Which term covers the line may hang on the claim's DRG."""
    words = _other_drg_told(question.claim, question.answer)
    if words:
        claim = msgspec.structs.replace(question.claim, drg=question.answer.drg)
        yield from _again(question, VarianceCause.DRG_CHANGE, words, claim=claim, is_told=True)


def _recoded(question: _Question) -> Iterator[_Hypothesis]:
    code = question.answer.procedure_code.upper()
    if code and question.line.procedure_code and code != question.line.procedure_code.upper():
        line = msgspec.structs.replace(question.line, procedure_code=code)
        words = f"the payer's code {code} instead of {question.line.procedure_code}"
        claim = _with_line(question.claim, line)
        yield from _again(question, VarianceCause.RECODE, words, claim=claim, is_told=True)


def _other_units(question: _Question) -> Iterator[_Hypothesis]:
    billed = question.line.units if question.line.units is not None else Decimal(1)
    told = question.answer.units
    for units in dict.fromkeys([told, Decimal(1)]):
        if units is not None and units != billed and units > 0:
            line = msgspec.structs.replace(question.line, units=units)
            words = f"units {format_quantity(units)} instead of {format_quantity(billed)}"
            claim = _with_line(question.claim, line)
            yield from _again(
                question, VarianceCause.UNITS, words, claim=claim, is_told=units == told
            )


def _other_modifiers(question: _Question) -> Iterator[_Hypothesis]:
    line, told = question.line, question.answer.modifiers
    billed = tuple(modifier.upper() for modifier in line.modifiers)
    tried: list[tuple[tuple[str, ...], str, bool]] = []
    if told is not None and set(told) != set(billed):
        shown = ":".join(told) or "no modifiers"
        tried.append((told, f"{shown} instead of {':'.join(billed) or 'none'}", True))
    for modifier in billed:
        rest = tuple(each for each in billed if each != modifier)
        tried.append((rest, f"no modifier {modifier}", False))
    tried += [
        ((*billed, modifier), f"a modifier {modifier} that was not billed", False)
        for modifier in _OFTEN_APPLIED
        if modifier not in billed
    ]
    for modifiers, words, is_told in tried:
        changed = msgspec.structs.replace(line, modifiers=modifiers)
        claim = _with_line(question.claim, changed)
        yield from _again(question, VarianceCause.MODIFIER, words, claim=claim, is_told=is_told)


def _other_ranks(question: _Question) -> Iterator[_Hypothesis]:
    """Reduced once more, by the order on the claim, or by another percentage of the ladder."""
    contract = question.indexed.contract
    unreduced = _before(question.priced, "multiple procedures")
    rungs = {
        *_USUAL_RUNGS,
        *(each for rule in contract.multiple_procedures for each in rule.ladder),
    }
    for rung in sorted(rungs, reverse=True):
        words = f"{format_percent(rung)} as for one of several procedures"
        cents = int(half_up(percent_of(unreduced, rung)))
        if cents != question.priced.allowed_cents:
            yield _Hypothesis(VarianceCause.MULTIPLE_PROCEDURES, words, cents, False)
    yield from _other_places(question)
    if contract.rounding is Rounding.LINE and contract.multiple_procedures:
        yield from _reduced_twice(question, rungs)


def _other_places(question: _Question) -> Iterator[_Hypothesis]:
    """The procedure alone, and behind so many others of the day: each of its units, and only what
    the rule reduces of them, is ranked as the contract says."""
    rules = question.indexed.contract.multiple_procedures
    line, lines = question.line, question.claim.lines
    same = tuple(each for each in lines if each.procedure_code == line.procedure_code)
    first = min(each.line_number for each in lines)
    for before in range(max((len(rule.ladder) for rule in rules), default=0)):
        others = tuple(
            msgspec.structs.replace(line, line_number=first - place, units=Decimal(1))
            for place in range(1, before + 1)
        )
        words = f"the price of procedure {before + 1} of the day"
        claim = msgspec.structs.replace(question.claim, lines=(*same, *others))
        yield from _again(question, VarianceCause.MULTIPLE_PROCEDURES, words, claim=claim)


def _reduced_twice(question: _Question, rungs: set[Decimal]) -> Iterator[_Hypothesis]:
    last = _last_exact(question.priced)
    for rung in sorted(rungs, reverse=True):
        if rung != _WHOLE:
            words = f"a reduction to {format_percent(rung)} on top of the agreed ones"
            cents = int(half_up(percent_of(last, rung)))
            yield _Hypothesis(VarianceCause.MULTIPLE_PROCEDURES, words, cents, False)


def _before(priced: PricedLine, rule: str) -> Decimal:
    """The amount before the step of this rule, else before rounding and cap."""
    for before, step in zip(priced.steps, priced.steps[1:], strict=False):
        if step.rule == rule:
            return before.amount
    return _last_exact(priced)


def _last_exact(priced: PricedLine) -> Decimal:
    exact = [step for step in priced.steps if step.rule not in {"rounding", "charge"}]
    return exact[-1].amount if exact else Decimal(0)


def _other_rates(question: _Question) -> Iterator[_Hypothesis]:
    indexed = question.indexed
    contract = indexed.contract
    for version in question.fitting:
        if version is not indexed and version.contract.key == contract.key:
            words = f"version {version.contract.version} of the contract"
            changed = _always(version, contract)
            yield from _again(question, VarianceCause.RATE, words, fitting=[changed])
    if contract.escalators:
        for count in range(len(contract.escalators)):
            kept = contract.escalators[:count]
            plain = msgspec.structs.replace(contract, escalators=kept)
            missed = contract.escalators[count].first_on.isoformat()
            words = f"the rate before the change of {missed}"
            yield from _again(question, VarianceCause.RATE, words, fitting=[indexed.changed(plain)])
    yield from _other_percents(question, indexed)
    yield from _other_setting(question)


def _other_setting(question: _Question) -> Iterator[_Hypothesis]:
    """The line, or the whole claim and so the ranks of its lines, in or outside of a facility."""
    claim = question.claim
    other = "11" if question.line.place_of_service in FACILITY_PLACES else "22"
    words = f"the rate for services {'outside of' if other == '11' else 'in'} a facility"
    line = msgspec.structs.replace(question.line, place_of_service=other)
    yield from _again(question, VarianceCause.RATE, words, claim=_with_line(claim, line))
    if len(claim.lines) > 1:
        lines = tuple(msgspec.structs.replace(each, place_of_service=other) for each in claim.lines)
        moved = msgspec.structs.replace(claim, lines=lines)
        yield from _again(question, VarianceCause.RATE, f"{words}, of all lines", claim=moved)


def _always(version: IndexedContract, contract: Contract) -> IndexedContract:
    """Another version as if it were in force on the days of this one."""
    return version.changed(
        msgspec.structs.replace(
            version.contract,
            effective_from=contract.effective_from,
            effective_to=contract.effective_to,
        )
    )


def _other_percents(question: _Question, indexed: IndexedContract) -> Iterator[_Hypothesis]:
    """The percentages of the contract's other terms, and none at all, on the line's schedule."""
    contract = indexed.contract
    own = next(term for term in contract.terms if term.name == question.priced.term)
    if not isinstance(own.method, ScheduledRate):
        return
    percents = [
        term.method.percent for term in contract.terms if isinstance(term.method, ScheduledRate)
    ]
    for percent in dict.fromkeys([_WHOLE, *percents]):
        if percent != own.method.percent:
            method = msgspec.structs.replace(own.method, percent=percent)
            terms = tuple(
                msgspec.structs.replace(term, method=method) if term is own else term
                for term in contract.terms
            )
            changed = indexed.changed(msgspec.structs.replace(contract, terms=terms))
            words = f"{format_percent(percent)} of {own.method.schedule}"
            yield from _again(question, VarianceCause.RATE, words, fitting=[changed])


def _other_terms(question: _Question) -> Iterator[_Hypothesis]:
    """The line priced as if its term were not in the contract."""
    contract = question.indexed.contract
    terms = tuple(term for term in contract.terms if term.name != question.priced.term)
    if terms:
        changed = question.indexed.changed(msgspec.structs.replace(contract, terms=terms))
        words = f"the contract without its term {question.priced.term}"
        yield from _again(question, VarianceCause.CARVE_OUT, words, fitting=[changed])
    if question.answer.allowed_cents == 0 and question.price.groups:
        words = f"nothing for {question.priced.term}, as if it were in the rate of the others"
        yield _Hypothesis(VarianceCause.CARVE_OUT, words, 0, False)


def _discounted(question: _Question) -> Iterator[_Hypothesis]:
    """The discount for timely payment within the contractual amount: agreed, or too late."""
    rule = question.indexed.contract.timely_payment
    sent_on, paid_on = question.claim.sent_on, question.answer.paid_on
    if rule is None or rule.discount_days is None or sent_on is None or paid_on is None:
        return
    expected = question.priced.allowed_cents or 0
    full = discount_cents(question.indexed.contract, expected, sent_on, sent_on)
    agreed = discount_cents(question.indexed.contract, expected, sent_on, paid_on)
    words = f"{format_percent(rule.discount_percent)} less for timely payment"
    if agreed:
        words += f", agreed until {rule.discount_days} days after sending"
    else:
        words += f", although it was paid after {(paid_on - sent_on).days} days"
    cause = VarianceCause.TIMELY_DISCOUNT
    yield _Hypothesis(cause, words, expected - full, False, bool(agreed))


def _sequestered(question: _Question) -> Iterator[_Hypothesis]:
    if question.indexed.contract.sequestration_percent is not None:
        return  # agreed, and told by the same reason code
    yield _two_percent_less(question.priced.allowed_cents, question.answer)


def _two_percent_less(expected_cents: int | None, answer: AnsweredLine) -> _Hypothesis:
    cents = int(half_up(percent_of(Decimal(expected_cents or 0), _SEQUESTRATION)))
    words = "two percent less, as for sequestration"
    is_told = not _SEQUESTRATION_REASONS.isdisjoint(answer.reason_codes)
    return _Hypothesis(VarianceCause.SEQUESTRATION, words, cents, is_told)


_LINE_HYPOTHESES: tuple[Callable[[_Question], Iterator[_Hypothesis]], ...] = (
    _other_drg,
    _recoded,
    _other_units,
    _other_modifiers,
    _other_ranks,
    _other_rates,
    _other_terms,
    _discounted,
    _sequestered,
)
"""In order of likelihood: what comes first is named first among equals."""


# --- lines priced together ---


def _of_group(
    claim: BilledClaim,
    group: PricedGroup,
    fitting: Sequence[IndexedContract],
    answer: AnsweredLine,
) -> Iterator[_Hypothesis]:
    indexed = _contract_of(group, fitting)

    def again(
        cause: VarianceCause,
        words: str,
        tried: IndexedContract,
        other: BilledClaim = claim,
        *,
        is_told: bool = False,
    ) -> Iterator[_Hypothesis]:
        priced = price_by([tried], other)
        for found in priced.groups:
            same = found.line_numbers == group.line_numbers
            if same and found.allowed_cents not in {None, group.allowed_cents}:
                yield _Hypothesis(cause, words, found.allowed_cents or 0, is_told)

    words = _other_drg_told(claim, answer)
    if words:
        other = msgspec.structs.replace(claim, drg=answer.drg)
        yield from again(VarianceCause.DRG_CHANGE, words, indexed, other, is_told=True)
    contract = indexed.contract
    term = next(each for each in contract.terms if each.name == group.term)
    if term.stop_loss is not None:
        plain = msgspec.structs.replace(term, stop_loss=None)
        words = "the rate without stop-loss"
        yield from again(VarianceCause.STOP_LOSS, words, _with_term(indexed, plain))
    if isinstance(term.method, DrgRate):
        for changed, words in _without_outliers(term.method):
            plain = msgspec.structs.replace(term, method=changed)
            yield from again(VarianceCause.STOP_LOSS, words, _with_term(indexed, plain))
        for drg in _other_drgs(contract, term.method, {claim.drg, answer.drg}):
            other = msgspec.structs.replace(claim, drg=drg)
            yield from again(VarianceCause.DRG_CHANGE, f"DRG {drg}", indexed, other)
    if isinstance(term.method, PerDiemRate):
        for days in range(1, _DAYS_TRIED):
            method = msgspec.structs.replace(term.method, days_max=days)
            fewer = _with_term(indexed, msgspec.structs.replace(term, method=method))
            yield from again(VarianceCause.PER_DIEM_DAYS, f"{days} days of the stay", fewer)
    for version in fitting:
        if version is not indexed and version.contract.key == contract.key:
            words = f"version {version.contract.version} of the contract"
            yield from again(VarianceCause.RATE, words, _always(version, contract))
    if contract.escalators:
        words = "the rates without their escalators"
        plain_contract = msgspec.structs.replace(contract, escalators=())
        yield from again(VarianceCause.RATE, words, indexed.changed(plain_contract))
    if contract.sequestration_percent is None:
        yield _two_percent_less(group.allowed_cents, answer)


def _without_outliers(method: DrgRate) -> Iterator[tuple[DrgRate, str]]:
    if method.cost_outlier is not None:
        plain = msgspec.structs.replace(method, cost_outlier=None)
        yield plain, "the rate without its cost outlier"
    if method.day_outlier is not None:
        plain = msgspec.structs.replace(method, day_outlier=None)
        yield plain, "the rate without its day outlier"


def _other_drgs(contract: Contract, method: DrgRate, known: set[str]) -> Iterator[str]:
    """Groups of the schedule, for a payer that does not say which one it took."""
    told = {drg.lstrip("0") for drg in known}
    for schedule in contract.schedules:
        if schedule.name == method.schedule:
            groups = dict.fromkeys(weight.drg for weight in schedule.weights)
            yield from (drg for drg in groups if drg.lstrip("0") not in told)


def _with_term(indexed: IndexedContract, changed: Term) -> IndexedContract:
    """The contract with one of its terms changed."""
    contract = indexed.contract
    terms = tuple(changed if term.name == changed.name else term for term in contract.terms)
    return indexed.changed(msgspec.structs.replace(contract, terms=terms))
