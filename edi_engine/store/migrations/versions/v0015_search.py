"""Keys by which patients, amounts, days and trace numbers are found from anywhere."""

from edi_engine.store.migrations.making import Index, make_table

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the workbench fills them."""
    make_table(
        "patient_names",
        "name_id number, words text",
        key="name_id",
        indexes=(Index("words", unique=True),),
    )
    make_table(
        "patient_name_words", "word text, name_id number", key="word, name_id", with_rowid=False
    )
    make_table("patient_name_keys", "key text, word text", key="key, word", with_rowid=False)
    make_table(
        "search_terms",
        "kind text, term text, thing_id number",
        key="kind, term, thing_id",
        with_rowid=False,
    )
