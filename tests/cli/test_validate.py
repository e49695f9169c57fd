"""edi-engine validate: findings, answers, pages, and what the shell is told."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import DAY, Run
from tests.exports.pyx12_answers import pyx12_errors
from tests.parsers.x12_files import CLAIM, FIXTURES_ROOT, LINE, remittance

GOOD = (FIXTURES_ROOT / "dental_claims" / "fillings.edi").read_text()
BAD = GOOD.replace("*Y*A*Y*Y~", "*Y*Q*Y*Y~")
UNBALANCED = remittance(CLAIM + LINE, paid="99")


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    (tmp_path / "claims.837").write_text(GOOD)
    return tmp_path / "claims.837"


def test_findings_have_code_severity_place_words_and_remedy(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.837").write_text(BAD)
    result = run("validate", "bad.837")
    assert result.exit_code == 0, result.output
    (line,) = [one for one in result.stdout.splitlines() if "GUIDE-0307" in one]
    assert line == (
        f"GUIDE-0307 warning bad.837 ST 0001 CLM07 (segment 19, byte {BAD.index('CLM*')}): CLM07 is"
        " 'Q'; the guide allows A, C, P. Use one of the guide's codes."
    )


def test_money_in_doubt_needs_a_person(run: Run, tmp_path: Path) -> None:
    (tmp_path / "era.835").write_text(UNBALANCED)
    result = run("validate", "era.835")
    assert result.exit_code == 1
    assert "BAL-0103 error" in result.stdout
    assert "what would balance it" in result.stdout


def test_checks_that_ran_and_that_could_not_are_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.837").write_text(GOOD.replace("005010X224A2", "005010X228"))
    result = run("validate", "odd.837")
    assert "checked: envelope" in result.stdout
    assert "not checked: guide 005010X228: 1 set, and no map for it" in result.stdout


def test_standard_output_is_the_answer_alone(run: Run, claims: Path) -> None:
    result = run("validate", claims, "--ack", *DAY)
    assert result.exit_code == 0
    assert result.stdout.startswith("ISA*")
    assert result.stdout.endswith("~\n")
    assert pyx12_errors(result.stdout) == []
    assert "Answered claims.837: 1 accepted." in result.stderr
    assert "DENT-0108" in result.stderr


def test_a_refused_set_needs_a_person(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.837").write_text(BAD)
    result = run("validate", "bad.837", "--ack", *DAY)
    assert result.exit_code == 1
    assert "IK5*R*5~" in result.stdout


def test_answers_go_to_a_folder_under_names_without_data(
    run: Run, claims: Path, tmp_path: Path
) -> None:
    result = run("validate", claims, "--ack-to", tmp_path / "answers", *DAY)
    assert result.exit_code == 0
    (path,) = (tmp_path / "answers").iterdir()
    assert path.name.startswith("999_000000001_")
    assert path.read_text().startswith("ISA*")
    assert "ISA*" not in result.stdout
    assert str(path.name) in result.stderr


def test_answers_of_several_files_count_up_from_a_given_number(
    run: Run, claims: Path, tmp_path: Path
) -> None:
    (tmp_path / "second.837").write_text(GOOD.replace("000000001", "000000002"))
    result = run("validate", claims, "second.837", "--ack", "--control-number", 70, *DAY)
    numbers = [one for one in result.stdout.splitlines() if one.startswith("IEA")]
    assert numbers == ["IEA*1*000000070~", "IEA*1*000000071~"]


def test_an_answer_is_not_given_without_the_guide_check(run: Run, claims: Path) -> None:
    result = run("validate", claims, "--ack", "--no-guide")
    assert result.exit_code == 2
    assert "Leave out --no-guide" in result.stderr


def test_an_answer_is_not_answered(run: Run, claims: Path, tmp_path: Path) -> None:
    answer = run("validate", claims, "--ack", *DAY).stdout
    (tmp_path / "answer.999").write_text(answer)
    result = run("validate", "answer.999", "--ack", *DAY)
    assert result.stdout == ""
    assert "There is nothing to answer" in result.stderr


def test_json_holds_files_checks_findings_and_answers(run: Run, claims: Path) -> None:
    told = json.loads(run("validate", claims, "--json").stdout)
    assert set(told) == {"files", "findings"}
    assert {check["name"] for check in told["files"][0]["checks"]} >= {"envelope", "codes"}
    answered = json.loads(run("validate", claims, "--ack", "--json", *DAY).stdout)
    (answer,) = answered["answers"]
    assert answer["verdicts"] == {"A": 1}
    assert answer["text"].startswith("ISA*")


def test_a_page_is_written_where_it_is_asked_for(run: Run, claims: Path, tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    run("validate", claims)
    assert set(tmp_path.iterdir()) == before
    result = run("validate", claims, "--html", tmp_path / "page.html")
    assert "It holds patient data." in result.stderr
    assert "CLM*DENT-0001" in (tmp_path / "page.html").read_text()


@pytest.mark.parametrize("option", ["--html", "--ack-to"])
def test_what_cannot_be_written_is_an_error_of_input(
    run: Run, claims: Path, tmp_path: Path, option: str
) -> None:
    (tmp_path / "file").write_text("")
    result = run("validate", claims, option, tmp_path / "file" / "below")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_standard_input_is_read(run: Run) -> None:
    result = run("validate", "-", "--ack", *DAY, input=GOOD)
    assert "IK5*A~" in result.stdout


def test_a_path_that_is_not_there_is_an_error_of_input(run: Run) -> None:
    assert run("validate", "missing.837").exit_code == 2
