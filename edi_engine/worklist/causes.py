"""What each cause of work means for a person: queue, next action, effort, chance, what lapses.

Data, not code: a row per cause that reconciling may raise. Causes of one `family` are stages of the
same piece of work (a payment that was ambiguous and is now only suggested), so they share an item.
Efforts are our own values, and chances our own starting values: a practice's history takes over.
Source: domain features 62 to 75, 6.2 and 7.2.
"""

from enum import StrEnum

import msgspec

from edi_engine.records.work import Queue

__all__ = ["CAUSES", "CauseRule", "Measure", "Subject", "Window", "cause_rule"]


class Window(StrEnum):
    """Which clock runs out. APPEAL from the payment date, FILING from the date of service,
    CORRECTED_CLAIM the earlier of the two, REFUND from the day since when money is owed back, NONE
    nothing lapses."""

    NONE = "none"
    APPEAL = "appeal"
    FILING = "filing"
    CORRECTED_CLAIM = "corrected_claim"
    REFUND = "refund"


class Subject(StrEnum):
    """What the work is about; the item keeps its identity as long as this stays the same."""

    CLAIM = "claim"
    PAYMENT = "payment"
    REMITTANCE = "remittance"
    PROVIDER_ITEM = "provider_item"
    DEPOSIT = "deposit"
    ACKNOWLEDGMENT = "acknowledgment"
    REMITTANCE_DEPOSIT = "remittance_deposit"
    """The deposit that a remittance waits for: apart from what is wrong with the remittance."""


class Measure(StrEnum):
    """By what it is told how much of the money came. ALLOWED: what this payer allows on the claim,
    now and when the item arose. LATER_PAID: what later payers paid, likewise. PATIENT_BALANCE: by
    how much less the patient owes. SETTLED: all, when the money settled the item; nothing, when a
    person closed it."""

    ALLOWED = "allowed"
    LATER_PAID = "later_paid"
    PATIENT_BALANCE = "patient_balance"
    SETTLED = "settled"


class CauseRule(msgspec.Struct, frozen=True, gc=False):
    """One row of the table. `recovery_percent` is the base chance that working it brings the
    money (or keeps it), `effort_minutes` the usual time one item takes."""

    cause: str
    family: str
    subject: Subject
    queue: Queue
    next_action: str
    effort_minutes: int
    recovery_percent: int
    window: Window = Window.NONE
    measure: Measure = Measure.SETTLED


CAUSES: tuple[CauseRule, ...] = (
    CauseRule(
        "rejected",
        "rejected",
        Subject.CLAIM,
        Queue.REJECTION,
        "Correct what the rejection names, then send the claim again: it never reached a decision.",
        15,
        85,
        Window.FILING,
        Measure.ALLOWED,
    ),
    CauseRule(
        "rejection_unplaced",
        "rejection_unplaced",
        Subject.ACKNOWLEDGMENT,
        Queue.REJECTION,
        "Find the claim or file that was rejected: load the file if it is missing, else ask who"
        " rejected it.",
        10,
        60,
    ),
    CauseRule(
        "denied",
        "denied",
        Subject.CLAIM,
        Queue.DENIAL,
        "Read the refusal codes, then correct and resubmit the claim or appeal.",
        25,
        50,
        Window.CORRECTED_CLAIM,
        Measure.ALLOWED,
    ),
    CauseRule(
        "partially_denied",
        "denied",
        Subject.CLAIM,
        Queue.DENIAL,
        "Read the refusal codes of the refused lines, then correct and resubmit them or appeal.",
        25,
        50,
        Window.CORRECTED_CLAIM,
        Measure.ALLOWED,
    ),
    CauseRule(
        "underpaid",
        "underpaid",
        Subject.CLAIM,
        Queue.UNDERPAY,
        "Compare the allowed amount with the contract and ask the payer to pay the difference.",
        20,
        60,
        Window.APPEAL,
        Measure.ALLOWED,
    ),
    CauseRule(
        "underallowed",
        "underallowed",
        Subject.CLAIM,
        Queue.UNDERPAY,
        "Ask the payer to allow what the contract says; bill the patient the rest only after that.",
        20,
        30,
        Window.APPEAL,
        Measure.ALLOWED,
    ),
    CauseRule(
        "below_usual",
        "below_usual",
        Subject.CLAIM,
        Queue.UNDERPAY,
        "Look for the contract, or ask the payer why it allows less; this alone is no appeal.",
        15,
        20,
        Window.APPEAL,
        Measure.ALLOWED,
    ),
    CauseRule(
        "unagreed_sequestration",
        "unagreed_sequestration",
        Subject.CLAIM,
        Queue.UNDERPAY,
        "Ask the payer for what it took off its payment: the contract knows no sequestration.",
        15,
        60,
        Window.APPEAL,
    ),
    CauseRule(
        "silent_ppo",
        "silent_ppo",
        Subject.CLAIM,
        Queue.UNDERPAY,
        "Ask the payer by which contract and clause it takes the discount; without one, ask for the"
        " whole charge.",
        20,
        35,
        Window.APPEAL,
        Measure.ALLOWED,
    ),
    CauseRule(
        "timely_interest",
        "timely_interest",
        Subject.CLAIM,
        Queue.UNDERPAY,
        "Ask the payer for the interest on its late payment: the clause and the days are in the"
        " reason.",
        15,
        60,
        Window.APPEAL,
    ),
    CauseRule(
        "timely_discount",
        "timely_discount",
        Subject.CLAIM,
        Queue.UNDERPAY,
        "Ask the payer for the discount that it took although it was not agreed, or too late.",
        15,
        60,
        Window.APPEAL,
    ),
    CauseRule(
        "recoded",
        "recoded",
        Subject.CLAIM,
        Queue.UNDERPAY,
        "Check whether the payer's code or the billed code describes the service; appeal if ours.",
        20,
        40,
        Window.APPEAL,
        Measure.ALLOWED,
    ),
    CauseRule(
        "no_response",
        "no_response",
        Subject.CLAIM,
        Queue.NO_RESPONSE,
        "Ask the payer for the claim's status; resend it if the payer never received it.",
        15,
        80,
        Window.FILING,
        Measure.ALLOWED,
    ),
    CauseRule(
        "missing_line",
        "missing_line",
        Subject.CLAIM,
        Queue.NO_RESPONSE,
        "Ask the payer why the remittance does not answer these billed lines.",
        15,
        60,
        Window.APPEAL,
        Measure.ALLOWED,
    ),
    CauseRule(
        "correction_awaited",
        "correction_awaited",
        Subject.CLAIM,
        Queue.NO_RESPONSE,
        "Ask the payer when the corrected payment follows the reversal.",
        15,
        70,
        Window.APPEAL,
        Measure.ALLOWED,
    ),
    CauseRule(
        "no_secondary_remittance",
        "secondary_due",
        Subject.CLAIM,
        Queue.NO_RESPONSE,
        "Ask the next payer whether it has the crossover claim; bill it yourself if it has not.",
        15,
        75,
        Window.FILING,
        Measure.LATER_PAID,
    ),
    CauseRule(
        "secondary_due",
        "secondary_due",
        Subject.CLAIM,
        Queue.SECONDARY_DUE,
        "Bill the next payer with the primary remittance, or ask it for the crossover claim.",
        15,
        75,
        Window.FILING,
        Measure.LATER_PAID,
    ),
    CauseRule(
        "patient_balance",
        "patient_balance",
        Subject.CLAIM,
        Queue.PATIENT_OVERDUE,
        "Send the patient a statement that explains the balance.",
        15,
        40,
        measure=Measure.PATIENT_BALANCE,
    ),
    CauseRule(
        "overpaid",
        "overpaid",
        Subject.CLAIM,
        Queue.CREDIT,
        "Check the contract; if the payer paid too much, expect a takeback or refund it.",
        15,
        50,
    ),
    CauseRule(
        "overallowed",
        "overallowed",
        Subject.CLAIM,
        Queue.CREDIT,
        "Check the contract; ask the payer to correct its answer, and bill the patient no more than"
        " agreed.",
        15,
        50,
    ),
    CauseRule(
        "interest_overpaid",
        "interest_overpaid",
        Subject.CLAIM,
        Queue.CREDIT,
        "Check whether a law owes more interest than the contract; if not, expect a takeback.",
        10,
        20,
    ),
    CauseRule(
        "credit_balance",
        "credit_balance",
        Subject.CLAIM,
        Queue.CREDIT,
        "Find out who paid too much, the payer or the patient, and prepare the refund.",
        20,
        90,
    ),
    CauseRule(
        "takeback_awaited",
        "takeback_awaited",
        Subject.CLAIM,
        Queue.CREDIT,
        "Ask the payer to take back what it paid on the claim that we replaced or voided, or refund"
        " it.",
        20,
        90,
        Window.REFUND,
    ),
    CauseRule(
        "duplicate_payment",
        "duplicate_payment",
        Subject.CLAIM,
        Queue.CREDIT,
        "Compare the two payments; refund the second or wait for the payer to take it back.",
        15,
        90,
    ),
    CauseRule(
        "extra_line",
        "extra_line",
        Subject.CLAIM,
        Queue.UNMATCHED_REMIT,
        "Compare the payer's added lines with the claim and ask what they stand for.",
        15,
        40,
    ),
    CauseRule(
        "reversal_orphan",
        "reversal",
        Subject.CLAIM,
        Queue.PLB,
        "Find the payment this reversal undoes; ask the payer when it is not in our files.",
        25,
        50,
    ),
    CauseRule(
        "reversal_amounts_differ",
        "reversal",
        Subject.CLAIM,
        Queue.PLB,
        "Compare the reversal with the payment it undoes and ask the payer about the difference.",
        20,
        50,
    ),
    CauseRule(
        "reversal_incomplete",
        "reversal",
        Subject.CLAIM,
        Queue.PLB,
        "Ask the payer for a complete reversal: its adjustments are missing.",
        20,
        50,
    ),
    CauseRule(
        "reversal_not_negative",
        "reversal",
        Subject.CLAIM,
        Queue.PLB,
        "Decide whether this is a correction: the payer calls it a reversal but pays money.",
        15,
        80,
    ),
    CauseRule(
        "posting_refused",
        "posting_refused",
        Subject.PAYMENT,
        Queue.UNMATCHED_REMIT,
        "Read why it was not posted; then accept it, link it elsewhere, or ask the payer.",
        10,
        90,
    ),
    CauseRule(
        "payer_unknown",
        "payer_unknown",
        Subject.REMITTANCE,
        Queue.UNMATCHED_REMIT,
        "Check who this payer is; release it, and its payments post.",
        5,
        95,
    ),
    CauseRule(
        "unmatched_payment",
        "payment_place",
        Subject.PAYMENT,
        Queue.UNMATCHED_REMIT,
        "Find the claim this payment belongs to and link it, or send the money back.",
        10,
        95,
    ),
    CauseRule(
        "ambiguous_payment",
        "payment_place",
        Subject.PAYMENT,
        Queue.UNMATCHED_REMIT,
        "Choose among the claims listed and link the payment.",
        5,
        95,
    ),
    CauseRule(
        "suggested_payment",
        "payment_place",
        Subject.PAYMENT,
        Queue.UNMATCHED_REMIT,
        "Compare the payment with the suggested claim; link it if they agree.",
        3,
        95,
    ),
    CauseRule(
        "not_ours",
        "payment_place",
        Subject.PAYMENT,
        Queue.UNMATCHED_REMIT,
        "Tell the payer that the payment is for another practice, and hold the money.",
        10,
        20,
    ),
    CauseRule(
        "unbalanced_remittance",
        "unbalanced_remittance",
        Subject.REMITTANCE,
        Queue.UNMATCHED_REMIT,
        "Ask the payer for a corrected remittance: its amounts do not add up.",
        20,
        60,
    ),
    CauseRule(
        "duplicate_remittance",
        "remittance_again",
        Subject.REMITTANCE,
        Queue.UNMATCHED_REMIT,
        "Compare with the remittance received before; release it only if the money came twice.",
        5,
        10,
    ),
    CauseRule(
        "conflicting_remittance",
        "remittance_again",
        Subject.REMITTANCE,
        Queue.UNMATCHED_REMIT,
        "Ask the payer which of the two remittances with this trace number counts.",
        15,
        40,
    ),
    CauseRule(
        "takeback_untraced",
        "provider_adjustment",
        Subject.PROVIDER_ITEM,
        Queue.PLB,
        "Ask the payer which claim this money was taken back for, and dispute it if none.",
        25,
        50,
        Window.APPEAL,
    ),
    CauseRule(
        "takeback_without_notice",
        "provider_adjustment",
        Subject.PROVIDER_ITEM,
        Queue.PLB,
        "Compare with the claim; ask the payer for the notice and its reason, dispute it if none.",
        25,
        60,
        Window.APPEAL,
    ),
    CauseRule(
        "provider_adjustment",
        "provider_adjustment",
        Subject.PROVIDER_ITEM,
        Queue.PLB,
        "Explain this adjustment of the payment and post it to the right account.",
        15,
        40,
    ),
    CauseRule(
        "deposit_missing",
        "deposit_missing",
        Subject.REMITTANCE_DEPOSIT,
        Queue.EFT_ERA_GAP,
        "Look for the money in the bank account; ask the payer for its trace, or for a reissue.",
        20,
        90,
    ),
    CauseRule(
        "remittance_missing",
        "deposit_place",
        Subject.DEPOSIT,
        Queue.EFT_ERA_GAP,
        "Ask the payer or the clearinghouse for the remittance of this deposit.",
        15,
        95,
    ),
    CauseRule(
        "deposit_ambiguous",
        "deposit_place",
        Subject.DEPOSIT,
        Queue.EFT_ERA_GAP,
        "Choose among the remittances listed and link the deposit.",
        5,
        95,
    ),
    CauseRule(
        "deposit_amount_differs",
        "deposit_place",
        Subject.DEPOSIT,
        Queue.EFT_ERA_GAP,
        "Compare deposit and remittance, and ask the payer what the difference is.",
        15,
        60,
    ),
    CauseRule(
        "deposit_taken_back",
        "deposit_place",
        Subject.DEPOSIT,
        Queue.EFT_ERA_GAP,
        "Find out which payment the payer took back, and whether it may.",
        25,
        50,
    ),
)

_BY_CAUSE: dict[str, CauseRule] = {rule.cause: rule for rule in CAUSES}

_UNKNOWN = CauseRule(
    "",
    "",
    Subject.CLAIM,
    Queue.UNMATCHED_REMIT,
    "Look at what was found and decide what it means.",
    15,
    50,
)


def cause_rule(cause: str) -> CauseRule:
    """The row of a cause. A cause without a row still makes work, in the unmatched queue."""
    found = _BY_CAUSE.get(cause)
    return found or msgspec.structs.replace(_UNKNOWN, cause=cause, family=cause)
