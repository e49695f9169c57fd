"""Bank files as text: NACHA with CCD+ addenda, BAI2, CSV. Shares nothing with the readers."""

from collections.abc import Sequence
from datetime import date

import msgspec

__all__ = ["BankMovement", "bai2_text", "bank_csv_text", "nacha_text"]

_ACCOUNT = "000020002"
_ROUTING = "99900002"
_ORIGINATING = "99900001"


class BankMovement(msgspec.Struct, frozen=True, gc=False):
    """Money that came (positive cents) or went. `trace` is TRN02, empty for no addenda; `trn_id`
    is TRN03 when it is not the company's identification."""

    received_on: date
    cents: int
    company_id: str = ""
    company_name: str = ""
    trace: str = ""
    reference: str = ""
    trn_id: str = ""
    type_code: str = "165"
    """Of BAI2; ACH credit by default."""
    customer_reference: str = ""
    """What the payer's bank calls it; the number of a check."""
    text: str = "HCCLAIMPMT"
    """What the bank writes first; the name of claim payments by default."""

    @property
    def addenda(self) -> str:
        """The payment related information of the addenda record."""
        return f"TRN*1*{self.trace}*{self.trn_id or self.company_id}\\" if self.trace else ""


def nacha_text(movements: Sequence[BankMovement], *, created_on: date) -> bytes:
    """An ACH file with a batch for each movement, and blocks filled up with nines."""
    records = [
        (
            f"101 {_ROUTING}6 {_ORIGINATING}3{created_on:%y%m%d}0600A094101"
            f"{'EXAMPLE BANK':<23}{'SAMPLE ORIGIN':<23}{'':<8}"
        )
    ]
    lines_count = paid_in = paid_out = 0
    for number, one in enumerate(movements, 1):
        cents = abs(one.cents)
        code, service = ("22", "220") if one.cents >= 0 else ("27", "225")
        debit, credit = (0, cents) if one.cents >= 0 else (cents, 0)
        flag = "1" if one.addenda else "0"
        trace = f"{_ORIGINATING}{number:07d}"
        count = 2 if one.addenda else 1
        records += [
            (
                f"5{service}{one.company_name[:16]:<16}{'':<20}{one.company_id:<10}CCDHCCLAIMPMT"
                f"{'':<6}{one.received_on:%y%m%d}   1{_ORIGINATING}{number:07d}"
            ),
            (
                f"6{code}{_ROUTING}6{_ACCOUNT:<17}{cents:010d}{one.reference[:15]:<15}"
                f"{'EXAMPLE PRACTICE':<22}  {flag}{trace}"
            ),
        ]
        if one.addenda:
            records.append(f"705{one.addenda:<80}0001{number:07d}")
        records.append(
            f"8{service}{count:06d}{_ROUTING:0>10}{debit:012d}{credit:012d}"
            f"{one.company_id:<10}{'':<25}{_ORIGINATING}{number:07d}"
        )
        lines_count += count
        paid_in, paid_out = paid_in + credit, paid_out + debit
    blocks = -(-(len(records) + 1) // 10)
    hashed = len(movements) * int(_ROUTING) % 10**10
    records.append(
        f"9{len(movements):06d}{blocks:06d}{lines_count:08d}{hashed:010d}{paid_out:012d}"
        f"{paid_in:012d}{'':<39}"
    )
    records += ["9" * 94] * (blocks * 10 - len(records))
    return "".join(f"{record}\n" for record in records).encode("ascii")


def bai2_text(movements: Sequence[BankMovement], *, as_of: date) -> bytes:
    """A statement of one account and day; the addenda stand in a continuation of the text."""
    details: list[str] = []
    for one in movements:
        type_code = one.type_code if one.cents >= 0 else "455"
        details.append(
            f"16,{type_code},{abs(one.cents)},,{one.reference},{one.customer_reference},{one.text}/"
        )
        if one.company_name:
            details.append(f"88, CO NAME:{one.company_name}  CO ID:{one.company_id}")
        if one.addenda:
            details.append(f"88, ADDENDA:{one.addenda}")
    total = sum(abs(one.cents) for one in movements)
    count = len(details)
    lines = [
        f"01,999000026,PRACTICE,{as_of:%y%m%d},0600,1,,,2/",
        f"02,PRACTICE,999000026,1,{as_of:%y%m%d},,USD,2/",
        f"03,{_ACCOUNT},USD,010,{total},,/",
        *details,
        f"49,{2 * total},{count + 2}/",
        f"98,{2 * total},1,{count + 4}/",
        f"99,{2 * total},1,{count + 6}/",
    ]
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def bank_csv_text(movements: Sequence[BankMovement]) -> bytes:
    """A download from a bank's site: dollars with commas, debits in brackets."""
    lines = ["Date,Description,Amount,Reference,Company ID"]
    for one in movements:
        dollars, places = divmod(abs(one.cents), 100)
        amount = f"${dollars:,}.{places:02d}"
        shown = f"({amount})" if one.cents < 0 else amount
        text = " ".join(filter(None, (one.company_name, one.text, one.addenda)))
        lines.append(
            f'{one.received_on:%m/%d/%Y},{text},"{shown}",{one.reference},{one.company_id}'
        )
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")
