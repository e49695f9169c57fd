"""Reads an 837: claims of any kind, complete with the levels above them.

Claims are given back as they are read; only the levels and a few counts are kept between pieces,
so memory does not grow with the set. Source: 005010X222, X223, X224 with their addenda, and
004010X098A1, X096A1, X097A1 where the elements agree.
"""

from edi_engine.findings import FindingLog
from edi_engine.parsers.claim_checks import check_claim
from edi_engine.parsers.claim_levels import LevelReader, starts_level_without_hierarchy
from edi_engine.parsers.claim_loops import ClaimHead, read_claim
from edi_engine.parsers.claim_pieces import PieceReader
from edi_engine.parsers.delimiters import Delimiters
from edi_engine.parsers.elements import element_at
from edi_engine.parsers.set_reader import SetEnd
from edi_engine.parsers.totals import check_totals
from edi_engine.records.claims import Claim
from edi_engine.records.intake import ParsedBatch, RawSet, SetState
from edi_engine.records.source import SetSource

__all__ = ["Claim837Reader"]


class Claim837Reader:
    """Reads one 837 transaction set piece by piece; see `SetReader`."""

    boundary_ids = frozenset({"HL", "CLM", "SE"})

    def __init__(self, source: SetSource, delimiters: Delimiters, log: FindingLog) -> None:
        self._source = source
        self._delimiters = delimiters
        self._log = log
        self._piece = PieceReader(source, delimiters, log)
        self._levels = LevelReader(self._piece)
        self._head = ClaimHead()
        self._batch_reference = ""
        self._claims_count = 0
        self._lines_count = 0
        self._charge_cents = 0

    def feed(self, texts: list[str], offsets: list[int], first_ordinal: int) -> ParsedBatch:
        """Read the next segments of the set. See `SetReader.feed`."""
        claims: list[Claim] = []
        starts = self._starts(texts)
        for start, end in zip(starts, [*starts[1:], len(texts)], strict=True):
            piece = self._piece
            piece.begin(texts[start:end], offsets, first_ordinal + start, start)
            if piece.ids[0] == "CLM":
                claims.append(self._claim(end - start))
            else:
                self._read_head()
                self._levels.read(0, end - start)
        return ParsedBatch(self._source, self._log.take(), tuple(claims))

    def finish(self, ended: SetEnd) -> ParsedBatch:
        """The set's last piece, with its totals."""
        source = self._source
        if not self._claims_count:
            self._log.add(
                "X12-0406", source.place(1, source.byte_offset), "The 837 holds no claim (CLM)."
            )
        raw_set = RawSet(
            source,
            ended.byte_length,
            ended.segment_count,
            SetState.READ,
            claims_count=self._claims_count,
            lines_count=self._lines_count,
            charge_cents=self._charge_cents,
            fingerprint=ended.fingerprint,
        )
        return ParsedBatch(
            source, self._log.take(), ended=raw_set, batch_reference=self._batch_reference
        )

    def _starts(self, texts: list[str]) -> list[int]:
        """Where the levels and claims of a piece begin; its first segment always counts."""
        separator = self._delimiters.element
        heads = {"CLM", "HL" + separator, "HL"}  # three characters tell nearly all others apart
        starts = [
            index
            for index, text in enumerate(texts)
            if text[:3] in heads and text.partition(separator)[0] in self.boundary_ids
        ]
        if texts and (not starts or starts[0]):
            starts.insert(0, 0)
        return starts

    def _read_head(self) -> None:
        """BHT: when the claims were sent and what for."""
        piece = self._piece
        if "BHT" not in piece.ids:
            return
        for index, row in enumerate(piece.rows):
            if row[0] == "BHT":
                self._batch_reference = element_at(row, 3).strip()
                self._head.sent_on = piece.elements.day(
                    element_at(row, 4), piece.at(index), "BHT04"
                )
                self._head.bill_purpose = element_at(row, 6).strip()

    def _claim(self, end: int) -> Claim:
        """The claim of this piece; in a set without HL the next claim's levels may follow it."""
        levels = self._levels
        claim_end = end
        if not levels.has_hierarchy:
            claim_end = starts_level_without_hierarchy(self._piece, end)
            if not self._claims_count:
                self._piece.report("X12-0404", 0, "", "The set has no HL before its claim.")
        self._claims_count += 1
        claim = read_claim(
            self._piece, claim_end, levels=levels, head=self._head, ordinal=self._claims_count
        )
        check_claim(claim, self._log)
        check_totals(claim, self._log)
        self._lines_count += len(claim.lines)
        self._charge_cents += claim.charge_cents
        if claim_end < end:
            levels.read(claim_end, end)
        return claim
