"""Bank files to deposits: NACHA entries with CCD+ addenda, BAI2 statements, bank CSVs.

Pure: bytes in, records and findings out. Which of the three a file is, is told by its content.
"""

from edi_engine.parsers.deposits.reading import (
    BANK_BYTES_MAX,
    BANK_HEAD_BYTES,
    bank_format_of,
    read_bank_file,
)

__all__ = ["BANK_BYTES_MAX", "BANK_HEAD_BYTES", "bank_format_of", "read_bank_file"]
