"""Records and datasets to text that leaves the engine: CSV, JSON Lines and X12.

Pure: everything comes in and goes out as values; no file is opened and no clock read. What a
dataset's columns mean is in docs/EXPORTS.md.
"""

from edi_engine.exports.datasets import csv_lines, json_lines
from edi_engine.exports.x12_writer import Envelope, write_claims, write_remittances

__all__ = ["Envelope", "csv_lines", "json_lines", "write_claims", "write_remittances"]
