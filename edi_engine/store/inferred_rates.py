"""What payers allowed, line by line, and what was inferred from it."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from edi_engine.records.inference import AllowedAnswer, InferredRate, ServiceKey
from edi_engine.store.intake_rows import iso_days
from edi_engine.store.queries import Queries, day_of

__all__ = ["InferredRateReading", "InferredRateWriting"]


class InferredRateReading(Queries):
    """The part of the reader that knows what payers usually allow."""

    def allowed_answers(self) -> Iterator[AllowedAnswer]:
        """What primary payers allowed for one unit, for every line that tells.

        Lines whose charge was allowed in full say nothing (the charge may have capped it), and
        neither do shares of claim-level money, refused, bundled and reversed ones, nor amounts that
        do not divide by the units.
        """
        for payer, code, modifiers, place, claim_place, units, *rest in self.stream(_ANSWER_SQL):
            allowed, own_day, claim_day, claim_id, line_number = rest
            served_on = day_of(own_day or claim_day)
            count = Decimal(units) if units is not None else Decimal(1)
            if served_on is None or count <= 0 or allowed % count:
                continue
            service = ServiceKey(
                payer.strip().upper(),
                code.upper(),
                tuple(sorted({part for part in modifiers.upper().split(":") if part})),
                place or claim_place,
            )
            yield AllowedAnswer(service, int(allowed / count), served_on, claim_id, line_number)

    def inferred_rates(self) -> list[InferredRate]:
        """The rates that were inferred last, by service."""
        found = []
        for payer, code, modifiers, place, *counts, first, last in self.rows(
            "SELECT payer_id, procedure_code, modifiers, place_of_service, unit_cents,"
            " same_count, count, lowest_cents, highest_cents, first_on, last_on"
            " FROM inferred_rates"
            " ORDER BY payer_id, procedure_code, modifiers, place_of_service"
        ):
            parts = tuple(modifiers.split(":")) if modifiers else ()
            days = [day_of(first) or date.min, day_of(last) or date.min]
            found.append(InferredRate(ServiceKey(payer, code, parts, place), *counts, *days))
        return found


class InferredRateWriting(Queries):
    """The part of the writer that keeps what was inferred."""

    def replace_inferred_rates(self, rates: Sequence[InferredRate]) -> None:
        """Keep these rates in place of all before."""
        self.run("DELETE FROM inferred_rates")
        self.insert(
            "inferred_rates",
            [
                (
                    rate.service.payer_id,
                    rate.service.procedure_code,
                    ":".join(rate.service.modifiers),
                    rate.service.place_of_service,
                    rate.unit_cents,
                    rate.same_count,
                    rate.count,
                    rate.lowest_cents,
                    rate.highest_cents,
                    iso_days[rate.first_on],
                    iso_days[rate.last_on],
                )
                for rate in rates
            ],
        )


_ANSWER_SQL = """
SELECT c.payer_id, b.procedure_code, b.modifiers, b.place_of_service, c.place_of_service, b.units,
    r.allowed_cents, b.service_from, c.service_from, r.claim_id, r.line_number
FROM line_reconciliations r JOIN claims c ON c.claim_id = r.claim_id
JOIN service_lines b ON b.service_line_id >= c.first_service_line_id
    AND b.service_line_id < c.first_service_line_id + c.service_lines_count
    AND b.line_number = r.line_number
WHERE r.payer_sequence = 1 AND r.allowed_cents > 0 AND r.allowed_cents < r.charge_cents
    AND r.allocation = '' AND r.recode = '' AND r.denied_cents = 0
    AND r.state IN ('paid', 'underpaid', 'overpaid', 'patient') AND b.procedure_code <> ''
ORDER BY r.claim_id, r.line_number
"""
