"""Appeals by the command: filed, listed, answered, put right."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
DAY = ("--as-of", "2026-03-21")


@pytest.fixture
def item(change: Run) -> int:
    listed = change("worklist", "list", "--queue", "denial", "--limit", 1, "--json", *DAY)
    return int(json.loads(listed.stdout)[0]["item"]["work_item_id"])


def filed(change: Run, item: int, *more: object) -> Result:
    return change(
        "appeals", "file", item, "--method", "portal", "--tracking-number", "T-9", *more, *DAY
    )


def test_an_appeal_from_filing_to_the_next_level(change: Run, item: int) -> None:
    result = filed(change, item)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("Appeal 1: Level 1 (")
    listed = change("appeals", "list", *DAY)
    assert "2026-05-20" in listed.stdout
    assert "pending" in listed.stdout
    assert change("appeals", "list", "--overdue", *DAY).stdout.count("\n") <= 1
    late = change("appeals", "list", "--overdue", "--as-of", "2026-05-21")
    assert "overdue" in late.stdout
    result = change("appeals", "next", 1)
    assert result.exit_code == 2
    assert "no answer yet" in result.stderr
    result = change("appeals", "answer", 1, "--outcome", "upheld", *DAY)
    assert "upheld on 2026-03-21" in result.stdout
    assert "is open until" in change("appeals", "next", 1).stdout
    assert json.loads(change("appeals", "next", 1, "--json").stdout)["level"] == 2
    shown = change("appeals", "show", 1).stdout
    assert "T-9" in shown
    assert "answered" in shown
    on_item = change("show", "item", item).stdout
    assert "appeals" in on_item
    assert "File level 2" in on_item


def test_a_mistake_is_put_right_and_kept(change: Run, item: int) -> None:
    filed(change, item)
    result = change(
        "appeals", "correct", 1, "--tracking-number", "T-10", "--reason", "Typed wrong.", *DAY
    )
    assert "tracking number: T-9 becomes T-10" in result.stdout
    page = json.loads(change("appeals", "show", 1, "--json").stdout)
    assert page["facts"]["tracking_number"] == "T-10"
    assert [row["what"] for row in page["tables"]["history"]] == ["filed", "corrected"]


def test_an_appeal_of_a_claim_finds_its_item(change: Run, item: int) -> None:
    page = json.loads(change("show", "item", item, "--json").stdout)
    claim = page["facts"]["claim"]
    command = ("appeals", "file", "--method", "fax", *DAY)
    result = change(*command, "--claim", claim, "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["appeal"]["claim_id"] == claim


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("file", "--method", "fax"), "Name a work item"),
        (("file", 1, "--claim", 1, "--method", "fax"), "Name a work item"),
        (("file", 1, "--method", "fax", "--amount", "ten"), "is no amount"),
        (("file", 999_999, "--method", "fax"), "no such work item"),
        (("show", 99), "no such appeal"),
        (("next", 99), "no such appeal"),
        (("answer", 99, "--outcome", "upheld"), "no such appeal"),
    ],
)
def test_what_cannot_be_is_refused(change: Run, arguments: tuple[object, ...], said: str) -> None:
    day = DAY if arguments[0] in {"file", "answer"} else ()
    result = change("appeals", *arguments, *day)
    assert result.exit_code == 2
    assert said in result.stderr


def test_nothing_is_filed_or_decided_tomorrow(change: Run, item: int) -> None:
    result = filed(change, item, "--on", "2026-03-22")
    assert "filed after today" in result.stderr
    filed(change, item)
    result = change("appeals", "answer", 1, "--outcome", "upheld", "--on", "2026-03-22", *DAY)
    assert "decided after today" in result.stderr


def test_a_practice_sets_its_own_ladder(
    change: Run, item: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = tmp_path_factory.mktemp("settings") / "s.toml"
    settings.write_text(
        '[[appeals.ladders]]\nname = "ours"\nfiling_indicators = ["CI", "MB", "BL", "MC", "HM"]\n'
        'levels = [{ name = "only level", file_days = 30, response_days = 45 }]\n'
    )
    result = filed(lambda *words: change("--settings", settings, *words), item)
    assert "(only level)" in result.stdout
    assert "2026-05-05" in result.stdout
    settings.write_text('[[appeals.ladders]]\nname = "ours"\nlevels = []\n')
    assert change("--settings", settings, "appeals", "list").exit_code == 3


def test_a_letter_is_printed_or_written_and_noted(change: Run, item: int, tmp_path: Path) -> None:
    printed = change("appeals", "letter", item, *DAY)
    assert printed.exit_code == 0, printed.stderr
    assert "Re: Appeal" in printed.stdout
    assert "Exhibits" in printed.stdout
    made = change("appeals", "letter", item, "--out", tmp_path / "letter.pdf", *DAY)
    assert made.exit_code == 0, made.stderr
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF-")
    assert change("show", "item", item).stdout.count("Letter written") == 1
    found = json.loads(change("appeals", "letter", item, "--kind", "denial", "--json").stdout)
    assert found["kind"] == "denial"


def test_a_letter_of_the_practice_says_where_it_is_wrong(
    change: Run, item: int, tmp_path: Path
) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "denial.txt").write_text("Dear {{ payer_name }},\n\n{{ our_doctor }}\n")
    settings = tmp_path / "s.toml"
    settings.write_text(f'[appeals]\ntemplates = "{folder}"\n')
    result = change("--settings", settings, "appeals", "letter", item, "--kind", "denial", *DAY)
    assert result.exit_code == 2
    assert "template denial line 3: there is no 'our_doctor' to set in." in result.stderr


@pytest.mark.slow
def test_every_denial_and_underpayment_of_the_demo_has_its_letter(
    look: Run, tmp_path: Path
) -> None:
    kinds = set()
    for queue in ("denial", "underpay"):
        listed = look("worklist", "list", "--queue", queue, "--limit", 0, "--json", *DAY)
        for entry in json.loads(listed.stdout):
            number = entry["item"]["work_item_id"]
            result = look("appeals", "letter", number, "--json", *DAY)
            assert result.exit_code == 0, result.stderr
            made = json.loads(result.stdout)
            kinds.add(made["kind"])
            assert "In dispute" in made["text"]
    assert {"underpayment", "medical_necessity"} <= kinds
