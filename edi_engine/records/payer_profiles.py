"""What payers are known to do: a catalogue of quirks, the evidence for each, and what people say.

A quirk is *learned* from what is stored (counts of evidence for and against), or *declared* or
*denied* by a person for a span of days. Matching and posting see neither: they get `PayerProfiles`,
the quirks that may be used, as a frozen value like the policy. Source: domain feature 21.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

import msgspec

from edi_engine.dates import lies_within

__all__ = [
    "CATALOGUE",
    "NO_PROFILES",
    "EvidenceKind",
    "LearnedQuirk",
    "Observation",
    "PayerProfiles",
    "ProfileVersion",
    "Quirk",
    "QuirkDeclaration",
    "QuirkInForce",
    "QuirkMeaning",
    "QuirkTally",
    "bit_of",
    "payer_key",
    "quirks_of_mask",
]


class Quirk(StrEnum):
    """What a payer does otherwise than the guide. Only ever added to at the end: the place of a
    quirk is its bit in what is stored."""

    OMITS_LINE_CONTROL_NUMBERS = "omits_line_control_numbers"
    POSITIONAL_LINE_CONTROL_NUMBERS = "positional_line_control_numbers"
    DROPS_MODIFIERS = "drops_modifiers"
    TRUNCATES_CONTROL_NUMBER = "truncates_control_number"
    ALTERS_CONTROL_NUMBER = "alters_control_number"
    USES_STATUS_4_FOR_DENIALS = "uses_status_4_for_denials"
    REVERSAL_STATUS_ON_CORRECTIONS = "reversal_status_on_corrections"
    REVERSAL_WITHOUT_ADJUSTMENTS = "reversal_without_adjustments"
    PATIENT_RESPONSIBILITY_ON_REVERSALS = "patient_responsibility_on_reversals"
    REPORTS_CONTRACTUAL_FOR_EVERYTHING = "reports_contractual_for_everything"
    PRIOR_PAYER_AT_BOTH_LEVELS = "prior_payer_at_both_levels"
    REPEATS_CLAIM_ADJUSTMENTS_OF_LINES = "repeats_claim_adjustments_of_lines"
    NO_SERVICE_DATES = "no_service_dates"
    NO_ALLOWED_AMOUNTS = "no_allowed_amounts"
    INVERTED_PROVIDER_ADJUSTMENT_SIGN = "inverted_provider_adjustment_sign"
    REUSES_TRACE_NUMBERS = "reuses_trace_numbers"
    ZERO_TRACE_NUMBERS = "zero_trace_numbers"


class EvidenceKind(StrEnum):
    """What evidence is taken from: a claim payment, or a remittance as a whole."""

    PAYMENT = "payment"
    REMITTANCE = "remittance"


class QuirkMeaning(msgspec.Struct, frozen=True):
    """One row of the catalogue, in sentences for a biller.

    `evidence_for` and `evidence_against` are exact: anything else says nothing. `use` is what
    matching or posting does with it when a profile says so; empty: nothing, it is shown only.
    `has_value` says that the quirk comes with a number (the length that is left).
    """

    quirk: Quirk
    kind: EvidenceKind
    meaning: str
    evidence_for: str
    evidence_against: str
    use: str = ""
    has_value: bool = False


_MATCHED = "A payment on a claim of ours"

CATALOGUE = (
    QuirkMeaning(
        Quirk.OMITS_LINE_CONTROL_NUMBERS,
        EvidenceKind.PAYMENT,
        "Never returns our line item control numbers (REF*6R).",
        f"{_MATCHED} whose lines all had one, and no line payment returns any.",
        "The same, and at least one line payment returns one, whatever it holds.",
    ),
    QuirkMeaning(
        Quirk.POSITIONAL_LINE_CONTROL_NUMBERS,
        EvidenceKind.PAYMENT,
        "Returns positions (1, 2, 3) of its own as line item control numbers.",
        f"{_MATCHED} whose lines all had one longer than three characters, and all that come"
        " back are shorter and none of ours.",
        "The same, and at least one that comes back is ours.",
        "Its line control numbers of up to three characters are not used to find lines.",
    ),
    QuirkMeaning(
        Quirk.DROPS_MODIFIERS,
        EvidenceKind.PAYMENT,
        "Returns procedure codes without their modifiers.",
        f"{_MATCHED} with line payments of codes that we billed with a modifier on every line,"
        " and none of them has a modifier.",
        "The same, and at least one of them has a modifier.",
    ),
    QuirkMeaning(
        Quirk.TRUNCATES_CONTROL_NUMBER,
        EvidenceKind.PAYMENT,
        "Cuts our patient control number to so many characters.",
        f"{_MATCHED} with the first so many characters of its number, six at least, and no more.",
        f"{_MATCHED} with a longer number that came back whole, or was cut at another length.",
        "A number cut at exactly this length finds the claim when charge and day agree, the"
        " patient does not differ, no claim has the cut number, and no other claim fits.",
        has_value=True,
    ),
    QuirkMeaning(
        Quirk.ALTERS_CONTROL_NUMBER,
        EvidenceKind.PAYMENT,
        "Pads our patient control number, drops its separators, or adds something to it.",
        f"{_MATCHED} with all of its number in other characters, or inside a longer one.",
        f"{_MATCHED} with its number as we sent it, or cut.",
    ),
    QuirkMeaning(
        Quirk.USES_STATUS_4_FOR_DENIALS,
        EvidenceKind.PAYMENT,
        "Calls every denial status 4, which is for patients it does not know.",
        f"{_MATCHED} that pays nothing, refuses some of the charge, and has status 4.",
        "The same with another status of an answer (1, 2, 3, 19, 20, 21).",
    ),
    QuirkMeaning(
        Quirk.REVERSAL_STATUS_ON_CORRECTIONS,
        EvidenceKind.PAYMENT,
        "Calls corrections reversals: status 22 with money that is not taken back.",
        "Status 22 with a positive charge or payment.",
        "Status 22 with a negative charge and no positive payment.",
    ),
    QuirkMeaning(
        Quirk.REVERSAL_WITHOUT_ADJUSTMENTS,
        EvidenceKind.PAYMENT,
        "Does not take its adjustments back with a reversal.",
        "A reversal whose charge is not its payment, without any adjustment.",
        "A reversal with adjustments.",
    ),
    QuirkMeaning(
        Quirk.PATIENT_RESPONSIBILITY_ON_REVERSALS,
        EvidenceKind.PAYMENT,
        "States patient responsibility (CLP05) on reversals, where none belongs.",
        "A reversal with adjustments of group PR and a CLP05 other than zero.",
        "A reversal with adjustments of group PR and CLP05 empty or zero.",
    ),
    QuirkMeaning(
        Quirk.REPORTS_CONTRACTUAL_FOR_EVERYTHING,
        EvidenceKind.PAYMENT,
        "As a later payer reports the charge less its payment as contractual, without what the"
        " earlier payer settled (OA 23).",
        "A later payer's payment without OA 23 whose own amounts and what the earlier payer paid"
        " are more than the charge, and some of it is contractual.",
        "A later payer's payment with OA 23, where the earlier payer paid something.",
        "Contractual amounts beyond what is open, which never post, are expected and said to be.",
    ),
    QuirkMeaning(
        Quirk.PRIOR_PAYER_AT_BOTH_LEVELS,
        EvidenceKind.PAYMENT,
        "Reports what the earlier payer settled (OA 23) on the claim and on its lines.",
        "A payment with lines and OA 23 both on the claim and on a line.",
        "A payment with lines and OA 23 on one level only.",
    ),
    QuirkMeaning(
        Quirk.REPEATS_CLAIM_ADJUSTMENTS_OF_LINES,
        EvidenceKind.PAYMENT,
        "Repeats the adjustments of the lines on the claim.",
        "A payment whose lines alone add up to it, and the adjustments of the claim are the sums"
        " of those of its lines.",
        "A payment with adjustments on lines, and none or others on the claim.",
    ),
    QuirkMeaning(
        Quirk.NO_SERVICE_DATES,
        EvidenceKind.PAYMENT,
        "Says no date of service, neither on lines nor on the claim.",
        f"{_MATCHED} without any date of service.",
        f"{_MATCHED} with one.",
    ),
    QuirkMeaning(
        Quirk.NO_ALLOWED_AMOUNTS,
        EvidenceKind.PAYMENT,
        "Never states allowed amounts (AMT*B6).",
        "An answer with a line that is paid, and no line states an allowed amount.",
        "An answer with a line that is paid, and at least one line states an allowed amount.",
    ),
    QuirkMeaning(
        Quirk.INVERTED_PROVIDER_ADJUSTMENT_SIGN,
        EvidenceKind.REMITTANCE,
        "Reads the sign of provider adjustments (PLB) the other way round.",
        "A remittance that balances only with the sign inverted.",
        "A remittance with provider adjustments other than zero that balances as the guide says.",
        "The sign is read so where a remittance balances with neither sign, or with both.",
    ),
    QuirkMeaning(
        Quirk.REUSES_TRACE_NUMBERS,
        EvidenceKind.REMITTANCE,
        "Uses a trace number (TRN02) again for another payment.",
        "A remittance that is not held, with a trace number of an earlier one of the payer.",
        "A remittance that is not held, with a trace number of its own.",
        "Another payment under a trace number of the payer is no conflict; a true repetition is"
        " held all the same.",
    ),
    QuirkMeaning(
        Quirk.ZERO_TRACE_NUMBERS,
        EvidenceKind.REMITTANCE,
        "Sends trace numbers that mean nothing: none, or zeros.",
        "A remittance that is not held, whose trace number holds no letter and no digit but 0.",
        "A remittance that is not held, with any other trace number.",
    ),
)
"""In the order of `Quirk`."""

_BITS = {quirk: 1 << place for place, quirk in enumerate(Quirk)}


def bit_of(quirk: Quirk) -> int:
    """The bit of a quirk in a mask."""
    return _BITS[quirk]


def quirks_of_mask(mask: int) -> list[Quirk]:
    """The quirks whose bits are set, in order."""
    return [quirk for quirk, bit in _BITS.items() if mask & bit]


def payer_key(payer_id: str, payer_name: str) -> str:
    """Under what a payer's profile is kept: its identifier on remittances, the name without one."""
    return payer_id.strip().upper() or payer_name.strip().upper()


class Observation(msgspec.Struct, frozen=True, gc=False):
    """What one claim payment or remittance says about its payer's quirks.

    Masks of bits, for and against; a quirk in neither had no opportunity. `length` is that of the
    control number as it came back, for the quirk that has a value; 0 when nothing was compared.
    """

    seen_mask: int = 0
    against_mask: int = 0
    length: int = 0


class QuirkTally(msgspec.Struct, frozen=True, gc=False):
    """Evidence for (`seen_count`) and against one quirk of a payer. Under a `value` the quirk was
    seen with it, or spoken against by it (a number that came back whole at that length).

    `first_on` and `last_on` are the payment dates of the first and last evidence for it, None
    without any.
    """

    quirk: Quirk
    value: int
    seen_count: int
    against_count: int
    first_on: date | None
    last_on: date | None


class LearnedQuirk(msgspec.Struct, frozen=True, gc=False):
    """A quirk as the counts say: seen so often, of so many opportunities."""

    quirk: Quirk
    value: int
    seen_count: int
    opportunities_count: int
    first_on: date | None
    last_on: date | None


class ProfileVersion(msgspec.Struct, frozen=True, gc=False):
    """What was believed of a payer from a day on, with the counts of that day. Kept for ever.

    `believed_on` is the day the run was made for (its as-of day).
    """

    payer: str
    version: int
    believed_on: date
    quirks: tuple[LearnedQuirk, ...]


class QuirkDeclaration(msgspec.Struct, frozen=True, gc=False):
    """A person's word: the payer has the quirk, or (`is_denied`) has not, from day to day.

    No day means no bound, both bounds belong to the span. Of several words about a day the later
    one holds. `declared_at` is an instant, ISO text.
    """

    payer_declaration_id: int
    payer: str
    quirk: Quirk
    is_denied: bool
    value: int
    effective_from: date | None
    effective_to: date | None
    declared_by: str
    declared_at: str
    note: str

    def covers(self, day: date | None) -> bool:
        """Whether it is about that day; an unknown day is covered by an unbounded word only."""
        return lies_within(day, self.effective_from, self.effective_to)


class QuirkInForce(msgspec.Struct, frozen=True, gc=False):
    """A quirk that may be used on a day, with its value and on whose word."""

    quirk: Quirk
    value: int
    source: str

    @property
    def sentence(self) -> str:
        """How a reason names the use."""
        value = f" {self.value}" if self.value else ""
        return f"Payer profile: {self.quirk}{value} ({self.source})."


class PayerProfiles(msgspec.Struct, frozen=True):
    """What matching and posting may use of what is known of payers; without any they do as ever.

    `declarations` of all payers in the order they were made; `learned` are the newest versions,
    empty unless the settings accept what was learned.
    """

    declarations: tuple[QuirkDeclaration, ...] = ()
    learned: tuple[ProfileVersion, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.declarations or self.learned)

    def find(
        self, quirk: Quirk, payer_id: str, payer_name: str, day: date | None
    ) -> QuirkInForce | None:
        """The quirk as it may be used for a payment of that day, or None."""
        if not self.declarations and not self.learned:
            return None
        payer = payer_key(payer_id, payer_name)
        said = _latest(
            one
            for one in self.declarations
            if one.payer == payer and one.quirk is quirk and one.covers(day)
        )
        if said is not None:
            source = f"declared by {said.declared_by}"
            return None if said.is_denied else QuirkInForce(quirk, said.value, source)
        for version in self.learned:
            for one in version.quirks:
                if version.payer == payer and one.quirk is quirk:
                    return QuirkInForce(quirk, one.value, f"learned, version {version.version}")
        return None


def _latest(found: Iterable[QuirkDeclaration]) -> QuirkDeclaration | None:
    return max(found, key=lambda one: one.payer_declaration_id, default=None)


NO_PROFILES = PayerProfiles()
"""Nothing is written down, so nothing is used."""
