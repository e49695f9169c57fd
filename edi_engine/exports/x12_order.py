"""The order in which the guides want the segments of a loop.

Source: positions in 005010X222A1, X223A2, X224A2 and X221A1; what only 4010 has stands as there.
"""

from collections.abc import Iterable

from edi_engine.exports.x12_common import segment_id_of
from edi_engine.exports.x12_envelope import Segment

__all__ = ["in_guide_order"]

_ORDERS = {
    "2300": "CLM DTP CL1 DN1 DN2 DSB UR PWK CN1 AMT REF K3 NTE CR1 CR2 CR3 CR4 CR5 CR6 CR7 CRC HI"
    " QTY HCP",
    "2320": "SBR CAS AMT DMG OI MIA MOA",
    "2100": "MIA MOA REF DTM PER AMT QTY LQ",
    "2110": "DTM CAS REF AMT QTY LQ",
    "2400": "SV1 SV2 SV3 TOO SV4 SV5 SV6 SV7 PWK CR1 CR2 CR3 CR4 CR5 CRC DTP QTY MEA CN1 REF AMT"
    " K3 NTE PS1 HSD HCP",
}
_RANKS = {
    loop: {segment_id: rank for rank, segment_id in enumerate(order.split(), 1)}
    for loop, order in _ORDERS.items()
}


def in_guide_order(loop: str, known: Iterable[Segment], extras: Iterable[Segment]) -> list[Segment]:
    """Known and extra segments of a loop merged by position; extras keep their own order.

    A segment that the guide does not have there stands where the extra before it does.
    """
    ranks = _RANKS[loop]
    ranked = [(ranks.get(segment_id_of(segment), 0), segment) for segment in known]
    rank = 1  # never before the segment that the loop begins with
    for segment in extras:
        rank = max(rank, ranks.get(segment_id_of(segment), 0))
        ranked.append((rank, segment))
    ranked.sort(key=_rank_of)
    return [segment for _, segment in ranked]


def _rank_of(ranked: tuple[int, Segment]) -> int:
    return ranked[0]
