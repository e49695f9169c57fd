"""What a refusal means for the work: its kind, and what is best done about it.

Records only: the tables stand in `codes`, and `worklist` weighs the facts of a claim. Source:
domain 6.1, 6.2, features 63, 64 and 68.
"""

from enum import StrEnum

import msgspec

__all__ = ["DenialHardness", "DenialKind", "DenialRule", "DenialStep"]


class DenialHardness(StrEnum):
    """SOFT: the payer would pay once something is repaired or sent. HARD: the money is lost unless
    an appeal wins or somebody else owes it. NONE: it is no refusal."""

    SOFT = "soft"
    HARD = "hard"
    NONE = "none"


class DenialKind(StrEnum):
    """What the refusal rests on. TECHNICAL: data, codes, forms. CLINICAL: whether, how much or
    where care was needed. ADMINISTRATIVE: coverage, contracts, limits and who pays first."""

    TECHNICAL = "technical"
    CLINICAL = "clinical"
    ADMINISTRATIVE = "administrative"


class DenialStep(StrEnum):
    """What is best done. CORRECTED_CLAIM: a replacement (frequency 7). NEW_CLAIM: the claim once
    more, as a new one. SEND_RECORDS: what the payer asks for. FIND_ORIGINAL: the other answer
    that this one repeats. WAIT: for the payer. REVIEW: a person reads what it means.
    CHECK_CONTRACT: against the agreed amount. NOTHING: it is no refusal."""

    CORRECTED_CLAIM = "corrected_claim"
    NEW_CLAIM = "new_claim"
    APPEAL = "appeal"
    SEND_RECORDS = "send_records"
    FIND_ORIGINAL = "find_original"
    BILL_PATIENT = "bill_patient"
    BILL_NEXT_PAYER = "bill_next_payer"
    WRITE_OFF = "write_off"
    WAIT = "wait"
    REVIEW = "review"
    CHECK_CONTRACT = "check_contract"
    NOTHING = "nothing"

    @property
    def words(self) -> str:
        """For a person: "corrected claim"."""
        return self.value.replace("_", " ")


class DenialRule(msgspec.Struct, frozen=True):
    """What a reason means in some case: the first four fields say when, and only `carc` must be
    named; the others are empty or None where the category's own hold."""

    payer_id: str
    group_code: str
    carc: str
    rarc: str
    category: str
    hardness: DenialHardness | None = None
    kind: DenialKind | None = None
    step: DenialStep | None = None
    action: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Payer, remark, group and reason, in the order of their weight."""
        return self.payer_id, self.rarc, self.group_code, self.carc
