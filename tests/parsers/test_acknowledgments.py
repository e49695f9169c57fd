"""TA1, 997, 999, 277CA and 277 as records: places, codes, levels and all that is missing."""

from datetime import date

import pytest

from edi_engine.parsers import read_bytes
from edi_engine.records.acknowledgments import Acknowledgment, AcknowledgmentKind, AnswerLevel
from edi_engine.records.intake import SetState
from tests.parsers.x12_files import FIXTURES_ROOT, SAMPLES, read

STORIES = FIXTURES_ROOT / "acknowledgments"
ISA = (
    "ISA*00*          *00*          *ZZ*SAMPLECLEARING *ZZ*SAMPLECLINIC   "
    "*260105*0600*^*00501*000000301*0*P*:~"
)
HEAD = (
    "BHT*0085*08*1*20260105*0600*TH~HL*1**20*1~NM1*PR*2*SAMPLE PLAN*****PI*99999~TRN*1*S~"
    "DTP*009*D8*20260104~HL*2*1*21*1~NM1*41*2*SAMPLE CLINIC*****46*SAMPLECLINIC~"
    "HL*3*2*19*1~NM1*85*2*SAMPLE CLINIC*****XX*1999999976~"
)


def story(name: str) -> tuple[Acknowledgment, ...]:
    return read_bytes((STORIES / f"{name}.edi").read_bytes()).acknowledgments


def set_in(set_type: str, body: str, implementation: str, group: str = "FA") -> str:
    """A file of one set with these segments."""
    return (
        f"{ISA}GS*{group}*SAMPLECLEARING*SAMPLECLINIC*20260105*0600*301*X*{implementation}~"
        f"ST*{set_type}*0001*{implementation}~{body}SE*{body.count('~') + 2}*0001~"
        "GE*1*301~IEA*1*000000301~"
    )


def status(body: str, head: str = HEAD, implementation: str = "005010X214") -> str:
    return set_in("277", head + body, implementation, "HN")


def answers(text: str) -> tuple[Acknowledgment, ...]:
    return read(text).acknowledgments


def test_a_ta1_names_interchange_day_verdict_and_note() -> None:
    (found,) = story("interchange_rejected")
    assert (found.kind, found.level) == (
        AcknowledgmentKind.INTERCHANGE,
        AnswerLevel.INTERCHANGE,
    )
    assert (found.number, found.code, found.fault_codes) == ("000000201", "R", ("025",))
    assert found.answered_day == date(2026, 1, 4)
    assert found.happened_on == date(2026, 1, 5)


def test_a_999_keeps_the_place_of_every_fault() -> None:
    first, second, third, group = story("one_set_of_three_rejected")
    assert [one.code for one in (first, second, third, group)] == ["A", "R", "E", "P"]
    assert group.counts == (3, 3, 2)
    assert second.fault_codes == ("5", "I5")
    assert [one.designator for one in second.faults] == ["NM109", "CLM05-3", "HI"]
    assert [one.segment_position for one in second.faults] == [17, 22, 25]
    assert [one.claim_number for one in second.faults] == ["", "TEST-2", "TEST-3"]
    assert [one.element_code for one in second.faults] == ["1", "7", ""]
    assert [one.loop for one in second.faults] == ["2010", "2300", "2300"]


def test_a_copy_of_bad_data_is_kept_by_its_shape_alone() -> None:
    body = "AK1*HC*1~AK2*837*0001~IK3*NM1*9*2010*8~CTX*NAME NM103:TESTPATIENT~"
    body += "IK4*9*67*7*SECRET99~CTX*NAME NM103:TESTPATIENT~IK5*R*5~AK9*R*1*1*0~"
    (found, _) = answers(set_in("999", body, "005010X231A1"))
    assert found.faults[0].read_as == "AAAAAA99"
    assert "TESTPATIENT" not in str(found)


def test_a_997_reads_like_a_999() -> None:
    found, group = story("functional_group_rejected")
    assert found.kind is AcknowledgmentKind.FUNCTIONAL
    assert found.faults[0].designator == "CLM01"
    assert (group.code, group.fault_codes) == ("R", ("3",))


def test_a_ta1_may_stand_beside_a_group() -> None:
    ta1, group = story("interchange_accepted_beside_a_999")
    assert (ta1.level, ta1.code) == (AnswerLevel.INTERCHANGE, "A")
    assert (group.level, group.number, group.group_type) == (AnswerLevel.GROUP, "201", "HC")


def test_claims_of_a_277ca_have_everything_said_of_them() -> None:
    receiver, provider, first, second, third = story("clearinghouse_answers_claims")
    assert [one.level for one in (receiver, provider, first)] == [
        AnswerLevel.RECEIVER,
        AnswerLevel.PROVIDER,
        AnswerLevel.CLAIM,
    ]
    assert receiver.number == "BATCH0001"
    assert first.responder is not None
    assert first.responder.entity_code == "AY"
    codes = [(one.category, one.status, one.entity) for one in second.statuses[0].codes]
    assert codes == [("A7", "562", "85"), ("A7", "153", "82")]
    assert [len(one.statuses) for one in (first, second, third)] == [1, 2, 1]
    (line,) = second.lines
    assert (line.line_item_control_number, line.statuses[0].codes[0].status) == ("LINE0001", "454")
    assert third.statuses[0].effective_on is None
    assert third.happened_on == date(2026, 1, 5)
    assert (second.service_from, second.service_to) == (date(2026, 1, 2), date(2026, 1, 3))


def test_two_claims_of_one_patient_and_another_component_separator() -> None:
    _, first, second = story("payer_with_other_separators")
    assert [one.number for one in (first, second)] == ["TEST-1", "TEST-4"]
    assert [one.patient and one.patient.first_name for one in (first, second)] == ["BETA", "BETA"]
    assert first.payer_claim_control_number == "PAYER0001"
    assert first.type_of_bill == "131"
    assert second.statuses[0].codes[0].category == "A3"
    assert second.payer_claim_control_number == ""


def test_a_receiver_may_be_answered_without_any_claim() -> None:
    (found,) = story("everything_of_a_receiver_rejected")
    assert found.level is AnswerLevel.RECEIVER
    assert [(one.qualifier, one.amount_cents) for one in found.amounts] == [("YY", 60000)]


def test_an_answer_to_an_inquiry_is_told_from_an_acknowledgment() -> None:
    (found,) = story("answer_to_an_inquiry")
    assert found.kind is AcknowledgmentKind.STATUS
    assert found.statuses[0].paid_cents == 0


def test_a_request_for_information_is_kept_unread() -> None:
    head = HEAD.replace("*TH~", "*RQ~")
    found = read(status("HL*4*3*PT~TRN*2*TEST-1~STC*R4:317*20260105~", head, "005010X213"))
    assert [one.state for one in found.raw_sets] == [SetState.KEPT]
    assert found.acknowledgments == ()


DAYS = [
    # STC02, DTP*009, BHT04, the day of the answer
    ("20260103", "20260104", "20260105", date(2026, 1, 3)),
    ("", "20260104", "20260105", date(2026, 1, 4)),
    ("", "", "20260106", date(2026, 1, 6)),
    ("", "", "", date(2026, 1, 5)),
    ("20260103XX", "", "20260106", date(2026, 1, 6)),
]


@pytest.mark.parametrize(("stated", "processed", "created", "expected"), DAYS)
def test_the_day_of_an_answer_is_the_nearest_one_that_is_told(
    stated: str, processed: str, created: str, expected: date
) -> None:
    head = HEAD.replace("20260105", created).replace("D8*20260104", f"D8*{processed}")
    (found,) = answers(status(f"HL*4*3*PT~TRN*2*TEST-1~STC*A2:20*{stated}*WQ*100~", head))
    assert found.happened_on == expected


def test_levels_above_a_claim_are_not_mixed_up() -> None:
    body = (
        "HL*4*3*22*1~NM1*IL*1*TESTPATIENT*ALPHA****MI*M0001~TRN*2*TEST-1~STC*A2:20~"
        "HL*5*2*19*1~NM1*85*2*OTHER CLINIC*****XX*1999999984~"
        "HL*6*5*22*1~NM1*IL*1*TESTPATIENT*BETA****MI*M0002~TRN*2*TEST-2~STC*A2:20~REF*1K*P2~"
    )
    first, second = answers(status(body))
    assert first.provider is not None
    assert second.provider is not None
    assert (first.provider.identifier, second.provider.identifier) == ("1999999976", "1999999984")
    assert second.patient is not None
    assert (first.payer_claim_control_number, second.payer_claim_control_number) == ("", "P2")


def test_a_status_without_a_trace_is_kept() -> None:
    (found,) = answers(status("HL*4*3*PT~NM1*QC*1*TESTPATIENT*ALPHA~STC*A7:21*20260105~"))
    assert (found.number, found.statuses[0].codes[0].category) == ("", "A7")


def test_public_samples_are_read_without_a_finding_about_their_order() -> None:
    samples = [path for path in SAMPLES if path.suffix in {".edi", ".txt", ".277", ".era", ".999"}]
    for path in samples:
        found = read_bytes(path.read_bytes())
        for raw_set in found.raw_sets:
            if raw_set.source.set_type in {"TA1", "997", "999", "277"}:
                own = [one for one in found.acknowledgments if one.source == raw_set.source]
                assert own or raw_set.state is not SetState.READ, path.name
