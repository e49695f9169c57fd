"""Claims and remittances made up from a seed, such as a reader could have read them.

Fields that follow from others (service dates from the dates, REF*F8 from the references ...) are
derived here as the records say. A seed gives the same records every time.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import count
from random import Random
from typing import TypeVar

from edi_engine.money import CENTS_MAX, format_cents
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
    RemarkCode,
)
from edi_engine.records.places import NOWHERE
from edi_engine.records.remittances import (
    ClaimPayment,
    LinePayment,
    ProviderAdjustment,
    ProviderSummary,
    Remittance,
    RemittanceSet,
)

Item = TypeVar("Item")

# Values of simple elements may hold any delimiter; those inside composites are plain.
TEXTS = (
    *("", "", "A", "0", "SAMPLE", "SAMPLE NAME", "A*B", "C:D", "E^F", "G~H", "I|J", "K>L"),
    *("M+N", "-", "*", ":", "A  B", "1.50", "\u00e9T\u00c9", "*:^~|>!+", "HC:A", "HC>A", "0009"),
)
CODES = ("A", "0", "B1", "99213", "XZ", "0450", "ABC12")
CENTS = (0, 1, -1, 10, 100, -1250, 33050, CENTS_MAX, -CENTS_MAX)
DAYS = (
    *(date(1901, 1, 1), date(1940, 2, 29), date(1999, 12, 31), date(2000, 1, 1)),
    *(date(2024, 1, 5), date(2024, 1, 6), date(2024, 2, 29), date(2099, 12, 31)),
)
DECIMALS = tuple(Decimal(text) for text in ("0", "1", "45", "0.5", "12.25", "9999"))


class MadeUp:
    """Makes records; every method is another draw from the same source of chance."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.pick = self.chance.choice

    def some(self, make: Callable[[], Item], *, at_most: int = 2) -> tuple[Item, ...]:
        return tuple(make() for _ in range(self.chance.randint(0, at_most)))

    def maybe(self, make: Callable[[], Item]) -> Item | None:
        return make() if self.chance.random() < 0.6 else None

    # Pieces.

    def text(self) -> str:
        return self.pick(TEXTS)

    def some_text(self) -> str:
        return self.pick(TEXTS[2:])

    def code(self) -> str:
        return self.pick(CODES)

    def code_or_nothing(self) -> str:
        return self.pick(("", *CODES))

    def cents(self) -> int:
        return self.pick(CENTS)

    def day(self) -> date:
        return self.pick(DAYS)

    def decimal(self) -> Decimal:
        return self.pick(DECIMALS)

    def reference(self, *qualifiers: str) -> Reference:
        qualifier = self.pick(qualifiers)
        value = self.some_text() if qualifier in {"6R", "F8", "G1"} else self.text()
        return Reference(qualifier, value, self.text())

    def event(self, *qualifiers: str) -> EventDate:
        first_on = self.day()
        form = self.pick(("day", "time", "range"))
        last_on = max(first_on, self.day()) if form == "range" else first_on
        time = "0815" if form == "time" else ""
        return EventDate(self.pick(qualifiers), first_on, last_on, time)

    def contact(self) -> Contact:
        numbers = self.some(lambda: (self.pick(("TE", "EM")), self.some_text()), at_most=3)
        return Contact("IC", self.text(), numbers)

    def name(self, *entity_codes: str) -> Party:
        """NM1 alone."""
        return Party(
            self.pick(entity_codes),
            self.pick(("1", "2")),
            *(self.text() for _ in range(5)),
            self.pick(("", "XX", "MI", "PI")),
            self.text(),
        )

    def party(self, *entity_codes: str) -> Party:
        """NM1 with what may follow it."""
        name = self.name(*entity_codes)
        return Party(
            *(getattr(name, field) for field in name.__struct_fields__[:9]),
            address=self.some(self.some_text),
            city=self.text(),
            state=self.text(),
            postal_code=self.text(),
            country=self.text(),
            born_on=self.maybe(self.day),
            gender=self.pick(("", "F", "M", "U")),
            taxonomy=self.pick(("", "207Q00000X")),
            references=self.some(lambda: self.reference("EI", "G2", "SY", "0B")),
            contacts=self.some(self.contact),
        )

    def organisation(self, entity_code: str) -> Party:
        """N1 with what may follow it."""
        return Party(
            entity_code,
            "2",
            self.text(),
            id_qualifier=self.pick(("", "XX", "FI")),
            identifier=self.text(),
            address=self.some(self.some_text),
            city=self.text(),
            state=self.text(),
            postal_code=self.text(),
            references=self.some(lambda: self.reference("2U", "TJ", "EO")),
            contacts=self.some(self.contact),
        )

    def procedure(self) -> Procedure:
        description = self.code_or_nothing()
        modifiers = self.some(self.code, at_most=4)
        return Procedure(self.pick(("HC", "AD", "ZZ")), self.code(), modifiers, description)

    def adjustment(self) -> Adjustment:
        group = self.pick(("CO", "PR", "OA", "PI"))
        return Adjustment(group, self.code(), self.cents(), self.maybe(self.decimal), 0, 0)

    def adjustments(self) -> tuple[Adjustment, ...]:
        return self.some(self.adjustment, at_most=8)

    def amounts(self) -> tuple[Amount, ...]:
        return self.some(lambda: Amount(self.pick(("D", "F5", "EAF", "T")), self.cents()))

    def quantities(self) -> tuple[Quantity, ...]:
        return self.some(lambda: Quantity(self.pick(("CA", "PT")), self.decimal()))

    def notes(self) -> tuple[Note, ...]:
        return self.some(lambda: Note(self.pick(("ADD", "TPO")), self.text()))

    # Claims.

    def claims(self) -> list[Claim]:
        """A few claims of one set; some share provider and subscriber."""
        kind = self.pick(tuple(ClaimKind))
        sent_on = self.maybe(self.day)
        providers = [self.maybe(lambda: self.party("85")) for _ in range(2)]
        subscribers = [self.maybe(lambda: self.party("IL")) for _ in range(2)]
        return [
            self.claim(kind, ordinal, sent_on, (self.pick(providers), self.pick(subscribers)))
            for ordinal in range(1, self.chance.randint(1, 4) + 1)
        ]

    def claim(
        self,
        kind: ClaimKind,
        ordinal: int,
        sent_on: date | None,
        levels: tuple[Party | None, Party | None],
    ) -> Claim:
        billing_provider, subscriber = levels
        institutional = kind is ClaimKind.INSTITUTIONAL
        dates = self.some(lambda: self.event("434", "472", "439"))
        references = self.some(lambda: self.reference("F8", "G1", "D9"))
        lines = tuple(
            self.service_line(kind, number) for number in range(1, self.chance.randint(0, 2) + 1)
        )
        coverage = self.maybe(self.coverage)
        own_relationship = coverage.relationship_code if coverage is not None else ""
        patient = self.maybe(lambda: self.party("QC"))
        frequency = self.pick(("", "1", "7"))
        facility = self.pick(("", "11", "13"))
        service_from, service_to = service_period(dates, lines)
        return Claim(
            source=NOWHERE,
            segment_ordinal=0,
            byte_offset=0,
            claim_ordinal=ordinal,
            kind=kind,
            patient_control_number=self.text(),
            charge_cents=self.cents(),
            frequency_code=frequency,
            place_of_service="" if institutional else facility,
            type_of_bill=facility + frequency if institutional and facility else "",
            sent_on=sent_on,
            service_from=service_from,
            service_to=service_to,
            billing_provider=billing_provider,
            pay_to=self.maybe(lambda: self.party("87")),
            coverage=coverage,
            subscriber=subscriber,
            patient=patient or subscriber,
            patient_relationship=self.pick(("01", "19")) if patient else own_relationship,
            payer=self.maybe(lambda: self.party("PR")),
            parties=(
                *self.some(lambda: self.party("PE"), at_most=1),
                *self.some(lambda: self.party("82", "DN", "77")),
            ),
            original_reference=first_value(references, "F8"),
            prior_authorization=first_value(references, "G1"),
            claim_elements=self.pick(((), ("Y", "A", "Y"), ("Y", "", "", "", "", "AA:X::FL"))),
            institutional_elements=self.pick(((), ("1", "", "30"))),
            codes=self.some(self.coded_information, at_most=16),
            references=references,
            dates=dates,
            amounts=self.amounts(),
            quantities=self.quantities(),
            notes=self.notes(),
            teeth=self.some(lambda: (self.code(), self.pick(("E", "M")))),
            other_payers=self.some(self.other_payer),
            lines=lines,
            extra_segments=self.pick(
                ((), ("PWK*OZ*BM", "CRC*07*Y*A:B"), ("CUR*85*CAD", "K3*A", "ZZZ*1"))
            ),
            bill_purpose="CH",
        )

    def coverage(self) -> Coverage:
        texts = (self.text() for _ in range(4))
        return Coverage(self.pick(("P", "S", "T")), self.pick(("", "18")), *texts)

    def coded_information(self) -> CodedInformation:
        lists = ("ABK", "ABF", "BF", "BI", "BH", "BE", "BG", "BBR", "BBQ", "DR", "ABN", "BK")
        qualifier = self.pick(lists)
        first_on = last_on = self.maybe(self.day)
        if first_on is not None and qualifier == "BI":
            last_on = max(first_on, self.day())
        amount_cents = self.maybe(self.cents)
        present = self.pick(("", "Y"))
        return CodedInformation(qualifier, self.code(), first_on, last_on, amount_cents, present)

    def other_payer(self) -> OtherPayer:
        return OtherPayer(
            0,
            0,
            self.coverage(),
            subscriber=self.maybe(lambda: self.party("IL")),
            payer=self.maybe(lambda: self.party("PR")),
            other_parties=self.some(lambda: self.party("82", "DN", "85")),
            adjustments=self.adjustments(),
            amounts=self.amounts(),
            dates=self.some(lambda: self.event("573")),
            assignment=self.pick(((), ("", "", "Y", "", "", "Y"))),
            inpatient=self.pick(((), ("0", "", "12.5"))),
            outpatient=self.pick(((), (".5", "", "MA01"))),
            extra_segments=self.pick(((), ("DMG*D8*19700102*F",))),
        )

    def service_line(self, kind: ClaimKind, line_number: int) -> ServiceLine:
        dates = self.some(lambda: self.event("472", "471", "304"))
        references = self.some(lambda: self.reference("6R", "G1", "LU"))
        served = next((day for day in dates if day.qualifier == "472"), None)
        dental, institutional = kind is ClaimKind.DENTAL, kind is ClaimKind.INSTITUTIONAL
        return ServiceLine(
            segment_ordinal=0,
            byte_offset=0,
            line_number=line_number,
            assigned_line_number=self.pick((str(line_number), "1")),
            procedure=self.procedure(),
            charge_cents=self.cents(),
            units=self.maybe(self.decimal),
            unit_code="" if dental else self.pick(("", "UN", "MJ")),
            revenue_code=self.pick(("", "0300")) if institutional else "",
            place_of_service="" if institutional else self.pick(("", "11")),
            diagnosis_pointers=() if institutional else self.some(self.code),
            service_from=served.first_on if served else None,
            service_to=served.last_on if served else None,
            line_item_control_number=first_value(references, "6R"),
            noncovered_cents=self.maybe(self.cents) if institutional else None,
            oral_cavity=self.some(self.code) if dental else (),
            teeth=self.some(lambda: Tooth("JP", self.code(), self.some(self.code))),
            drugs=self.some(self.drug),
            parties=self.some(lambda: self.party("82", "DK")),
            references=references,
            dates=dates,
            amounts=self.amounts(),
            quantities=self.quantities(),
            notes=self.notes(),
            adjudications=self.some(self.adjudication),
            extra_segments=self.pick(((), ("PWK*AS*EL", "HCP*00*1"), ("LQ*UT*1", "FRM*1*Y"))),
            further_elements=self.pick(((), ((12, "A:B"),), ((13, "Y"),))),
        )

    def drug(self) -> Drug:
        references = self.some(lambda: self.reference("XZ", "VY"))
        return Drug("N4", self.code(), self.maybe(self.decimal), self.code(), references)

    def adjudication(self) -> LineAdjudication:
        return LineAdjudication(
            0,
            0,
            payer_id=self.text(),
            paid_cents=self.cents(),
            procedure=self.maybe(self.procedure),
            paid_units=self.maybe(self.decimal),
            bundled_into=self.pick(("", "1")),
            adjustments=self.adjustments(),
            adjudicated_on=self.maybe(self.day),
            amounts=self.amounts(),
            revenue_code=self.pick(("", "0450")),
        )

    # Remittances.

    def remittance_set(self) -> RemittanceSet:
        numbers = sorted(self.some(lambda: self.pick(("1", "2", "3")), at_most=3))
        owners = [(self.code(), self.day()) for _ in range(2)]
        ordinals, places = count(1), count(1)
        return RemittanceSet(
            self.remittance(),
            tuple(self.claim_payment(next(ordinals), number) for number in numbers),
            self.some(
                lambda: ProviderAdjustment(
                    NOWHERE,
                    0,
                    0,
                    next(places),
                    *self.pick(owners),
                    self.code(),
                    self.pick(("", "A", "0001", "A B", "A*B", "A|B")),
                    self.cents(),
                ),
                at_most=8,
            ),
            self.some(
                lambda: ProviderSummary(
                    self.pick(("TS2", "TS3")), 0, 0, self.pick(("1", "2", "3")), ("A", "", "1.5")
                )
            ),
        )

    def remittance(self) -> Remittance:
        amount, paid_on = self.cents(), self.day()
        flag, method = self.pick(("C", "D")), self.pick(("ACH", "CHK", "NON"))
        bank = self.pick((("", "", "", ""), ("CCP", "01", "100000001", "DA")))
        paid = paid_on.isoformat().replace("-", "")
        dates = self.some(lambda: self.event("405", "ZZZ"))
        return Remittance(
            source=NOWHERE,
            segment_ordinal=0,
            byte_offset=0,
            handling_code="I",
            payment_amount_cents=amount,
            credit_debit_flag=flag,
            method=method,
            payment_date=paid_on,
            trace_number=self.text(),
            originator_id=self.text(),
            trace_supplement=self.text(),
            payment_elements=("I", format_cents(amount), flag, method, *bank, *[""] * 7, paid),
            production_date=next((day.first_on for day in dates if day.qualifier == "405"), None),
            currency=self.pick(((), ("PR", "CAD"))),
            references=self.some(lambda: self.reference("EV", "F2")),
            dates=dates,
            payer=self.maybe(lambda: self.organisation("PR")),
            payee=self.maybe(lambda: self.organisation("PE")),
            extra_segments=self.pick(((), ("ZZZ*1*A:B",))),
        )

    def claim_payment(self, claim_ordinal: int, assigned_number: str) -> ClaimPayment:
        names = self.pick(((), ("232",), ("233",), ("232", "233"), ("050",)))
        dates = tuple(self.event(name) for name in names)
        service_from = next((day.first_on for day in dates if day.qualifier == "232"), None)
        service_to = next((day.last_on for day in dates if day.qualifier == "232"), None)
        service_to = next((day.last_on for day in dates if day.qualifier == "233"), service_to)
        outpatient = self.pick(((), (".5", "", "MA01")))
        told = (RemarkCode("MOA", "MA01"),) if outpatient else ()
        lines_count = self.chance.randint(0, 2)
        return ClaimPayment(
            source=NOWHERE,
            segment_ordinal=0,
            byte_offset=0,
            claim_ordinal=claim_ordinal,
            patient_control_number=self.text(),
            status_code=self.pick(("1", "2", "4", "22")),
            charge_cents=self.cents(),
            paid_cents=self.cents(),
            patient_responsibility_cents=self.maybe(self.cents),
            filing_indicator=self.code_or_nothing(),
            payer_claim_control_number=self.text(),
            facility_code=self.code_or_nothing(),
            frequency_code=self.code_or_nothing(),
            patient_status_code=self.code_or_nothing(),
            drg_code=self.code_or_nothing(),
            drg_weight=self.maybe(self.decimal),
            discharge_fraction=self.maybe(self.decimal),
            assigned_number=assigned_number,
            service_from=service_from or service_to,
            service_to=service_to or service_from,
            adjustments=self.adjustments(),
            parties=self.some(lambda: self.name("QC", "IL", "74", "82", "TT"), at_most=3),
            references=self.some(lambda: self.reference("EA", "F8", "1L")),
            dates=dates,
            amounts=self.amounts(),
            quantities=self.quantities(),
            contacts=self.some(self.contact),
            inpatient=self.pick(((), ("0", "", "12.5"))),
            outpatient=outpatient,
            remark_codes=(*told, *self.remarks()),
            lines=tuple(self.line_payment(number) for number in range(1, lines_count + 1)),
            extra_segments=self.pick(((), ("ZZZ*1*A:B",))),
        )

    def remarks(self) -> tuple[RemarkCode, ...]:
        return self.some(lambda: RemarkCode(self.pick(("HE", "RX")), self.code()))

    def line_payment(self, line_ordinal: int) -> LinePayment:
        dates = self.some(lambda: self.event("472", "150", "151"), at_most=3)
        references = self.some(lambda: self.reference("6R", "LU", "0K"))
        service_from, service_to = service_days(dates)
        return LinePayment(
            0,
            0,
            line_ordinal,
            self.procedure(),
            self.cents(),
            self.cents(),
            revenue_code=self.code_or_nothing(),
            paid_units=self.maybe(self.decimal),
            submitted_procedure=self.maybe(self.procedure),
            submitted_units=self.maybe(self.decimal),
            service_from=service_from,
            service_to=service_to,
            line_item_control_number=first_value(references, "6R"),
            adjustments=self.adjustments(),
            references=references,
            dates=dates,
            amounts=self.amounts(),
            quantities=self.quantities(),
            remark_codes=self.remarks(),
            extra_segments=self.pick(((), ("ZZZ*1*A:B",))),
        )


def service_period(
    dates: tuple[EventDate, ...], lines: tuple[ServiceLine, ...]
) -> tuple[date | None, date | None]:
    """Of a claim: its own period, else from first to last of its lines."""
    own = next((day for day in dates if day.qualifier in {"434", "472"}), None)
    if own is not None:
        return own.first_on, own.last_on
    firsts = [line.service_from for line in lines if line.service_from]
    lasts = [line.service_to for line in lines if line.service_to]
    return min(firsts, default=None), max(lasts, default=None)


def service_days(dates: tuple[EventDate, ...]) -> tuple[date | None, date | None]:
    """Of a line payment: DTM*472, or 150 with 151; the later segment wins."""
    service_from = service_to = None
    for event in dates:
        if event.qualifier == "472":
            service_from, service_to = event.first_on, event.last_on
        elif event.qualifier == "150":
            service_from = event.first_on
        else:
            service_to = event.last_on
    return service_from or service_to, service_to or service_from


def first_value(references: tuple[Reference, ...], qualifier: str) -> str:
    return next((item.value for item in references if item.qualifier == qualifier), "")
