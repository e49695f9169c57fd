"""How often each story happens. Names are those of the stories (see `stories`)."""

import msgspec

__all__ = ["MessRates"]


class MessRates(msgspec.Struct, frozen=True):
    """Claims per thousand to which each story happens; what is left over is simply paid.

    In a practice of 200 claims or more every story with a rate happens at least once.
    """

    all_deductible: int = 35
    denied_whole: int = 50
    denied_partial: int = 35
    underpaid: int = 50
    overpaid: int = 10
    capitated: int = 12
    zero_charge_line: int = 15
    zero_charge_line_dropped: int = 5
    anesthesia: int = 12
    drug: int = 15
    paired_sides: int = 10
    interest: int = 8
    late_answer: int = 20
    unanswered: int = 35
    corrected_name: int = 8
    same_day_visits: int = 8
    bundled_code: int = 10
    bundled_line: int = 10
    unbundled: int = 8
    split_line: int = 10
    split_claim: int = 8
    split_claim_two_files: int = 6
    missing_line: int = 5
    extra_line: int = 4
    claim_level_only: int = 10
    stay: int = 25
    stay_other_drg: int = 6
    reversed_same_file: int = 10
    reversed_corrected_later: int = 8
    reversed_only: int = 5
    reversed_postponed: int = 5
    reversed_forward_balance: int = 4
    takeback_traceable: int = 4
    takeback_untraceable: int = 4
    provider_adjustment: int = 4
    replaced: int = 8
    replaced_same_number: int = 4
    voided: int = 5
    duplicate_denied: int = 6
    duplicate_denied_new_number: int = 4
    crossover: int = 15
    crossover_first: int = 4
    secondary_billed: int = 15
    secondary_as_primary: int = 4
    secondary_same_payer: int = 4
    secondary_prior_missing: int = 4
    secondary_unanswered: int = 5
    recycled_number: int = 4
    foreign_recycled_number: int = 4
    foreign_paper: int = 6
    foreign_practice: int = 5
    lost_control_number: int = 6
    lost_number_in_family: int = 4
    ambiguous_twins: int = 3
    resent: int = 3
    unbalanced_line: int = 3
    unbalanced_sign: int = 2
    duplicate_file: int = 3
    duplicate_payment_file: int = 3

    @classmethod
    def none(cls) -> "MessRates":
        """Every claim is simply paid; what remains are the payers' habits."""
        return cls(**dict.fromkeys(cls.__struct_fields__, 0))
