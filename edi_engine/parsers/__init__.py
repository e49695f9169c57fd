"""X12 bytes to records and findings. Pure: no file is opened, no clock read, nothing is kept.

`read_file` streams, `read_bytes` gathers; `EnvelopeWatch` keeps who sent a set to whom.
Balancing is checked on the way; nothing is matched, priced or stored here.
"""

from edi_engine.parsers.claim_envelopes import EnvelopeWatch
from edi_engine.parsers.reading import ParsedFile, read_bytes, read_file

__all__ = ["EnvelopeWatch", "ParsedFile", "read_bytes", "read_file"]
