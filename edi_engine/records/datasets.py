"""The datasets that can be exported: names, columns and what they mean.

Stable: columns keep their names, order and meaning; new ones are added at the end. The store
reads them, `exports` writes them, and docs/EXPORTS.md is generated from this table.
"""

from enum import StrEnum

import msgspec

__all__ = ["DATASETS", "ColumnKind", "Dataset", "DatasetColumn", "dataset"]


class ColumnKind(StrEnum):
    """How a value is held and written. MONEY is cents here and dollars with two places when
    written; DAY is ISO; FLAG is true or false. Any value may be None, written empty."""

    NUMBER = "number"
    TEXT = "text"
    MONEY = "money"
    DAY = "day"
    FLAG = "flag"


class DatasetColumn(msgspec.Struct, frozen=True, gc=False):
    """One column; `meaning` is a sentence part for people."""

    name: str
    kind: ColumnKind
    meaning: str


class Dataset(msgspec.Struct, frozen=True):
    """One dataset: `meaning` says what a row is and how rows are ordered."""

    name: str
    meaning: str
    columns: tuple[DatasetColumn, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The header."""
        return tuple(column.name for column in self.columns)


def dataset(name: str) -> Dataset:
    """The dataset of that name. Raises KeyError when there is none."""
    return _BY_NAME[name]


def _number(name: str, meaning: str) -> DatasetColumn:
    return DatasetColumn(name, ColumnKind.NUMBER, meaning)


def _text(name: str, meaning: str) -> DatasetColumn:
    return DatasetColumn(name, ColumnKind.TEXT, meaning)


def _money(name: str, meaning: str) -> DatasetColumn:
    return DatasetColumn(name, ColumnKind.MONEY, meaning)


def _day(name: str, meaning: str) -> DatasetColumn:
    return DatasetColumn(name, ColumnKind.DAY, meaning)


DATASETS = (
    Dataset(
        "claims",
        "One row per claim read from an 837, in the order of ingest.",
        (
            _number("claim_id", "our number of the claim"),
            _text("file", 'name of the file, "archive.zip/name" inside an archive'),
            _text("set_control_number", "ST02 of the transaction set"),
            _number("claim_ordinal", "place of the claim in its set, from 1"),
            _text("kind", "professional, institutional or dental"),
            _text("patient_control_number", "CLM01"),
            _text(
                "payer_claim_control_number",
                "CLP07 of the newest matched claim payment that has one",
            ),
            _text("frequency_code", "CLM05-3: 1 original, 7 replacement, 8 void"),
            _text("payer_id", "NM109 of the payer the claim was sent to"),
            _text("payer_name", "name of that payer"),
            _text("subscriber_id", "member identifier of the subscriber"),
            _text("patient_last_name", "last name of who was treated"),
            _text("patient_first_name", "first name of who was treated"),
            _text("billing_npi", "NPI of the billing provider"),
            _day("service_from", "first day of service"),
            _day("service_to", "last day of service"),
            _money("charge", "CLM02"),
            _text(
                "status",
                "unanswered, paid, partial, underpaid, denied, patient, reversed, superseded "
                "(replaced, or a copy of a claim read before) or voided",
            ),
            _money("balance", "what is still owed on the charge"),
            _money("payer_balance", "the payers' part of the balance"),
            _money("patient_balance", "the patient's part of the balance"),
        ),
    ),
    Dataset(
        "service_lines",
        "One row per billed service line, in the order of ingest.",
        (
            _number("claim_id", "the claim"),
            _number("line_number", "place of the line in its claim, from 1"),
            _text("line_item_control_number", "REF*6R"),
            _text("procedure_qualifier", "code list of the procedure (HC, AD ...)"),
            _text("procedure_code", "procedure code"),
            _text("modifiers", 'modifiers in order, joined by ":"'),
            _text("revenue_code", "revenue code of an institutional line"),
            _text("units", "billed quantity, as decimal text"),
            _money("charge", "billed charge"),
            _day("service_from", "first day of service, the claim's when the line has none"),
            _day("service_to", "last day of service, the claim's when the line has none"),
        ),
    ),
    Dataset(
        "remittances",
        "One row per 835 transaction set or paper remittance, in the order of ingest.",
        (
            _number("remittance_id", "our number of the remittance"),
            _text("file", 'name of the file, "archive.zip/name" inside an archive'),
            _text("set_control_number", "ST02 of the transaction set"),
            _text("payer_id", "N104 of the payer, else its REF*2U, else TRN03"),
            _text("payer_name", "name of the payer"),
            _text("payee_npi", "NPI of the payee"),
            _text("trace_number", "TRN02: cheque or transfer number"),
            _text("method", "BPR04: ACH, CHK, NON ..."),
            _day("payment_date", "BPR16"),
            _money("payment_amount", "BPR02; empty when it is missing or unreadable"),
            DatasetColumn(
                "balanced", ColumnKind.FLAG, "whether claims, adjustments and payment add up"
            ),
            _money("posted", "part of the payment that lies on claims of ours"),
            _money("suspense", "the rest: posted and suspense add up to the payment"),
            _text("source", "electronic, or manual for one typed in from paper"),
        ),
    ),
    Dataset(
        "claim_payments",
        "One row per CLP of an 835, in the order of ingest.",
        (
            _number("claim_payment_id", "our number of the claim payment"),
            _number("remittance_id", "the remittance"),
            _number("claim_ordinal", "place of the CLP in its set, from 1"),
            _text("patient_control_number", "CLP01"),
            _text("payer_claim_control_number", "CLP07"),
            _text("status_code", "CLP02"),
            _money("charge", "CLP03"),
            _money("paid", "CLP04"),
            _money("patient_responsibility", "CLP05; empty when absent"),
        ),
    ),
    Dataset(
        "adjustments",
        "One row per reason of a CAS segment, in the order of ingest.",
        (
            _number("claim_payment_id", "the claim payment"),
            _number("line_ordinal", "place of the SVC in its claim payment; empty at claim level"),
            _text("group_code", "CAS01: CO, PR, OA, PI or CR"),
            _text("reason_code", "the adjustment's CARC"),
            _money("amount", "as in the file: positive lowers the payment"),
            _text("quantity", "as decimal text, empty without one"),
        ),
    ),
    Dataset(
        "provider_adjustments",
        "One row per reason of a PLB segment, in the order of ingest.",
        (
            _number("remittance_id", "the remittance"),
            _number("ordinal", "place of the reason in its set, from 1"),
            _text("reason_code", "WO, FB, L6 ..."),
            _text("reference", "what the payer says it refers to"),
            _money("amount", "as in the file: positive lowers the payment"),
            _text(
                "state",
                "open (waits for its opposite), closed, traced (names a claim of ours), untraced "
                "or ledger; plb_items says more",
            ),
            _number("traced_claim_id", "the claim it was traced to"),
        ),
    ),
    Dataset(
        "matches",
        "One row per claim payment: where it belongs, in the order of ingest.",
        (
            _number("claim_payment_id", "the claim payment"),
            _text("remittance_file", "name of its file"),
            _text("set_control_number", "ST02 of its transaction set"),
            _number("claim_ordinal", "place of the CLP in its set, from 1"),
            _text("outcome", "matched, suggested, ambiguous, unmatched or not_ours"),
            _number("claim_id", "the claim it is matched to, or suggested for"),
            _text("rule", 'the rule that said so, "decided" for a person\'s decision'),
            _text(
                "candidates",
                "claims considered beside the matched one, best first, with the suggested one; "
                'joined by ";"',
            ),
        ),
    ),
    Dataset(
        "reconciliation",
        "One row per billed line and payer sequence, by claim, sequence and line. Amounts are net "
        "of reversals. Line 0 is money the payer gave beside the billed lines.",
        (
            _number("claim_id", "the claim"),
            _number("line_number", "place of the line in its claim, from 1"),
            _number("payer_sequence", "1 primary, 2 secondary, 3 tertiary"),
            _money("charge", "billed charge"),
            _money("expected_allowed", "what contract or fee schedule say the payer should allow"),
            _text("expected_source", "the contract's term, or the fee schedule's row"),
            _money("allowed", "what the payer allowed"),
            _money("paid", "what the payer paid"),
            _money("contractual", "what the contract takes off"),
            _money("patient_responsibility", "what the payer puts on the patient"),
            _money("denied", "what the payer refused"),
            _money("other_adjustment", "all other adjustments"),
            _money("variance", "expected less allowed, positive when underpaid"),
            _text(
                "state",
                "unanswered, paid, underpaid, overpaid, denied, patient, bundled, zero_charge or "
                "reversed",
            ),
            _text("denial_category", "our class of the denial"),
            _text(
                "remit_lines",
                'line payments that answer it, "claim payment:line ordinal", joined by ";"',
            ),
            _text("recode", "the procedure paid when it is not the one billed"),
            _text(
                "variance_cause",
                "why a contract line was allowed something else: rate, modifier, "
                "multiple_procedures, units, bundled, recode, carve_out, stop_loss ... or unknown",
            ),
            _text("variance_words", "the mistake that gives what the payer allowed"),
        ),
    ),
    Dataset(
        "journal",
        "One row per entry of the journal, in the order of posting. The entries of a posting sum "
        "to zero; what was taken back stands twice, with both signs.",
        (
            _number("entry_id", "our number of the entry"),
            _number("posting_id", "the posting it is part of"),
            _text(
                "account",
                "cash, receivable_payer_1 (2 ...), receivable_patient, receivable_denied, "
                "contractual, other_adjustment, suspense, provider_level, interest, refunds or "
                "rebilled",
            ),
            _number("claim_id", "the claim; empty where the money has none"),
            _number("line_number", "the billed line; empty for the claim as a whole"),
            _number("remittance_id", "the remittance that says so"),
            _money("amount", "debits positive, credits negative"),
            _day("posted_on", "the day it was posted"),
            _text("source", "file, transaction set and segment it was read from"),
            _text("refusal", "why the money is in suspense, empty when it is posted"),
            _text("reason", "the same in words, or what was capped or moved"),
            DatasetColumn(
                "in_force", ColumnKind.FLAG, "false for what was taken back, and for taking it back"
            ),
        ),
    ),
    Dataset(
        "worklist",
        "One row per work item, open or not, in the order they arose.",
        (
            _number("work_item_id", "our number of the item"),
            _text("queue", "the queue it waits in"),
            _text("cause", "what is wrong"),
            _number("claim_id", "the claim it is about"),
            _number("remittance_id", "the remittance it is about"),
            _money("amount_at_risk", "what is at stake"),
            _number("priority", "higher is more urgent"),
            _day("deadline", "last day on which acting still helps"),
            _text("next_action", "what to do next"),
            _day("next_action_date", "when to do it"),
            _text("assignee", "who has it"),
            _text(
                "status",
                "new, open, escalated, waiting, appealed, resolved, closed or wont_work",
            ),
            _text("reason", "why, in words"),
            _text("waiting_for", "whom a waiting item waits for: payer, patient or internal"),
            _text("resolution", "how it ended: paid, corrected, written_off, patient, invalid"),
        ),
    ),
    Dataset(
        "plb_items",
        "One row per reason of a PLB segment: what became of it ([LEDGER.md](LEDGER.md)), in the "
        "order of ingest.",
        (
            _number("item_id", "our number of the provider adjustment"),
            _number("remittance_id", "the remittance"),
            _text("payer_id", "the payer of the remittance"),
            _text("reason_code", "WO, FB, L6 ..."),
            _text("kind", "what kind of money it is: takeback, forwarding, interest ..."),
            _text("reference", "what the payer says it refers to"),
            _money(
                "amount",
                "positive lowers the payment, also where the remittance turns the signs around",
            ),
            _money("open_amount", "what is left of it; sign as the amount"),
            _text("state", "open, partial, closed, untraced or ledger"),
            _number("traced_claim_id", "the claim its reference leads to"),
            _text("settled_by", 'items that settled it, joined by ";"'),
            _day("arose_on", "day of the remittance"),
            _day("settled_on", "day on which nothing was left of it"),
            _text("reason", "why, in words"),
        ),
    ),
    Dataset(
        "deposits",
        "One row per movement of money that bank files tell of, in the order of loading; one that "
        "several files tell of stands once.",
        (
            _number("deposit_id", "our number of the deposit"),
            _text("file", "name of the first file that told of it"),
            _day("received_on", "the day the money is there"),
            _money("amount", "positive when it came, negative when it was taken back"),
            _text("originator_id", "TRN03 of the addenda, else the ACH company identification"),
            _text("originator_name", "who sent it, as the bank says"),
            _text("trace_number", "TRN02 of the addenda, else the bank's customer reference"),
            _text(
                "status",
                "matched, amount_differs, ambiguous, no_remittance, other_money (nothing says it "
                "comes from a payer), taken_back, no_money or repeated (another kind of bank file "
                "tells of it too); empty before reconciling",
            ),
            _text("remittance_ids", 'remittances it pays, joined by ";"'),
            _text("rule", 'the rule that said so, "decided" for a person\'s decision'),
            _money("difference", "what came less what the remittances say; empty without one"),
        ),
    ),
    Dataset(
        "project_hits",
        "One row per line that was paid too little or refused, now or before, by claim and line: "
        "what `report projects` counts by payer, kind, cause and term.",
        (
            _number("claim_id", "the claim"),
            _number("line_number", "place of the line in its claim, 0 for the claim as a whole"),
            _number("payer_sequence", "1 primary, 2 secondary, 3 tertiary"),
            _text("kind", "underpaid or refused"),
            _text("payer_id", "the payer that did it"),
            _text("cause", "cause of the variance, or category of the refusal"),
            _text("term", 'term of the contract, or what was refused: "CO-50/N115"'),
            _money("short", "what was missing when it was seen first"),
            _money("recovered", "what is allowed more than at first"),
            _day("hit_on", "day of the run that saw it first"),
            _day("answered_on", "day of the payer's answer"),
            _day("solved_on", "day since when nothing is missing; empty while something is"),
            _number("reopened", "how often it came back"),
        ),
    ),
)

_BY_NAME = {found.name: found for found in DATASETS}
