"""Small files in the layouts of CMS, with invented codes and words, and how fixtures are read."""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import msgspec

from edi_engine.contracts import read_cms_schedule, read_drg_weights
from edi_engine.findings import Finding
from edi_engine.records.contracts import DrgWeight, ScheduleRate

__all__ = [
    "FIXTURES",
    "GPCI_HEADINGS",
    "RVU_HEADINGS",
    "RvuRow",
    "csv_text",
    "gpci_text",
    "read_medicare_fixture",
    "read_schedule",
    "rvu_csv",
    "rvu_fixed",
]

FIXTURES = Path(__file__).parents[2] / "fixtures/contracts"

RVU_TITLES = (
    (",,Invented relative value file in the layout of CMS" + "," * 28).split(","),
    [""] * 31,
)

# The stacked headings of the file of 2025, column by column, from top to bottom.
_STACKED = (
    ("HCPCS",), ("MOD",), ("DESCRIPTION",), ("STATUS", "CODE"),
    ("NOT USED", "FOR", "MEDICARE ", "PAYMENT"), ("WORK", "RVU"), ("NON-FAC", "PE RVU"),
    ("NON-FAC", "NA", "INDICATOR"), ("FACILITY", "PE RVU"), ("FACILITY ", "NA", "INDICATOR"),
    ("MP", "RVU"), ("NON-FACILITY", "TOTAL"), ("FACILITY", "TOTAL"), ("PCTC", "IND"),
    ("GLOB", "DAYS"), ("PRE", "OP"), ("INTRA", "OP"), ("POST", "OP"), ("MULT", "PROC"),
    ("BILAT", "SURG"), ("ASST", "SURG"), ("CO-", "SURG"), ("TEAM", "SURG"), ("ENDO", "BASE"),
    ("CONV", "FACTOR"), ("PHYSICIAN", "SUPERVISION OF", "DIAGNOSTIC", "PROCEDURES"),
    ("CALCULATION", "FLAG"), ("DIAGNOSTIC", "IMAGING", "FAMILY", "INDICATOR"),
    ("NON-FACILITY", "PE USED", "FOR OPPS", "PAYMENT", "AMOUNT"),
    ("FACILITY", "PE USED", "FOR OPPS", "PAYMENT", "AMOUNT"),
    ("MP USED", "FOR OPPS", "PAYMENT", "AMOUNT"),
)  # fmt: skip
RVU_HEADINGS = tuple(
    [words[-depth] if depth <= len(words) else "" for words in _STACKED]
    for depth in (5, 4, 3, 2, 1)
)

GPCI_HEADINGS = (
    "Medicare Administrative Contractor (MAC)",
    "State",
    "Locality Number",
    "Locality Name",
    "2025 PW GPCI (with 1.0 Floor)",
    "2025 PE GPCI",
    "2025 MP GPCI",
)
GPCI_NOTES: tuple[list[str], ...] = (["MACs are invented"], [], ["*A note below the table."])


class RvuRow(msgspec.Struct, frozen=True):
    """One row of the relative value file; totals come from the values unless given."""

    code: str
    modifier: str = ""
    status: str = "A"
    work: str = "0.00"
    expense: str = "0.00"
    expense_na: str = ""
    facility: str = "0.00"
    facility_na: str = ""
    malpractice: str = "0.00"
    total: str | None = None
    intra: str = "0.00"
    multiple: str = "0"
    bilateral: str = "0"
    base: str = ""
    factor: str = "32.0000"
    opps_expense: str = "0.00"
    opps_facility: str = "0.00"
    opps_malpractice: str = "0.00"

    def cells(self) -> list[str]:
        """The 31 cells in the order of CMS."""
        total = self.sum_with(self.expense) if self.total is None else self.total
        return [
            self.code, self.modifier, "Invented, words", self.status, "", self.work, self.expense,
            self.expense_na, self.facility, self.facility_na, self.malpractice, total,
            self.sum_with(self.facility), "0", "XXX", "0.00", self.intra, "0.00", self.multiple,
            self.bilateral, "0", "0", "0", self.base, self.factor, "09", "0", "99",
            self.opps_expense, self.opps_facility, self.opps_malpractice,
        ]  # fmt: skip

    def sum_with(self, expense: str) -> str:
        return str(Decimal(self.work) + Decimal(expense) + Decimal(self.malpractice))

    def record(self) -> str:
        """The same as a record of fixed width, by positions counted from 1."""
        cells = self.cells()
        starts = (
            (1, cells[0]), (6, cells[1]), (8, cells[2]), (58, cells[3]), (60, cells[5].rjust(6)),
            (67, cells[6].rjust(6)), (73, cells[7]), (76, cells[8].rjust(6)), (82, cells[9]),
            (85, cells[10].rjust(5)), (91, cells[11].rjust(6)), (97, cells[12].rjust(6)),
            (103, cells[13]), (104, cells[14]), (107, cells[15][-3:]), (110, cells[16][-3:]),
            (113, cells[17][-3:]), (116, cells[18]), (117, cells[19]), (118, "000"),
            (128, cells[23]), (133, cells[24].rjust(8)), (142, "090 99"),
            (152, cells[28].rjust(6)), (159, cells[29].rjust(6)), (166, cells[30].rjust(6)),
        )  # fmt: skip
        line = [" "] * 172
        for start, text in starts:
            line[start - 1 : start - 1 + len(text)] = text
        return "".join(line)


def csv_text(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    """The rows as CMS writes them, with CRLF."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def rvu_csv(*rows: RvuRow) -> str:
    """A relative value file: two titles, five rows of headings, the rows."""
    return csv_text([*RVU_TITLES, *RVU_HEADINGS, *(row.cells() for row in rows)])


def rvu_fixed(*rows: RvuRow) -> str:
    """The same file in fixed width, with one header record."""
    return "\r\n".join(["HDR INVENTED WORDS", *(row.record() for row in rows), ""])


def gpci_text(
    *rows: Sequence[str], headings: Sequence[str] = GPCI_HEADINGS, delimiter: str = ","
) -> str:
    """Addendum E: a title, an empty row, the headings, the rows, notes."""
    title = ["ADDENDUM E. INVENTED GEOGRAPHIC PRACTICE COST INDICES (GPCIs) BY STATE AND LOCALITY"]
    return csv_text([title, [], headings, *rows, *GPCI_NOTES], delimiter)


def read_schedule(
    rvu: str, gpci: str, *, locality: str = "99901-01", conversion_factor: Decimal | None = None
) -> tuple[tuple[ScheduleRate, ...], tuple[Finding, ...]]:
    return read_cms_schedule(
        rvu,
        gpci,
        locality=locality,
        conversion_factor=conversion_factor,
        name="medicare",
        rvu_file="rvu.csv",
        gpci_file="gpci.csv",
    )


def read_medicare_fixture(
    path: Path,
) -> tuple[tuple[ScheduleRate | DrgWeight, ...], tuple[Finding, ...]]:
    """What a fixture gives for the locality "01". A relative value file is read with the GPCI file
    of the pass folder, and the other way round."""
    text = path.read_bytes().decode("utf-8")
    if "MS-DRG" in text:
        return read_drg_weights(text, file_name=path.name)
    is_gpci = "GPCI" in text
    rvu = FIXTURES / "pass/medicare-rvu.csv" if is_gpci else path
    gpci = path if is_gpci else FIXTURES / "pass/medicare-gpci.csv"
    return read_cms_schedule(
        rvu.read_bytes().decode("utf-8"),
        gpci.read_bytes().decode("utf-8"),
        locality="01",
        conversion_factor=None,
        name="medicare",
        rvu_file=rvu.name,
        gpci_file=gpci.name,
    )
