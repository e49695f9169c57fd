"""What modifiers make of a rate: assistants, co-surgeons, components, reduced services.

A row of a schedule that carries the modifier, and a term that is chosen by it, have its effect in
them already. Percentages are the contract's; where it gives none, those that Medicare pays and
most contracts repeat. What is paid by report, or by a percentage that nobody wrote down, is not
guessed: the line has no price. Source: domain 5.2; Medicare Claims Processing Manual, chapter 12.
"""

from collections.abc import Iterator
from decimal import Decimal

from edi_engine.contracts.amounts import format_percent
from edi_engine.contracts.drafts import LineDraft
from edi_engine.records.contracts import AnesthesiaRate

__all__ = ["apply_modifiers"]

_USUAL: dict[str, tuple[Decimal, str]] = {
    "62": (Decimal("62.5"), "co-surgeon"),
    "80": (Decimal(16), "assistant surgeon"),
    "81": (Decimal(16), "minimum assistant surgeon"),
    "82": (Decimal(16), "assistant surgeon"),
    "AS": (Decimal("13.6"), "assistant at surgery"),
}
_USUAL_ANESTHESIA: dict[str, tuple[Decimal, str]] = {
    "QK": (Decimal(50), "medical direction"),
    "QX": (Decimal(50), "medically directed"),
    "QY": (Decimal(50), "medical direction of one"),
}
_ASSISTANTS = frozenset({"80", "81", "82"})
_NEEDS_A_RULE: dict[str, str] = {
    "26": "professional component",
    "TC": "technical component",
    "52": "reduced services",
    "53": "discontinued procedure",
    "54": "surgical care only",
    "55": "postoperative care only",
    "56": "preoperative care only",
    "66": "surgical team",
    "73": "discontinued before anesthesia",
    "74": "discontinued after anesthesia",
    "78": "return to the operating room",
    "AD": "supervision of more than four",
}


def apply_modifiers(draft: LineDraft) -> None:
    """Multiply by each modifier's percentage, in order of the modifiers as text."""
    is_anesthesia = isinstance(draft.term.method, AnesthesiaRate)
    usual = _USUAL_ANESTHESIA if is_anesthesia else _USUAL
    for modifier in _counting(draft):
        rule = draft.indexed.modifier_rules.get(modifier)
        if rule is not None:
            percent, words, clause = rule.percent, "", rule.clause
        elif modifier == "78" and draft.rate is not None and draft.rate.intraoperative_percent:
            percent, words, clause = draft.rate.intraoperative_percent, "intraoperative share", ""
        elif modifier in usual:
            (percent, words), clause = usual[modifier], ""
        elif modifier in _NEEDS_A_RULE:
            draft.give_up(
                f"Modifier {modifier} ({_NEEDS_A_RULE[modifier]}): neither a rate with it nor a"
                " percentage for it is in the contract."
            )
            return
        else:
            continue
        named = f"modifier {modifier}" + (f" ({words})" if words else "")
        draft.times_percent("modifier", f"{named} pays {format_percent(percent)}", percent, clause)


def _counting(draft: LineDraft) -> Iterator[str]:
    """Modifiers that are not in the rate or the term, and count once."""
    included = {*draft.term.selector.modifiers, *(draft.rate.modifiers if draft.rate else ())}
    for modifier in sorted(draft.modifiers - included):
        if modifier in _ASSISTANTS and "AS" in draft.modifiers:
            continue  # 80 with AS only says what kind of assistant
        if modifier != "50":  # sides are paired first
            yield modifier
