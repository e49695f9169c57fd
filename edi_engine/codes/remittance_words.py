"""Words for the codes of a remittance that have no table of their own.

The code values are facts of the public lists and of 005010X221A1 (BPR01, BPR04); every label is
ours. Remark codes have words here where they come often; any other is a code whose words the
public list has.
"""

from functools import cache

import msgspec

from edi_engine.codes.tables import Code, table_rows

__all__ = [
    "payment_handling",
    "payment_handlings",
    "payment_method",
    "payment_methods",
    "remark_words",
    "remarks_in_words",
]


@cache
def remarks_in_words() -> dict[str, str]:
    """Our words by remark code (RARC), for those that we have words for."""
    return {row["code"]: row["label"] for row in table_rows("remark_words")}


def remark_words(code: str) -> str:
    """Our words for a remark code, empty when we have none."""
    return remarks_in_words().get(code, "")


@cache
def payment_methods() -> dict[str, Code]:
    """The BPR04 codes: how the money comes."""
    return {row["code"]: msgspec.convert(row, Code) for row in table_rows("payment_method")}


def payment_method(code: str) -> Code | None:
    """The entry of a BPR04 code, None when the table does not know it."""
    return payment_methods().get(code)


@cache
def payment_handlings() -> dict[str, Code]:
    """The BPR01 codes: whether money comes with the remittance."""
    return {row["code"]: msgspec.convert(row, Code) for row in table_rows("payment_handling")}


def payment_handling(code: str) -> Code | None:
    """The entry of a BPR01 code, None when the table does not know it."""
    return payment_handlings().get(code)
