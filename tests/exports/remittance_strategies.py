"""Remittances made up by Hypothesis, such as a reader could have read them."""

from datetime import date
from itertools import count

from hypothesis import strategies as st

from edi_engine.money import format_cents
from edi_engine.records.common import Contact, EventDate, Party, RemarkCode
from edi_engine.records.places import NOWHERE
from edi_engine.records.remittances import (
    ClaimPayment,
    LinePayment,
    ProviderAdjustment,
    ProviderSummary,
    Remittance,
    RemittanceSet,
)
from tests.exports.claim_strategies import (
    adjustments,
    amounts,
    cents,
    codes,
    days,
    decimals,
    event_dates,
    first_of,
    procedures,
    quantities,
    references,
    some_text,
    texts,
    tuples,
)

code_or_nothing = st.just("") | codes
contacts = st.builds(
    Contact,
    st.just("CX"),
    texts,
    tuples(st.tuples(st.sampled_from(["TE", "EM"]), some_text), at_most=3),
)
remarks = st.builds(RemarkCode, st.sampled_from(["HE", "RX"]), codes)
people = st.builds(
    Party,
    entity_code=st.sampled_from(["QC", "IL", "74", "82", "TT"]),
    entity_type=st.sampled_from(["1", "2"]),
    last_name=texts,
    first_name=texts,
    middle_name=texts,
    name_prefix=texts,
    name_suffix=texts,
    id_qualifier=st.sampled_from(["", "MI", "XX"]),
    identifier=texts,
)


def organisations(entity_code: str) -> st.SearchStrategy[Party]:
    return st.builds(
        Party,
        entity_code=st.just(entity_code),
        entity_type=st.just("2"),
        last_name=texts,
        id_qualifier=st.sampled_from(["", "XX", "FI"]),
        identifier=texts,
        address=tuples(some_text),
        city=texts,
        state=texts,
        postal_code=texts,
        references=tuples(references("2U", "TJ", "EO")),
        contacts=tuples(contacts),
    )


@st.composite
def line_payments(draw: st.DrawFn, line_ordinal: int) -> LinePayment:
    dates = draw(tuples(event_dates("472", "150", "151"), at_most=3))
    own_references = draw(tuples(references("6R", "LU", "0K")))
    service_from, service_to = period_of(dates, whole="472", first="150", last="151")
    return LinePayment(
        0,
        0,
        line_ordinal,
        draw(procedures),
        draw(cents),
        draw(cents),
        revenue_code=draw(code_or_nothing),
        paid_units=draw(st.none() | decimals),
        submitted_procedure=draw(st.none() | procedures),
        submitted_units=draw(st.none() | decimals),
        service_from=service_from,
        service_to=service_to,
        line_item_control_number=first_of(own_references, "6R"),
        adjustments=draw(tuples(adjustments, at_most=8)),
        references=own_references,
        dates=dates,
        amounts=draw(tuples(amounts)),
        quantities=draw(tuples(quantities)),
        remark_codes=draw(tuples(remarks)),
        extra_segments=draw(st.sampled_from([(), ("ZZZ*1*A:B",)])),
    )


def period_of(
    dates: tuple[EventDate, ...], *, whole: str, first: str, last: str
) -> tuple[date | None, date | None]:
    service_from = service_to = None
    for event in dates:
        if event.qualifier == whole:
            service_from, service_to = event.first_on, event.last_on
        elif event.qualifier == first:
            service_from = event.first_on
        elif event.qualifier == last:
            service_to = event.last_on
    return service_from or service_to, service_to or service_from


@st.composite
def claim_payments(draw: st.DrawFn, claim_ordinal: int, assigned_number: str) -> ClaimPayment:
    dates = draw(
        st.sampled_from([(), ("232",), ("233",), ("232", "233"), ("050",)]).flatmap(
            lambda names: st.tuples(*(event_dates(name) for name in names))
        )
    )
    service_from = next((day.first_on for day in dates if day.qualifier == "232"), None)
    service_to = next((day.last_on for day in dates if day.qualifier == "232"), None)
    service_to = next((day.last_on for day in dates if day.qualifier == "233"), service_to)
    inpatient = draw(st.sampled_from([(), ("0", "", "12.5")]))
    outpatient = draw(st.sampled_from([(), (".5", "", "MA01")]))
    adjudication_remarks = (RemarkCode("MOA", "MA01"),) if outpatient else ()
    lines_count = draw(st.integers(0, 2))
    return ClaimPayment(
        source=NOWHERE,
        segment_ordinal=0,
        byte_offset=0,
        claim_ordinal=claim_ordinal,
        patient_control_number=draw(texts),
        status_code=draw(st.sampled_from(["1", "2", "4", "22"])),
        charge_cents=draw(cents),
        paid_cents=draw(cents),
        patient_responsibility_cents=draw(st.none() | cents),
        filing_indicator=draw(code_or_nothing),
        payer_claim_control_number=draw(texts),
        facility_code=draw(code_or_nothing),
        frequency_code=draw(code_or_nothing),
        patient_status_code=draw(code_or_nothing),
        drg_code=draw(code_or_nothing),
        drg_weight=draw(st.none() | decimals),
        discharge_fraction=draw(st.none() | decimals),
        assigned_number=assigned_number,
        service_from=service_from or service_to,
        service_to=service_to or service_from,
        adjustments=draw(tuples(adjustments, at_most=8)),
        parties=draw(tuples(people, at_most=3)),
        references=draw(tuples(references("EA", "F8", "1L"))),
        dates=dates,
        amounts=draw(tuples(amounts)),
        quantities=draw(tuples(quantities)),
        contacts=draw(tuples(contacts)),
        inpatient=inpatient,
        outpatient=outpatient,
        remark_codes=(*adjudication_remarks, *draw(tuples(remarks))),
        lines=tuple(draw(line_payments(number)) for number in range(1, lines_count + 1)),
        extra_segments=draw(st.sampled_from([(), ("ZZZ*1*A:B",)])),
    )


@st.composite
def remittances(draw: st.DrawFn) -> Remittance:
    amount = draw(cents)
    paid_on = draw(days)
    flag, method = draw(st.sampled_from(["C", "D"])), draw(st.sampled_from(["ACH", "CHK", "NON"]))
    bank = draw(st.sampled_from([("", "", "", ""), ("CCP", "01", "100000001", "DA")]))
    paid = f"{paid_on:%Y%m%d}"
    elements = ("I", format_cents(amount), flag, method, *bank, *[""] * 7, paid)
    dates = draw(tuples(event_dates("405", "ZZZ")))
    produced = next((day.first_on for day in dates if day.qualifier == "405"), None)
    return Remittance(
        source=NOWHERE,
        segment_ordinal=0,
        byte_offset=0,
        handling_code="I",
        payment_amount_cents=amount,
        credit_debit_flag=flag,
        method=method,
        payment_date=paid_on,
        trace_number=draw(texts),
        originator_id=draw(texts),
        trace_supplement=draw(texts),
        payment_elements=elements,
        production_date=produced,
        currency=draw(st.sampled_from([(), ("PR", "CAD")])),
        references=draw(tuples(references("EV", "F2"))),
        dates=dates,
        payer=draw(st.none() | organisations("PR")),
        payee=draw(st.none() | organisations("PE")),
        extra_segments=draw(st.sampled_from([(), ("ZZZ*1*A:B",)])),
    )


@st.composite
def remittance_sets(draw: st.DrawFn) -> RemittanceSet:
    numbers = sorted(draw(st.lists(st.sampled_from(["1", "2", "3"]), max_size=3)))
    summary_numbers = draw(st.lists(st.sampled_from(["1", "2", "3"]), max_size=3))
    owners = draw(st.lists(st.tuples(codes, days), min_size=1, max_size=2))
    ordinals = count(1)
    return RemittanceSet(
        draw(remittances()),
        tuple(draw(claim_payments(next(ordinals), number)) for number in numbers),
        tuple(
            ProviderAdjustment(
                NOWHERE,
                0,
                0,
                ordinal,
                *draw(st.sampled_from(owners)),
                draw(codes),
                draw(st.text("A0 *|", max_size=6).map(str.strip)),
                draw(cents),
            )
            for ordinal in range(1, draw(st.integers(0, 8)) + 1)
        ),
        tuple(
            ProviderSummary(draw(st.sampled_from(["TS2", "TS3"])), 0, 0, number, ("A", "", "1.5"))
            for number in summary_numbers
        ),
    )
