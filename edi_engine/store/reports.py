"""Questions that reports and lists ask of the store."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median_low

from edi_engine.records.claim_lists import OwedBy
from edi_engine.records.reports import (
    AgingClock,
    CallFacts,
    DenialRow,
    OpenBalances,
    PayerRow,
    PracticeTotals,
    Subject,
    UnderpaymentRow,
)
from edi_engine.records.work import WorkItem
from edi_engine.store.queries import DriverRow, Queries, day_of
from edi_engine.store.work_statuses import IS_UNSETTLED

__all__ = ["ReportReading", "since_sql"]

_CLAIM_SUBJECT_SQL = """
SELECT claim_id, patient_control_number, patient_last_name, patient_first_name, payer_id,
    payer_name, service_from
FROM claims WHERE claim_id IN ({keys})
"""

_PAYMENT_SUBJECT_SQL = """
SELECT p.claim_payment_id, p.patient_control_number, p.patient_last_name, p.patient_first_name,
    r.payer_id, r.payer_name, p.service_from, r.remittance_id, r.trace_number
FROM claim_payments p JOIN remittances r ON r.remittance_id = p.remittance_id
WHERE p.claim_payment_id IN ({keys})
"""

_REMITTANCE_SUBJECT_SQL = """
SELECT remittance_id, payer_id, payer_name, trace_number
FROM remittances WHERE remittance_id IN ({keys})
"""

_DEPOSIT_SUBJECT_SQL = """
SELECT deposit_id, originator_name, trace_number FROM deposits WHERE deposit_id IN ({keys})
"""

_OPEN_SQL = """
SELECT c.payer_id, MIN(c.payer_name), {}, {}, COUNT(*),
    SUM(CASE WHEN s.payer_balance_cents <> 0 THEN 1 ELSE 0 END), SUM(s.payer_balance_cents),
    SUM(CASE WHEN s.patient_balance_cents <> 0 THEN 1 ELSE 0 END), SUM(s.patient_balance_cents)
FROM claim_standings s JOIN claims c ON c.claim_id = s.claim_id
LEFT JOIN claim_answers a ON a.claim_id = c.claim_id
WHERE s.payer_balance_cents <> 0 OR s.patient_balance_cents <> 0
GROUP BY c.payer_id, 3, 4 ORDER BY c.payer_id, 3, 4
"""

_PAYER_CLAIMS_SQL = """
SELECT c.payer_id, MIN(c.payer_name), COUNT(*),
    SUM(CASE WHEN s.status = 'unanswered' THEN 1 ELSE 0 END),
    SUM(CASE WHEN s.status = 'denied' THEN 1 ELSE 0 END),
    SUM(c.charge_cents)
FROM claims c LEFT JOIN claim_standings s ON s.claim_id = c.claim_id
WHERE c.duplicate_of_claim_id IS NULL
    AND COALESCE(s.status, '') NOT IN ('superseded', 'voided')
GROUP BY c.payer_id
"""

_PAYER_MONEY_SQL = """
SELECT c.payer_id, SUM(l.paid_cents), SUM(l.contractual_cents),
    SUM(l.patient_responsibility_cents), SUM(l.denied_cents),
    SUM(CASE WHEN l.state = 'underpaid' THEN l.variance_cents ELSE 0 END)
FROM line_reconciliations l JOIN claims c ON c.claim_id = l.claim_id
JOIN claim_standings s ON s.claim_id = l.claim_id
WHERE l.payer_sequence = c.payer_sequence AND s.status NOT IN ('superseded', 'voided')
GROUP BY c.payer_id
"""

_FIRST_ANSWER_SQL = """
SELECT c.payer_id, c.sent_on, MIN(COALESCE(r.payment_date, r.production_date))
FROM matches m
JOIN claims c ON c.claim_id = m.claim_id
JOIN claim_payments p ON p.claim_payment_id = m.claim_payment_id
JOIN remittances r ON r.remittance_id = p.remittance_id
WHERE m.outcome = 'matched' AND c.sent_on IS NOT NULL
GROUP BY c.payer_id, m.claim_id, c.sent_on
"""

_DENIAL_SQL = """
SELECT l.denial_category, c.payer_id, MIN(c.payer_name), COUNT(DISTINCT l.claim_id), COUNT(*),
    SUM(l.denied_cents)
FROM line_reconciliations l JOIN claims c ON c.claim_id = l.claim_id
WHERE l.denied_cents > 0
GROUP BY l.denial_category, c.payer_id
ORDER BY SUM(l.denied_cents) DESC, l.denial_category, c.payer_id
"""

_UNDERPAID_SQL = """
SELECT l.claim_id, l.line_number, l.payer_sequence, c.payer_id, c.payer_name,
    COALESCE(b.procedure_code, ''), COALESCE(b.modifiers, ''),
    COALESCE(b.service_from, c.service_from), l.expected_allowed_cents, l.expected_source,
    l.allowed_cents, COALESCE(l.variance_cents, l.expected_allowed_cents - l.allowed_cents), l.state
FROM line_reconciliations l JOIN claims c ON c.claim_id = l.claim_id
LEFT JOIN service_lines b ON b.service_line_id >= c.first_service_line_id
    AND b.service_line_id < c.first_service_line_id + c.service_lines_count
    AND b.line_number = l.line_number
WHERE l.state = 'underpaid' OR (l.payer_sequence = 1 AND EXISTS (
    SELECT 1 FROM project_hits h WHERE h.claim_id = l.claim_id AND h.kind = 'underpaid'
    AND h.line_number = l.line_number AND h.solved_on IS NULL))
ORDER BY 12 DESC, l.claim_id, l.line_number, l.payer_sequence
"""

_CLAIM_TOTALS_SQL = """
SELECT COALESCE(s.status, 'unanswered'), COUNT(*), SUM(c.charge_cents),
    SUM(COALESCE(s.balance_cents, c.charge_cents))
FROM claims c LEFT JOIN claim_standings s ON s.claim_id = c.claim_id
WHERE c.duplicate_of_claim_id IS NULL GROUP BY COALESCE(s.status, 'unanswered') ORDER BY 1
"""

_LINE_TOTALS_SQL = """
SELECT state, COUNT(*), SUM(CASE WHEN state IN ('underpaid', 'overpaid') THEN variance_cents
    WHEN state = 'denied' THEN denied_cents ELSE paid_cents END)
FROM line_reconciliations WHERE line_number > 0 GROUP BY state ORDER BY state
"""

_MATCH_TOTALS_SQL = """
SELECT m.outcome, COUNT(*), SUM(p.paid_cents) FROM matches m
JOIN claim_payments p ON p.claim_payment_id = m.claim_payment_id
GROUP BY m.outcome ORDER BY m.outcome
"""

_REMITTANCE_TOTALS_SQL = """
SELECT COUNT(*), COALESCE(SUM(r.payment_amount_cents), 0), COALESCE(SUM(s.posted_cents), 0),
    COALESCE(SUM(s.suspense_cents), 0)
FROM remittances r LEFT JOIN remittance_standings s ON s.remittance_id = r.remittance_id
WHERE r.held = ''
"""

_DEPOSIT_TOTALS_SQL = """
SELECT m.status, COUNT(*), SUM(d.amount_cents) FROM deposit_matches m
JOIN deposits d ON d.deposit_id = m.deposit_id
GROUP BY m.status ORDER BY m.status
"""

_WORK_TOTALS_SQL = f"""
SELECT queue, COUNT(*), SUM(amount_at_risk_cents) FROM work_items
WHERE {IS_UNSETTLED}
GROUP BY queue ORDER BY SUM(amount_at_risk_cents) DESC, queue
"""


class ReportReading(Queries):
    """The part of the reader that reports ask."""

    def subjects(self, items: Sequence[WorkItem]) -> dict[str, Subject]:
        """What names the subjects of work items, by item key.

        A claim's own facts come first; an item about a payment has those of the payment. Each item
        is looked up in one place only.
        """
        keys: dict[str, set[int]] = {"claim": set(), "payment": set(), "remittance": set()}
        named = {item.item_key: _named_by(item) for item in items}
        for kind, key in named.values():
            if kind in keys:
                keys[kind].add(key)
        found: dict[str, Mapping[int, Subject]] = {
            "claim": self.claim_subjects(keys["claim"]),
            "payment": self._payment_subjects(keys["payment"]),
            "remittance": self._remittance_subjects(keys["remittance"]),
        }
        deposits = self._deposit_subjects(
            item_key
            for item_key, (kind, _) in named.items()
            if not kind and item_key.startswith("deposit:")
        )
        nobody = Subject()
        return {
            item_key: found[kind].get(key, nobody) if kind else deposits.get(item_key, nobody)
            for item_key, (kind, key) in named.items()
        }

    def call_facts(self, claim_ids: Iterable[int]) -> dict[int, CallFacts]:
        """What a payer asks of whoever calls about these claims."""
        wanted = sorted(set(claim_ids))
        numbers: dict[int, str] = {}
        for claim_id, _, number in sorted(
            self.rows_in(
                "SELECT m.claim_id, m.claim_payment_id, p.payer_claim_control_number"
                " FROM matches m JOIN claim_payments p"
                " ON p.claim_payment_id = m.claim_payment_id"
                " WHERE m.claim_id IN ({keys}) AND m.outcome = 'matched'",
                wanted,
            )
        ):
            numbers[claim_id] = number or numbers.get(claim_id, "")
        rows = self.rows_in(
            "SELECT claim_id, subscriber_id, billing_npi, charge_cents FROM claims"
            " WHERE claim_id IN ({keys})",
            wanted,
        )
        return {
            claim_id: CallFacts(subscriber_id, billing_npi, charge, numbers.get(claim_id, ""))
            for claim_id, subscriber_id, billing_npi, charge in rows
        }

    def original_of_claim(self, claim_id: int) -> int | None:
        """The claim that this one is a copy of, None for one that is no copy."""
        row = self.row("SELECT duplicate_of_claim_id FROM claims WHERE claim_id = ?", (claim_id,))
        return None if row is None or row[0] is None else int(row[0])

    def practice_totals(self) -> PracticeTotals:
        """The whole store in a few numbers; held remittances do not count."""
        ((count, paid, posted, suspense),) = self.rows(_REMITTANCE_TOTALS_SQL)
        return PracticeTotals(
            claims=tuple(
                (status, int(claims), int(charge), int(balance))
                for status, claims, charge, balance in self.rows(_CLAIM_TOTALS_SQL)
            ),
            lines=self._triples(_LINE_TOTALS_SQL),
            matches=self._triples(_MATCH_TOTALS_SQL),
            remittances=(int(count), int(paid), int(posted), int(suspense)),
            deposits=self._triples(_DEPOSIT_TOTALS_SQL),
            work=self._triples(_WORK_TOTALS_SQL),
        )

    def _triples(self, sql: str) -> tuple[tuple[str, int, int], ...]:
        return tuple((name, int(count), int(cents or 0)) for name, count, cents in self.rows(sql))

    def open_balances(self, clock: AgingClock) -> list[OpenBalances]:
        """Claims on which something is owed (or owed back), by payer and the days from which what
        payer and patient owe is called old."""
        since = [since_sql(clock, ower) for ower in (OwedBy.PAYER, OwedBy.PATIENT)]
        rows = self.rows(_OPEN_SQL.format(*since))
        return [
            OpenBalances(payer_id, payer_name, day_of(payer), day_of(patient), *map(int, numbers))
            for payer_id, payer_name, payer, patient, *numbers in rows
        ]

    def payer_rows(self) -> list[PayerRow]:
        """Every payer we billed, most charges first."""
        money = {row[0]: row[1:] for row in self.rows(_PAYER_MONEY_SQL)}
        days = self._days_to_pay()
        rows = [
            PayerRow(
                payer_id=payer_id,
                payer_name=payer_name,
                claims_count=int(claims),
                unanswered_count=int(unanswered),
                denied_count=int(denied),
                charge_cents=int(charge),
                paid_cents=_cents(money, payer_id, 0),
                contractual_cents=_cents(money, payer_id, 1),
                patient_responsibility_cents=_cents(money, payer_id, 2),
                denied_cents=_cents(money, payer_id, 3),
                variance_cents=_cents(money, payer_id, 4),
                days_to_pay=median_low(days[payer_id]) if payer_id in days else None,
            )
            for payer_id, payer_name, claims, unanswered, denied, charge in self.rows(
                _PAYER_CLAIMS_SQL
            )
        ]
        return sorted(rows, key=lambda row: (-row.charge_cents, row.payer_id))

    def denial_rows(self) -> list[DenialRow]:
        """Refused money by category and payer, most first."""
        return [
            DenialRow(category, payer_id, payer_name, int(claims), int(lines), int(cents))
            for category, payer_id, payer_name, claims, lines, cents in self.rows(_DENIAL_SQL)
        ]

    def underpayment_rows(self) -> Iterator[UnderpaymentRow]:
        """Lines that are short, also as the patient's or only with others; most money first."""
        for row in self.stream(_UNDERPAID_SQL):
            values = [*row[:7], day_of(row[7]), *row[8:]]
            yield UnderpaymentRow(*values)

    def _days_to_pay(self) -> dict[str, list[int]]:
        days: dict[str, list[int]] = {}
        for payer_id, sent, answered in self.stream(_FIRST_ANSWER_SQL):
            sent_on, answered_on = day_of(sent), day_of(answered)
            if sent_on is not None and answered_on is not None:
                days.setdefault(payer_id, []).append((answered_on - sent_on).days)
        return days

    def claim_subjects(self, claim_ids: Iterable[int]) -> dict[int, Subject]:
        """What names claims to a person, by claim."""
        return {
            row[0]: Subject(
                claim_id=row[0],
                patient_control_number=row[1],
                patient_last_name=row[2],
                patient_first_name=row[3],
                payer_id=row[4],
                payer_name=row[5],
                service_from=day_of(row[6]),
            )
            for row in self.rows_in(_CLAIM_SUBJECT_SQL, claim_ids)
        }

    def _payment_subjects(self, payment_ids: Iterable[int]) -> dict[int, Subject]:
        return {
            row[0]: Subject(
                claim_payment_id=row[0],
                patient_control_number=row[1],
                patient_last_name=row[2],
                patient_first_name=row[3],
                payer_id=row[4],
                payer_name=row[5],
                service_from=day_of(row[6]),
                remittance_id=row[7],
                trace_number=row[8],
            )
            for row in self.rows_in(_PAYMENT_SUBJECT_SQL, payment_ids)
        }

    def _remittance_subjects(self, remittance_ids: Iterable[int]) -> dict[int, Subject]:
        return {
            row[0]: Subject(
                remittance_id=row[0], payer_id=row[1], payer_name=row[2], trace_number=row[3]
            )
            for row in self.rows_in(_REMITTANCE_SUBJECT_SQL, remittance_ids)
        }

    def _deposit_subjects(self, item_keys: Iterable[str]) -> dict[str, Subject]:
        """Who sent the deposit, as the bank says; by item key."""
        keys = {int(key.partition(":")[2].partition("/")[0]): key for key in item_keys}
        return {
            keys[row[0]]: Subject(payer_name=row[1], trace_number=row[2])
            for row in self.rows_in(_DEPOSIT_SUBJECT_SQL, keys)
        }


def since_sql(clock: AgingClock, ower: OwedBy) -> str:
    """From which day what one of them owes on the claim `c` with the answers `a` is old."""
    if clock is AgingClock.SERVICE:
        return "c.service_from"
    if clock is AgingClock.SENT or ower is OwedBy.PAYER:
        return "COALESCE(c.sent_on, c.service_from)"
    return "COALESCE(a.latest_on, c.sent_on, c.service_from)"


def _named_by(item: WorkItem) -> tuple[str, int]:
    """The kind and number of what names the subject of an item; an empty kind where nothing but
    a deposit does."""
    about = item.item_key.partition(":")[0]
    ids = {
        "claim": item.claim_id,
        "payment": item.claim_payment_id,
        "remittance": item.remittance_id,
    }
    order = [about] if about in {"payment", "remittance"} else []
    for kind in (*order, "claim", "payment", "remittance"):
        key = ids[kind]
        if key:
            return kind, key
    return "", 0


def _cents(money: dict[str, DriverRow], payer_id: str, place: int) -> int:
    row = money.get(payer_id)
    return 0 if row is None else int(row[place] or 0)
