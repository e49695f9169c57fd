"""Acknowledgments on every kind of database: kept, tied, concluded about, and reported."""

from datetime import UTC, date, datetime, timedelta

from edi_engine.jobs.ingest import ingest_data
from edi_engine.jobs.reconcile import reconcile
from edi_engine.jobs.reports import REPORT_NAMES, report
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import open_store
from tests.acknowledgment_files import (
    Sent,
    claims_file,
    remittance_file,
    status_file,
    syntax_file,
    ta1_file,
)

DAY = date(2026, 1, 5)
ONE, TWO, THREE = Sent("TEST-1"), Sent("TEST-2", 200), Sent("TEST-3", 300)
NUMBERED = "STC*A2:20*20260107*WQ*100~REF*1K*PAYER0001~"

FILES = [
    claims_file([[ONE, TWO], [THREE]], on=DAY),
    ta1_file(201, "A", on=DAY),
    syntax_file(201, ["A", "R IK3*CLM*22**8~"], "P", on=DAY + timedelta(days=1), number=302),
    status_file([(ONE, NUMBERED), (TWO, "A7:562:85")], on=DAY + timedelta(days=2), payer=True),
    remittance_file(ONE._replace(number="GARBLED"), on=DAY + timedelta(days=9)),
]


def clock() -> datetime:
    return datetime(2026, 2, 1, tzinfo=UTC)


def test_a_night_of_acknowledgments(empty_url: str) -> None:
    with open_store(empty_url) as store:
        for text in FILES:
            ingest_data(store, text.encode(), "file.edi", clock=clock)
        for _ in range(2):
            reconcile(store, policy=ReconcilePolicy(), as_of=date(2026, 1, 16), now=clock)
        with store.reading() as reader:
            states = reader.rows(
                "SELECT c.patient_control_number, l.state, l.rejected_by, l.rejection"
                " FROM claim_lifecycles l JOIN claims c ON c.claim_id = l.claim_id ORDER BY 1"
            )
            lags = reader.rows("SELECT stage, days, claims_count FROM payer_lags ORDER BY 1, 2")
            ties = reader.rows("SELECT outcome, count(*) FROM acknowledgment_standings GROUP BY 1")
        reports = {name: report(store, name, as_of=date(2026, 1, 16)) for name in REPORT_NAMES}
    assert [tuple(row) for row in states] == [
        ("TEST-1", "closed", "", ""),
        ("TEST-2", "rejected", "payer", "A7:562:85"),
        ("TEST-3", "rejected", "file", "999 CLM 8"),
    ]
    assert [tuple(row) for row in lags] == [
        ("accepted", 2, 1),
        ("acknowledged", 0, 1),
        ("acknowledged", 2, 2),
        ("answered", 9, 1),
        ("decided", 7, 1),
    ]
    assert {row[0] for row in ties} == {"tied", "summary"}
    assert reports["acceptance"].rows
