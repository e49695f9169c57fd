"""Records and datasets to text that leaves the engine: CSV, JSON Lines and X12.

Pure: everything comes in and goes out as values; no file is opened and no clock read. What a
dataset's columns mean is in docs/EXPORTS.md.
"""

from edi_engine.exports.corrected_claims import corrected_claim, read_change, voided_claim
from edi_engine.exports.datasets import csv_lines, json_lines
from edi_engine.exports.x12_writer import Envelope, write_claims, write_remittances

__all__ = [
    "Envelope",
    "corrected_claim",
    "csv_lines",
    "json_lines",
    "read_change",
    "voided_claim",
    "write_claims",
    "write_remittances",
]
