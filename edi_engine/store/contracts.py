"""Contracts in the database: what is in force, what was, and the files they came from."""

from collections.abc import Sequence

import msgspec

from edi_engine.errors import StoreError
from edi_engine.records.contracts import Contract
from edi_engine.records.stored import StoredContract
from edi_engine.store.queries import Queries, Row
from edi_engine.store.writing_files import FileWriting

__all__ = ["ContractReading", "ContractWriting"]

_RECORD = msgspec.msgpack.Decoder(Contract)


class ContractReading(Queries):
    """The part of the reader that knows contracts."""

    def contracts_in_force(self) -> list[Contract]:
        """All versions of all contracts that were not ended, by key and version.

        Raises StoreError when one was loaded by a version of the program that kept it otherwise.
        """
        found = []
        for key, version, record in self.rows(
            "SELECT contract_key, version, record FROM contracts WHERE ended_at IS NULL"
            " ORDER BY contract_key, version"
        ):
            try:
                found.append(_RECORD.decode(record))
            except msgspec.MsgspecError as error:
                raise StoreError(
                    f"Contract {key} {version} was loaded by another version of the program.",
                    remedy="Load its file again: edi-engine contracts load FILE.",
                ) from error
        return found

    def stored_contracts(self) -> list[StoredContract]:
        """Every contract that was ever loaded, the newest of a key and version last."""
        return [
            StoredContract(*row)
            for row in self.rows(
                "SELECT contract_id, contract_key, version, name, file_name, digest, loaded_at,"
                " ended_at FROM contracts ORDER BY contract_key, version, contract_id"
            )
        ]


class ContractWriting(FileWriting):
    """The part of the writer that loads and ends contracts."""

    def add_contract(
        self,
        contract: Contract,
        *,
        text: str,
        schedules: Sequence[tuple[str, str]],
        digest: str,
        loaded_at: str,
    ) -> int:
        """Put a version of a contract in force, ending the one of the same key and version; its
        number. `schedules` are names and texts of its schedule files."""
        self.end_contract(contract.key, contract.version, ended_at=loaded_at)
        contract_id = self.next_ids("contracts")
        row: Row = (
            contract_id,
            contract.key,
            contract.version,
            contract.name,
            contract.origin,
            digest,
            loaded_at,
            None,
            text,
            msgspec.msgpack.encode(contract),
        )
        self.insert("contracts", [row])
        self.insert(
            "contract_schedules",
            [
                (contract_id, ordinal, name, content)
                for ordinal, (name, content) in enumerate(schedules, 1)
            ],
        )
        return contract_id

    def end_contract(self, key: str, version: str, *, ended_at: str) -> bool:
        """Take a version of a contract out of force; False when it was not in force."""
        changed = self.run(
            "UPDATE contracts SET ended_at = ?"
            " WHERE contract_key = ? AND version = ? AND ended_at IS NULL",
            (ended_at, key, version),
        )
        return changed > 0
