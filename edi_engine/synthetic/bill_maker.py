"""Makes patients and bills: who is seen, what is done, and how the practice codes it."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import msgspec

from edi_engine.synthetic import procedures as catalog
from edi_engine.synthetic.bills import Bill, BillLine, LineDrug, LineTooth, Patient, PriorAnswer
from edi_engine.synthetic.payers import PayerProfile
from edi_engine.synthetic.people import Provider, make_npi, make_person

__all__ = ["BillMaker", "OwnProviders", "make_own_providers"]

_REPEAT_VISIT = 0.35
_FAMILY = 0.3
_HOSPITAL_PLACE = "22"
_OFFICE_PLACE = "11"


class OwnProviders(msgspec.Struct, frozen=True, gc=False):
    """The practice's own providers: three payees under one tax number, and who works there."""

    professional: Provider
    facility: Provider
    dental: Provider
    doctors: tuple[Provider, ...]
    dentists: tuple[Provider, ...]

    def payee(self, kind: str) -> Provider:
        """Who bills claims of this kind."""
        return {"P": self.professional, "I": self.facility, "D": self.dental}[kind]


def make_own_providers(random: Random) -> OwnProviders:
    """One invented practice. Its identifiers differ from seed to seed."""
    first = random.randrange(0, 9_000)
    tin = f"99{random.randint(0, 9_999_999):07d}"

    def organisation(index: int, name: str, taxonomy: str) -> Provider:
        return Provider(name, "", make_npi(first + index), tin, taxonomy, "1 SAMPLE ST")

    def clinician(index: int, taxonomy: str) -> Provider:
        person = make_person(random)
        return Provider(
            person.last_name, person.first_name, make_npi(first + index), "", taxonomy, ""
        )

    return OwnProviders(
        professional=organisation(0, "SAMPLE CLINIC", "207Q00000X"),
        facility=organisation(1, "SAMPLE COMMUNITY HOSPITAL", "282N00000X"),
        dental=organisation(2, "SAMPLE DENTAL CENTER", "122300000X"),
        doctors=tuple(clinician(10 + index, "207Q00000X") for index in range(5)),
        dentists=tuple(clinician(20 + index, "1223G0001X") for index in range(2)),
    )


class BillMaker:
    """Draws patients and bills from one random source, and keeps what must stay unique.

    No two bills share subscriber, first day of service and charge unless a story asks for it, so
    that every ambiguity in the files is one that the truth knows of.
    """

    def __init__(
        self,
        random: Random,
        *,
        own: OwnProviders,
        payers: tuple[PayerProfile, ...],
        workdays: tuple[date, ...],
    ) -> None:
        self.random = random
        self.own = own
        self.payers = payers
        self.workdays = workdays
        self.bills: list[Bill] = []
        self._patients: dict[str, list[Patient]] = {}
        self._account = random.randint(10_000, 40_000)
        self._taken: set[tuple[str, date, int]] = set()
        self._by_id = {payer.payer_id: payer for payer in payers}

    def payer(self, payer_id: str) -> PayerProfile | None:
        """The payer with that identifier, if it is part of this world."""
        return self._by_id.get(payer_id)

    def choose_payer(
        self, kind: str, test: Callable[[PayerProfile], bool] | None = None
    ) -> PayerProfile | None:
        """A primary payer that takes such claims and passes the test, by weight; None if none."""
        fitting = [
            payer
            for payer in self.payers
            if kind in payer.kinds
            and not payer.secondary_only
            and payer.weight
            and (test is None or test(payer))
        ]
        if not fitting:
            return None
        return self.random.choices(fitting, [payer.weight for payer in fitting])[0]

    def patient(self, payer: PayerProfile, *, new: bool = False) -> Patient:
        """Someone the payer covers: seen before, a family member of such a one, or new."""
        random = self.random
        known = self._patients.setdefault(payer.payer_id, [])
        if known and not new and random.random() < _REPEAT_VISIT:
            return random.choice(known)
        self._account += random.randint(1, 3)
        if known and not new and random.random() < _FAMILY:
            patient = self.relative(random.choice(known))
        else:
            patient = self._newcomer(payer)
        known.append(patient)
        return patient

    def _newcomer(self, payer: PayerProfile) -> Patient:
        random = self.random
        person = make_person(random)
        supplement = self._by_id.get(payer.forwards_to)
        return Patient(
            person=person,
            subscriber=person,
            relationship="18",
            member_id=f"{payer.payer_id[2:]}T{random.randint(0, 9_999_999):07d}{len(payer.name)}",
            group_number=f"GRP{random.randint(100, 999)}" if random.random() < 0.7 else "",
            account=self._account,
            payer=payer,
            secondary_payer=supplement,
            secondary_member_id=f"SUP{random.randint(0, 99_999_999):08d}" if supplement else "",
        )

    def relative(self, known: Patient) -> Patient:
        """A relative under the same member number, with another first initial."""
        subscriber = known.subscriber
        while True:
            person = make_person(self.random, last_name=subscriber.last_name, age_years_max=25)
            if person.first_name[0] not in (subscriber.first_name[0], known.person.first_name[0]):
                break
        self._account += 1
        return msgspec.structs.replace(
            known, person=person, relationship="19", account=self._account
        )

    def make(
        self,
        kind: str,
        patient: Patient,
        *,
        shape: str = "",
        lines_min: int = 1,
        sent_on: date | None = None,
        served_on: date | None = None,
    ) -> Bill:
        """A new bill for that patient, added to the practice.

        Shapes: "" anything, "units" (a line of several units), "visit" (one office visit),
        "paired" (one code on two sides), "reporting" (a line without charge), "drug",
        "anesthesia", "stay", "unpriced" (outpatient lines that no schedule prices), "clear" (no
        reporting or paired lines, charges above the contract).
        """
        random = self.random
        while True:
            sent = sent_on or random.choice(self.workdays)
            first_on = served_on or sent - timedelta(days=random.randint(1, 6))
            drafts = self._draft_lines(kind, shape, lines_min)
            charge = sum(draft.charge_cents for draft in drafts)
            mark = (patient.member_id, first_on, charge)
            if mark not in self._taken:
                self._taken.add(mark)
                break
        return self._add(kind, patient, drafts, sent_on=sent, first_on=first_on, shape=shape)

    def extend(self, bill: Bill, lines: tuple[BillLine, ...]) -> Bill:
        """The same bill with more lines, in place of what it was."""
        return self._put(self._with_lines(bill, (*bill.lines, *lines)))

    def amend(self, bill: Bill, *, patient: Patient) -> Bill:
        """The same bill with more known of the patient's coverage, in place of what it was."""
        return self._put(msgspec.structs.replace(bill, patient=patient))

    def renumber(self, bill: Bill, control_number: str = "") -> Bill:
        """The same bill under that control number, or one of its own, in place of what it was."""
        number = control_number or self.control_number(
            bill.kind, bill.patient, bill.first_on, bill.serial
        )
        return self._put(msgspec.structs.replace(bill, control_number=number))

    def add_copy(
        self,
        bill: Bill,
        *,
        sent_on: date,
        frequency: str = "1",
        original_reference: str = "",
        lines: tuple[BillLine, ...] = (),
    ) -> Bill:
        """A further bill like one of ours, sent another day; its lines are numbered anew."""
        copy = msgspec.structs.replace(
            bill,
            serial=len(self.bills) + 1,
            sent_on=sent_on,
            frequency=frequency,
            original_reference=original_reference,
        )
        copy = self._with_lines(copy, lines or bill.lines)
        self.bills.append(copy)
        return copy

    def add_secondary(
        self, bill: Bill, *, payer: PayerProfile, sent_on: date, prior: PriorAnswer
    ) -> Bill:
        """The bill again, for the second payer, with what the first decided."""
        copy = self.add_copy(bill, sent_on=sent_on)
        return self._put(msgspec.structs.replace(copy, payer=payer, sequence=2, prior=prior))

    def _put(self, bill: Bill) -> Bill:
        """Put a bill in the place of what had its serial."""
        self.bills[bill.serial - 1] = bill
        return bill

    def _with_lines(self, bill: Bill, lines: tuple[BillLine, ...]) -> Bill:
        """The bill with these lines, under control numbers that follow from its serial."""
        numbered = tuple(
            msgspec.structs.replace(
                line,
                control_number=self._line_control_number(bill.kind, bill.serial, line.number),
            )
            for line in lines
        )
        charge = sum(line.charge_cents for line in numbered)
        return msgspec.structs.replace(bill, lines=numbered, charge_cents=charge)

    def control_number(self, kind: str, patient: Patient, first_on: date, serial: int) -> str:
        """CLM01: account, day of service and serial; dental work comes from another system."""
        if kind == "D":
            return f"SD{patient.account:05d}X{first_on:%m%d}X{serial:07d}"
        letter = "H" if kind == "I" else "B"
        return f"S{letter}{patient.account:05d}-{first_on:%m%d}-{serial:05d}"

    @staticmethod
    def _line_control_number(kind: str, serial: int, number: int) -> str:
        """REF*6R, unique in the practice; the dental system sends none."""
        return "" if kind == "D" else f"L{serial:07d}{number:02d}"

    def _add(
        self,
        kind: str,
        patient: Patient,
        drafts: list[BillLine],
        *,
        sent_on: date,
        first_on: date,
        shape: str,
    ) -> Bill:
        random = self.random
        serial = len(self.bills) + 1
        stay = shape == "stay"
        drg, drg_weight = random.choice(catalog.DRGS) if stay else ("", "")
        days = drafts[0].units if stay else 0
        if stay:
            first_on -= timedelta(days=days)
        lines = tuple(
            msgspec.structs.replace(
                draft,
                number=number,
                served_on=first_on,
                control_number=self._line_control_number(kind, serial, number),
            )
            for number, draft in enumerate(drafts, 1)
        )
        facility_place = kind == "P" and random.random() < 0.1
        bill = Bill(
            serial=serial,
            kind=kind,
            control_number=self.control_number(kind, patient, first_on, serial),
            frequency="1",
            patient=patient,
            payer=patient.payer,
            sequence=1,
            billing=self.own.payee(kind),
            rendering=random.choice(self.own.dentists if kind == "D" else self.own.doctors),
            place=_HOSPITAL_PLACE if facility_place else _OFFICE_PLACE,
            bill_type="" if kind != "I" else "11" if stay else "13",
            sent_on=sent_on,
            first_on=first_on,
            last_on=first_on + timedelta(days=days),
            charge_cents=sum(line.charge_cents for line in lines),
            lines=lines,
            diagnoses=tuple(random.sample(catalog.DIAGNOSES, random.randint(1, 3))),
            drg=drg,
            drg_weight=drg_weight,
            authorization=f"AUTH{serial:06d}" if stay or random.random() < 0.05 else "",
        )
        self.bills.append(bill)
        return bill

    def _draft_lines(self, kind: str, shape: str, lines_min: int) -> list[BillLine]:
        """Lines without number, day and control number, which `_add` gives them."""
        if kind == "D":
            return self._dental_lines(lines_min)
        if kind == "I":
            if shape == "stay":
                return self._stay_lines()
            return self._outpatient_lines(lines_min, unpriced=shape == "unpriced")
        return self._professional_lines(shape, lines_min)

    def _professional_lines(self, shape: str, lines_min: int) -> list[BillLine]:
        random = self.random
        if shape == "anesthesia":
            work = random.choice(catalog.ANESTHESIA)
            minutes = random.randint(20, 180)
            return [_draft(work.code, ("AA",), minutes, minutes * work.charge_cents, unit="MJ")]
        visit = random.choice(catalog.OFFICE_VISITS)
        count = max(lines_min, random.choice((1, 1, 2, 2, 3, 4)))
        if shape == "visit":
            count = 1
        drafts = []
        if shape == "visit" or random.random() < 0.8:
            drafts.append(_draft(visit.code, random.choice(visit.modifiers), 1, visit.charge_cents))
        if shape == "paired":
            pair = random.choice(catalog.PAIRED)
            drafts += [_draft(pair.code, (side,), 1, pair.charge_cents) for side in ("RT", "LT")]
        if shape == "units":
            units_procedures = [each for each in catalog.PROCEDURES if each.units_max > 2]
            drafts.append(self._procedure_draft(random.choice(units_procedures), units_min=3))
        if shape == "drug":
            drafts.append(self._drug_draft())
        taken = {draft.code for draft in drafts}
        clear = [
            each
            for each in catalog.PROCEDURES
            if each.code not in taken and each.charge_cents > each.base_cents * 3 // 2
        ]
        wanted = max(0, count - len(drafts))
        drafts += [self._procedure_draft(each) for each in random.sample(clear, wanted)]
        if shape == "reporting":
            drafts.append(_draft(random.choice(catalog.REPORTING).code, (), 1, 0))
        elif shape == "" and random.random() < 0.05:
            drafts.append(_draft("36415", (), 1, 600))
        return drafts

    def _procedure_draft(self, procedure: catalog.Procedure, *, units_min: int = 1) -> BillLine:
        random = self.random
        units = random.randint(min(units_min, procedure.units_max), procedure.units_max)
        charge = units * procedure.charge_cents
        return _draft(procedure.code, random.choice(procedure.modifiers), units, charge)

    def _drug_draft(self) -> BillLine:
        drug = self.random.choice(catalog.DRUGS)
        units = self.random.randint(1, 8)
        return msgspec.structs.replace(
            _draft(drug.code, (), units, units * drug.charge_cents),
            drug=LineDrug(drug.ndc, str(int(drug.quantity) * units), drug.unit),
        )

    def _outpatient_lines(self, lines_min: int, *, unpriced: bool) -> list[BillLine]:
        random = self.random
        pool = [line for line in catalog.FACILITY_LINES if not (unpriced and line.code)]
        count = min(len(pool), max(lines_min, random.randint(1, 5)))
        drafts = []
        for line in random.sample(pool, count):
            units = random.randint(1, 4) if not line.code else 1
            charge = line.charge_cents * units + (0 if line.code else random.randint(0, 9_999))
            drafts.append(_draft(line.code, (), units, charge, revenue=line.revenue_code))
        return drafts

    def _stay_lines(self) -> list[BillLine]:
        random = self.random
        room, *others = catalog.ROOM_LINES
        days = random.randint(2, 7)
        drafts = [_draft("", (), days, days * room.charge_cents, unit="DA", revenue="0120")]
        for line in random.sample(others, random.randint(2, 5)):
            charge = line.charge_cents + random.randint(0, 99_999)
            drafts.append(_draft("", (), 1, charge, revenue=line.revenue_code))
        return drafts

    def _dental_lines(self, lines_min: int) -> list[BillLine]:
        random = self.random
        count = max(lines_min, random.choice((1, 1, 2, 3)))
        drafts = []
        for work in random.sample(catalog.DENTAL, count):
            surfaces = tuple(random.sample("MODBL", 2)) if work.surfaces else ()
            drafts.append(
                msgspec.structs.replace(
                    _draft(work.code, (), 1, work.charge_cents, qualifier="AD"),
                    tooth=LineTooth(str(random.randint(1, 32)), surfaces) if work.tooth else None,
                    cavity=work.cavity,
                )
            )
        return drafts


def _draft(
    code: str, modifiers: tuple[str, ...], units: int, charge_cents: int, *,
    unit: str = "UN", revenue: str = "", qualifier: str = "HC",
) -> BillLine:  # fmt: skip
    """A line still without number, day and control number."""
    return BillLine(0, qualifier, code, modifiers, revenue, units, unit, charge_cents, date.min, "")
