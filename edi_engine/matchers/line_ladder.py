"""The line ladder: which billed line a line payment answers. Source: domain 3.5, 4.2, MATCHING.md.

Works on one adjudication of one claim: all line payments that answer it together, also when the
claim was split over several claim payments. Line control numbers decide where the procedure code
corroborates them; then code and charge, told apart by modifiers, date and units where several
lines share them. Payments that nothing tells apart are never guessed: they are shared out.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from edi_engine.matchers.facts import answers_by_revenue_code, code_forms, revenue_code_of
from edi_engine.matchers.line_parts import place_parts
from edi_engine.records.keys import control_number_key
from edi_engine.records.matching import BilledLine, PaidLine

__all__ = [
    "CLAIM_ROW",
    "NOWHERE",
    "SHARES_MAX",
    "LinePlace",
    "by_control_numbers_alone",
    "match_lines",
]

CLAIM_ROW = 0
"""The line number of money that answers no billed line."""

SHARES_MAX = 50_000
"""Shares of payments on lines, where each is shared out among all. A claim has at most 999 lines
(institutional; LX01), and 50 answers without lines are more than it ever gets, as are 223 lines
that nothing tells apart. Beyond that the money stands undivided on the claim's own row."""

_Traits = Callable[[BilledLine | PaidLine], object]
_Alike = tuple[str, str, int]

_POSITION_LENGTH_MAX = 3
"""Line control numbers so short may be positions that the payer counted itself."""

_DUPLICATE_REASON = "18"


class LinePlace(NamedTuple):
    """Where one line payment belongs: line numbers and the rule that says so.

    No number: it answers no billed line. Several: it answers one of them, but nothing tells which;
    they share it in proportion to their charges.
    """

    line_numbers: tuple[int, ...]
    rule: str


NOWHERE = LinePlace((), "")


def match_lines(billed: Sequence[BilledLine], paid: Sequence[PaidLine]) -> list[LinePlace]:
    """The place of each line payment, in the order given. Amounts may have either sign."""
    if not paid:
        return []
    places = by_control_numbers_alone(billed, paid)
    if places is not None:
        return places
    run = _Run(billed, paid)
    run.by_control_number()
    if run.left_paid:
        run.by_code_and_charge()
    if run.left_paid:
        run.by_control_number_and_charge()
        run.by_parts()
        run.by_unique_key("same_revenue_code_and_charge", _billed_revenue, _paid_revenue)
        run.by_unique_key("same_code_alone", _billed_code, run.code_of)
        run.by_unique_key("same_charge_alone", _billed_charge, _paid_charge)
    return run.places


def by_control_numbers_alone(
    billed: Sequence[BilledLine], paid: Sequence[PaidLine]
) -> list[LinePlace] | None:
    """The usual case, quickly: every line has its own control number, and every payment returns
    one with the submitted code. None when anything is otherwise; then the rules run in full."""
    lines = {line.line_item_control_number: line for line in billed}
    if len(lines) != len(billed) or "" in lines:
        return None
    places = []
    for payment in paid:
        text = payment.line_item_control_number
        line = lines.get(text)
        if (
            line is None
            or not line.procedure_code
            or len(text.lstrip("0")) <= _POSITION_LENGTH_MAX
            or (payment.submitted_procedure or payment.procedure).code != line.procedure_code
        ):
            return None
        places.append(LinePlace((line.line_number,), "same_control_number_and_code"))
    return places


class _Run:
    """Line payments and billed lines by their index; what is left shrinks rule by rule."""

    def __init__(self, billed: Sequence[BilledLine], paid: Sequence[PaidLine]) -> None:
        self._billed = billed
        self._paid = paid
        self.places = [NOWHERE] * len(paid)
        self._free = dict.fromkeys(range(len(billed)))
        self.left_paid = list(range(len(paid)))
        billed_codes = {line.procedure_code.upper() for line in billed}
        self._codes = [_code_among(line, billed_codes) for line in paid]
        self._billed_codes = billed_codes
        self._named: dict[tuple[int, _Traits], Counter[object]] = {}
        self._by_traits: dict[_Traits, dict[tuple[object, ...], set[int]]] = {}

    def code_of(self, line: PaidLine) -> str:
        """The code under which the line was billed, as far as the claim knows it."""
        return _code_among(line, self._billed_codes)

    def _place(self, paid_index: int, billed_index: int, rule: str) -> None:
        self.places[paid_index] = LinePlace((self._billed[billed_index].line_number,), rule)
        self._free.pop(billed_index, None)

    def _keep_left(self) -> None:
        self.left_paid = [index for index in self.left_paid if not self.places[index].rule]

    # Line control numbers ---

    def by_control_number(self) -> None:
        """6R equal and code equal; several payments may share one line (a split)."""
        texts = {
            line.line_item_control_number: index
            for index, line in enumerate(self._billed)
            if line.line_item_control_number
        }
        keys: tuple[dict[str, int], dict[str, int]] | None = None
        for index in self.left_paid:
            text = self._paid[index].line_item_control_number
            if not text:
                continue
            found = texts.get(text)
            key = control_number_key(text)
            if found is not None and self._corroborates(index, found, key):
                self._place(index, found, "same_control_number_and_code")
                continue
            keys = keys or self._keys()
            for known, rule in zip(
                keys,
                ("same_control_number_and_code", "same_assigned_number_and_code"),
                strict=True,
            ):
                found = known.get(key)
                if found is not None and self._corroborates(index, found, key):
                    self._place(index, found, rule)
                    break
        self._keep_left()

    def _keys(self) -> tuple[dict[str, int], dict[str, int]]:
        """Lines by the key of their control number, and by the key of their assigned number."""
        numbers: dict[str, int] = {}
        assigned: dict[str, int] = {}
        for index, line in enumerate(self._billed):
            numbers[control_number_key(line.line_item_control_number)] = index
            assigned[control_number_key(line.assigned_line_number)] = index
        numbers.pop("", None)
        assigned.pop("", None)
        return numbers, assigned

    def _corroborates(self, paid_index: int, billed_index: int, key: str) -> bool:
        """Whether code, and for what may be a mere position charge and date, fit the number."""
        paid, billed = self._paid[paid_index], self._billed[billed_index]
        code = billed.procedure_code.upper()
        fits = (
            code in code_forms(paid) if code else revenue_code_of(paid) == revenue_code_of(billed)
        )
        if not fits and not answers_by_revenue_code(paid, billed):
            return False
        if len(key) > _POSITION_LENGTH_MAX:
            return True
        alike = (code, "" if code else billed.revenue_code, abs(paid.charge_cents))
        if abs(paid.charge_cents) != billed.charge_cents:
            return alike not in self._alike
        return not self._is_told_otherwise(paid, billed, self._alike[alike])

    @cached_property
    def _alike(self) -> dict[_Alike, list[BilledLine]]:
        """Billed lines of one code (or revenue code) and charge."""
        found: dict[_Alike, list[BilledLine]] = {}
        for line in self._billed:
            code = line.procedure_code.upper()
            key = (code, "" if code else line.revenue_code, line.charge_cents)
            found.setdefault(key, []).append(line)
        return found

    def _is_told_otherwise(
        self, paid: PaidLine, billed: BilledLine, alike: Sequence[BilledLine]
    ) -> bool:
        """Whether date, or date and modifiers, name another line of this code and charge.

        Not when more payments have them than lines do. Nor does a date tell when all that is paid
        has the first of the claim: then the payer dates lines by the claim.
        """
        if _days(paid) != _days(billed):
            return not self._is_dated_by_claim and self._names(paid, alike, _days)
        modifiers = _line_modifiers(paid)
        if not modifiers or modifiers == _line_modifiers(billed):
            return False
        return self._names(paid, alike, _days_and_modifiers)

    @cached_property
    def _is_dated_by_claim(self) -> bool:
        first_on = min(filter(None, (line.service_from for line in self._billed)), default=None)
        return all(other.service_from == first_on for other in self._paid)

    def _names(self, paid: PaidLine, alike: Sequence[BilledLine], traits: _Traits) -> bool:
        """Whether lines have the traits of the payment, and as many as payments have them."""
        if (id(alike), traits) not in self._named:
            self._named[id(alike), traits] = Counter(traits(other) for other in alike)
        named = self._named[id(alike), traits][traits(paid)]
        return 0 < self._claimed(paid, traits) <= named

    def _claimed(self, paid: PaidLine, traits: _Traits) -> int:
        """How many payments have the traits and the charge of this one, under one of its codes."""
        if traits not in self._by_traits:
            found: dict[tuple[object, ...], set[int]] = {}
            for index, other in enumerate(self._paid):
                for form in code_forms(other):
                    key = traits(other), abs(other.charge_cents), form
                    found.setdefault(key, set()).add(index)
            self._by_traits[traits] = found
        of_forms = [
            self._by_traits[traits][traits(paid), abs(paid.charge_cents), form]
            for form in code_forms(paid)
        ]
        return len(of_forms[0]) if len(of_forms) == 1 else len(set[int]().union(*of_forms))

    def by_control_number_and_charge(self) -> None:
        """6R and charge equal, and the code is none that was billed: the payer recoded it."""
        free: dict[tuple[str, int], set[int]] = {}
        for billed_index in self._free:
            billed = self._billed[billed_index]
            number = control_number_key(billed.line_item_control_number)
            free.setdefault((number, billed.charge_cents), set()).add(billed_index)
        for index in self.left_paid:
            line = self._paid[index]
            key = control_number_key(line.line_item_control_number)
            if not key or self._codes[index] in self._billed_codes:
                continue
            found = free.get((key, abs(line.charge_cents)), set())
            if len(found) == 1:
                self._place(index, found.pop(), "same_control_number_and_charge")
        self._keep_left()

    # Code and charge, and what tells lines apart that share both ---

    def by_code_and_charge(self) -> None:
        blocks: dict[tuple[str, int], tuple[list[int], list[int]]] = {}
        for index in self._free:
            line = self._billed[index]
            if line.procedure_code:
                key = (line.procedure_code.upper(), line.charge_cents)
                blocks.setdefault(key, ([], []))[0].append(index)
        for index in self.left_paid:
            found = blocks.get((self._codes[index], abs(self._paid[index].charge_cents)))
            if found is not None:
                found[1].append(index)
        for billed, paid in blocks.values():
            if len(billed) == 1 and len(paid) == 1:
                self._place(paid[0], billed[0], self._strength(paid[0], billed[0]))
            elif paid:
                self._settle_block(billed, paid)
        self._keep_left()

    def _strength(self, paid_index: int, billed_index: int) -> str:
        paid, billed = self._paid[paid_index], self._billed[billed_index]
        if paid.service_from != billed.service_from:
            return "same_code_and_charge"
        if _modifiers(paid.procedure.modifiers) == _modifiers(billed.modifiers) or (
            paid.submitted_procedure is not None
            and _modifiers(paid.submitted_procedure.modifiers) == _modifiers(billed.modifiers)
        ):
            return "same_code_modifiers_date_and_charge"
        return "same_code_date_and_charge"

    def _settle_block(self, billed: list[int], paid: list[int]) -> None:
        """Lines of one code and charge: by what differs between them, then by order, or shared."""
        for traits in _TRAITS:
            groups: dict[object, tuple[list[int], list[int]]] = {}
            for index in billed:
                groups.setdefault(traits(self._billed[index]), ([], []))[0].append(index)
            for index in paid:
                key = traits(self._paid[index])
                if key in groups:
                    groups[key][1].append(index)
            for ours, theirs in groups.values():
                if theirs and self._is_told(ours, theirs):
                    for billed_index, paid_index in zip(ours, theirs, strict=False):
                        rule = self._strength(paid_index, billed_index)
                        if len(ours) > 1 or len(theirs) > 1:
                            rule = "position_among_identical_lines"
                        self._place(paid_index, billed_index, rule)
            billed = [index for index in billed if index in self._free]
            paid = [index for index in paid if not self.places[index].rule]
            if not billed or not paid:
                break
        if billed and paid:
            self._settle_tie(billed, paid)

    def _is_told(self, billed: list[int], paid: list[int]) -> bool:
        """Whether pairing in order is no guess: one each, or lines that nothing distinguishes."""
        if len(paid) > len(billed):
            return False
        if len(billed) == 1:
            return True
        return len({_identity(self._billed[index]) for index in billed}) == 1

    def _settle_tie(self, billed: list[int], paid: list[int]) -> None:
        if self._by_modifier_parts(billed, paid):
            return
        if len({_money(self._paid[index]) for index in paid}) == 1 and len(paid) == len(billed):
            for billed_index, paid_index in zip(billed, paid, strict=True):
                self._place(paid_index, billed_index, self._strength(paid_index, billed_index))
        elif self._is_in_order and set(paid) <= set(billed):
            for index in paid:
                self._place(index, index, "ordered_sequence")
        elif len(billed) == 1:
            first = min(paid, key=lambda index: (_is_duplicate(self._paid[index]), index))
            self._place(first, billed[0], self._strength(first, billed[0]))
        elif len(paid) >= len(billed):
            numbers = tuple(self._billed[index].line_number for index in billed)
            if len(billed) * len(paid) > SHARES_MAX:
                numbers = (CLAIM_ROW,)
            for index in paid:
                self.places[index] = LinePlace(numbers, "not_told_apart")
            for index in billed:
                self._free.pop(index)

    def _by_modifier_parts(self, billed: list[int], paid: list[int]) -> bool:
        """Each payment keeps some of the modifiers of exactly one line, and of another each."""
        chosen: dict[int, int] = {}
        modifiers = {index: _modifiers(self._billed[index].modifiers) for index in billed}
        having: dict[str, list[int]] = {}
        for index, of_line in modifiers.items():
            for modifier in of_line:
                having.setdefault(modifier, []).append(index)
        for paid_index in paid:
            ours = _modifiers(self._paid[paid_index].procedure.modifiers)
            rarest = min((having.get(modifier, []) for modifier in ours), key=len, default=[])
            found = list(islice((index for index in rarest if ours <= modifiers[index]), 2))
            if len(found) != 1:
                return False
            chosen[paid_index] = found[0]
        if len(set(chosen.values())) != len(chosen):
            return False
        for paid_index, billed_index in chosen.items():
            self._place(paid_index, billed_index, "same_code_date_and_charge")
        return True

    @cached_property
    def _is_in_order(self) -> bool:
        """Whether the payments list the claim's codes and charges one by one, and neither a date
        nor a modifier they keep speaks against it. One date on all of them says nothing."""
        if len(self._paid) != len(self._billed):
            return False
        dates_told = len({line.service_from for line in self._paid}) > 1
        return all(
            code == line.procedure_code.upper()
            and abs(paid.charge_cents) == line.charge_cents
            and _line_modifiers(paid) <= _line_modifiers(line)
            and (not dates_told or paid.service_from in (None, line.service_from))
            for code, paid, line in zip(self._codes, self._paid, self._billed, strict=True)
        )

    # Parts of lines, and what is left ---

    def by_parts(self) -> None:
        free = [self._billed[index] for index in self._free]
        left = [(self._codes[index], self._paid[index]) for index in self.left_paid]
        found = place_parts(self._billed, free, left)
        numbers = {line.line_number: index for index, line in enumerate(self._billed)}
        for index, place in zip(self.left_paid, found, strict=True):
            if place is not None:
                self._place(index, numbers[place[0]], place[1])
        self._keep_left()

    def by_unique_key(
        self,
        rule: str,
        billed_key: Callable[[BilledLine], object],
        paid_key: Callable[[PaidLine], object],
    ) -> None:
        """Pair what stands once on both sides among what is left, unless the dates differ."""
        ours = Counter(billed_key(self._billed[index]) for index in self._free)
        theirs = Counter(paid_key(self._paid[index]) for index in self.left_paid)
        places = {billed_key(self._billed[index]): index for index in self._free}
        for index in self.left_paid:
            key = paid_key(self._paid[index])
            if not key or ours[key] != 1 or theirs[key] != 1:
                continue
            found = places[key]
            if _same_day(self._paid[index], self._billed[found]):
                self._place(index, found, rule)
        self._keep_left()


def _code_among(line: PaidLine, billed_codes: set[str]) -> str:
    submitted = (line.submitted_procedure or line.procedure).code
    if submitted in billed_codes:
        return submitted
    forms = code_forms(line)
    for form in forms:
        if form in billed_codes:
            return form
    return forms[0] if forms else ""


def _modifiers(modifiers: Sequence[str]) -> frozenset[str]:
    return frozenset(modifier.upper() for modifier in modifiers)


def _units(line: BilledLine | PaidLine) -> Decimal:
    """Units as submitted; absent means one, and zero on a payment means not reported."""
    units = line.units if isinstance(line, BilledLine) else line.submitted_units or line.paid_units
    return units or Decimal(1)


def _line_modifiers(line: BilledLine | PaidLine) -> frozenset[str]:
    if isinstance(line, BilledLine):
        return _modifiers(line.modifiers)
    return _modifiers((line.submitted_procedure or line.procedure).modifiers)


def _by_everything(line: BilledLine | PaidLine) -> tuple[object, ...]:
    return _line_modifiers(line), line.service_from, _units(line)


def _by_modifiers_and_date(line: BilledLine | PaidLine) -> tuple[object, ...]:
    return _line_modifiers(line), line.service_from


def _by_date(line: BilledLine | PaidLine) -> date | None:
    return line.service_from


def _by_nothing(_line: BilledLine | PaidLine) -> None:
    return None


_TRAITS: tuple[_Traits, ...] = (
    _by_everything,
    _by_modifiers_and_date,
    _by_date,
    _by_nothing,
)
"""What tells lines of one code and charge apart, the strictest first."""


def _identity(line: BilledLine) -> tuple[object, ...]:
    return line.procedure_code, line.charge_cents, *_by_everything(line)


def _money(line: PaidLine) -> tuple[object, ...]:
    adjusted = tuple(
        sorted((a.group_code, a.reason_code, a.amount_cents) for a in line.adjustments)
    )
    return line.paid_cents, line.allowed_cents, adjusted


def _is_duplicate(line: PaidLine) -> bool:
    return any(each.reason_code == _DUPLICATE_REASON for each in line.adjustments)


def _days(line: BilledLine | PaidLine) -> tuple[date | None, date | None]:
    return line.service_from, line.service_to or line.service_from


def _days_and_modifiers(line: BilledLine | PaidLine) -> tuple[object, ...]:
    return *_days(line), _line_modifiers(line)


def _same_day(paid: PaidLine, billed: BilledLine) -> bool:
    if paid.service_from is None or billed.service_from is None:
        return True
    last_on = billed.service_to or billed.service_from
    return billed.service_from <= paid.service_from <= last_on


def _billed_revenue(line: BilledLine) -> tuple[str, int] | None:
    return _revenue(line)


def _paid_revenue(line: PaidLine) -> tuple[str, int] | None:
    return _revenue(line)


def _revenue(line: BilledLine | PaidLine) -> tuple[str, int] | None:
    code = revenue_code_of(line)
    return (code, abs(line.charge_cents)) if code else None


def _billed_code(line: BilledLine) -> str:
    return line.procedure_code.upper()


def _billed_charge(line: BilledLine) -> int:
    return line.charge_cents


def _paid_charge(line: PaidLine) -> int:
    return abs(line.charge_cents)
