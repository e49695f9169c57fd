"""The same payment without a number in two files is told, whichever came first, in any batches."""

from pathlib import Path

import pytest

from edi_engine.store import open_store
from tests.golden.stories import GOLDEN_ROOT
from tests.jobs.conclusions import conclude, conclusions, take

STORY = GOLDEN_ROOT / "g20_answer_to_a_replacement_names_the_original"
CLAIM = STORY / "1_claims.edi"


def remittance(folder: Path, name: str, number: int, patient: str = "NOBODY*ZULU") -> Path:
    """The payment of the story without numbers, for a patient of whom there is no claim."""
    text = (STORY / "2_remittance.edi").read_text(encoding="ascii")
    for old, new in (
        ("TRACE149", f"TRACE{number}"),
        ("CLP*TEST-G20*1*100*60**12*ICNG20A*", "CLP*0*1*100*60**12*0*"),
        ("TESTPATIENT*ALFA****MI*MEM0001", f"{patient}****MI*MEM0009"),
        ("*000000149", f"*000000{number}"),
        ("*149*X", f"*{number}*X"),
        ("GE*1*149", f"GE*1*{number}"),
    ):
        assert old in text
        text = text.replace(old, new)
    path = folder / name
    path.write_text(text, encoding="ascii")
    return path


def told(
    folder: Path, nights: list[list[Path]], batch: int
) -> tuple[list[str], list[tuple[object, ...]]]:
    """Reasons that name a twin, and the matches, after these nights."""
    with open_store(str(folder / "practice.db")) as store:
        for files in nights:
            take(store, files)
            conclude(store, batch=batch)
        with store.reading() as reader:
            reasons = [one.reason for one in reader.work_items() if "paid twice" in one.reason]
        return reasons, conclusions(store)["matches"]


@pytest.mark.parametrize("batch", [1, 1000])
def test_the_order_of_arrival_and_the_batches_change_nothing(tmp_path: Path, batch: int) -> None:
    first = remittance(tmp_path, "first.edi", 901)
    second = remittance(tmp_path, "second.edi", 902)
    other = remittance(tmp_path, "other.edi", 903, patient="SOMEONE*YANKEE")
    orders = (
        [[CLAIM, first, second, other]],
        [[first], [CLAIM, other], [second]],
        [[second], [first]],
    )
    for place, nights in enumerate(orders):
        folder = tmp_path / str(place)
        folder.mkdir()
        reasons, matches = told(folder, nights, batch)
        assert len(reasons) == 2
        assert {row[3] for row in matches} == {"unmatched"}
