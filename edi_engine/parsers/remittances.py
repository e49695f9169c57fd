"""Reads an 835: the payment, its claims and its provider adjustments.

Only sums are kept from one piece to the next, so memory does not grow with the set. Source:
005010X221A1, and 004010X091A1 where it agrees; quirks of real files.
"""

from edi_engine.findings import FindingLog
from edi_engine.parsers.balancing import RemittanceBalance
from edi_engine.parsers.claim_payments import ClaimPaymentReader
from edi_engine.parsers.claim_segments import ClaimMemory
from edi_engine.parsers.delimiters import Delimiters
from edi_engine.parsers.elements import ElementReader, element_at, trailing_elements
from edi_engine.parsers.provider_adjustments import read_provider_adjustments
from edi_engine.parsers.remittance_head import RemittanceHead
from edi_engine.parsers.set_reader import SetEnd
from edi_engine.records.intake import ParsedBatch, RawSet, SetState
from edi_engine.records.remittances import ProviderAdjustment, ProviderSummary, Remittance
from edi_engine.records.source import SetSource

__all__ = ["Remittance835Reader"]

_HEAD_SEGMENTS = frozenset({"CUR", "DTM", "N2", "N3", "N4", "PER", "RDM", "REF", "TRN"})
_CLAIM_SEGMENTS = frozenset({"AMT", "CAS", "DTM", "LQ", "MIA", "MOA", "NM1", "QTY", "SVC"})

EXTRA_SEGMENTS_MAX = 1000
"""How many segments between two claims are kept: payer and payee take twenty."""


class Remittance835Reader:
    """Reads one 835 transaction set piece by piece; see `SetReader`."""

    boundary_ids = frozenset({"CLP", "PLB", "SE"})

    def __init__(
        self,
        source: SetSource,
        delimiters: Delimiters,
        log: FindingLog,
        memory: ClaimMemory | None = None,
    ) -> None:
        """`memory` may be that of other sets with the same delimiters; it only saves time."""
        memory = memory or ClaimMemory()
        self._source = source
        self._log = log
        self._elements = ElementReader(source, delimiters, log, memory.elements)
        self._balance = RemittanceBalance(source, log)
        self._claims = ClaimPaymentReader(self._elements, self._balance, memory)
        self._head = RemittanceHead(self._elements)
        self._remittance: Remittance | None = None
        self._summaries: list[ProviderSummary] = []
        self._adjustments: list[ProviderAdjustment] = []
        self._adjustments_count = 0
        self._repeated_head_told = False
        self._in_repeated_head = False

    def feed(self, texts: list[str], offsets: list[int], first_ordinal: int) -> ParsedBatch:
        """Read the next segments of the set. See `SetReader.feed`."""
        remittance = None
        start = 0
        if self._remittance is None:
            start = self._read_head(texts, offsets, first_ordinal)
            remittance = self._remittance = self._head.build()
        payments = self._claims.read(
            texts[start:] if start else texts,
            offsets[start:] if start else offsets,
            first_ordinal + start,
            self._outside,
        )
        summaries, adjustments = tuple(self._summaries), tuple(self._adjustments)
        self._summaries.clear()
        self._adjustments.clear()
        return ParsedBatch(
            self._source,
            self._log.take(),
            remittance=remittance,
            claim_payments=tuple(payments),
            provider_summaries=summaries,
            provider_adjustments=adjustments,
        )

    def finish(self, ended: SetEnd) -> ParsedBatch:
        """The set's last piece: whether it balances, and its totals."""
        source, balance = self._source, self._balance
        at = (1, source.byte_offset)
        remittance = None
        if self._remittance is None:
            remittance = self._remittance = self._head.build()
        is_empty = not self._claims.claims_count and not self._adjustments_count
        state = SetState.READ
        if is_empty and not self._head.has_payment:
            state = SetState.QUARANTINED
            self._elements.report("X12-0320", at, "", "Neither a payment nor a claim was found.")
        elif is_empty and self._remittance.payment_amount_cents:
            self._elements.report("X12-0319", at, "CLP", "A payment without any claim.")
        balanced, sign = balance.finish(self._remittance)
        raw_set = RawSet(
            source,
            ended.byte_length,
            ended.segment_count,
            state,
            self._claims.claims_count,
            self._claims.lines_count,
            balance.charge_cents,
            balance.paid_cents,
            balance.adjustment_cents,
            balance.provider_adjustment_cents,
            ended.fingerprint,
            balanced,
            sign,
        )
        return ParsedBatch(source, self._log.take(), remittance=remittance, ended=raw_set)

    def _read_head(self, texts: list[str], offsets: list[int], first_ordinal: int) -> int:
        """Read up to the first claim or provider adjustment; returns its index."""
        separator = self._elements.delimiters.element
        for index, text in enumerate(texts):
            segment_id = text.partition(separator)[0]
            if segment_id in self.boundary_ids or segment_id in {"LX", "SVC"}:
                return index
            self._head.add(text, (first_ordinal + index, offsets[index]))
        return len(texts)

    def _outside(self, text: str, ordinal: int, offset: int) -> None:
        """A segment that is part of no claim."""
        elements = text.split(self._elements.delimiters.element)
        segment_id = elements[0]
        at = (ordinal, offset)
        if segment_id == "LX":
            self._in_repeated_head = False
            self._claims.assigned_number = element_at(elements, 1)
        elif segment_id in {"TS2", "TS3"}:
            self._summaries.append(
                ProviderSummary(
                    segment_id,
                    ordinal,
                    offset,
                    self._claims.assigned_number,
                    trailing_elements(elements),
                )
            )
        elif segment_id == "PLB":
            self._provider_adjustments(text, at)
        else:
            self._unplaced(text, segment_id, at)

    def _provider_adjustments(self, text: str, at: tuple[int, int]) -> None:
        found = read_provider_adjustments(
            self._elements, text, at, first_ordinal=self._adjustments_count + 1
        )
        self._adjustments_count += len(found)
        self._adjustments += found
        for adjustment in found:
            self._balance.add_provider_adjustment(adjustment)

    def _unplaced(self, text: str, segment_id: str, at: tuple[int, int]) -> None:
        """Keep with the next claim what stands between claims, and say so."""
        if segment_id == "BPR":
            self._in_repeated_head = True
            self._elements.report("X12-0318", at, "BPR", "A second payment in one remittance.")
        elif segment_id == "N1" or (segment_id in _HEAD_SEGMENTS and self._in_repeated_head):
            # Files joined of one-claim 835s repeat payer and payee before each claim.
            self._in_repeated_head = True
            if not self._repeated_head_told:
                self._repeated_head_told = True
                self._elements.report("X12-0307", at, "N1", "Payer or payee is named again.")
        elif segment_id in _CLAIM_SEGMENTS:
            self._elements.report("X12-0321", at, segment_id, "A claim's segment outside a claim.")
        else:
            self._elements.report("X12-0315", at, "", "A segment out of place is kept as text.")
        if len(self._claims.extra_segments) < EXTRA_SEGMENTS_MAX:
            self._claims.extra_segments.append(self._elements.stored.of(text))
