"""Claims made up by Hypothesis, such as a reader could have read them.

Fields that follow from others (service dates from the dates, REF*F8 from the references ...) are
derived here in the same way as the records say.
"""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from edi_engine.money import CENTS_MAX
from edi_engine.records.claims import (
    Claim,
    ClaimKind,
    CodedInformation,
    Coverage,
    Drug,
    LineAdjudication,
    Note,
    OtherPayer,
    ServiceLine,
    Tooth,
)
from edi_engine.records.common import (
    Adjustment,
    Amount,
    Contact,
    EventDate,
    Party,
    Procedure,
    Quantity,
    Reference,
)
from edi_engine.records.places import NOWHERE

# Values of simple elements may hold any delimiter; those inside composites are plain.
texts = st.text("AZ09 -*:^~|>+\u00e9", max_size=8).map(str.strip)
some_text = st.text("AZ09*:|", min_size=1, max_size=6)
codes = st.text("ABCXZ0189", min_size=1, max_size=5)
cents = st.integers(-CENTS_MAX, CENTS_MAX)
days = st.dates(date(1901, 1, 1), date(2099, 12, 31))
decimals = st.one_of(
    st.integers(0, 9999).map(Decimal), st.sampled_from([Decimal("0.5"), Decimal("12.25")])
)


def tuples(items: st.SearchStrategy, *, at_most: int = 2) -> st.SearchStrategy:
    return st.lists(items, max_size=at_most).map(tuple)


def references(*qualifiers: str) -> st.SearchStrategy[Reference]:
    return st.builds(Reference, st.sampled_from(qualifiers), texts, texts)


@st.composite
def event_dates(draw: st.DrawFn, *qualifiers: str) -> EventDate:
    first_on = draw(days)
    kind = draw(st.sampled_from(["day", "time", "range"]))
    last_on = max(first_on, draw(days)) if kind == "range" else first_on
    return EventDate(
        draw(st.sampled_from(qualifiers)), first_on, last_on, "0815" if kind == "time" else ""
    )


def parties(*entity_codes: str) -> st.SearchStrategy[Party]:
    return st.builds(
        Party,
        entity_code=st.sampled_from(entity_codes),
        entity_type=st.sampled_from(["1", "2"]),
        last_name=texts,
        first_name=texts,
        middle_name=texts,
        name_prefix=texts,
        name_suffix=texts,
        id_qualifier=st.sampled_from(["", "XX", "MI", "PI"]),
        identifier=texts,
        address=tuples(some_text),
        city=texts,
        state=texts,
        postal_code=texts,
        country=texts,
        born_on=st.none() | days,
        gender=st.sampled_from(["", "F", "M", "U"]),
        taxonomy=st.sampled_from(["", "207Q00000X"]),
        references=tuples(references("EI", "G2", "SY", "0B")),
        contacts=tuples(
            st.builds(
                Contact,
                st.just("IC"),
                texts,
                tuples(st.tuples(st.sampled_from(["TE", "EM"]), some_text), at_most=3),
            ),
            at_most=1,
        ),
    )


procedures = st.builds(
    Procedure,
    st.sampled_from(["HC", "AD", "ZZ"]),
    codes,
    tuples(codes, at_most=4),
    codes | st.just(""),
)
adjustments = st.builds(
    Adjustment,
    st.sampled_from(["CO", "PR", "OA", "PI"]),
    codes,
    cents,
    st.none() | decimals,
    st.just(0),
    st.just(0),
)
amounts = st.builds(Amount, st.sampled_from(["D", "F5", "EAF", "T"]), cents)
quantities = st.builds(Quantity, st.sampled_from(["CA", "PT"]), decimals)
notes = st.builds(Note, st.sampled_from(["ADD", "TPO"]), texts)
coverages = st.builds(
    Coverage,
    st.sampled_from(["P", "S", "T"]),
    st.sampled_from(["", "18"]),
    texts,
    texts,
    texts,
    texts,
)
adjudications = st.builds(
    LineAdjudication,
    segment_ordinal=st.just(0),
    byte_offset=st.just(0),
    payer_id=texts,
    paid_cents=cents,
    procedure=st.none() | procedures,
    paid_units=st.none() | decimals,
    bundled_into=st.sampled_from(["", "1"]),
    adjustments=tuples(adjustments, at_most=8),
    adjudicated_on=st.none() | days,
    amounts=tuples(amounts),
    revenue_code=st.sampled_from(["", "0450"]),
)
drugs = st.builds(
    Drug, st.just("N4"), codes, st.none() | decimals, codes, tuples(references("XZ", "VY"))
)
other_payers = st.builds(
    OtherPayer,
    segment_ordinal=st.just(0),
    byte_offset=st.just(0),
    coverage=coverages,
    subscriber=st.none() | parties("IL"),
    payer=st.none() | parties("PR"),
    other_parties=tuples(parties("82", "DN", "85")),
    adjustments=tuples(adjustments, at_most=8),
    amounts=tuples(amounts),
    dates=tuples(event_dates("573")),
    assignment=st.sampled_from([(), ("", "", "Y", "", "", "Y")]),
    inpatient=st.sampled_from([(), ("0", "", "12.5")]),
    outpatient=st.sampled_from([(), (".5", "", "MA01")]),
    extra_segments=st.sampled_from([(), ("DMG*D8*19700102*F",)]),
)


@st.composite
def coded_information(draw: st.DrawFn) -> CodedInformation:
    qualifier = draw(
        st.sampled_from(["ABK", "ABF", "BF", "BI", "BH", "BE", "BG", "BBR", "BBQ", "DR"])
    )
    first_on = draw(st.none() | days)
    last_on = first_on
    if first_on is not None and qualifier == "BI":
        last_on = max(first_on, draw(days))
    amount_cents = draw(st.none() | cents)
    return CodedInformation(
        qualifier, draw(codes), first_on, last_on, amount_cents, draw(st.sampled_from(["", "Y"]))
    )


@st.composite
def service_lines(draw: st.DrawFn, kind: ClaimKind, line_number: int) -> ServiceLine:
    dates = draw(tuples(event_dates("472", "471", "304")))
    own_references = draw(tuples(references("6R", "G1", "LU")))
    served = next((day for day in dates if day.qualifier == "472"), None)
    control = next((item.value for item in own_references if item.qualifier == "6R"), "")
    dental, institutional = kind is ClaimKind.DENTAL, kind is ClaimKind.INSTITUTIONAL
    return ServiceLine(
        segment_ordinal=0,
        byte_offset=0,
        line_number=line_number,
        assigned_line_number=draw(st.sampled_from([str(line_number), "1"])),
        procedure=draw(procedures),
        charge_cents=draw(cents),
        units=draw(st.none() | decimals),
        unit_code="" if dental else draw(st.sampled_from(["", "UN", "MJ"])),
        revenue_code=draw(st.sampled_from(["", "0300"])) if institutional else "",
        place_of_service="" if institutional else draw(st.sampled_from(["", "11"])),
        diagnosis_pointers=() if institutional else draw(tuples(codes)),
        service_from=served.first_on if served else None,
        service_to=served.last_on if served else None,
        line_item_control_number=control,
        noncovered_cents=draw(st.none() | cents) if institutional else None,
        oral_cavity=draw(tuples(codes)) if dental else (),
        teeth=draw(tuples(st.builds(Tooth, st.just("JP"), codes, tuples(codes)))),
        drugs=draw(tuples(drugs)),
        parties=draw(tuples(parties("82", "DK"))),
        references=own_references,
        dates=dates,
        amounts=draw(tuples(amounts)),
        quantities=draw(tuples(quantities)),
        notes=draw(tuples(notes)),
        adjudications=draw(tuples(adjudications)),
        extra_segments=draw(
            st.sampled_from([(), ("PWK*AS*EL", "HCP*00*1"), ("LQ*UT*1", "FRM*1*Y")])
        ),
        further_elements=draw(st.sampled_from([(), ((12, "A:B"),), ((13, "Y"),)])),
    )


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    """A few claims of one set."""
    kind = draw(st.sampled_from(list(ClaimKind)))
    sent_on = draw(st.none() | days)
    providers = draw(st.lists(st.none() | parties("85"), min_size=1, max_size=2))
    subscribers = draw(st.lists(st.none() | parties("IL"), min_size=1, max_size=2))
    count = draw(st.integers(1, 4))
    return [
        draw(
            single_claims(
                kind,
                ordinal=ordinal,
                sent_on=sent_on,
                billing_provider=draw(st.sampled_from(providers)),
                subscriber=draw(st.sampled_from(subscribers)),
            )
        )
        for ordinal in range(1, count + 1)
    ]


@st.composite
def single_claims(
    draw: st.DrawFn,
    kind: ClaimKind,
    *,
    ordinal: int,
    sent_on: date | None,
    billing_provider: Party | None,
    subscriber: Party | None,
) -> Claim:
    institutional = kind is ClaimKind.INSTITUTIONAL
    dates = draw(tuples(event_dates("434", "472", "439")))
    own_references = draw(tuples(references("F8", "G1", "D9")))
    lines = tuple(
        draw(service_lines(kind, number)) for number in range(1, draw(st.integers(0, 2)) + 1)
    )
    coverage = draw(st.none() | coverages)
    relationship = coverage.relationship_code if coverage is not None else ""
    patient = draw(st.sampled_from([None, "own level"])) and draw(parties("QC"))
    frequency = draw(st.sampled_from(["", "1", "7"]))
    facility = draw(st.sampled_from(["", "11", "13"]))
    service_from, service_to = service_period(dates, lines)
    return Claim(
        source=NOWHERE,
        segment_ordinal=0,
        byte_offset=0,
        claim_ordinal=ordinal,
        kind=kind,
        patient_control_number=draw(texts),
        charge_cents=draw(cents),
        frequency_code=frequency,
        place_of_service="" if institutional else facility,
        type_of_bill=facility + frequency if institutional and facility else "",
        sent_on=sent_on,
        service_from=service_from,
        service_to=service_to,
        billing_provider=billing_provider,
        pay_to=draw(st.none() | parties("87")),
        coverage=coverage,
        subscriber=subscriber,
        patient=patient or subscriber,
        patient_relationship=draw(st.sampled_from(["01", "19"])) if patient else relationship,
        payer=draw(st.none() | parties("PR")),
        parties=(*draw(tuples(parties("PE"), at_most=1)), *draw(tuples(parties("82", "DN", "77")))),
        original_reference=first_of(own_references, "F8"),
        prior_authorization=first_of(own_references, "G1"),
        claim_elements=draw(
            st.sampled_from([(), ("Y", "A", "Y"), ("Y", "", "", "", "", "AA:X::FL")])
        ),
        institutional_elements=draw(st.sampled_from([(), ("1", "", "30")])),
        codes=draw(tuples(coded_information(), at_most=16)),
        references=own_references,
        dates=dates,
        amounts=draw(tuples(amounts)),
        quantities=draw(tuples(quantities)),
        notes=draw(tuples(notes)),
        teeth=draw(tuples(st.tuples(codes, st.sampled_from(["E", "M"])))),
        other_payers=draw(tuples(other_payers)),
        lines=lines,
        extra_segments=draw(
            st.sampled_from([(), ("PWK*OZ*BM", "CRC*07*Y*A:B"), ("K3*A", "ZZZ*1")])
        ),
        bill_purpose="CH",
    )


def service_period(
    dates: tuple[EventDate, ...], lines: tuple[ServiceLine, ...]
) -> tuple[date | None, date | None]:
    own = next((day for day in dates if day.qualifier in {"434", "472"}), None)
    if own is not None:
        return own.first_on, own.last_on
    firsts = [line.service_from for line in lines if line.service_from]
    lasts = [line.service_to for line in lines if line.service_to]
    return min(firsts, default=None), max(lasts, default=None)


def first_of(references_read: tuple[Reference, ...], qualifier: str) -> str:
    return next((item.value for item in references_read if item.qualifier == qualifier), "")
