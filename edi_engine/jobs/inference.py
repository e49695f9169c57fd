"""Infer what payers without a contract usually allow."""

from datetime import date

import msgspec

from edi_engine.contracts import InferencePolicy, infer_rates
from edi_engine.records.inference import InferredRate
from edi_engine.store import Store

__all__ = ["InferenceReport", "infer"]


class InferenceReport(msgspec.Struct, frozen=True):
    """The rates that hold from now on; `pending_claims_count` claims wait to be priced again."""

    rates: tuple[InferredRate, ...]
    pending_claims_count: int


def infer(store: Store, *, as_of: date, policy: InferencePolicy | None = None) -> InferenceReport:
    """Read the whole history, and keep what was inferred in place of what was before.

    Claims of payers whose rates changed wait to be reconciled.
    """
    with store.writing() as writer:
        before = writer.inferred_rates()
        rates = infer_rates(
            writer.allowed_answers(), as_of=as_of, policy=policy or InferencePolicy()
        )
        payers = {rate.service.payer_id for rate in {*before}.symmetric_difference(rates)}
        if not payers:
            return InferenceReport(tuple(rates), 0)
        writer.replace_inferred_rates(rates)
        claim_ids = writer.claim_ids_by_payer(payers)
        writer.mark_pending_claims(claim_ids)
    return InferenceReport(tuple(rates), len(claim_ids))
