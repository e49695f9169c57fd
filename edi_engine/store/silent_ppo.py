"""Discounts that no contract explains: claims that another contract may explain, and the report."""

from collections import defaultdict
from typing import NamedTuple

from edi_engine.records.reports import SilentPpoRow
from edi_engine.store.queries import DriverRow, Queries, day_of

__all__ = ["SilentPpoReading"]

_NOTHING_AGREED = (
    "(l.expected_allowed_cents IS NULL OR l.expected_source LIKE 'inferred from %')"
    " AND l.contractual_cents > 0 AND l.payer_sequence = 1 AND l.line_number > 0"
)
"""Lines with a discount for which neither a contract nor the fee schedule says anything."""

_SIGNS_SQL = """
SELECT c.payer_id, c.payer_name, g.network, g.contracts, g.signs, g.clause, g.request,
    g.equal_count, g.compared_count, g.charge_cents, g.discount_cents, g.is_work, c.service_from
FROM silent_ppo_signs g JOIN claims c ON c.claim_id = g.claim_id
ORDER BY c.payer_id, g.network, g.contracts, g.claim_id
"""

_UNSIGNED_SQL = f"""
SELECT c.payer_id, MIN(c.payer_name), COUNT(DISTINCT l.claim_id), SUM(l.charge_cents),
    SUM(l.contractual_cents), MIN(c.service_from), MAX(c.service_from)
FROM line_reconciliations l JOIN claims c ON c.claim_id = l.claim_id
JOIN claim_standings s ON s.claim_id = l.claim_id
WHERE {_NOTHING_AGREED} AND s.status NOT IN ('superseded', 'voided')
    AND NOT EXISTS (SELECT 1 FROM silent_ppo_signs g WHERE g.claim_id = l.claim_id)
GROUP BY c.payer_id
"""

_EXPLAINED_BY_OTHERS_SQL = f"""
SELECT claim_id FROM line_variances
UNION SELECT l.claim_id FROM line_reconciliations l WHERE {_NOTHING_AGREED}
ORDER BY 1
"""


class _Sums(NamedTuple):
    """The claims of one row, as they were read."""

    rows: list[DriverRow]

    @property
    def row(self) -> SilentPpoRow:
        payer_id, payer_name, network, contracts = self.rows[0][:4]
        days = [day for row in self.rows if (day := day_of(row[12])) is not None]
        return SilentPpoRow(
            payer_id=payer_id,
            payer_name=payer_name,
            network=network,
            contracts=tuple(contracts.split("\n")) if contracts else (),
            signs=tuple(dict.fromkeys(sign for row in self.rows for sign in row[4].split("\n"))),
            clause=self.rows[0][5],
            request=self.rows[0][6],
            claims_count=len(self.rows),
            work_count=sum(bool(row[11]) for row in self.rows),
            equal_count=sum(row[7] for row in self.rows),
            compared_count=sum(row[8] for row in self.rows),
            charge_cents=sum(row[9] for row in self.rows),
            discount_cents=sum(row[10] for row in self.rows),
            first_on=min(days, default=None),
            last_on=max(days, default=None),
        )


class SilentPpoReading(Queries):
    """The part of the reader that knows discounts without a contract."""

    def claim_ids_explained_by_others(self) -> list[int]:
        """Claims that a contract with another payer may explain: with a discount where nothing was
        agreed, and those whose payer allowed something else than expected."""
        return [row[0] for row in self.rows(_EXPLAINED_BY_OTHERS_SQL)]

    def silent_ppo_rows(self) -> list[SilentPpoRow]:
        """By payer, network and contract, those with work first, then most money first; last what
        has no sign but that nothing prices it, one row a payer."""
        groups: defaultdict[tuple[object, ...], list[DriverRow]] = defaultdict(list)
        for row in self.rows(_SIGNS_SQL):
            groups[row[0], row[2], row[3]].append(row)
        found = [_Sums(rows).row for rows in groups.values()]
        found += [
            SilentPpoRow(
                payer_id=payer_id,
                payer_name=payer_name,
                claims_count=int(claims),
                charge_cents=int(charge),
                discount_cents=int(discount),
                first_on=day_of(first_on),
                last_on=day_of(last_on),
            )
            for payer_id, payer_name, claims, charge, discount, first_on, last_on in self.rows(
                _UNSIGNED_SQL
            )
        ]
        return sorted(
            found,
            key=lambda row: (
                not row.signs,
                not row.work_count,
                -row.discount_cents,
                row.payer_id,
                row.network,
                row.contracts,
            ),
        )
