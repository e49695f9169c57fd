"""The tables. Facts read from files are inserted once; conclusions are derived and replaced.

Identifiers are given out by us in the order of reading (`id_counters`), so that rows of one file,
set or claim stand together and bulk writes only ever append. What belongs to a claim payment is
therefore found by a range of identifiers (`first_line_payment_id` and `line_payments_count`), and
the wide tables need no index for it: that is half of the loading speed. Claims work the same way.

Money is whole cents. Days are dates, instants ISO text in UTC. Quantities are decimal text: they
are never added up in SQL. Every row that was read from a file has its `segment_ordinal` and
`byte_offset`, or those of the row it belongs to, and reaches the file through its set. What has no
column of its own is read again from the raw bytes when somebody looks
(docs/decisions/0010-raw-bytes-instead-of-detail-columns.md).
"""

from edi_engine.store import (
    acknowledgment_tables,
    appeal_tables,
    conclusion_tables,
    contract_tables,
    deposit_tables,
    inquiry_tables,
    intake_tables,
    journal_tables,
    payer_tables,
    search_tables,
    user_tables,
    work_tables,
)
from edi_engine.store.table_columns import metadata

__all__ = ["TABLE_MODULES", "metadata"]

TABLE_MODULES = (
    intake_tables,
    conclusion_tables,
    journal_tables,
    payer_tables,
    deposit_tables,
    contract_tables,
    appeal_tables,
    work_tables,
    user_tables,
    search_tables,
    acknowledgment_tables,
    inquiry_tables,
)
"""Importing them is what fills the metadata."""
