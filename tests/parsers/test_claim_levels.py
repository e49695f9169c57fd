"""Levels above a claim: wrong numbers, missing levels and files without any (quirk 21)."""

import pytest

from tests.parsers.claim_texts import CLAIM, HEAD, LEVELS, LINE, PROVIDER, SUBSCRIBER, read_set

PAYER = "NM1*PR*2*TEST PAYER*****PI*TESTPAYER"


def subscriber(number: int) -> tuple[str, ...]:
    name = f"NM1*IL*1*TESTPATIENT{number}*ANNA****MI*MEMBER{number:04d}"
    return ("SBR*P*18*******CI", name, PAYER)


def claim(number: int) -> tuple[str, ...]:
    return (f"CLM*PCN-{number}*100***11:B:1*Y", *LINE)


def members(texts: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Billing provider, subscriber and claim of every claim read."""
    return [
        (
            found.billing_npi,
            found.subscriber.identifier if found.subscriber else "",
            found.patient_control_number,
        )
        for found in read_set(texts).claims
    ]


OTHER_PROVIDER = "NM1*85*2*OTHER CLINIC*****XX*1000000012"
EXPECTED = [
    ("1234567893", "MEMBER0001", "PCN-1"),
    ("1234567893", "MEMBER0002", "PCN-2"),
    ("1000000012", "MEMBER0003", "PCN-3"),
]


@pytest.mark.parametrize(
    ("what", "levels", "codes"),
    [
        ("right", ("1**20", "2*1*22", "3*1*22", "4**20", "5*4*22"), set()),
        ("numbers restart", ("1**20", "2*1*22", "1*1*22", "1**20", "2*1*22"), {"X12-0405"}),
        ("numbers go on from before", ("7**20", "8*7*22", "9*7*22", "10**20", "11*10*22"), {"05"}),
        ("always the first parent", ("1**20", "2*1*22", "3*1*22", "4**20", "5*1*22"), {"02"}),
        ("parent of itself", ("1*1*20", "2*2*22", "3*1*22", "4**20", "5*4*22"), {"02"}),
        ("no parents", ("1**20", "2**22", "3**22", "4**20", "5**22"), {"02"}),
        ("no numbers", ("**20", "**22", "**22", "**20", "**22"), {"05"}),
        ("another code", ("1**20", "2*1*PT", "3*1*22", "4**20", "5*4*22"), {"03"}),
        ("codes missing", ("1", "2", "3", "4", "5"), {"03"}),
    ],
)
def test_the_order_of_the_file_decides_who_is_under_whom(
    what: str, levels: tuple[str, ...], codes: set[str]
) -> None:
    heads = [f"HL*{level}" for level in levels]
    texts = (
        *HEAD,
        heads[0],
        PROVIDER[1],
        heads[1],
        *subscriber(1),
        *claim(1),
        heads[2],
        *subscriber(2),
        *claim(2),
        heads[3],
        OTHER_PROVIDER,
        heads[4],
        *subscriber(3),
        *claim(3),
    )
    assert members(texts) == EXPECTED, what
    assert set(read_set(texts).codes) == {f"X12-04{code[-2:]}" for code in codes}


def test_a_set_without_levels_is_read_by_its_names() -> None:
    texts = (
        *HEAD,
        "NM1*41*2*SAMPLE OFFICE*****46*1",
        "PER*IC*DESK*TE*8005550100",
        "NM1*40*2*TEST PAYER*****46*2",
        "PRV*BI*PXC*207Q00000X",
        PROVIDER[1],
        *subscriber(1),
        *claim(1),
        *subscriber(2),
        *claim(2),
        "PRV*BI*PXC*207R00000X",
        OTHER_PROVIDER,
        *subscriber(3),
        *claim(3),
    )
    assert members(texts) == EXPECTED
    read = read_set(texts)
    assert read.codes == ["X12-0404"], "told once for the set"
    taxonomies = [item.billing_provider.taxonomy for item in read.claims if item.billing_provider]
    assert taxonomies == ["207Q00000X", "207Q00000X", "207R00000X"]


def test_without_levels_another_payers_names_stay_with_the_claim() -> None:
    texts = (
        *HEAD,
        PROVIDER[1],
        *subscriber(1),
        *CLAIM,
        "SBR*S*18*******CI",
        "NM1*IL*1*TESTPATIENT*ANNA****MI*OTHER0001",
        "NM1*PR*2*TEST OTHER PAYER*****PI*TESTOTHER",
        "NM1*85*2",
        *LINE,
    )
    (found,) = read_set(texts).claims
    assert found.subscriber is not None
    assert found.subscriber.identifier == "MEMBER0001"
    (other,) = found.other_payers
    assert [party.entity_code for party in other.other_parties] == ["85"]


def test_a_patient_level_gives_the_patient_and_the_relationship() -> None:
    texts = (
        *HEAD,
        *PROVIDER,
        "HL*2*1*22*1",
        "SBR*P********CI",
        "NM1*IL*1*TESTSUBSCRIBER*BORIS****MI*MEMBER0002",
        PAYER,
        "HL*3*2*23*0",
        "PAT*19",
        "NM1*QC*1*TESTCHILD*CLARA",
        "DMG*D8*20150315*F",
        *claim(1),
        "HL*4*2*23*0",
        "PAT*01",
        "NM1*QC*1*TESTSPOUSE*DORA",
        *claim(2),
        "HL*5*1*22*0",
        *subscriber(3),
        *claim(3),
    )
    child, spouse, own = read_set(texts).claims
    assert child.patient is not None
    assert (child.patient.first_name, child.patient_relationship) == ("CLARA", "19")
    assert child.patient.gender == "F"
    assert spouse.patient is not None
    assert (spouse.patient.first_name, spouse.patient_relationship) == ("DORA", "01")
    assert child.subscriber == spouse.subscriber
    assert own.patient == own.subscriber
    assert own.patient_relationship == "18"


def test_a_patient_without_a_level_of_its_own_is_found_by_name() -> None:
    texts = (
        *HEAD,
        *PROVIDER,
        *SUBSCRIBER,
        "PAT*19",
        "NM1*QC*1*TESTCHILD*CLARA",
        *claim(1),
    )
    (found,) = read_set(texts).claims
    assert found.patient is not None
    assert (found.patient.first_name, found.patient_relationship) == ("CLARA", "19")


def test_pay_to_address_plan_and_further_level_segments_are_kept() -> None:
    texts = (
        *HEAD,
        PROVIDER[0],
        "PRV*BI*PXC*207Q00000X",
        "CUR*85*CAD",
        *PROVIDER[1:],
        "NM1*87*2",
        "N3*PO BOX 12",
        "NM1*PE*2*TEST PLAN*****PI*PLAN1",
        "HL*2*1*22*0",
        "SBR*P*18*******CI",
        "PAT*****D8*20240101",
        *SUBSCRIBER[2:],
        *claim(1),
    )
    read = read_set(texts)
    (found,) = read.claims
    assert found.billing_provider is not None
    assert found.billing_provider.taxonomy == "207Q00000X"
    assert found.pay_to is not None
    assert found.pay_to.address == ("PO BOX 12",)
    assert [party.entity_code for party in found.parties] == ["PE"]
    assert found.extra_segments == ("CUR*85*CAD", "PAT*****D8*20240101")
    assert read.codes == []


def test_a_claim_under_nothing_at_all_is_still_a_claim() -> None:
    read = read_set((*HEAD, *claim(1)))
    (found,) = read.claims
    assert found.billing_provider is None
    assert found.subscriber is None
    assert found.payer is None
    assert read.codes == ["X12-0404", "X12-0415", "X12-0416", "X12-0417"]


def test_a_billing_provider_under_a_subscriber_keeps_the_subscriber() -> None:
    texts = (*LEVELS, OTHER_PROVIDER, *claim(1))
    assert members(texts) == [("1000000012", "MEMBER0001", "PCN-1")]


def test_lines_without_a_claim_are_told_and_given_to_no_other_claim() -> None:
    texts = (*LEVELS, "LX*1", *LINE[1:], "HL*3*1*22*0", *subscriber(2), *claim(2))
    read = read_set(texts)
    (found,) = read.claims
    assert (found.patient_control_number, len(found.lines)) == ("PCN-2", 1)
    assert found.extra_segments == ()
    assert read.codes == ["X12-0422"]
