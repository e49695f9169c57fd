"""The writer: everything a reader knows, and every change the store allows."""

from edi_engine.store.acknowledgments import AcknowledgmentWriting
from edi_engine.store.appeals import AppealWriting
from edi_engine.store.backends import DriverConnection
from edi_engine.store.contracts import ContractWriting
from edi_engine.store.deposits import DepositWriting
from edi_engine.store.inferred_rates import InferredRateWriting
from edi_engine.store.inquiries import InquiryWriting
from edi_engine.store.journal import JournalWriting
from edi_engine.store.lifecycles import LifecycleWriting
from edi_engine.store.payer_profiles import PayerProfileWriting
from edi_engine.store.project_hits import ProjectHitWriting
from edi_engine.store.provider_items import ProviderItemWriting
from edi_engine.store.reader import Reader
from edi_engine.store.reconcile_queue import ReconcileQueueWriting
from edi_engine.store.rereading import RereadWriting
from edi_engine.store.search import SearchWriting
from edi_engine.store.user_keeps import UserKeepsWriting
from edi_engine.store.users import UserWriting
from edi_engine.store.work import WorkWriting
from edi_engine.store.work_assignments import AssignmentWriting
from edi_engine.store.work_batches import BatchWriting
from edi_engine.store.work_leases import WorkLeaseWriting
from edi_engine.store.work_outcomes import OutcomeWriting
from edi_engine.store.work_progress import ProgressWriting
from edi_engine.store.work_promises import PromiseWriting
from edi_engine.store.work_touches import TouchWriting
from edi_engine.store.writing_conclusions import ConclusionWriting
from edi_engine.store.written_claims import WrittenClaimWriting

__all__ = ["Writer"]


class Writer(
    Reader,
    ConclusionWriting,
    ProviderItemWriting,
    ReconcileQueueWriting,
    WorkWriting,
    WorkLeaseWriting,
    OutcomeWriting,
    ProgressWriting,
    PromiseWriting,
    AssignmentWriting,
    BatchWriting,
    TouchWriting,
    JournalWriting,
    PayerProfileWriting,
    DepositWriting,
    ContractWriting,
    ProjectHitWriting,
    InferredRateWriting,
    RereadWriting,
    AppealWriting,
    WrittenClaimWriting,
    InquiryWriting,
    UserWriting,
    UserKeepsWriting,
    SearchWriting,
    AcknowledgmentWriting,
    LifecycleWriting,
):
    """The single writer's transaction; got from `Store.writing`."""

    def __init__(self, connection: DriverConnection, dialect: str) -> None:
        super().__init__(connection, dialect)
        self._start_intake()
