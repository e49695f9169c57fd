"""The payers of the synthetic world and the habits each is known for, declared field by field.

A habit is what the payer does to every claim; what happens to single claims is a story (see
`stories`). The names and numbers are invented.
"""

from random import Random

import msgspec

__all__ = [
    "PAYERS",
    "TEXT_PUNCTUATION",
    "PayerProfile",
    "Punctuation",
    "plain_payers",
    "shuffled_payers",
]


class Punctuation(msgspec.Struct, frozen=True, gc=False):
    """The separators a sender writes with; `line_end` follows each segment terminator."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    segment: str = "~"
    line_end: str = "\n"


TEXT_PUNCTUATION = Punctuation()
"""What the writers compose with; another sender's text is translated from it at the end."""


class PayerProfile(msgspec.Struct, frozen=True, gc=False):
    """One payer and its habits.

    `payer_id` is what our 837s call it. `remit_id` is what its 835s call themselves, in N104
    (`remit_id_form` "XV"), in REF*2U ("2U"), or nowhere (""); `originator_id` is TRN03.
    `kinds` are the claims it takes: P, I, D. `weight` is its share of the practice's patients.
    `fee_percent` makes its schedule from the base rates, 0 means that no contract is loaded and
    it pays `charge_percent` of charges. A schedule that `changes_fees` has a new version in the
    middle of the first month. Control numbers are cut to `control_number_length_max` (0: not),
    padded with zeros to `control_number_width`, prefixed, or stripped of separators. `line_numbers`
    says what REF*6R holds: "echo", "omit" or "position". `denial_status` is CLP02 of a claim
    denied whole. `joins_middle_name` puts the middle initial behind the first name. `forwards_to`
    names the supplement it crosses claims over to. `secondary_only` is never primary.
    """

    name: str
    payer_id: str
    originator_id: str
    filing_indicator: str
    remit_filing_indicator: str
    kinds: str
    weight: int
    remit_id: str = ""
    remit_id_form: str = "XV"
    fee_percent: int = 100
    charge_percent: int = 60
    changes_fees: bool = False
    method: str = "ACH"
    payment_weekday: int = 2
    lag_days: int = 9
    control_number_length_max: int = 0
    control_number_width: int = 0
    control_number_prefix: str = ""
    strips_separators: bool = False
    keeps_modifiers: bool = True
    line_numbers: str = "echo"
    reorders_lines: bool = False
    states_allowed: bool = True
    states_line_dates: bool = True
    denial_status: str = "1"
    sequesters: bool = False
    capitates: bool = False
    forwards_to: str = ""
    secondary_only: bool = False
    member_suffix: str = ""
    joins_middle_name: bool = False
    reuses_zero_trace: bool = False
    file_shape: str = "sets"
    punctuation: Punctuation = TEXT_PUNCTUATION

    @property
    def mangles_control_numbers(self) -> bool:
        """Whether CLP01 is ever other than the CLM01 it answers."""
        return bool(
            self.control_number_length_max
            or self.control_number_width
            or self.control_number_prefix
            or self.strips_separators
        )


PAYERS = (
    PayerProfile(
        name="EXAMPLE HEALTH PLAN",
        payer_id="EX001",
        originator_id="1990000001",
        filing_indicator="CI",
        remit_filing_indicator="12",
        kinds="PI",
        weight=26,
        remit_id="EX001",
        fee_percent=118,
        changes_fees=True,
    ),
    PayerProfile(
        name="SAMPLE MUTUAL",
        payer_id="EX002",
        originator_id="1990000002",
        filing_indicator="BL",
        remit_filing_indicator="12",
        kinds="PI",
        weight=16,
        remit_id="EX002",
        fee_percent=109,
        control_number_length_max=15,
        line_numbers="omit",
        payment_weekday=3,
        lag_days=12,
        member_suffix="01",
        file_shape="groups",
    ),
    PayerProfile(
        name="TESTSHIELD OF SAMPLETOWN",
        payer_id="EX003",
        originator_id="1990000003",
        filing_indicator="BL",
        remit_filing_indicator="13",
        kinds="PI",
        weight=14,
        remit_id="TSHIELD3",
        remit_id_form="2U",
        fee_percent=112,
        keeps_modifiers=False,
        line_numbers="position",
        denial_status="4",
        method="CHK",
        payment_weekday=4,
        lag_days=14,
        punctuation=Punctuation("|", ">", "!", "~", ""),
    ),
    PayerProfile(
        name="EXAMPLE MEDICARE",
        payer_id="EX004",
        originator_id="1990000004",
        filing_indicator="MB",
        remit_filing_indicator="MB",
        kinds="PI",
        weight=20,
        remit_id="EX004",
        fee_percent=100,
        sequesters=True,
        forwards_to="EX009",
        payment_weekday=1,
        lag_days=14,
        file_shape="interchanges",
        punctuation=Punctuation("*", ":", "^", "~", "\r\n"),
    ),
    PayerProfile(
        name="SAMPLE MEDICAID",
        payer_id="EX005",
        originator_id="1990000005",
        filing_indicator="MC",
        remit_filing_indicator="MC",
        kinds="PI",
        weight=9,
        remit_id="EX005",
        fee_percent=72,
        control_number_width=20,
        states_allowed=False,
        payment_weekday=0,
        lag_days=18,
        reuses_zero_trace=True,
    ),
    PayerProfile(
        name="DEMO CARE HMO",
        payer_id="EX006",
        originator_id="1990000006",
        filing_indicator="HM",
        remit_filing_indicator="HM",
        kinds="P",
        weight=8,
        remit_id="EX006",
        fee_percent=95,
        control_number_prefix="DC",
        reorders_lines=True,
        capitates=True,
        payment_weekday=2,
        lag_days=11,
    ),
    PayerProfile(
        name="MOCK INDEMNITY",
        payer_id="EX007",
        originator_id="1990000007",
        filing_indicator="CI",
        remit_filing_indicator="15",
        kinds="PI",
        weight=7,
        remit_id="77007",
        remit_id_form="",
        fee_percent=0,
        strips_separators=True,
        states_line_dates=False,
        states_allowed=False,
        joins_middle_name=True,
        method="CHK",
        payment_weekday=4,
        lag_days=20,
    ),
    PayerProfile(
        name="EXAMPLE DENTAL PLAN",
        payer_id="EX008",
        originator_id="1990000008",
        filing_indicator="CI",
        remit_filing_indicator="12",
        kinds="D",
        weight=12,
        remit_id="EX008",
        fee_percent=90,
        control_number_length_max=17,
        line_numbers="position",
        payment_weekday=3,
        lag_days=8,
    ),
    PayerProfile(
        name="SAMPLE SUPPLEMENT",
        payer_id="EX009",
        originator_id="1990000009",
        filing_indicator="CI",
        remit_filing_indicator="12",
        kinds="PI",
        weight=0,
        remit_id="EX009",
        secondary_only=True,
        payment_weekday=3,
        lag_days=7,
    ),
)
"""The default world. Order matters: the same order gives the same practice."""


def plain_payers() -> tuple[PayerProfile, ...]:
    """The same payers without habits: numbers echoed, modifiers kept, one plain file each."""
    return tuple(
        msgspec.structs.replace(
            payer,
            remit_id=payer.payer_id,
            remit_id_form="XV",
            control_number_length_max=0,
            control_number_width=0,
            control_number_prefix="",
            strips_separators=False,
            keeps_modifiers=True,
            line_numbers="echo",
            reorders_lines=False,
            states_allowed=True,
            states_line_dates=True,
            denial_status="1",
            member_suffix="",
            joins_middle_name=False,
            reuses_zero_trace=False,
            file_shape="sets",
            punctuation=TEXT_PUNCTUATION,
        )
        for payer in PAYERS
    )


def shuffled_payers(seed: int) -> tuple[PayerProfile, ...]:
    """The same payers, each with habits drawn by lot: combinations that nobody thought of."""
    random = Random(seed)  # noqa: S311  a seeded source is the point
    return tuple(_with_drawn_habits(payer, random) for payer in PAYERS)


def _with_drawn_habits(payer: PayerProfile, random: Random) -> PayerProfile:
    length_max, width, prefix, strips = random.choice(_CONTROL_NUMBER_HABITS)
    return msgspec.structs.replace(
        payer,
        remit_id=random.choice((payer.payer_id, f"R{payer.payer_id[2:]}9")),
        remit_id_form=random.choice(("XV", "2U", "")),
        fee_percent=random.choice((payer.fee_percent, payer.fee_percent, 0)),
        control_number_length_max=length_max,
        control_number_width=width,
        control_number_prefix=prefix,
        strips_separators=strips,
        keeps_modifiers=random.random() < 0.6,
        line_numbers=random.choice(("echo", "omit", "position")),
        reorders_lines=random.random() < 0.3,
        states_allowed=random.random() < 0.5,
        states_line_dates=random.random() < 0.7,
        denial_status=random.choice("14"),
        sequesters=random.random() < 0.2,
        member_suffix=random.choice(("", "", "01", "A")),
        joins_middle_name=random.random() < 0.3,
    )


_CONTROL_NUMBER_HABITS = (
    (0, 0, "", False),
    (0, 0, "", False),
    (15, 0, "", False),
    (17, 0, "", False),
    (0, 20, "", False),
    (0, 20, "", True),
    (0, 0, "DC", False),
    (0, 0, "X", True),
    (0, 0, "000", False),
    (0, 0, "", True),
)
"""Longest length, padded width, prefix, and whether separators are dropped."""
