"""Single edits by which an equation that fails would hold. Nothing is ever changed by it.

An equation is a sum of terms that should be zero. A term (one amount of the file) may stand in
several: an adjustment of a line in the line's and in the claim's. So an edit that repairs one
equation is held against all of them, and only one that leaves fewer failing than before counts.
Of two readings of a line that is 20.00 off, an adjustment too little and a payment too much, the
claim's own equation rejects one.

For each term of the failing equation exactly one other value would do; the edit is an answer when
that value is one that a mistake explains (see `Hypothesis`). Changes of several amounts at once and
amounts that are missing come from the callers, who know what the terms mean. Source: domain
feature 19.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from edi_engine.findings import BalancingEdit, Hypothesis
from edi_engine.money import format_cents
from edi_engine.records.common import Adjustment
from edi_engine.redact import shape_of

__all__ = [
    "ANSWERS_MAX",
    "Change",
    "Equation",
    "Equations",
    "Term",
    "adjustment_terms",
    "code_in_words",
    "diagnose",
    "with_answer",
]

ANSWERS_MAX = 10
"""How many edits a finding lists; whoever needs more looks at the file."""

_LENGTH_OF_CODE_MAX = 5
_RANK = {hypothesis: rank for rank, hypothesis in enumerate(Hypothesis)}
Equation = tuple[str, int]
"""What an equation is of: ("line", 2), ("claim", 0), ("transaction", 0) ..."""


class Equations(msgspec.Struct, frozen=True):
    """How far each equation is off, in cents, zero where it holds.

    `hints` are sums that should agree but prove nothing (a stated patient responsibility); of two
    edits that repair the same equations the one that leaves fewer of them failing stands first.
    """

    off_cents: Mapping[Equation, int]
    hints_cents: Mapping[Equation, int] = {}

    def failing_more(self, moved_cents: Mapping[Equation, int]) -> tuple[int, int]:
        """How many more equations and hints fail once they have moved; negative when fewer do."""
        failing = _failing_more(self.off_cents, moved_cents)
        return failing, _failing_more(self.hints_cents, moved_cents)


def _failing_more(off_cents: Mapping[Equation, int], moved_cents: Mapping[Equation, int]) -> int:
    return sum(
        bool(off_cents[key] + moved) - bool(off_cents[key])
        for key, moved in moved_cents.items()
        if key in off_cents
    )


class Term(msgspec.Struct, frozen=True, gc=False):
    """One amount of the file. `effects` are the equations and hints it stands in, with its sign.

    `gone` is what it means when the equation holds without the term; None for an amount that
    cannot be left out. `is_free` tells that any other value is an answer (a paid amount, which no
    other element repeats).
    """

    amount_cents: int
    effects: tuple[tuple[Equation, int], ...]
    segment_ordinal: int
    byte_offset: int
    element: str
    words: str
    gone: Hypothesis | None = None
    is_free: bool = False


class Change(msgspec.Struct, frozen=True, gc=False):
    """An edit to try: by how many cents it moves equations, and how it will be told."""

    edit: BalancingEdit
    moved_cents: Mapping[Equation, int]


def diagnose(
    equations: Equations, failing: Equation, terms: Iterable[Term], changes: Iterable[Change]
) -> tuple[BalancingEdit, ...]:
    """The edits that make one equation hold and leave fewer failing, the likeliest first.

    The order: edits that leave the fewest equations failing (only these are listed), then those
    that leave the fewest hints, then the likelier hypothesis, then the place in the file.
    """
    off_cents = equations.off_cents[failing]
    found: dict[tuple[int, int, str, int | None], tuple[tuple[int, ...], BalancingEdit]] = {}
    tried = [change for term in terms for change in _changes_of(term, failing, off_cents)]
    for change in (*tried, *changes):
        if off_cents + change.moved_cents.get(failing, 0):
            continue
        more, hints = equations.failing_more(change.moved_cents)
        if more >= 0:
            continue
        edit = change.edit
        order = (more, hints, _RANK[edit.hypothesis], edit.segment_ordinal)
        key = (edit.segment_ordinal, edit.byte_offset, edit.element, edit.after_cents)
        if key not in found or order < found[key][0]:
            found[key] = (order, edit)
    ordered = sorted(found.values(), key=lambda one: (one[0], one[1].byte_offset, one[1].element))
    fewest = ordered[0][0][0] if ordered else 0
    return tuple(edit for order, edit in ordered if order[0] == fewest)[:ANSWERS_MAX]


def _changes_of(term: Term, failing: Equation, off_cents: int) -> Iterable[Change]:
    """The one value of a term by which the equation holds, if a mistake explains it."""
    sign = next((sign for key, sign in term.effects if key == failing), 0)
    if not sign:
        return
    after_cents = term.amount_cents - sign * off_cents
    hypothesis = _explained(term, after_cents)
    if hypothesis is None:
        return
    moved_cents = after_cents - term.amount_cents
    is_gone = hypothesis is term.gone
    edit = BalancingEdit(
        hypothesis,
        term.segment_ordinal,
        term.byte_offset,
        term.element,
        term.amount_cents,
        None if is_gone else after_cents,
        _in_words(hypothesis, term, after_cents, is_gone=is_gone),
    )
    yield Change(edit, {key: sign * moved_cents for key, sign in term.effects})


def _explained(term: Term, after_cents: int) -> Hypothesis | None:
    before_cents = term.amount_cents
    if not after_cents and term.gone is not None:
        return term.gone
    if before_cents and after_cents == -before_cents:
        return Hypothesis.SIGN_INVERTED
    if _point_slipped(before_cents, after_cents):
        return Hypothesis.DECIMAL_POINT_SLIPPED
    if _digits_swapped(before_cents, after_cents):
        return Hypothesis.DIGITS_TRANSPOSED
    return Hypothesis.AMOUNT_MISSTATED if term.is_free else None


def _point_slipped(first_cents: int, second_cents: int) -> bool:
    smaller, larger = sorted((abs(first_cents), abs(second_cents)))
    same_sign = first_cents * second_cents > 0
    return same_sign and larger in {smaller * 10, smaller * 100}


def _digits_swapped(first_cents: int, second_cents: int) -> bool:
    """Whether two neighbouring digits are exchanged. Their difference is then divisible by 9."""
    if first_cents * second_cents <= 0 or (first_cents - second_cents) % 9:
        return False
    first, second = str(abs(first_cents)), str(abs(second_cents))
    width = max(len(first), len(second))
    first, second = first.zfill(width), second.zfill(width)
    places = [place for place in range(width) if first[place] != second[place]]
    return (
        len(places) == 2
        and places[1] == places[0] + 1
        and first[places[0]] == second[places[1]]
        and first[places[1]] == second[places[0]]
    )


def _in_words(hypothesis: Hypothesis, term: Term, after_cents: int, *, is_gone: bool) -> str:
    before, after = format_cents(term.amount_cents), format_cents(after_cents)
    if is_gone:
        repeated = hypothesis.endswith("_repeated")
        return f"{term.words} of {before} {'counts once' if repeated else 'is left out'}"
    if hypothesis is Hypothesis.SIGN_INVERTED:
        return f"the sign of {term.words} is turned: {after} for {before}"
    if hypothesis is Hypothesis.DIGITS_TRANSPOSED:
        return f"two digits of {term.words} are exchanged: {after} for {before}"
    if hypothesis is Hypothesis.DECIMAL_POINT_SLIPPED:
        return f"the decimal point of {term.words} is moved: {after} for {before}"
    return f"{term.words} is {after}, not {before}"


def adjustment_terms(
    adjustments: Sequence[Adjustment],
    effects: Sequence[tuple[Equation, int]],
    where: str,
    patient_hint: Equation | None = None,
) -> list[Term]:
    """The terms of one loop's CAS. `where` says whose they are ("of line 2"); adjustments of group
    PR stand in `patient_hint` too. The later ones of equals are repetitions."""
    terms: list[Term] = []
    seen: set[tuple[str, str, int]] = set()
    places: dict[int, int] = {}
    for one in adjustments:
        place = places[one.segment_ordinal] = places.get(one.segment_ordinal, 0) + 1
        key = (one.group_code, one.reason_code, one.amount_cents)
        is_patients = patient_hint is not None and one.group_code == "PR"
        terms.append(
            Term(
                one.amount_cents,
                (*effects, *(((patient_hint, 1),) if is_patients and patient_hint else ())),
                one.segment_ordinal,
                one.byte_offset,
                f"CAS{3 * place:02d}",
                f"the adjustment {code_in_words(one.group_code)}-"
                f"{code_in_words(one.reason_code)} {where}",
                Hypothesis.ADJUSTMENT_REPEATED if key in seen else Hypothesis.ADJUSTMENT_EXTRA,
            )
        )
        seen.add(key)
    return terms


def code_in_words(code: str) -> str:
    """A code of the file for a message; only its shape when it is too long to be one."""
    return code if len(code) <= _LENGTH_OF_CODE_MAX else shape_of(code)


def with_answer(message: str, edits: Sequence[BalancingEdit]) -> str:
    """The message of a finding with the likeliest answer, if one explains anything."""
    if not edits or not edits[0].explains:
        return message
    more = sum(edit.explains for edit in edits) - 1
    others = f" (or {more} other single edit{'s' if more > 1 else ''})" if more else ""
    return f"{message} It balances if {edits[0].words}{others}."
