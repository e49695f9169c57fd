"""payers: what each is known to do, by a person at work on the demo."""

import json

from tests.cli.conftest import DAY, Run


def test_the_list_counts_quirks(look: Run) -> None:
    found = json.loads(look("payers", "list", "--json", *DAY).stdout)
    assert {one["payer_id"]: one["quirks_count"] for one in found}["EX001"] == 0
    assert "quirks" in look("payers", "list", *DAY).stdout


def test_a_quirk_is_declared_shown_and_denied(change: Run) -> None:
    told = change(
        *("payers", "declare", "EX002", "truncates_control_number", "--value", 12),
        *("--from", "2026-01-01", "--to", "2026-12-31", "--note", "By phone.", *DAY),
    )
    assert told.exit_code == 0, told.stderr
    assert "truncates_control_number 12" in told.stdout
    assert "By phone." in told.stdout
    shown = json.loads(change("payers", "show", "EX002", *DAY, "--json").stdout)
    by_value = {(one["quirk"], one["value"]): one for one in shown["quirks"]}
    declared = by_value["truncates_control_number", 12]
    assert (declared["state"], declared["is_used"]) == ("declared", True)
    said = shown["declarations"][0]
    assert (said["declared_by"], said["effective_to"]) == ("kim", "2026-12-31")

    denied = json.loads(
        change("payers", "deny", "EX002", "truncates_control_number", *DAY, "--json").stdout
    )
    states = {one["state"] for one in denied["quirks"] if "truncates" in one["quirk"]}
    assert states == {"denied"}


def test_a_page_names_evidence_and_places(look: Run) -> None:
    page = look("payers", "show", "EX002", *DAY).stdout
    assert "examples, newest first" in page
    assert ".edi, set " in page


def test_mistakes_are_told_with_what_helps(look: Run) -> None:
    unknown = look("payers", "show", "EX404", *DAY)
    assert unknown.exit_code == 2
    assert "no remittance names this payer" in unknown.stderr
    no_length = look("payers", "declare", "EX002", "truncates_control_number", *DAY)
    assert no_length.exit_code == 2
    assert "--value" in no_length.stderr
    no_quirk = look("payers", "declare", "EX002", "is_slow", *DAY)
    assert no_quirk.exit_code == 2
    assert "truncates_control_number" in no_quirk.stderr
