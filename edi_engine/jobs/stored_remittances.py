"""A stored remittance, or an error that says how to find it."""

from edi_engine.errors import InputError
from edi_engine.records.matching import RemittanceId
from edi_engine.records.stored import StoredRemittance
from edi_engine.store import Reader

__all__ = ["remittance_of"]


def remittance_of(reader: Reader, remittance_id: int) -> StoredRemittance:
    """The remittance. Raises InputError when there is no such one."""
    found = reader.remittances([remittance_id]).get(RemittanceId(remittance_id))
    if found is None:
        raise InputError(
            "there is no such remittance.",
            place=f"remittance {remittance_id}",
            remedy='Look up its number with "edi-engine export remittances".',
        )
    return found
