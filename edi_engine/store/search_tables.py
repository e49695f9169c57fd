"""Tables by which things are found from anywhere. All of it is made of what the files said, and can
be thrown away and made again; `reconcile_marks` says how far it has come."""

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from edi_engine.store.table_columns import identifier, metadata, number, text_column

__all__ = ["patient_name_keys", "patient_name_words", "patient_names", "search_terms"]

patient_names = Table(
    "patient_names",
    metadata,
    identifier("name_id"),
    text_column("words"),
    Index("ix_patient_names_words", "words", unique=True),
    sqlite_strict=True,
)
"""Every name of a patient once, in the words of `records/name_keys.py`, joined by a blank."""

patient_name_words = Table(
    "patient_name_words",
    metadata,
    text_column("word"),
    number("name_id"),
    PrimaryKeyConstraint("word", "name_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

patient_name_keys = Table(
    "patient_name_keys",
    metadata,
    text_column("key"),
    text_column("word"),
    PrimaryKeyConstraint("key", "word"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""What each word leaves when a letter or two are taken out: by these a misspelled word finds it."""

search_terms = Table(
    "search_terms",
    metadata,
    text_column("kind"),
    text_column("term"),
    number("thing_id"),
    PrimaryKeyConstraint("kind", "term", "thing_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""What the tables of facts have no index for: `kind` is "claim_name", "claim_day", "payment_name",
"payment_cents", "remittance_cents", "remittance_day", "remittance_trace" or "deposit_cents"."""
