"""The reader: one consistent snapshot of the store, all that can be asked of it."""

from collections.abc import Sequence

from edi_engine.store.acknowledgments import AcknowledgmentReading
from edi_engine.store.appeals import AppealReading
from edi_engine.store.backends import DriverConnection
from edi_engine.store.claim_lists import ClaimListReading
from edi_engine.store.contracts import ContractReading
from edi_engine.store.datasets import DatasetReading
from edi_engine.store.deposits import DepositReading
from edi_engine.store.inferred_rates import InferredRateReading
from edi_engine.store.inquiries import InquiryReading
from edi_engine.store.journal import JournalReading
from edi_engine.store.kpis import KpiReading
from edi_engine.store.lifecycles import LifecycleReading
from edi_engine.store.manual_remittances import ManualReading
from edi_engine.store.payer_profiles import PayerProfileReading
from edi_engine.store.places import PlaceReading
from edi_engine.store.project_hits import ProjectHitReading
from edi_engine.store.provider_items import ProviderItemReading
from edi_engine.store.queries import DriverRow
from edi_engine.store.reading_conclusions import ConclusionReading
from edi_engine.store.reading_files import FileReading
from edi_engine.store.reading_matching import MatchReading
from edi_engine.store.reconcile_queue import ReconcileQueueReading
from edi_engine.store.remittance_parts import RemittancePartReading
from edi_engine.store.reports import ReportReading
from edi_engine.store.rereading import RereadReading
from edi_engine.store.search import SearchReading
from edi_engine.store.search_together import TogetherReading
from edi_engine.store.silent_ppo import SilentPpoReading
from edi_engine.store.stored_sets import StoredSetReading
from edi_engine.store.user_keeps import UserKeepsReading
from edi_engine.store.users import UserReading
from edi_engine.store.work import WorkReading
from edi_engine.store.work_assignments import AssignmentReading
from edi_engine.store.work_batches import BatchReading
from edi_engine.store.work_done import WorkDoneReading
from edi_engine.store.work_leases import WorkLeaseReading
from edi_engine.store.work_outcomes import OutcomeReading
from edi_engine.store.work_progress import ProgressReading
from edi_engine.store.work_promises import PromiseReading
from edi_engine.store.work_totals import WorkTotalsReading
from edi_engine.store.work_touches import TouchReading
from edi_engine.store.written_claims import WrittenClaimReading

__all__ = ["Reader", "RememberingReader"]


class Reader(
    FileReading,
    ManualReading,
    MatchReading,
    ConclusionReading,
    ProviderItemReading,
    ReconcileQueueReading,
    JournalReading,
    PayerProfileReading,
    ContractReading,
    ProjectHitReading,
    InferredRateReading,
    DepositReading,
    WorkReading,
    AppealReading,
    WrittenClaimReading,
    InquiryReading,
    UserReading,
    UserKeepsReading,
    WorkLeaseReading,
    OutcomeReading,
    ProgressReading,
    PromiseReading,
    AssignmentReading,
    BatchReading,
    TouchReading,
    WorkTotalsReading,
    WorkDoneReading,
    ReportReading,
    ClaimListReading,
    KpiReading,
    RereadReading,
    SilentPpoReading,
    DatasetReading,
    PlaceReading,
    RemittancePartReading,
    StoredSetReading,
    SearchReading,
    AcknowledgmentReading,
    LifecycleReading,
    TogetherReading,
):
    """One consistent snapshot of the store; got from `Store.reading`."""


class RememberingReader(Reader):
    """A reader that asks the database each question once. For what a person looks at: it keeps all
    rows it was given until it goes."""

    def __init__(self, connection: DriverConnection, dialect: str) -> None:
        super().__init__(connection, dialect)
        self._answers: dict[tuple[str, tuple[object, ...]], list[DriverRow]] = {}

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[DriverRow]:
        """All rows of a query; the list is the caller's own."""
        key = (sql, tuple(values))
        if key not in self._answers:
            self._answers[key] = super().rows(sql, values)
        return list(self._answers[key])

    def row(self, sql: str, values: Sequence[object] = ()) -> DriverRow | None:
        """The first row of a query, or None."""
        found = self.rows(sql, values)
        return tuple(found[0]) if found else None
