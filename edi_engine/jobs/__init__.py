"""The operations: files, clock and transactions live only here. Faces call one job each.

Taking in: `ingest`, `archives`, `sources`, `duplicates`, `validate`. Concluding: `reconcile` with
its `reconcile_batch` and `reconcile_remittances`, `work_changes`. A night: `nightly`, `runs`,
`reports`, `summary`. A person: `worklist`, `decide`, `contracts`, `show`, `export`.
"""

__all__ = ()
