"""Findings: what is wrong in a file or a claim, as data.

A finding never stops anything. It is returned beside the records, all of them, in file order.
Every code stands once in `FINDING_KINDS` with its meaning and remedy; docs/ERRORS.md is generated
from that table, and a test holds that each code has a fixture that produces it. Codes are never
reused. Messages mask patient data; the raw text is reached through the place.
"""

from enum import StrEnum

import msgspec

__all__ = [
    "FINDING_KINDS",
    "BalancingEdit",
    "Finding",
    "FindingKind",
    "FindingLog",
    "Hypothesis",
    "Place",
    "Severity",
    "finding_kind",
]


class Severity(StrEnum):
    """INFO: read as intended, worth knowing. WARNING: against the guide, no money in doubt.
    ERROR: money or a record is in doubt and a person should look."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where in a file something stands.

    `set_ordinal` counts transaction sets in the file from 1, `segment_ordinal` segments in the set
    from 1 (ST is 1); both are 0 outside a set. `byte_offset` counts from the start of the file.
    `element` names the element read, "CLP03", or is empty. In a table it is the column's name in
    lower case, and `segment_ordinal` is the row, the header being row 1. In a text that people
    write, such as a contract, `line` and `column` count from 1 and are all that is given.
    """

    file_name: str = ""
    file_digest: str = ""
    set_ordinal: int = 0
    set_control_number: str = ""
    segment_ordinal: int = 0
    byte_offset: int = 0
    element: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if self.line:
            return f"{self.file_name or 'input'} line {self.line}, column {self.column}"
        if self.segment_ordinal and self.element.islower():
            name = self.file_name or "input"
            return f"{name} row {self.segment_ordinal}, {self.element} (byte {self.byte_offset})"
        words = [self.file_name or "input"]
        if self.set_ordinal:
            words.append(f"ST {self.set_control_number or '?'}")
        if self.element:
            words.append(self.element)
        where = f"segment {self.segment_ordinal}, " if self.segment_ordinal else ""
        return f"{' '.join(words)} ({where}byte {self.byte_offset})"


class Hypothesis(StrEnum):
    """What a single mistake may have been, the likeliest first: habits of payers that are known,
    then copies, then slips, then what merely has the right amount. See docs/MATCHING.md."""

    REVERSAL_NOT_NEGATED = "reversal_not_negated"
    REVERSAL_ADJUSTMENTS_MISSING = "reversal_adjustments_missing"
    PROVIDER_ADJUSTMENTS_INVERTED = "provider_adjustments_inverted"
    INTEREST_MISSING = "interest_missing"
    PRIOR_PAYER_REPEATED = "prior_payer_repeated"
    ADJUSTMENTS_REPEATED = "adjustments_repeated"
    CLAIM_PAYMENT_REPEATED = "claim_payment_repeated"
    LINE_REPEATED = "line_repeated"
    ADJUSTMENT_REPEATED = "adjustment_repeated"
    PROVIDER_ADJUSTMENT_REPEATED = "provider_adjustment_repeated"
    PATIENT_SHARE_MISSING = "patient_share_missing"
    PATIENT_SHARE_PAID = "patient_share_paid"
    PATIENT_SHARE_TAKEN_TWICE = "patient_share_taken_twice"
    SIGN_INVERTED = "sign_inverted"
    AMOUNT_COUNTED = "amount_counted"
    PAID_NOT_NET = "paid_not_net"
    DIGITS_TRANSPOSED = "digits_transposed"
    DECIMAL_POINT_SLIPPED = "decimal_point_slipped"
    ADJUSTMENT_EXTRA = "adjustment_extra"
    PROVIDER_ADJUSTMENT_EXTRA = "provider_adjustment_extra"
    CLAIM_PAYMENT_EXTRA = "claim_payment_extra"
    LINE_EXTRA = "line_extra"
    AMOUNT_MISSTATED = "amount_misstated"
    ADJUSTMENT_MISSING = "adjustment_missing"
    CLAIM_PAYMENT_MISSING = "claim_payment_missing"
    PROVIDER_ADJUSTMENT_MISSING = "provider_adjustment_missing"
    LINE_MISSING = "line_missing"


class BalancingEdit(msgspec.Struct, frozen=True, gc=False):
    """One edit by which a failing equation would hold. A proposal to read, never carried out.

    The segment and element are those that would change. `before_cents` is None for what would be
    added, `after_cents` for what would go; for a change of several amounts at once both are their
    sums and the place is that of the first. `words` complete "It balances if ...".
    """

    hypothesis: Hypothesis
    segment_ordinal: int
    byte_offset: int
    element: str
    before_cents: int | None
    after_cents: int | None
    words: str

    @property
    def explains(self) -> bool:
        """Whether it says what went wrong, and does not merely have the right amount."""
        return self.hypothesis not in _ASSUMED


_ASSUMED = frozenset(
    {
        Hypothesis.AMOUNT_MISSTATED,
        Hypothesis.ADJUSTMENT_MISSING,
        Hypothesis.CLAIM_PAYMENT_MISSING,
        Hypothesis.PROVIDER_ADJUSTMENT_MISSING,
        Hypothesis.LINE_MISSING,
    }
)


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One thing that is wrong or odd, with its place.

    `message` is a sentence: what was read and what was expected, patient data masked. `remedy`
    says what to do. For balancing findings `left_cents` and `right_cents` are the two sides of the
    failing equation and the difference is left - right; both are None elsewhere. `edits` are the
    single edits that would make the two equal, the likeliest first.
    """

    code: str
    severity: Severity
    place: Place
    message: str
    remedy: str
    left_cents: int | None = None
    right_cents: int | None = None
    edits: tuple[BalancingEdit, ...] = ()

    def __str__(self) -> str:
        return f"{self.code} {self.severity} {self.place}: {self.message} {self.remedy}"


class FindingKind(msgspec.Struct, frozen=True, gc=False):
    """The catalogue entry of a finding code. `meaning` and `remedy` are for the biller."""

    code: str
    name: str
    severity: Severity
    meaning: str
    remedy: str


class FindingLog:
    """Collects findings in order; past `per_code_max` of one code it only counts.

    A hostile file can hold millions of broken segments; a person reads the first thousand.
    `counts` always holds the true number per code.
    """

    def __init__(self, *, per_code_max: int = 1000) -> None:
        self.findings: list[Finding] = []
        self.counts: dict[str, int] = {}
        self._per_code_max = per_code_max

    def add(
        self,
        code: str,
        place: Place,
        message: str,
        *,
        left_cents: int | None = None,
        right_cents: int | None = None,
        edits: tuple[BalancingEdit, ...] = (),
    ) -> None:
        """Record one finding; severity and remedy come from the catalogue.

        Raises KeyError for a code that is not in `FINDING_KINDS` (our mistake, not the file's).
        """
        kind = _KINDS_BY_CODE[code]
        count = self.counts.get(code, 0) + 1
        self.counts[code] = count
        if count <= self._per_code_max:
            self.findings.append(
                Finding(
                    code,
                    kind.severity,
                    place,
                    message,
                    kind.remedy,
                    left_cents,
                    right_cents,
                    edits,
                )
            )

    def is_full(self, code: str) -> bool:
        """Whether findings of this code were counted but not listed."""
        return self.counts.get(code, 0) > self._per_code_max

    def lists(self, code: str) -> bool:
        """Whether the next finding of this code would be listed, not only counted."""
        return self.counts.get(code, 0) < self._per_code_max

    def take(self) -> tuple[Finding, ...]:
        """Findings since the last call, in order; the counts stay."""
        taken = tuple(self.findings)
        self.findings.clear()
        return taken


def finding_kind(code: str) -> FindingKind:
    """The catalogue entry of a code. Raises KeyError when there is none."""
    return _KINDS_BY_CODE[code]


FINDING_KINDS: tuple[FindingKind, ...] = (
    FindingKind(
        "BAL-0101",
        "line-unbalanced",
        Severity.ERROR,
        "A line's charge less its adjustments is not what the payer says it paid on the line.",
        "Ask the payer for a corrected remittance; post the line by hand until then.",
    ),
    FindingKind(
        "BAL-0102",
        "claim-unbalanced",
        Severity.ERROR,
        "A claim's charge less all its adjustments is not what the payer says it paid on the "
        "claim.",
        "Ask the payer for a corrected remittance; post the claim by hand until then.",
    ),
    FindingKind(
        "BAL-0103",
        "transaction-unbalanced",
        Severity.ERROR,
        "The claim payments less the provider adjustments are not the amount of the payment.",
        "Compare with the deposit; ask the payer for the missing claims or adjustments.",
    ),
    FindingKind(
        "BAL-0104",
        "provider-adjustment-sign-inverted",
        Severity.ERROR,
        "The payment balances only when the provider adjustments are read with the opposite sign.",
        "Have a person confirm the payer's habit before the adjustments are posted.",
    ),
    FindingKind(
        "BAL-0105",
        "claim-charge-differs-from-lines",
        Severity.WARNING,
        "The claim charge is not the sum of its line charges.",
        "Look for lines that the payer left out.",
    ),
    FindingKind(
        "BAL-0106",
        "patient-responsibility-differs",
        Severity.WARNING,
        "Patient responsibility (CLP05) is not the sum of the adjustments of group PR.",
        "Bill the patient by the adjustments, which say why.",
    ),
    FindingKind(
        "BAL-0107",
        "interest-differs",
        Severity.WARNING,
        "The interest named on claims (AMT*I) is not the interest paid to the provider (PLB L6).",
        "Ask the payer which claims the interest belongs to.",
    ),
    FindingKind(
        "BAL-0108",
        "claim-adjustments-repeat-lines",
        Severity.ERROR,
        "The claim's own adjustments repeat those of its lines, so that the sum counts them twice.",
        "Confirm with the payer, then post the line adjustments only.",
    ),
    FindingKind(
        "BAL-0109",
        "reversal-incomplete",
        Severity.ERROR,
        "A reversal takes a payment back but none of the adjustments that came with it.",
        "Ask the payer for a complete reversal; keep the claim open.",
    ),
    FindingKind(
        "BAL-0201",
        "claim-charge-differs",
        Severity.ERROR,
        "The charge of a claim is not the sum of its lines' charges.",
        "Correct the charge or the lines in the billing system; payers reject the claim as it is.",
    ),
    FindingKind(
        "BAL-0202",
        "line-other-payer-unbalanced",
        Severity.ERROR,
        "What another payer paid and adjusted on a line does not account for the line's charge.",
        "Compare the line with that payer's remittance and resend the claim with all its "
        "adjustments.",
    ),
    FindingKind(
        "BAL-0203",
        "claim-other-payer-unbalanced",
        Severity.ERROR,
        "Another payer's paid amount on the claim differs from its line payments less its "
        "claim adjustments.",
        "Compare the claim with that payer's remittance and correct the amount or the adjustments.",
    ),
    FindingKind(
        "BAL-0204",
        "claim-charge-not-accounted",
        Severity.ERROR,
        "Another payer's paid amount and claim adjustments do not account for the claim's charge.",
        "Compare the claim with that payer's remittance and correct the amount or the adjustments.",
    ),
    FindingKind(
        "BAL-0205",
        "other-payer-payment-negative",
        Severity.WARNING,
        "Another payer's payment on a line is negative, which the guide forbids.",
        "Send the payment as it stands after the payer's correction.",
    ),
    FindingKind(
        "BAL-0206",
        "other-payer-adjusted-twice",
        Severity.ERROR,
        "Another payer's adjustments stand on the lines and again on the claim, so they count "
        "twice.",
        "Resend the claim with the adjustments on the level on which the payer sent them.",
    ),
    FindingKind(
        "BANK-0101",
        "bank-amount-unreadable",
        Severity.ERROR,
        "The amount of a movement in a bank file cannot be read; no deposit is made of it.",
        "Look at the record; ask the bank for the file again when its amount is damaged.",
    ),
    FindingKind(
        "BANK-0102",
        "bank-day-unreadable",
        Severity.WARNING,
        "A movement or a statement in a bank file has no day that can be read.",
        "Link the deposit by hand when no trace number leads to its remittance.",
    ),
    FindingKind(
        "BANK-0103",
        "bank-total-differs",
        Severity.ERROR,
        "A control total of a bank file is not the sum of what was read below it.",
        "Ask the bank for the file again: a movement may be missing or damaged.",
    ),
    FindingKind(
        "BANK-0104",
        "bank-count-differs",
        Severity.WARNING,
        "A bank file counts other numbers of records than it holds.",
        "Check that the file is whole; its totals say whether money is missing.",
    ),
    FindingKind(
        "BANK-0105",
        "bank-file-cut-off",
        Severity.WARNING,
        "A bank file ends, or goes on, without the control record that should stand there.",
        "Ask the bank for the file again: its end may be missing.",
    ),
    FindingKind(
        "BANK-0106",
        "bank-addenda-without-trace",
        Severity.WARNING,
        "The addenda of a payment hold no whole TRN segment, so that they name no remittance.",
        "Ask the bank to pass the addenda on unchanged; check the deposit's match until then.",
    ),
    FindingKind(
        "BANK-0107",
        "bank-record-misplaced",
        Severity.WARNING,
        "A record of a bank file is of no known kind, or stands where it cannot.",
        "Look at the record; nothing of it was read unless the deposit is listed.",
    ),
    FindingKind(
        "CODE-0101",
        "code-unknown",
        Severity.WARNING,
        "A code is on no list that we have: new, of another list, or mistyped. The money is "
        "read all the same.",
        "Compare with the list; if the code is new, have the tables brought up to date.",
    ),
    FindingKind(
        "CODE-0102",
        "code-retired",
        Severity.INFO,
        "A code is on its list and no longer in use.",
        "Nothing to do in what was received; use a current code in what is sent.",
    ),
    FindingKind(
        "CODE-0103",
        "code-malformed",
        Severity.WARNING,
        "A code does not have the form that all codes of its list have.",
        "Correct the code and send the claim again.",
    ),
    FindingKind(
        "CODE-0104",
        "code-of-another-time",
        Severity.WARNING,
        "A code was not in use on the day of service.",
        "Use the code that was in use on that day.",
    ),
    FindingKind(
        "CON-0101",
        "contract-yaml",
        Severity.ERROR,
        "A contract is no YAML: a sign is missing or stands too much, or blanks differ.",
        "Look at the place and the line above it; indent with blanks and put odd texts in quotes.",
    ),
    FindingKind(
        "CON-0102",
        "contract-too-large",
        Severity.ERROR,
        "A contract is longer or nested deeper than any contract is; it was not read.",
        "Check that this is the right file; put long lists of rates into a schedule file.",
    ),
    FindingKind(
        "CON-0103",
        "contract-shape",
        Severity.ERROR,
        "A list, a single value or keys and values stand where something else is expected.",
        "Write it as the example in docs/CONTRACTS.md does; look at the indentation.",
    ),
    FindingKind(
        "CON-0104",
        "contract-sharing",
        Severity.ERROR,
        "A contract uses an anchor, an alias or a tag of YAML, which is not read.",
        "Write the values out, and put a text that begins with & * or ! in quotes.",
    ),
    FindingKind(
        "CON-0105",
        "contract-key-repeated",
        Severity.ERROR,
        "A key stands twice in the same place of a contract.",
        "Keep one of the two, or put a dash before each entry of a list.",
    ),
    FindingKind(
        "CON-0106",
        "contract-key-unknown",
        Severity.ERROR,
        "A contract holds a key that has no meaning at its place.",
        "Correct its spelling or its indentation; docs/CONTRACTS.md lists all keys.",
    ),
    FindingKind(
        "CON-0107",
        "contract-key-missing",
        Severity.ERROR,
        "Something that a contract must say is not written.",
        "Add the key; docs/CONTRACTS.md tells what it means.",
    ),
    FindingKind(
        "CON-0108",
        "contract-amount",
        Severity.ERROR,
        "An amount of a contract is negative or not exact dollars and cents.",
        "Write it like 1234.50; inside braces an amount with commas needs quotes.",
    ),
    FindingKind(
        "CON-0109",
        "contract-percentage",
        Severity.ERROR,
        "A percentage of a contract is no number or out of bounds.",
        "Write it like 110%; a share of 0.8 is 80%.",
    ),
    FindingKind(
        "CON-0110",
        "contract-number",
        Severity.ERROR,
        "A number of a contract is not one that may stand there.",
        "Write digits alone, without a unit.",
    ),
    FindingKind(
        "CON-0111",
        "contract-date",
        Severity.ERROR,
        "A date of a contract does not exist or is not written year first.",
        "Write it like 2026-01-31.",
    ),
    FindingKind(
        "CON-0112",
        "contract-code",
        Severity.ERROR,
        "A code, range or identifier of a contract is not of its form.",
        "Write codes with all their digits, ranges with the lower one first and of one length.",
    ),
    FindingKind(
        "CON-0113",
        "contract-value",
        Severity.ERROR,
        "A word of a contract is not one that may stand there.",
        "Choose one of the words that are expected.",
    ),
    FindingKind(
        "CON-0114",
        "contract-days",
        Severity.ERROR,
        "A contract ends before it begins.",
        "Exchange or correct effective_from and effective_to.",
    ),
    FindingKind(
        "CON-0115",
        "contract-scope-empty",
        Severity.ERROR,
        "A contract names no payer, so that it would price the claims of all of them.",
        "Add payer_ids under applies_to, as they stand in your claims.",
    ),
    FindingKind(
        "CON-0116",
        "contract-method",
        Severity.ERROR,
        "A term says in no way, or in several, how it prices.",
        "Keep exactly one method; write a second term for what is paid otherwise.",
    ),
    FindingKind(
        "CON-0117",
        "contract-name-repeated",
        Severity.ERROR,
        "A name that must be unique stands twice in a contract.",
        "Give one of them another name, or remove it.",
    ),
    FindingKind(
        "CON-0118",
        "contract-name-unknown",
        Severity.ERROR,
        "A contract names a schedule or a term that it does not have.",
        "Correct the name, or add what it names.",
    ),
    FindingKind(
        "CON-0119",
        "contract-schedule-kind",
        Severity.ERROR,
        "A term names a schedule that does not hold what its method needs.",
        "Name a schedule of the expected kind, or add the missing column to its file.",
    ),
    FindingKind(
        "CON-0120",
        "contract-schedule-unused",
        Severity.WARNING,
        "No term names a schedule of a contract.",
        "Add the term that it is for, or remove it.",
    ),
    FindingKind(
        "CON-0121",
        "contract-term-covered",
        Severity.WARNING,
        "A term can never price anything, because an earlier one covers all of it.",
        "Put the narrower term before the wider one.",
    ),
    FindingKind(
        "CON-0122",
        "contract-tiers",
        Severity.ERROR,
        "The tiers of a per diem do not begin with day 1, or are not in order.",
        "Begin with from_day 1 and write later tiers below it.",
    ),
    FindingKind(
        "CON-0123",
        "contract-escalator-outside",
        Severity.WARNING,
        "An escalator begins on a day on which the contract is not in force.",
        "Check the date; rates that hold from the first day belong into the terms.",
    ),
    FindingKind(
        "CON-0124",
        "contract-stop-loss",
        Severity.ERROR,
        "A stop-loss stands at a term that prices each line by itself.",
        "Put it at the case rate, per diem or DRG that it relieves.",
    ),
    FindingKind(
        "CON-0125",
        "contract-contradiction",
        Severity.ERROR,
        "Two statements of a contract exclude each other, or one says nothing without the other.",
        "Keep what the paper says and remove the rest.",
    ),
    FindingKind(
        "CON-0126",
        "contract-file-name",
        Severity.ERROR,
        "A schedule's file is named by a path that leads out of the contract's folder.",
        "Put the file beside the contract or below it, and name it from there, with /.",
    ),
    FindingKind(
        "CON-0127",
        "contract-file-missing",
        Severity.ERROR,
        "A schedule file that a contract names is not there or cannot be read.",
        "Put it where the contract says, or correct the name; capital letters count.",
    ),
    FindingKind(
        "CON-0129",
        "contract-percentage-small",
        Severity.WARNING,
        "A percentage of a schedule is so small that a factor may be meant.",
        "Write 110% for a factor of 1.1; if it is right, add the sign: 1.1%.",
    ),
    FindingKind(
        "DENT-0101",
        "tooth-unknown",
        Severity.WARNING,
        "A tooth number is none of the universal numbering: 1 to 32, A to T, 51 to 82 or AS to TS.",
        "Correct the tooth number and resend the claim.",
    ),
    FindingKind(
        "DENT-0102",
        "surface-unknown",
        Severity.WARNING,
        "A tooth surface is none of M, O, D, B, L, F and I.",
        "Correct the surface and resend the claim.",
    ),
    FindingKind(
        "DENT-0103",
        "surface-not-of-tooth",
        Severity.WARNING,
        "A surface is told that the tooth does not have: the biting edge (I) is of front teeth, "
        "the chewing surface (O) of back teeth.",
        "Correct the surface or the tooth and resend the claim.",
    ),
    FindingKind(
        "DENT-0104",
        "surface-repeated",
        Severity.WARNING,
        "A surface of a tooth, or a tooth of a line, is told twice.",
        "Leave the repetition out.",
    ),
    FindingKind(
        "DENT-0105",
        "oral-cavity-unknown",
        Severity.WARNING,
        "An area of the oral cavity is none of the list.",
        "Use 00 to 09 for the whole, arches and sextants, 10 to 40 for quadrants, or L and R.",
    ),
    FindingKind(
        "DENT-0106",
        "procedure-not-dental",
        Severity.WARNING,
        "A dental procedure code is not D and four digits.",
        "Correct the code; medical procedures belong on a professional claim.",
    ),
    FindingKind(
        "DENT-0107",
        "orthodontic-months-wrong",
        Severity.WARNING,
        "More months of orthodontic treatment remain than it has in all.",
        "Correct the months of treatment.",
    ),
    FindingKind(
        "DENT-0108",
        "orthodontic-date-missing",
        Severity.INFO,
        "Orthodontic treatment is told without the day the appliance was placed.",
        "Add the date if the appliance was placed.",
    ),
    FindingKind(
        "DENT-0109",
        "predetermination-with-service-date",
        Severity.WARNING,
        "A claim asks for a predetermination, and has a date of service.",
        "Leave the date out, or the mark of a predetermination.",
    ),
    FindingKind(
        "DENT-0110",
        "tooth-without-surface",
        Severity.WARNING,
        "A procedure on surfaces of a tooth names fewer or no surfaces.",
        "Add the surfaces that the procedure was done on.",
    ),
    FindingKind(
        "FEE-0101",
        "fee-schedule-header",
        Severity.ERROR,
        "The first row of a fee schedule is not exactly the seven columns.",
        "Write the header as docs/CONTRACTS.md shows it, separated by commas.",
    ),
    FindingKind(
        "FEE-0102",
        "fee-schedule-row",
        Severity.ERROR,
        "A row of a fee schedule has too few or too many cells, or is no CSV.",
        "Give every row a cell for each column; put a cell that holds a comma in double quotes.",
    ),
    FindingKind(
        "FEE-0103",
        "fee-schedule-amount",
        Severity.ERROR,
        "An allowed amount is missing, negative, or not exact dollars and cents.",
        "Write it like 1234.50, with a point and at most two places.",
    ),
    FindingKind(
        "FEE-0104",
        "fee-schedule-date",
        Severity.ERROR,
        "A date of a fee schedule does not exist or is written in an unknown way.",
        "Write it like 2026-01-31, or leave the cell empty for no limit.",
    ),
    FindingKind(
        "FEE-0105",
        "fee-schedule-range",
        Severity.ERROR,
        "The last day of a row lies before its first day.",
        "Exchange or correct effective_from and effective_to.",
    ),
    FindingKind(
        "FEE-0106",
        "fee-schedule-modifiers",
        Severity.ERROR,
        "Modifiers are not two letters or digits each, joined by colons.",
        "Write them like 26 or 26:LT; format the column as text in a spreadsheet.",
    ),
    FindingKind(
        "FEE-0107",
        "fee-schedule-procedure",
        Severity.ERROR,
        "A procedure code holds something else than letters and digits.",
        "Write the code alone; a spreadsheet may have made a number of it.",
    ),
    FindingKind(
        "FEE-0108",
        "fee-schedule-lost-zeros",
        Severity.WARNING,
        "A procedure code has fewer than five digits: a spreadsheet may have cut its zeros.",
        "Put the zeros back and format the column as text, if the code had any.",
    ),
    FindingKind(
        "FEE-0109",
        "fee-schedule-place",
        Severity.ERROR,
        "A place of service is not two digits.",
        "Write the two digits, 11 for an office, or leave the cell empty for any place.",
    ),
    FindingKind(
        "FEE-0110",
        "fee-schedule-contradiction",
        Severity.ERROR,
        "Two rows with the same cells and a common day give different amounts.",
        "Remove one of them, or end the older one before the newer begins.",
    ),
    FindingKind(
        "FEE-0111",
        "fee-schedule-tie",
        Severity.WARNING,
        "Two rows can cover the same line equally well and give different amounts; such a line "
        "gets no expected amount.",
        "Make one of the rows more specific, or add a row for the case they share.",
    ),
    FindingKind(
        "FEE-0112",
        "fee-schedule-empty",
        Severity.ERROR,
        "A fee schedule has no usable row.",
        "Check that this is the right file.",
    ),
    FindingKind(
        "FEE-0201",
        "medicare-file-headings",
        Severity.ERROR,
        "A Medicare file does not have the columns of its kind, or has one of them twice.",
        "Supply the file as CMS publishes it, headings included: the relative value file "
        "(PPRRVU), Addendum E (GPCI) or Table 5.",
    ),
    FindingKind(
        "FEE-0202",
        "medicare-file-row",
        Severity.ERROR,
        "A row of a Medicare file has more or fewer cells than its headings, or is too short.",
        "Take the file from CMS again; a cell that holds a comma must be in double quotes.",
    ),
    FindingKind(
        "FEE-0203",
        "medicare-file-code",
        Severity.ERROR,
        "A procedure code, modifier, locality or DRG of a Medicare file is none.",
        "Put back what a spreadsheet changed, or take the file from CMS again.",
    ),
    FindingKind(
        "FEE-0204",
        "medicare-file-number",
        Severity.ERROR,
        "A value, index, weight or indicator of a Medicare file is no number it can be.",
        "Correct the cell from CMS's own file; write plain digits with a point.",
    ),
    FindingKind(
        "FEE-0205",
        "medicare-file-total",
        Severity.ERROR,
        "The relative values of a row do not add up to the row's own total.",
        "Take the file from CMS again: a value was changed, or the columns are not those of the "
        "headings.",
    ),
    FindingKind(
        "FEE-0206",
        "medicare-file-repeated",
        Severity.ERROR,
        "A Medicare file says the same code, locality or DRG a second time.",
        "Remove one of the rows; the first was used.",
    ),
    FindingKind(
        "FEE-0207",
        "locality-unknown",
        Severity.ERROR,
        "No row of the GPCI file is of the contract's Medicare locality.",
        "Name the locality by contractor and number as the file does, 10112-00.",
    ),
    FindingKind(
        "FEE-0208",
        "locality-ambiguous",
        Severity.ERROR,
        "Several localities have the contract's locality number.",
        "Put the contractor (MAC) before the number, as in 13202-01.",
    ),
    FindingKind(
        "FEE-0209",
        "work-index-floor",
        Severity.INFO,
        "The GPCI file has work indices with and without the floor of 1.0, and they differ.",
        "If the payer follows the one without the floor, delete the column with it.",
    ),
    FindingKind(
        "FEE-0210",
        "conversion-factor",
        Severity.ERROR,
        "There is no single, usable conversion factor.",
        "Write the conversion factor into the contract, like 32.3465.",
    ),
    FindingKind(
        "FEE-0211",
        "medicare-file-empty",
        Severity.ERROR,
        "A Medicare file has no usable row.",
        "Check that this is the right file.",
    ),
    FindingKind(
        "FEE-0301",
        "schedule-columns",
        Severity.ERROR,
        "The first row of a contract's schedule lacks a column, or has one that is not known.",
        "Name the columns as docs/CONTRACTS.md does; leave out what the payer does not give.",
    ),
    FindingKind(
        "FEE-0302",
        "schedule-number",
        Severity.ERROR,
        "A weight, a number of units or of days is no plain number, or is zero where it cannot be.",
        "Write digits and a point alone, like 1.2345.",
    ),
    FindingKind(
        "FEE-0303",
        "schedule-indicator",
        Severity.ERROR,
        "An indicator is not one digit.",
        "Copy it from the payer's file, or leave the cell empty.",
    ),
    FindingKind(
        "FEE-0304",
        "schedule-drg",
        Severity.ERROR,
        "A DRG is not up to three digits.",
        "Write the three digits alone.",
    ),
    FindingKind(
        "FILE-0101",
        "archive-unreadable",
        Severity.ERROR,
        "An archive's directory cannot be read.",
        "Ask the sender for the archive again, or for the files without an archive.",
    ),
    FindingKind(
        "FILE-0102",
        "archive-too-large",
        Severity.ERROR,
        "A file in an archive unpacks to far more than its packed size allows, or the archive to "
        "more than the limit.",
        "Do not open it. Ask the sender what it is; ingest genuine files without the archive.",
    ),
    FindingKind(
        "FILE-0103",
        "archive-too-many-files",
        Severity.ERROR,
        "An archive holds more files than the limit; those beyond it were not read.",
        "Split the archive, or ingest the files from a folder.",
    ),
    FindingKind(
        "FILE-0104",
        "archive-too-deep",
        Severity.ERROR,
        "Archives are packed in archives, deeper than the limit.",
        "Unpack the inner archives and ingest their files.",
    ),
    FindingKind(
        "FILE-0105",
        "archive-path-climbs-out",
        Severity.ERROR,
        "A file's path in an archive leads out of it; the file was not read.",
        "Ask the sender who made the archive: ordinary programs do not write such paths.",
    ),
    FindingKind(
        "FILE-0106",
        "archive-encrypted",
        Severity.ERROR,
        "A file in an archive is encrypted and was not read.",
        "Decrypt the archive and ingest the files.",
    ),
    FindingKind(
        "FILE-0107",
        "archive-special-file",
        Severity.ERROR,
        "An archive holds a link or a device in place of a file; it was not followed.",
        "Ask the sender for the file itself.",
    ),
    FindingKind(
        "FILE-0108",
        "archive-file-damaged",
        Severity.ERROR,
        "A file in an archive is damaged, cut off or packed in an unknown way.",
        "Ask the sender for the archive again. The other files in it were read.",
    ),
    FindingKind(
        "FILE-0110",
        "claims-duplicate-set",
        Severity.WARNING,
        "The same claims came before in other bytes. This copy is kept, and nothing matches it.",
        "Nothing, if the file was only copied. If the claims were sent twice, expect a rejection.",
    ),
    FindingKind(
        "FILE-0111",
        "remittance-duplicate",
        Severity.WARNING,
        "The same remittance came before in other bytes. Its payments are held: they do not count.",
        "Nothing, if the file was only sent again. If the payer paid twice, look for the second "
        "deposit and call the payer.",
    ),
    FindingKind(
        "FILE-0112",
        "remittance-conflict",
        Severity.ERROR,
        "A remittance has the trace number of an earlier one from the same payer, but other money "
        "or other claims. Both are kept and count.",
        "Compare both with the deposit, and ask the payer which one holds.",
    ),
    FindingKind(
        "GUIDE-0101",
        "guide-violation",
        Severity.WARNING,
        "A rule of the guide is broken that has no code of its own: levels (HL) or lines (LX) are "
        "not numbered one after the other.",
        "Number them from 1 on and send the file again.",
    ),
    FindingKind(
        "GUIDE-0102",
        "guide-unknown",
        Severity.INFO,
        "The guide check has no map for the guide this set names; it was not checked.",
        "Nothing to do; the other checks were made all the same.",
    ),
    FindingKind(
        "GUIDE-0103",
        "guide-check-failed",
        Severity.INFO,
        "The guide check gave no answer for these sets.",
        "Nothing to do; the other checks were made all the same.",
    ),
    FindingKind(
        "GUIDE-0104",
        "guide-check-cut-short",
        Severity.INFO,
        "The file is larger than what is checked against the guide; the rest was not checked.",
        "Check a smaller file of the same sender.",
    ),
    FindingKind(
        "GUIDE-0105",
        "guide-of-another-edition",
        Severity.INFO,
        "The set names an edition of its guide that there is no map for; the map of another "
        "edition was used.",
        "Nothing to do; look twice at what is found only here.",
    ),
    FindingKind(
        "GUIDE-0106",
        "guide-check-mistake-left-out",
        Severity.INFO,
        "The guide check found what its map is known to be wrong about; it was left out.",
        "Nothing to do.",
    ),
    FindingKind(
        "GUIDE-0201",
        "segment-unknown",
        Severity.WARNING,
        "A segment is none that the guide has.",
        "Leave the segment out, or correct its id.",
    ),
    FindingKind(
        "GUIDE-0202",
        "segment-unexpected",
        Severity.WARNING,
        "A segment stands where the guide has none of its kind: the wrong place, or a qualifier"
        " that this place does not allow.",
        "Move the segment to its loop, or correct its first element.",
    ),
    FindingKind(
        "GUIDE-0203",
        "segment-required",
        Severity.WARNING,
        "A segment or loop that the guide requires is missing.",
        "Add the segment and send the file again.",
    ),
    FindingKind(
        "GUIDE-0204",
        "loop-too-often",
        Severity.WARNING,
        "A loop is repeated more often than the guide allows.",
        "Split the claim or set, or leave out the loops that are too many.",
    ),
    FindingKind(
        "GUIDE-0205",
        "segment-too-often",
        Severity.WARNING,
        "A segment is repeated more often than the guide allows.",
        "Leave out the segments that are too many.",
    ),
    FindingKind(
        "GUIDE-0206",
        "segment-out-of-sequence",
        Severity.WARNING,
        "A segment stands in the right loop but after segments that must follow it.",
        "Put the segments of the loop into the guide's order.",
    ),
    FindingKind(
        "GUIDE-0207",
        "trailing-separators",
        Severity.INFO,
        "A segment ends in empty elements; the separators of empty elements at its end are left"
        " out.",
        "Nothing to do; strict receivers may refuse them.",
    ),
    FindingKind(
        "GUIDE-0301",
        "element-required",
        Severity.WARNING,
        "An element that the guide requires is empty.",
        "Fill the element and send the file again.",
    ),
    FindingKind(
        "GUIDE-0302",
        "element-required-beside",
        Severity.WARNING,
        "An element is empty that the guide requires beside another one.",
        "Fill the element, or leave the other one out too.",
    ),
    FindingKind(
        "GUIDE-0303",
        "elements-too-many",
        Severity.WARNING,
        "A segment has more elements than the guide.",
        "Leave out the elements at its end; look for a separator inside a value.",
    ),
    FindingKind(
        "GUIDE-0304",
        "element-too-short",
        Severity.WARNING,
        "An element is shorter than the guide allows.",
        "Correct the element, leading zeros included.",
    ),
    FindingKind(
        "GUIDE-0305",
        "element-too-long",
        Severity.WARNING,
        "An element is longer than the guide allows.",
        "Shorten the element.",
    ),
    FindingKind(
        "GUIDE-0306",
        "element-of-wrong-form",
        Severity.WARNING,
        "An element holds a character that its type does not allow, or ends in blanks.",
        "Correct the element; amounts and counts are digits with one point at most.",
    ),
    FindingKind(
        "GUIDE-0307",
        "code-not-in-guide",
        Severity.WARNING,
        "A code is none of those that the guide lists for this element.",
        "Use one of the guide's codes.",
    ),
    FindingKind(
        "GUIDE-0308",
        "date-not-valid",
        Severity.WARNING,
        "An element is no date, or not of the form that its qualifier announces.",
        "Write the date as CCYYMMDD, a range as CCYYMMDD-CCYYMMDD.",
    ),
    FindingKind(
        "GUIDE-0309",
        "time-not-valid",
        Severity.WARNING,
        "An element is no time of day.",
        "Write the time as HHMM.",
    ),
    FindingKind(
        "GUIDE-0310",
        "element-excluded",
        Severity.WARNING,
        "An element stands beside another one that excludes it.",
        "Leave one of the two out.",
    ),
    FindingKind(
        "GUIDE-0311",
        "element-not-used",
        Severity.WARNING,
        "An element is used that the guide leaves empty.",
        "Leave the element empty.",
    ),
    FindingKind(
        "GUIDE-0312",
        "components-too-many",
        Severity.WARNING,
        "A composite has more components than the guide.",
        "Leave out the components at its end; look for a separator inside a value.",
    ),
    FindingKind(
        "PAPER-0101",
        "column-missing",
        Severity.ERROR,
        "The first row of a file of paper remittances lacks a column that it must have.",
        "Add the column; docs/PAPER_REMITS.md has a header to copy.",
    ),
    FindingKind(
        "PAPER-0102",
        "column-unknown",
        Severity.ERROR,
        "The first row names a column that is not known, or the same column twice.",
        "Correct its name as in docs/PAPER_REMITS.md, or take the column out.",
    ),
    FindingKind(
        "PAPER-0103",
        "row-unreadable",
        Severity.ERROR,
        "A row has more cells than the header, or is no CSV in UTF-8.",
        "Save the sheet as CSV in UTF-8; a cell that holds a comma stands in double quotes.",
    ),
    FindingKind(
        "PAPER-0104",
        "amount-unreadable",
        Severity.ERROR,
        "A cell that must hold an amount is not exact dollars and cents.",
        "Write it like 1234.50, negative with a minus before it.",
    ),
    FindingKind(
        "PAPER-0105",
        "date-unreadable",
        Severity.ERROR,
        "A date does not exist, is written in an unknown way, or ends before it begins.",
        "Write it like 2026-01-31.",
    ),
    FindingKind(
        "PAPER-0106",
        "value-missing",
        Severity.ERROR,
        "A cell that must be filled is blank, and no row above fills it.",
        "Write what the paper says there.",
    ),
    FindingKind(
        "PAPER-0107",
        "code-unreadable",
        Severity.ERROR,
        "A code or number is not of the form that such codes have.",
        "Copy it from the paper; format the column as text, so that the sheet keeps zeros.",
    ),
    FindingKind(
        "PAPER-0108",
        "adjustment-unreadable",
        Severity.ERROR,
        "An adjustment is not group code, reason code and amount.",
        "Write each one like CO-45:12.30, several joined by ';'.",
    ),
    FindingKind(
        "PAPER-0109",
        "quantity-unreadable",
        Severity.ERROR,
        "A number of units is no plain number.",
        "Write it like 1 or 2.5, or leave the cell blank.",
    ),
    FindingKind(
        "PAPER-0110",
        "rows-contradict",
        Severity.ERROR,
        "A row says something else than the rows above it about the same remittance or claim.",
        "Correct the row; leave cells blank that are as above; number claims apart in column "
        "claim.",
    ),
    FindingKind(
        "PAPER-0111",
        "no-remittance",
        Severity.ERROR,
        "No row with a remittance stands below the header.",
        "Fill in at least one row.",
    ),
    FindingKind(
        "PAPER-0112",
        "row-mixed",
        Severity.ERROR,
        "A provider adjustment stands on a row that also speaks of a claim.",
        "Give the provider adjustment a row of its own.",
    ),
    FindingKind(
        "X12-0101",
        "not-x12",
        Severity.ERROR,
        "The file holds no X12 segment.",
        "Check that the right file was sent; ask the sender for the X12 file.",
    ),
    FindingKind(
        "X12-0102",
        "empty",
        Severity.ERROR,
        "The file is empty.",
        "Download the file again.",
    ),
    FindingKind(
        "X12-0103",
        "text-outside-interchanges",
        Severity.INFO,
        "Text stands before, between or after interchanges; it is passed over.",
        "Nothing to do.",
    ),
    FindingKind(
        "X12-0104",
        "interchange-header-irregular",
        Severity.INFO,
        "The ISA segment does not have its fixed length; its separators were found all the same.",
        "Nothing to do.",
    ),
    FindingKind(
        "X12-0106",
        "segment-too-long",
        Severity.ERROR,
        "No segment terminator comes within the longest length allowed; the text up to the "
        "next one is passed over.",
        "Ask the sender for a file with terminators.",
    ),
    FindingKind(
        "X12-0107",
        "last-segment-unterminated",
        Severity.WARNING,
        "The file ends inside a segment or without its last terminator.",
        "If the set has no end either, the file was cut short: download it again.",
    ),
    FindingKind(
        "X12-0108",
        "lower-case-ids",
        Severity.INFO,
        "Segment ids are written in lower case; they are read as if in upper case.",
        "Nothing to do.",
    ),
    FindingKind(
        "X12-0109",
        "count-differs",
        Severity.WARNING,
        "A count in the envelope (SE01, GE01, IEA01) is not what the file holds.",
        "Compare the number of claims with the sender's; nothing was left out in reading.",
    ),
    FindingKind(
        "X12-0110",
        "control-number-differs",
        Severity.WARNING,
        "The control number that ends an envelope differs from the one that begins it.",
        "Nothing to do.",
    ),
    FindingKind(
        "X12-0111",
        "envelope-start-missing",
        Severity.WARNING,
        "A part of the envelope (ISA, GS, ST) is missing before what it should begin.",
        "Ask the sender for a complete file if payer or payee cannot be told.",
    ),
    FindingKind(
        "X12-0112",
        "envelope-end-missing",
        Severity.WARNING,
        "An interchange or group has no end (IEA, GE).",
        "If a set has no end either, the file was cut short: download it again.",
    ),
    FindingKind(
        "X12-0113",
        "set-end-missing",
        Severity.ERROR,
        "A transaction set has no end (SE): claims may be missing after the last one read.",
        "Download the file again; ask the sender if it is cut there too.",
    ),
    FindingKind(
        "X12-0114",
        "type-told-by-content",
        Severity.WARNING,
        "ST01 does not name the kind of set that the content is; it was read by its content.",
        "Tell the sender.",
    ),
    FindingKind(
        "X12-0115",
        "type-unknown",
        Severity.ERROR,
        "Neither ST01 nor the content tells what a transaction set is; it is kept unread.",
        "Look at the raw set; ask the sender what it is.",
    ),
    FindingKind(
        "X12-0116",
        "implementation-differs",
        Severity.INFO,
        "The guide named in ST03 differs from the one in GS08.",
        "Nothing to do.",
    ),
    FindingKind(
        "X12-0117",
        "claim-too-large",
        Severity.ERROR,
        "One claim is larger than any claim can be; the rest of it is not read.",
        "Look at the raw file: a claim may lack its end.",
    ),
    FindingKind(
        "X12-0118",
        "interchange-number-reused",
        Severity.WARNING,
        "Two interchanges of one file have the same control number.",
        "Check that the file was not joined of the same interchange twice.",
    ),
    FindingKind(
        "X12-0119",
        "findings-not-all-listed",
        Severity.INFO,
        "There are more findings of one code than are listed; all were counted.",
        "Repair the first ones; they mostly share a cause.",
    ),
    FindingKind(
        "X12-0201",
        "amount-unreadable",
        Severity.ERROR,
        "An amount is not exact dollars and cents; it counts as absent, never as a guess.",
        "Ask the sender for a corrected file, or post the amount by hand.",
    ),
    FindingKind(
        "X12-0202",
        "amount-absent",
        Severity.WARNING,
        "An amount that the guide requires is empty; zero is used.",
        "Compare the claim with the paper explanation of benefits.",
    ),
    FindingKind(
        "X12-0203",
        "date-unreadable",
        Severity.WARNING,
        "A date does not exist or is not written as a date; the record has no date there.",
        "Look the date up in the raw segment; matching goes on without it.",
    ),
    FindingKind(
        "X12-0204",
        "quantity-unreadable",
        Severity.WARNING,
        "A quantity is not a plain decimal number; the record has none there.",
        "Look the quantity up in the raw segment.",
    ),
    FindingKind(
        "X12-0205",
        "component-separator-differs",
        Severity.INFO,
        "Composites are separated by another character than ISA16 announces.",
        "Nothing to do; tell the sender if the guide check is to pass.",
    ),
    FindingKind(
        "X12-0206",
        "procedure-incomplete",
        Severity.WARNING,
        "A procedure lacks its code or its qualifier.",
        "Match the line by its control number, charge and date.",
    ),
    FindingKind(
        "X12-0207",
        "date-in-other-syntax",
        Severity.INFO,
        "A DTM holds a date format first, as the DTP of a claim does; it is read all the same.",
        "Nothing to do.",
    ),
    FindingKind(
        "X12-0208",
        "adjustment-group-unknown",
        Severity.WARNING,
        "The group code of an adjustment is empty or none that the guides know.",
        "Decide by the reason code who owes the amount.",
    ),
    FindingKind(
        "X12-0209",
        "adjustment-gap",
        Severity.INFO,
        "An empty triplet stands between filled ones; all filled ones are read.",
        "Nothing to do.",
    ),
    FindingKind(
        "X12-0210",
        "adjustment-without-reason",
        Severity.WARNING,
        "An adjustment has an amount but no reason code; the amount counts.",
        "Ask the payer for the reason before writing the amount off.",
    ),
    FindingKind(
        "X12-0211",
        "adjustment-without-amount",
        Severity.WARNING,
        "An adjustment has a reason code but no amount; it is left out.",
        "Check the balance of the line; ask the payer if it fails.",
    ),
    FindingKind(
        "X12-0212",
        "adjustment-too-long",
        Severity.WARNING,
        "A CAS holds more than six triplets; all are read and counted.",
        "Nothing to do; tell the payer if the guide check is to pass.",
    ),
    FindingKind(
        "X12-0301",
        "payment-missing",
        Severity.ERROR,
        "The remittance has no BPR: no payment amount, so it cannot balance.",
        "Ask the payer for the whole remittance.",
    ),
    FindingKind(
        "X12-0302",
        "trace-missing",
        Severity.WARNING,
        "The remittance has no trace number (TRN02), so it cannot be tied to a deposit by it.",
        "Find the deposit by payer, amount and date.",
    ),
    FindingKind(
        "X12-0303",
        "payment-negative",
        Severity.WARNING,
        "The payment amount is negative; the guide wants a forwarding balance instead.",
        "Ask the payer how the debt will be taken; expect no deposit.",
    ),
    FindingKind(
        "X12-0304",
        "payment-date-shifted",
        Severity.INFO,
        "The BPR is short and ends with the payment date, which is read from there.",
        "Nothing to do.",
    ),
    FindingKind(
        "X12-0305",
        "payment-method-glued",
        Severity.WARNING,
        "BPR04 holds more than the payment method, such as a check number.",
        "Read the check number from the raw segment.",
    ),
    FindingKind(
        "X12-0306",
        "payer-or-payee-missing",
        Severity.WARNING,
        "The remittance does not name its payer or its payee (N1*PR, N1*PE).",
        "Tell the payer by the file's sender.",
    ),
    FindingKind(
        "X12-0307",
        "head-repeated",
        Severity.INFO,
        "Payer or payee is named again between claims, as in files joined of smaller ones.",
        "Nothing to do.",
    ),
    FindingKind(
        "X12-0308",
        "claim-payment-short",
        Severity.WARNING,
        "A CLP lacks elements that the guide requires.",
        "Match the claim by what is there.",
    ),
    FindingKind(
        "X12-0309",
        "patient-control-number-missing",
        Severity.WARNING,
        "The payer did not return the patient control number.",
        "Match the claim by member, dates and charge.",
    ),
    FindingKind(
        "X12-0310",
        "provider-adjustment-gap",
        Severity.INFO,
        "An empty pair stands between filled ones in a PLB; all filled ones are read.",
        "Nothing to do.",
    ),
    FindingKind(
        "X12-0311",
        "provider-adjustment-without-reference",
        Severity.INFO,
        "A provider adjustment names no claim, check or other reference.",
        "Ask the payer what it is for before posting it.",
    ),
    FindingKind(
        "X12-0312",
        "provider-adjustment-shifted",
        Severity.WARNING,
        "Code and reference of a provider adjustment stand in two elements instead of one.",
        "Tell the payer; the amount is read from where it stands.",
    ),
    FindingKind(
        "X12-0313",
        "provider-adjustment-too-long",
        Severity.WARNING,
        "A PLB holds more than six pairs; all are read and counted.",
        "Nothing to do.",
    ),
    FindingKind(
        "X12-0314",
        "procedure-split",
        Severity.WARNING,
        "A procedure was split by the element separator; it was joined again.",
        "Tell the payer.",
    ),
    FindingKind(
        "X12-0315",
        "segment-out-of-place",
        Severity.INFO,
        "A segment has no place where it stands; it is kept as text.",
        "Nothing to do.",
    ),
    FindingKind(
        "X12-0316",
        "provider-adjustment-incomplete",
        Severity.WARNING,
        "A provider adjustment lacks its reason or its amount.",
        "Ask the payer; an amount without a reason counts, a reason without an amount does not.",
    ),
    FindingKind(
        "X12-0317",
        "reversal-positive",
        Severity.WARNING,
        "A claim payment with status 22 (reversal) has a positive charge, as a correction would.",
        "Decide by the original payment whether it takes money back.",
    ),
    FindingKind(
        "X12-0318",
        "second-payment",
        Severity.ERROR,
        "A second BPR stands inside one remittance; only the first one is its payment.",
        "Split the file into one remittance for each payment.",
    ),
    FindingKind(
        "X12-0319",
        "payment-without-claims",
        Severity.WARNING,
        "The remittance pays an amount but names no claim and no provider adjustment.",
        "Ask the payer for the claims.",
    ),
    FindingKind(
        "X12-0320",
        "remittance-unreadable",
        Severity.ERROR,
        "A set announced as a remittance holds neither a payment nor a claim.",
        "Look at the raw set; ask the sender what it is.",
    ),
    FindingKind(
        "X12-0321",
        "claim-segment-outside-claim",
        Severity.ERROR,
        "A segment of a claim payment stands outside any claim; its amounts belong to none.",
        "Look at the raw set for the claim it belongs to.",
    ),
    FindingKind(
        "X12-0322",
        "segments-repeated-too-often",
        Severity.WARNING,
        "A claim or line holds more dates, amounts or references than any guide allows.",
        "Look at the raw segments; no adjustment or payment is affected.",
    ),
    FindingKind(
        "X12-0401",
        "segment-without-place",
        Severity.INFO,
        "A segment of a claim has no place in the guide or in the record; it is kept as it is.",
        "Nothing to do; the segment is shown with the claim.",
    ),
    FindingKind(
        "X12-0402",
        "hierarchy-parent-wrong",
        Severity.WARNING,
        "A level names another parent than the one it stands under; its place in the file decides.",
        "Check that the claim shows the right provider and subscriber.",
    ),
    FindingKind(
        "X12-0403",
        "hierarchy-level-unknown",
        Severity.WARNING,
        "A level is neither billing provider, subscriber nor patient; its content decides "
        "what it is.",
        "Check that the claim shows the right provider and subscriber.",
    ),
    FindingKind(
        "X12-0404",
        "hierarchy-level-missing",
        Severity.WARNING,
        "A level that should stand above another one, or above the claim, is missing.",
        "Check that the claim shows the right provider and subscriber.",
    ),
    FindingKind(
        "X12-0405",
        "hierarchy-numbering",
        Severity.INFO,
        "The levels of a set are not numbered 1, 2, 3 and so on.",
        "Nothing to do; tell the sender if the guide check is to pass.",
    ),
    FindingKind(
        "X12-0406",
        "set-without-claims",
        Severity.WARNING,
        "A set of claims holds none.",
        "Check that the export from the billing system was complete.",
    ),
    FindingKind(
        "X12-0407",
        "claim-without-lines",
        Severity.ERROR,
        "A claim has no service line.",
        "Add the lines in the billing system; payers cannot price the claim as it is.",
    ),
    FindingKind(
        "X12-0408",
        "patient-control-number-missing",
        Severity.ERROR,
        "A claim has no patient control number; payments cannot name it.",
        "Give the claim a number in the billing system and resend it.",
    ),
    FindingKind(
        "X12-0409",
        "correction-without-original",
        Severity.WARNING,
        "A replacement or void does not give the payer's control number of the claim it corrects.",
        "Add the number from the remittance of the original (REF*F8) and resend.",
    ),
    FindingKind(
        "X12-0410",
        "frequency-unknown",
        Severity.WARNING,
        "The frequency of a claim is empty or no frequency code.",
        "Check whether it is an original, a replacement or a void.",
    ),
    FindingKind(
        "X12-0411",
        "line-without-number",
        Severity.WARNING,
        "A service stands without a line number (LX) of its own; it is read as a line.",
        "Check the number of lines against the billing system.",
    ),
    FindingKind(
        "X12-0412",
        "line-without-service",
        Severity.WARNING,
        "A line number has no service (SV1, SV2 or SV3) after it; its charge is zero.",
        "Check the line against the billing system.",
    ),
    FindingKind(
        "X12-0413",
        "line-numbering",
        Severity.INFO,
        "The lines of a claim are not numbered 1, 2, 3 and so on.",
        "Nothing to do; lines are counted by their order.",
    ),
    FindingKind(
        "X12-0414",
        "line-control-number-repeated",
        Severity.WARNING,
        "Two lines of a claim have the same line item control number.",
        "Give each line its own number, or payments cannot be told apart.",
    ),
    FindingKind(
        "X12-0415",
        "billing-provider-missing",
        Severity.WARNING,
        "A claim has no billing provider.",
        "Add the billing provider and resend the claim.",
    ),
    FindingKind(
        "X12-0416",
        "subscriber-missing",
        Severity.WARNING,
        "A claim has no subscriber.",
        "Add the subscriber and resend the claim.",
    ),
    FindingKind(
        "X12-0417",
        "payer-missing",
        Severity.WARNING,
        "A claim names no payer that it is sent to.",
        "Add the payer and resend the claim.",
    ),
    FindingKind(
        "X12-0418",
        "patient-control-number-long",
        Severity.WARNING,
        "A patient control number is longer than the twenty characters that payers must return.",
        "Expect it cut in the remittance; use shorter numbers, seventeen are safe.",
    ),
    FindingKind(
        "X12-0419",
        "line-without-date",
        Severity.WARNING,
        "Neither a line nor its claim has a date of service.",
        "Add the date of service and resend the claim.",
    ),
    FindingKind(
        "X12-0420",
        "patient-missing",
        Severity.WARNING,
        "A patient level names no patient.",
        "Add the patient and resend the claim.",
    ),
    FindingKind(
        "X12-0421",
        "line-decision-of-unknown-payer",
        Severity.WARNING,
        "A line carries a decision of a payer that the claim does not name among its other payers.",
        "Correct the payer's identifier in the line decision or in the other payer.",
    ),
    FindingKind(
        "X12-0422",
        "claim-segments-without-claim",
        Severity.ERROR,
        "Diagnoses or service lines stand under no claim (CLM); no claim can be made of them.",
        "Look at the raw segments and resend the claim; its charge is in no total.",
    ),
    FindingKind(
        "X12-0501",
        "acknowledgment-empty",
        Severity.ERROR,
        "An acknowledgment answers nothing: it names no interchange, group or claim, or gives "
        "no verdict.",
        "Get the file again from the clearinghouse; what it was to answer still waits.",
    ),
    FindingKind(
        "X12-0502",
        "acknowledgment-code-unknown",
        Severity.WARNING,
        "A code of an acknowledgment is not in the list of its guide.",
        "Read the acknowledgment and ask who sent it what is meant; an unknown verdict counts "
        "as none.",
    ),
    FindingKind(
        "X12-0503",
        "acknowledgment-out-of-order",
        Severity.WARNING,
        "A segment of an acknowledgment stands where it cannot, or one that should end "
        "something is missing.",
        "Look at the raw segments; what could be told is kept.",
    ),
    FindingKind(
        "X12-0504",
        "acknowledgment-count-differs",
        Severity.WARNING,
        "A group's acknowledgment counts fewer accepted sets than it lists.",
        "Ask which sets were taken; the list counts.",
    ),
    FindingKind(
        "X12-0505",
        "acknowledgment-too-long",
        Severity.WARNING,
        "An acknowledgment lists more faults, statuses or lines of one thing than are kept.",
        "Look at the raw segments; mend what is listed first.",
    ),
    FindingKind(
        "X12-0506",
        "claim-answer-without-number",
        Severity.WARNING,
        "A status of a claim names no patient control number.",
        "Find the claim by its payer claim control number, or ask who sent the status.",
    ),
    FindingKind(
        "X12-0507",
        "status-category-unknown",
        Severity.WARNING,
        "A claim status has no category, or one that is in no list.",
        "Ask who sent the status what is meant; it settles nothing.",
    ),
    FindingKind(
        "X12-0508",
        "status-level-unknown",
        Severity.WARNING,
        "A level of a 277 is none of source, receiver, provider and patient.",
        "Nothing to do when claims are read under it; look at the raw segments otherwise.",
    ),
    FindingKind(
        "X12-0509",
        "status-category-not-for-acknowledgments",
        Severity.WARNING,
        "An acknowledgment of claims (277CA) uses a category that the guide has for other answers.",
        "Nothing to do: it is kept as it is; a decision about the claim comes with the remittance.",
    ),
    FindingKind(
        "X12-0510",
        "acknowledgment-total-differs",
        Severity.WARNING,
        "What a level of a 277CA says was accepted or rejected is not what the claims below "
        "it say.",
        "Compare the list with the claims that were sent; ask for the missing ones.",
    ),
)

_KINDS_BY_CODE: dict[str, FindingKind] = {kind.code: kind for kind in FINDING_KINDS}
