"""Reading what matching needs: candidate keys, and claims and payments as its flat views.

Claims in a copy of an earlier transaction set are no candidates. Payments found by charge and
date, line control number or member are only those that no patient control number holds on a
claim: these are the ones that a claim arriving late may change. Pending payments are not among
them; they are in the work queue anyway.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

import msgspec

from edi_engine.records.claims import ClaimKind
from edi_engine.records.keys import PCN_PREFIX_LENGTH
from edi_engine.records.matching import (
    BilledClaim,
    BilledLine,
    ClaimId,
    ClaimPaymentId,
    PaidAdjustment,
    PaidClaim,
    PaidLine,
    PriorPayer,
    RemittanceId,
)
from edi_engine.store.line_texts import procedure_of, read_further
from edi_engine.store.queries import DriverRow, Queries, day_of

__all__ = [
    "LOOSE_CHARGE_DATE",
    "LOOSE_LINE",
    "LOOSE_MEMBER",
    "MatchReading",
    "charge_date_key",
    "read_prior_payers",
]

LOOSE_CHARGE_DATE = "charge_date"
LOOSE_LINE = "line"
LOOSE_MEMBER = "member"

_Key = TypeVar("_Key")
_Identifier = TypeVar("_Identifier", bound=int)

_PAIRS_PER_STATEMENT = 100
_AFTER_ANY_KEY = "~"
"""Sorts after every character of a key, so key + this ends the range of a prefix."""

_TEXTS_REMEMBERED_MAX = 1 << 12
"""Of modifiers, quantities and remark codes there are few, in very many lines."""

_LIVE = "duplicate_of_claim_id IS NULL"


def read_prior_payers(text: str) -> tuple[PriorPayer, ...]:
    """What `claims.prior_payers` holds."""
    return msgspec.json.decode(text, type=tuple[PriorPayer, ...]) if text else ()


class MatchReading(Queries):
    """The part of the reader that matching uses."""

    # Candidates: claims ---

    def claim_ids_by_pcn(self, keys: Iterable[str]) -> dict[str, list[ClaimId]]:
        """Claims with these patient control number keys."""
        sql = f"SELECT pcn_key, claim_id FROM claims WHERE pcn_key IN ({{keys}}) AND {_LIVE}"
        return _grouped(self.rows_in(sql, filter(None, keys)))

    def claim_ids_by_pcn_prefix(self, prefixes: Iterable[str]) -> dict[str, list[ClaimId]]:
        """Claims whose key has this `pcn_prefix`."""
        return _grouped(self._by_prefix("claims", "claim_id", _LIVE, prefixes))

    def claim_ids_by_charge_and_date(
        self, pairs: Iterable[tuple[int, date]]
    ) -> dict[tuple[int, date], list[ClaimId]]:
        """Claims of this charge in cents and first day of service."""
        found: list[tuple[tuple[int, date], ClaimId]] = []
        wanted = list(dict.fromkeys(pairs))
        for start in range(0, len(wanted), _PAIRS_PER_STATEMENT):
            part = wanted[start : start + _PAIRS_PER_STATEMENT]
            condition = " OR ".join(["(charge_cents = ? AND service_from = ?)"] * len(part))
            values = [value for cents, day in part for value in (cents, day.isoformat())]
            found += [
                ((cents, day_of(day) or date.min), claim_id)
                for cents, day, claim_id in self.rows(
                    "SELECT charge_cents, service_from, claim_id FROM claims"
                    f" WHERE ({condition}) AND {_LIVE}",
                    values,
                )
            ]
        return _grouped(found)

    def claim_ids_by_line_control_number(self, keys: Iterable[str]) -> dict[str, list[ClaimId]]:
        """Claims with a service line of this line item control number key."""
        sql = (
            "SELECT l.control_number_key, l.claim_id FROM service_lines l"
            " JOIN claims c ON c.claim_id = l.claim_id"
            f" WHERE l.control_number_key <> '' AND l.control_number_key IN ({{keys}}) AND {_LIVE}"
        )
        return _grouped(self.rows_in(sql, filter(None, keys)))

    def claim_ids_by_payer_claim_control_number(
        self, keys: Iterable[str]
    ) -> dict[str, list[ClaimId]]:
        """Claims that carry this payer claim control number: as their original reference
        (REF*F8), on a payment matched to them, or on an acknowledgment of theirs (REF*1K)."""
        wanted = list(filter(None, keys))
        referring = self.rows_in(
            "SELECT original_reference_key, claim_id FROM claims"
            " WHERE original_reference_key <> ''"
            f" AND original_reference_key IN ({{keys}}) AND {_LIVE}",
            wanted,
        )
        matched = self.rows_in(
            "SELECT p.pccn_key, m.claim_id FROM claim_payments p"
            " JOIN matches m ON m.claim_payment_id = p.claim_payment_id"
            " WHERE p.pccn_key IN ({keys}) AND m.outcome = 'matched'",
            wanted,
        )
        acknowledged = self.rows_in(
            "SELECT pccn_key, claim_id FROM claim_payer_numbers WHERE pccn_key IN ({keys})", wanted
        )
        return _grouped(dict.fromkeys([*referring, *matched, *acknowledged]))

    def claim_ids_by_member(self, keys: Iterable[str]) -> dict[str, list[ClaimId]]:
        """Claims whose subscriber has this member key."""
        sql = f"SELECT member_key, claim_id FROM claims WHERE member_key IN ({{keys}}) AND {_LIVE}"
        return _grouped(self.rows_in(sql, filter(None, keys)))

    # Candidates: payments ---

    def payment_ids_by_pcn(self, keys: Iterable[str]) -> dict[str, list[ClaimPaymentId]]:
        """Claim payments with these patient control number keys, pending ones too."""
        sql = "SELECT pcn_key, claim_payment_id FROM claim_payments WHERE pcn_key IN ({keys})"
        return _grouped(self.rows_in(sql, filter(None, keys)))

    def payment_ids_by_pcn_prefix(self, prefixes: Iterable[str]) -> dict[str, list[ClaimPaymentId]]:
        """Claim payments whose key has this `pcn_prefix`, pending ones too."""
        rows = self._by_prefix("claim_payments", "claim_payment_id", "1 = 1", prefixes)
        return _grouped(rows)

    def payment_ids_by_payer_claim_control_number(
        self, keys: Iterable[str]
    ) -> dict[str, list[ClaimPaymentId]]:
        """Claim payments with this payer claim control number (CLP07) key, pending ones too."""
        sql = "SELECT pccn_key, claim_payment_id FROM claim_payments WHERE pccn_key IN ({keys})"
        return _grouped(self.rows_in(sql, filter(None, keys)))

    def payment_ids_by_charge_and_date(
        self, pairs: Iterable[tuple[int, date]]
    ) -> dict[tuple[int, date], list[ClaimPaymentId]]:
        """Loose claim payments of this charge in cents and first day of service."""
        by_key = {charge_date_key(cents, day.isoformat()): (cents, day) for cents, day in pairs}
        found = self._loose(LOOSE_CHARGE_DATE, by_key)
        return {by_key[key]: ids for key, ids in found.items()}

    def payment_ids_by_line_control_number(
        self, keys: Iterable[str]
    ) -> dict[str, list[ClaimPaymentId]]:
        """Loose claim payments with a line payment of this line item control number key."""
        return self._loose(LOOSE_LINE, keys)

    def payment_ids_by_member(self, keys: Iterable[str]) -> dict[str, list[ClaimPaymentId]]:
        """Loose claim payments that name this member."""
        return self._loose(LOOSE_MEMBER, keys)

    # Whole claims and payments ---

    def billed_claims(self, claim_ids: Iterable[int]) -> dict[ClaimId, BilledClaim]:
        """Claims as billed, with their lines, by identifier; unknown identifiers are left out."""
        claims = list(self.rows_in(_CLAIM_SQL, sorted(claim_ids)))
        days = {row[0]: (row[19], row[20], row[17]) for row in claims}
        lines: defaultdict[int, list[BilledLine]] = defaultdict(list)
        for row in self.rows_in(_SERVICE_LINE_SQL, days):
            claim_id = row[0]
            lines[claim_id].append(_billed_line(row, days[claim_id]))
        found = {row[0]: _billed_claim(row, tuple(lines.get(row[0], ()))) for row in claims}
        for claim_id, number in self.rows_in(_PAYER_NUMBER_SQL, days):
            known = found[ClaimId(claim_id)]
            numbers = (*known.acknowledged_numbers, number)
            found[known.claim_id] = msgspec.structs.replace(known, acknowledged_numbers=numbers)
        return found

    def paid_claims(self, claim_payment_ids: Iterable[int]) -> dict[ClaimPaymentId, PaidClaim]:
        """Claim payments with lines and adjustments, by identifier; unknown ones are left out."""
        payments = list(self.rows_in(_CLAIM_PAYMENT_SQL, sorted(claim_payment_ids)))
        days = {row[0]: (day_of(row[-2]), day_of(row[-1])) for row in payments}
        adjustments: defaultdict[tuple[int, int], list[PaidAdjustment]] = defaultdict(list)
        for payment_id, line_ordinal, group, reason, cents in self.rows_in(_ADJUSTMENT_SQL, days):
            adjustments[payment_id, line_ordinal].append(PaidAdjustment(group, reason, cents))
        lines: defaultdict[int, list[PaidLine]] = defaultdict(list)
        for row in self.rows_in(_LINE_PAYMENT_SQL, days):
            payment_id = row[0]
            own = adjustments.get((payment_id, row[1]))
            lines[payment_id].append(_paid_line(row, days[payment_id], tuple(own) if own else ()))
        return {
            row[0]: _paid_claim(
                row,
                days[row[0]],
                adjustments=tuple(adjustments.get((row[0], 0), ())),
                lines=tuple(lines.get(row[0], ())),
            )
            for row in payments
        }

    def payment_ids_of_remittance(self, remittance_id: int) -> list[ClaimPaymentId]:
        """The remittance's claim payments in file order."""
        rows = self.rows(
            "SELECT p.claim_payment_id FROM remittances r JOIN claim_payments p"
            " ON p.claim_payment_id >= r.first_claim_payment_id"
            " AND p.claim_payment_id < r.first_claim_payment_id + r.claim_payments_count"
            " WHERE r.remittance_id = ? ORDER BY p.claim_payment_id",
            (remittance_id,),
        )
        return [row[0] for row in rows]

    def practice_identifiers(self) -> tuple[frozenset[str], frozenset[str]]:
        """NPIs and tax identifiers of the billing providers of all claims, none empty."""
        npis, tins = (
            frozenset(
                row[0]
                for row in self.rows(f"SELECT DISTINCT {name} FROM claims WHERE {name} <> ''")
            )
            for name in ("billing_npi", "billing_tin")
        )
        return npis, tins

    # Pending work ---

    def pending_claim_ids(self) -> list[ClaimId]:
        """Claims that wait for reconciling, in order."""
        return [row[0] for row in self.rows("SELECT claim_id FROM pending_claims ORDER BY 1")]

    def pending_payment_ids(self) -> list[ClaimPaymentId]:
        """Claim payments that wait for matching, in order."""
        sql = "SELECT claim_payment_id FROM pending_payments ORDER BY 1"
        return [row[0] for row in self.rows(sql)]

    def _loose(self, kind: str, keys: Iterable[str]) -> dict[str, list[ClaimPaymentId]]:
        sql = (
            "SELECT key, claim_payment_id FROM loose_payment_keys"
            " WHERE key IN ({keys}) AND kind = ?"
        )
        return _grouped(self.rows_in(sql, filter(None, keys), kind))

    def _by_prefix(
        self, table: str, identifier: str, condition: str, prefixes: Iterable[str]
    ) -> Iterator[DriverRow]:
        wanted = dict.fromkeys(filter(None, prefixes))
        short = [prefix for prefix in wanted if len(prefix) < PCN_PREFIX_LENGTH]
        yield from self.rows_in(
            f"SELECT pcn_key, {identifier} FROM {table}"
            f" WHERE pcn_key IN ({{keys}}) AND {condition}",
            short,
        )
        whole = [prefix for prefix in wanted if len(prefix) == PCN_PREFIX_LENGTH]
        for start in range(0, len(whole), _PAIRS_PER_STATEMENT):
            part = whole[start : start + _PAIRS_PER_STATEMENT]
            ranges = " OR ".join(["(pcn_key >= ? AND pcn_key < ?)"] * len(part))
            values = [value for prefix in part for value in (prefix, prefix + _AFTER_ANY_KEY)]
            for key, found in self.rows(
                f"SELECT pcn_key, {identifier} FROM {table} WHERE ({ranges}) AND {condition}",
                values,
            ):
                yield key[:PCN_PREFIX_LENGTH], found


def charge_date_key(charge_cents: int, service_from: str) -> str:
    """Key of a charge and an ISO day in `loose_payment_keys`."""
    return f"{charge_cents} {service_from}"


def _grouped(pairs: Iterable[tuple[_Key, _Identifier]]) -> dict[_Key, list[_Identifier]]:
    """Identifiers by key, each once, sorted."""
    groups: defaultdict[_Key, list[_Identifier]] = defaultdict(list)
    for key, identifier in pairs:
        groups[key].append(identifier)
    return {key: found if len(found) == 1 else sorted(set(found)) for key, found in groups.items()}


_PAYER_NUMBER_SQL = """
SELECT claim_id, payer_claim_control_number FROM claim_payer_numbers WHERE claim_id IN ({keys})
ORDER BY claim_id, pccn_key
"""

_CLAIM_SQL = """
SELECT c.claim_id, c.kind, c.patient_control_number, c.frequency_code, c.original_reference,
    c.payer_id, c.payer_name, c.payer_sequence, c.subscriber_id, c.patient_last_name,
    c.patient_first_name, c.billing_npi, c.billing_tin, c.rendering_npi, c.charge_cents, c.sent_on,
    c.prior_payers, c.place_of_service, c.type_of_bill, c.service_from, c.service_to,
    c.filing_indicator, f.group_number, f.drg, f.admitted_on
FROM claims c LEFT JOIN claim_contract_facts f ON f.claim_id = c.claim_id
WHERE c.claim_id IN ({keys})
"""

_SERVICE_LINE_SQL = """
SELECT c.claim_id, l.line_number, l.procedure_qualifier, l.procedure_code, l.modifiers,
    l.revenue_code, l.units, l.unit_code, l.charge_cents, l.service_from, l.service_to,
    l.place_of_service, l.line_item_control_number, l.assigned_line_number
FROM claims c JOIN service_lines l
    ON l.service_line_id >= c.first_service_line_id
    AND l.service_line_id < c.first_service_line_id + c.service_lines_count
WHERE c.claim_id IN ({keys}) ORDER BY c.claim_id, l.service_line_id
"""

_CLAIM_PAYMENT_SQL = """
SELECT p.claim_payment_id, p.remittance_id, p.claim_ordinal, r.payer_id, r.payer_name,
    r.payee_npi, r.payee_tin, r.trace_number, r.payment_date, r.production_date,
    p.patient_control_number, p.status_code, p.charge_cents, p.paid_cents,
    p.patient_responsibility_cents, p.payer_claim_control_number, p.original_reference,
    p.member_ids, p.patient_last_name, p.patient_first_name, p.rendering_npi, p.remark_codes,
    p.forwarded_to, p.filing_indicator, p.interest_cents, r.held,
    w.withdrawn_at, f.drg, f.drg_weight, f.contract_class, f.repriced_numbers,
    p.service_from, p.service_to
FROM claim_payments p JOIN remittances r ON r.remittance_id = p.remittance_id
LEFT JOIN withdrawals w ON w.remittance_id = r.remittance_id AND w.revoked_at IS NULL
LEFT JOIN payment_contract_facts f ON f.claim_payment_id = p.claim_payment_id
WHERE p.claim_payment_id IN ({keys})
"""

_LINE_PAYMENT_SQL = """
SELECT p.claim_payment_id, l.line_ordinal, l.procedure, l.charge_cents, l.paid_cents,
    l.allowed_cents, l.paid_units, l.service_from, l.service_to, l.line_item_control_number,
    l.remark_codes, l.further
FROM claim_payments p JOIN line_payments l
    ON l.line_payment_id >= p.first_line_payment_id
    AND l.line_payment_id < p.first_line_payment_id + p.line_payments_count
WHERE p.claim_payment_id IN ({keys}) ORDER BY p.claim_payment_id, l.line_payment_id
"""

_ADJUSTMENT_SQL = """
SELECT p.claim_payment_id, a.line_ordinal, a.group_code, a.reason_code, a.amount_cents
FROM claim_payments p JOIN adjustments a
    ON a.adjustment_id >= p.first_adjustment_id
    AND a.adjustment_id < p.first_adjustment_id + p.adjustments_count
WHERE p.claim_payment_id IN ({keys}) ORDER BY p.claim_payment_id, a.adjustment_id
"""


@lru_cache(maxsize=_TEXTS_REMEMBERED_MAX)
def _parts(text: str, separator: str) -> tuple[str, ...]:
    return tuple(text.split(separator)) if text else ()


@lru_cache(maxsize=_TEXTS_REMEMBERED_MAX)
def _quantity(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)  # our own text, written by format_quantity


def _billed_claim(row: DriverRow, lines: tuple[BilledLine, ...]) -> BilledClaim:
    identifier, kind, control_number, frequency_code, original_reference = row[:5]
    payer_id, payer_name, payer_sequence, subscriber_id = row[5:9]
    prior_payers = row[16]
    return BilledClaim(
        claim_id=identifier,
        kind=ClaimKind(kind),
        patient_control_number=control_number,
        frequency_code=frequency_code,
        original_reference=original_reference,
        payer_id=payer_id,
        payer_name=payer_name,
        payer_sequence=payer_sequence,
        subscriber_id=subscriber_id,
        patient_last_name=row[9],
        patient_first_name=row[10],
        billing_npi=row[11],
        billing_tin=row[12],
        rendering_npi=row[13],
        charge_cents=row[14],
        sent_on=day_of(row[15]),
        service_from=day_of(row[19]),
        service_to=day_of(row[20]),
        lines=lines,
        prior_payers=read_prior_payers(prior_payers),
        filing_indicator=row[21],
        group_number=row[22] or "",
        type_of_bill=row[18],
        drg=row[23] or "",
        admitted_on=day_of(row[24]),
    )


def _billed_line(row: DriverRow, claim: DriverRow) -> BilledLine:
    claim_from, claim_to, claim_place = claim
    _, line_number, qualifier, code, modifiers, revenue_code, units, unit_code, charge = row[:9]
    service_from, service_to, place, control_number, assigned_number = row[9:]
    # By position, in the order of the fields: it takes half the time, for most records there are.
    return BilledLine(
        line_number,
        qualifier,
        code,
        _parts(modifiers, ":") if modifiers else (),
        revenue_code,
        _quantity(units),
        unit_code,
        charge,
        day_of(service_from or claim_from),
        day_of(service_to or service_from or claim_to),
        place or claim_place,
        control_number,
        assigned_number,
    )


def _paid_claim(
    row: DriverRow,
    days: tuple[date | None, date | None],
    *,
    adjustments: tuple[PaidAdjustment, ...],
    lines: tuple[PaidLine, ...],
) -> PaidClaim:
    identifier, remittance_id, claim_ordinal, payer_id, payer_name, payee_npi, payee_tin = row[:7]
    return PaidClaim(
        claim_payment_id=identifier,
        remittance_id=RemittanceId(remittance_id),
        claim_ordinal=claim_ordinal,
        payer_id=payer_id,
        payer_name=payer_name,
        payee_npi=payee_npi,
        payee_tin=payee_tin,
        trace_number=row[7],
        paid_on=day_of(row[8] or row[9]),
        patient_control_number=row[10],
        status_code=row[11],
        charge_cents=row[12],
        paid_cents=row[13],
        patient_responsibility_cents=row[14],
        payer_claim_control_number=row[15],
        original_reference=row[16],
        member_ids=_parts(row[17], "\n"),
        patient_last_name=row[18],
        patient_first_name=row[19],
        rendering_npi=row[20],
        service_from=days[0],
        service_to=days[1],
        adjustments=adjustments,
        lines=lines,
        remark_codes=_parts(row[21], "\n"),
        forwarded_to=row[22],
        filing_indicator=row[23],
        interest_cents=row[24],
        held=row[25],
        is_withdrawn=row[26] is not None,
        drg=row[27] or "",
        drg_weight=_quantity(row[28]),
        contract_class=row[29] or "",
        repriced_numbers=_parts(row[30] or "", "\n"),
    )


def _paid_line(
    row: DriverRow,
    days: tuple[date | None, date | None],
    adjustments: tuple[PaidAdjustment, ...],
) -> PaidLine:
    _, line_ordinal, procedure, charge, paid, allowed, paid_units, first_on, last_on = row[:9]
    control_number, remark_codes, further_text = row[9:]
    service_from, service_to = day_of(first_on), day_of(last_on)
    further = read_further(further_text)
    submitted = further.submitted_procedure
    # By position, in the order of the fields: it takes half the time, for most records there are.
    return PaidLine(
        line_ordinal,
        procedure_of(procedure, further.description),
        procedure_of(submitted, further.submitted_description) if submitted else None,
        further.revenue_code,
        charge,
        paid,
        _quantity(paid_units),
        further.submitted_units,
        service_from or days[0],
        service_to or service_from or days[1],
        control_number,
        allowed,
        adjustments,
        _parts(remark_codes, "\n") if remark_codes else (),
    )
