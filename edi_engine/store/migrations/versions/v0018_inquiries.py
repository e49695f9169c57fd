"""Inquiries about claims that were written to a file."""

from edi_engine.store.migrations.making import Index, make_table

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nothing was written before."""
    make_table(
        "written_inquiries",
        "written_inquiry_id number, written_at text, actor text,"
        " interchange_control_number number, digest text",
        key="written_inquiry_id",
        indexes=(Index("interchange_control_number", unique=True),),
    )
    make_table(
        "inquired_claims",
        "written_inquiry_id number, ordinal number, claim_id number",
        key="written_inquiry_id, ordinal",
        parents={
            "written_inquiry_id": "written_inquiries.written_inquiry_id",
            "claim_id": "claims.claim_id",
        },
        indexes=(Index("claim_id"),),
        with_rowid=False,
    )
