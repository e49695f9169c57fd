"""Inquiries from the store: grouped by payer, read back, told what was left out."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from edi_engine.config import SubmitterSettings
from edi_engine.errors import InputError
from edi_engine.exports import write_claims
from edi_engine.jobs import inquiries as job
from edi_engine.jobs.corrected_claims import write_correction
from edi_engine.jobs.ingest import ingest_data
from edi_engine.jobs.inquiries import InquiryReport, silent_claims_to_ask, write_inquiries
from edi_engine.jobs.show import show_claim
from edi_engine.parsers import read_bytes
from edi_engine.parsers.guide_check import check_guide
from edi_engine.parsers.inquiries import read_inquiries
from edi_engine.records.acknowledgments import AcknowledgmentKind
from edi_engine.records.claims import Claim
from edi_engine.records.common import Reference
from edi_engine.records.inquiries import StatusInquiry
from edi_engine.store import Store, open_store
from tests.acknowledgment_files import claims_file, remittance_file, status_file
from tests.exports.test_x12_writer import ENVELOPE
from tests.jobs.conclusions import conclude, practice_of, take, written
from tests.jobs.test_acknowledge import CLAIMS, FIRST, run
from tests.jobs.test_acknowledge import DAY as SENT_ON

DAY = date(2026, 3, 25)
NOW = datetime(2026, 3, 25, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[Claim]]]:
    folder = tmp_path_factory.mktemp("inquiries")
    with open_store(str(folder / "practice.db")) as opened:
        files = written(practice_of(24), folder / "files")
        take(opened, files)
        conclude(opened)
        claims = [claim for path in files for claim in read_bytes(path.read_bytes()).claims]
        yield opened, claims


def ask(store: Store, claims: list[int], path: Path, **more: object) -> InquiryReport:
    options: dict[str, object] = {"actor": "kim", "as_of": DAY, "now": lambda: NOW}
    return write_inquiries(store, claims, path, **{**options, **more})  # type: ignore[arg-type]


def asked(path: Path) -> tuple[StatusInquiry, ...]:
    data = path.read_bytes()
    assert read_bytes(data).findings == ()
    read = read_inquiries(data)
    assert read.faults == ()
    return read.inquiries


@pytest.mark.parametrize("with_lines", [False, True])
def test_every_claim_of_a_practice_is_asked_about_as_it_was_billed(
    practice: tuple[Store, list[Claim]], tmp_path: Path, with_lines: bool
) -> None:
    store, claims = practice
    path = tmp_path / "all.276"
    report = ask(store, list(range(1, len(claims) + 1)), path, with_lines=with_lines)
    found = asked(path)
    assert len(found) == len(claims) == len(report.written.claim_ids)
    assert sorted(report.written.claim_ids) == list(range(1, len(claims) + 1))
    for claim_id, inquiry in zip(report.written.claim_ids, found, strict=True):
        claim = claims[claim_id - 1]
        assert inquiry.trace_number == claim.patient_control_number
        assert inquiry.charge_cents == claim.charge_cents
        assert (inquiry.service_from, inquiry.service_to) == (claim.service_from, claim.service_to)
        assert inquiry.payer.identifier == claim.payer_id
        assert inquiry.provider.identifier == claim.billing_npi
        assert inquiry.subscriber.identifier == (claim.subscriber and claim.subscriber.identifier)
        who = inquiry.patient or inquiry.subscriber
        assert claim.patient is not None
        assert (who.last_name, who.born_on) == (claim.patient.last_name, claim.patient.born_on)
        bills = [one.value for one in inquiry.references if one.qualifier == "BLT"]
        assert bills == ([claim.type_of_bill] if claim.type_of_bill else [])
        assert len(inquiry.lines) == (len(claim.lines) if with_lines else 0)
        assert sum(line.charge_cents for line in inquiry.lines) == (
            claim.charge_cents if with_lines else 0
        )


def test_claims_of_a_payer_stand_together_in_one_set(
    practice: tuple[Store, list[Claim]], tmp_path: Path
) -> None:
    store, claims = practice
    path = tmp_path / "all.276"
    report = ask(store, list(range(len(claims), 0, -1)), path)
    payers = [inquiry.payer.identifier for inquiry in asked(path)]
    assert payers == sorted(payers)
    assert report.payers_count == len(set(payers)) == path.read_bytes().count(b"\nST*276*")
    again = tmp_path / "again.276"
    ask(store, list(range(1, len(claims) + 1)), again)
    assert asked(again) == asked(path)


def test_the_payers_number_is_named_where_a_payment_gave_it(
    practice: tuple[Store, list[Claim]], tmp_path: Path
) -> None:
    store, claims = practice
    path = tmp_path / "all.276"
    report = ask(store, list(range(1, len(claims) + 1)), path)
    with store.reading() as reader:
        for claim_id, inquiry in zip(report.written.claim_ids, asked(path), strict=True):
            named = [one.value for one in inquiry.references if one.qualifier == "1K"]
            ids = reader.payment_ids_matched_to([claim_id]).get(claim_id, [])
            known = {
                payment.payer_claim_control_number for payment in reader.paid_claims(ids).values()
            }
            assert len(named) <= 1
            assert set(named) <= known


def test_control_numbers_count_on_over_corrections_and_inquiries(
    practice: tuple[Store, list[Claim]], tmp_path: Path
) -> None:
    store, _ = practice
    first = ask(store, [1, 2], tmp_path / "1.276").written
    corrected = write_correction(
        store,
        1,
        tmp_path / "2.837",
        is_void=True,
        reference="ICN1",
        actor="kim",
        as_of=DAY,
        now=lambda: NOW,
    ).written
    second = ask(store, [1], tmp_path / "3.276").written
    numbers = [one.interchange_control_number for one in (first, corrected, second)]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]
    (table,) = [one for one in show_claim(store, 1).tables if one.title == "inquiries written"]
    assert [row[2] for row in table.rows][-2:] == [numbers[0], numbers[2]]
    own = SubmitterSettings(first_control_number=5000, sender_id="OURSELVES", receiver_id="THEM")
    third = ask(store, [1], tmp_path / "4.276", submitter=own)
    assert third.written.interchange_control_number == 5000
    (inquiry,) = asked(tmp_path / "4.276")
    assert inquiry.receiver.identifier == "OURSELVES"
    assert b"*ZZ*OURSELVES      *ZZ*THEM           *" in (tmp_path / "4.276").read_bytes()


def hostile(store: Store, **changes: object) -> int:
    """The number of a claim of its own file with these changes."""
    claim = read_bytes((Path("fixtures/x12/professional_claims/office_visits.edi")).read_bytes())
    odd = msgspec.structs.replace(claim.claims[0], **changes)  # type: ignore[arg-type]
    data = write_claims([odd], ENVELOPE)
    ingest_data(store, data, f"{len(data)}.837", clock=lambda: NOW)
    with store.reading() as reader:
        row = reader.row("SELECT max(claim_id) FROM claims")
        assert row is not None
        return int(row[0])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "edi.db")) as opened:
        yield opened


def party_with(claim_part: str, **changes: object) -> dict[str, object]:
    path = Path("fixtures/x12/professional_claims/office_visits.edi")
    claim = read_bytes(path.read_bytes()).claims[0]
    return {claim_part: msgspec.structs.replace(getattr(claim, claim_part), **changes)}


UNASKABLE = {
    "no payer": ({"payer": None}, "names no payer"),
    "a payer without an identifier": (party_with("payer", identifier=""), "names no payer"),
    "no provider": ({"billing_provider": None}, "names no billing provider"),
    "no member identifier": (
        {**party_with("subscriber", identifier=""), **party_with("patient", identifier="")},
        "names no subscriber",
    ),
    "no control number": ({"patient_control_number": ""}, "no patient control number"),
    "a control number that means nothing": ({"patient_control_number": "000"}, "no patient"),
}


@pytest.mark.parametrize(("changes", "said"), UNASKABLE.values(), ids=UNASKABLE)
def test_a_claim_that_no_payer_could_find_is_left_out_and_told(
    store: Store, tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    good = hostile(store)
    bad = hostile(store, **changes)
    report = ask(store, [bad, good], tmp_path / "some.276")
    assert report.needs_a_person
    assert [one.claim_id for one in report.left_out] == [bad]
    assert said in report.left_out[0].reason
    assert report.written.claim_ids == (good,)
    with pytest.raises(InputError, match=said):
        ask(store, [bad], tmp_path / "none.276")
    assert not (tmp_path / "none.276").exists()


@pytest.mark.parametrize(
    "name",
    ["A*B:C^D~E|F", "x" * 10_000, "ctrl \x01\x1b\x7f sign", "\u738b \u00e9", " & < > \" ' "],
)
def test_no_name_can_break_the_file(store: Store, tmp_path: Path, name: str) -> None:
    claim_id = hostile(
        store,
        **party_with("payer", last_name=name),
        **party_with("subscriber", last_name=name, first_name=name),
        **party_with("patient", last_name=name, first_name=name),
        **party_with("billing_provider", last_name=name),
    )
    ask(store, [claim_id], tmp_path / "odd.276", with_lines=True)
    (inquiry,) = asked(tmp_path / "odd.276")
    assert 0 < len(inquiry.subscriber.last_name) <= 60
    assert len(inquiry.subscriber.first_name) <= 35
    assert inquiry.subscriber.last_name.isprintable()


def test_what_cannot_be_written_is_said_and_leaves_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_id = hostile(store)
    path = tmp_path / "there.276"
    path.write_text("mine")
    with pytest.raises(InputError, match="already"):
        ask(store, [claim_id], path)
    assert path.read_text() == "mine"
    for claims, more, said in (
        ([], {}, "no claim to ask about"),
        ([99], {}, "no such claim"),
        ([claim_id], {"receiver_id": "NOBODY"}, "sent to NOBODY"),
    ):
        with pytest.raises(InputError, match=said):
            ask(store, claims, tmp_path / "x.276", **more)
    monkeypatch.setattr(job, "INQUIRY_CLAIMS_MAX", 1)
    with pytest.raises(InputError, match="2 claims are more than the 1"):
        ask(store, [claim_id, claim_id + 1], tmp_path / "x.276")
    assert [one.name for one in tmp_path.glob("*.276")] == ["there.276"]
    with store.reading() as reader:
        assert reader.inquiries_about(claim_id) == []
        assert reader.last_written_control_number() == 0


def test_claims_of_several_receivers_are_asked_one_receiver_at_a_time(
    store: Store, tmp_path: Path
) -> None:
    one = hostile(store)
    path = Path("fixtures/x12/professional_claims/office_visits.edi")
    other = write_claims(
        read_bytes(path.read_bytes()).claims[:1],
        msgspec.structs.replace(ENVELOPE, receiver_id="ANOTHER"),
    ).replace(b"TEST", b"PROB")
    ingest_data(store, other, "other.837", clock=lambda: NOW)
    with pytest.raises(InputError, match="2 receivers: ANOTHER, "):
        ask(store, [one, one + 1], tmp_path / "x.276")
    report = ask(store, [one, one + 1], tmp_path / "x.276", receiver_id="ANOTHER")
    assert report.written.claim_ids == (one + 1,)


def test_the_payers_answer_is_tied_to_the_claim_asked_about(store: Store, tmp_path: Path) -> None:
    run(store, [CLAIMS])
    path = tmp_path / "asked.276"
    ask(store, [2], path)
    answer = (
        path.read_text()
        .replace("ST*276*", "ST*277*")
        .replace("GS*HR*SAMPLECLINIC*CLEAR", "GS*HN*CLEAR*SAMPLECLINIC")
        .replace("BHT*0010*13*", "BHT*0010*08*")
        .replace("TRN*1*TEST-2~", "TRN*2*TEST-2~\nSTC*F1:65*20260325**200*160~\nREF*1K*ICN9~")
        .replace("AMT*T3*200~\n", "")
    )
    run(store, [answer])
    with store.reading() as reader:
        (told,) = reader.acknowledgments_of_claims([2])[2]
        assert told.kind is AcknowledgmentKind.STATUS
        assert told.payer_claim_control_number == "ICN9"
    again = tmp_path / "again.276"
    ask(store, [2], again)
    (inquiry,) = asked(again)
    assert Reference("1K", "ICN9") in inquiry.references


def test_silent_claims_are_those_whose_own_payer_can_tell(store: Store) -> None:
    crossed = FIRST._replace(number="TEST-9")
    run(
        store,
        [
            claims_file([[FIRST, crossed]], on=SENT_ON),
            status_file([(FIRST, "A2:20"), (crossed, "A2:20")], on=SENT_ON, payer=True),
            remittance_file(crossed, on=date(2026, 1, 12), status="19"),
        ],
    )
    late = date(2026, 12, 1)
    with store.reading() as reader:
        assert reader.silent_claim_ids(late) == [1, 2]
    found = silent_claims_to_ask(store, late)
    assert found.claim_ids == (1,)
    assert [(one.claim_id, "next payer" in one.reason) for one in found.left_out] == [(2, True)]
    assert silent_claims_to_ask(store, SENT_ON).claim_ids == ()


# pyx12 4.0.0 has no map of 005010X212; it has one of the guide before, 004010X093A1, which knows
# neither BHT03, BHT05, REF*EJ nor DTP*472 of a claim but is the same in levels and parties.
_EARLIER_GUIDE = (
    ("*^*00501*", "*U*00401*"),
    ("X*005010X212~", "X*004010X093A1~"),
    ("*005010X212~", "~"),
    ("DTP*472*", "DTP*232*"),
)


@pytest.mark.slow
def test_levels_and_parties_pass_pyx12_in_the_form_of_the_guide_before(
    practice: tuple[Store, list[Claim]], tmp_path: Path
) -> None:
    store, claims = practice
    path = tmp_path / "all.276"
    ask(store, list(range(1, len(claims) + 1)), path)
    text = path.read_text()
    for now, before in _EARLIER_GUIDE:
        text = text.replace(now, before)
    text = re.sub(r"BHT\*0010\*13\*[0-9-]+\*([0-9]+)\*[0-9]+", r"BHT*0010*13**\1", text)
    sets = text.split("\nST*")
    kept = [sets[0]]
    for one in sets[1:]:
        lines = [line for line in one.split("\n") if not line.startswith("REF*EJ")]
        removed = one.count("\nREF*EJ")
        counts = [
            f"SE*{int(line.split('*')[1]) - removed}*{line.split('*')[2]}"
            if line.startswith("SE*")
            else line
            for line in lines
        ]
        # RD8 alone is the form of a claim's days there.
        kept.append("\n".join(map(_as_range, counts)))
    data = "\nST*".join(kept).encode()
    findings = check_guide(io.BytesIO(data), file_name="earlier", file_digest="")
    assert [f"{one.code} {one.place.segment_ordinal} {one.message}" for one in findings] == []


def _as_range(line: str) -> str:
    if not line.startswith("DTP*232*D8*"):
        return line
    day = line.removeprefix("DTP*232*D8*").rstrip("~")
    return f"DTP*232*RD8*{day}-{day}~"
