"""A remittance as the page a payer would send on paper: to read, to print and to keep.

It is made from the XML of the remittance by a stylesheet, says everything the biller needs to know
what was paid and why not, and never changes for the same remittance. docs/REMITTANCE_ADVICE.md
"""

import io
from pathlib import Path

from edi_engine.errors import InputError
from edi_engine.jobs.new_files import refuse_existing, write_new
from edi_engine.jobs.stored_remittances import remittance_of
from edi_engine.jobs.xml_export import write_remittances_xml
from edi_engine.store import Store

__all__ = ["ADVICE_CLAIM_PAYMENTS_MAX", "remittance_advice", "write_remittance_advice"]

ADVICE_CLAIM_PAYMENTS_MAX = 2_000
"""Claim payments of one page: some 500 sheets of paper. The page is made in memory, and these take
300 MB of it; nobody reads more."""


def remittance_advice(store: Store, remittance_id: int) -> str:
    """The page as HTML, complete in itself.

    Raises InputError when there is no such remittance, and when it is too large for a page.
    """
    with store.reading() as reader:
        head = remittance_of(reader, remittance_id)
        if head.claim_payments_count > ADVICE_CLAIM_PAYMENTS_MAX:
            raise InputError(
                f"the remittance has {head.claim_payments_count} claim payments, more than the"
                f" {ADVICE_CLAIM_PAYMENTS_MAX} of a page.",
                place=f"remittance {remittance_id}",
                remedy="Write it with edi-engine export remittances --format xml --number"
                f" {remittance_id}.",
            )
        document = io.StringIO()
        write_remittances_xml(reader, document, ranges=[(remittance_id, remittance_id)])
    from edi_engine.exports.xml_documents import advice_html  # noqa: PLC0415 - costs time

    return advice_html(document.getvalue())


def write_remittance_advice(store: Store, remittance_id: int, path: Path) -> None:
    """Write the page to a new file.

    Raises InputError as `remittance_advice` does, and when the file is there already.
    """
    refuse_existing(path, option="--output")
    write_new(path, remittance_advice(store, remittance_id).encode())
