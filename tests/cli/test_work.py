"""worklist, decide and show, by a person at work on the demo."""

import json
from datetime import date

import pytest

from tests.cli.conftest import DAY, Run


def items(run: Run, *options: object) -> list[dict[str, object]]:
    found = json.loads(run("worklist", "list", "--limit", 0, *DAY, *options, "--json").stdout)
    return [entry["item"] for entry in found]


def test_the_worklist_is_in_order_of_priority_and_can_be_narrowed(look: Run) -> None:
    everything = items(look)
    priorities = [item["priority"] for item in everything]

    assert priorities == sorted(priorities, reverse=True)
    denials = items(look, "--queue", "denial")
    assert denials == [item for item in everything if item["queue"] == "denial"]
    assert items(look, "--payer", "EX001") != everything
    assert items(look, "--status", "resolved") == []
    table = look("worklist", "list", "--limit", 3, *DAY).stdout
    assert len(table.splitlines()) == 5
    assert "The first 3; more with --limit." in table


def test_an_item_is_taken_worked_and_closed(change: Run) -> None:
    first = json.loads(change("worklist", "next", "--take", *DAY, "--json").stdout)
    number = int(first["title"].split()[-1])

    assert first["facts"]["assignee"] == "kim"
    assert change("worklist", "note", number, "called, ref 77").stdout == (
        f"Item {number} is open. called, ref 77\n"
    )
    asleep = change("worklist", "snooze", number, "2026-04-01", "--note", "calls back", *DAY)
    assert asleep.stdout == f"Item {number} is waiting. Until 2026-04-01. calls back\n"
    assert number not in [item["work_item_id"] for item in items(change)]
    assert number in [item["work_item_id"] for item in items(change, "--status", "waiting")]
    closed = change("worklist", "close", number, "--reason", "written off")
    assert closed.stdout == f"Item {number} is closed. written off\n"
    again = change("worklist", "close", number, "--reason", "again")
    assert again.exit_code == 2
    assert "cannot be closed: it is closed already." in again.stderr
    assert change("worklist", "reopen", number, *DAY).exit_code == 0
    history = json.loads(change("worklist", "show", number, "--json").stdout)["tables"]["history"]
    assert [event["what"] for event in history] == [
        *("opened", "assigned", "noted", "snoozed", "closed", "reopened"),
    ]
    assert {event["by"] for event in history} == {"engine", "kim"}


def test_two_people_never_take_the_same_item(change: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = json.loads(change("worklist", "next", "--take", *DAY, "--json").stdout)
    monkeypatch.setenv("EDI_ENGINE_ACTOR", "lee")
    theirs = json.loads(change("worklist", "next", "--take", *DAY, "--json").stdout)

    assert mine["title"] != theirs["title"]
    assert len(items(change, "--mine")) == 1
    assert len(items(change, "--assignee", "kim")) == 1


def test_assigning_and_giving_back(change: Run) -> None:
    given = change("worklist", "assign", 1, "lee", "--json")
    back = change("worklist", "assign", 1, "")

    assert json.loads(given.stdout)["item"]["assignee"] == "lee"
    assert "Given back to the queue." in back.stdout


def test_nothing_left_to_do_is_said(run: Run) -> None:
    assert run("worklist", "next").stdout == "Nothing waits for you.\n"
    assert run("worklist", "next", "--json").stdout == "null\n"
    assert run("worklist", "list").stdout == "none\n"


def test_a_snoozed_item_wakes_on_its_day(change: Run) -> None:
    change("worklist", "snooze", 1, "2026-04-01", *DAY)
    change("reconcile", "--as-of", "2026-03-31")
    early = json.loads(change("worklist", "show", 1, "--json").stdout)
    change("reconcile", "--as-of", "2026-04-01")
    woken = json.loads(change("worklist", "show", 1, "--json").stdout)

    assert early["facts"]["status"] == "waiting"
    assert woken["facts"]["status"] == "open"
    assert [event["what"] for event in woken["tables"]["history"]][-1] == "woken"


def test_an_item_is_touched_given_up_and_sampled(change: Run) -> None:
    number = items(change)[0]["work_item_id"]
    call = ("worklist", "touch", number, "--channel", "payer_call", "--outcome", "On hold")
    refused = change(*call, "--next", "2026-03-25", *DAY)
    assert refused.exit_code == 2
    assert "the call has no reference number" in refused.stderr

    early = change("worklist", "close", number, "--wont-work", "--reason", "no use", *DAY)
    assert early.exit_code == 2
    assert "it has 0 of 3 touches" in early.stderr
    for place in range(3):
        done = change(*call, "--reference", f"A{place}", "--next", "2026-03-25", *DAY)
        assert done.exit_code == 0, done.stderr
    assert number not in [item["work_item_id"] for item in items(change)]
    stopped = change("worklist", "close", number, "--wont-work", "--reason", "no use", *DAY)

    assert stopped.stdout == f"Item {number} is wont work. Fully worked, 3 touches. no use\n"
    page = json.loads(change("worklist", "show", number, "--json").stdout)
    assert [row["reference"] for row in page["tables"]["touches"]] == ["A0", "A1", "A2"]
    assert [row["outcome"] for row in page["tables"]["what_became_of_it"]] == ["not recovered"]
    assert [item["work_item_id"] for item in items(change, "--status", "wont_work")] == [number]
    assert len(items(change, "--sample")) <= 1
    change("reconcile", "--all", *DAY)
    assert [item["work_item_id"] for item in items(change, "--status", "wont_work")] == [number]


def unmatched(run: Run) -> int:
    rows = [json.loads(line) for line in run("export", "matches", "--json").stdout.splitlines()]
    return next(row["claim_payment_id"] for row in rows if row["outcome"] == "unmatched")


def match_of(run: Run, payment: int) -> tuple[str, object]:
    facts = json.loads(run("show", "payment", payment, "--json").stdout)["facts"]
    return facts["match"], facts["claim"]


def test_a_link_sticks_until_it_is_undone(change: Run) -> None:
    payment = unmatched(change)

    linked = change("decide", "link", payment, 5, "--note", "name was misspelt", *DAY)
    assert linked.exit_code == 0, linked.stderr
    assert f"Claim payment {payment} is matched to claim 5." in linked.stdout
    change("reconcile", "--all", *DAY)
    assert match_of(change, payment) == ("matched", 5)

    moved = change("decide", "link", payment, 6, *DAY)
    assert "It ends decision 1." in moved.stdout
    assert match_of(change, payment) == ("matched", 6)

    undone = change("decide", "undo", 2, *DAY)
    assert "Decision 2: link (ended)." in undone.stdout
    assert match_of(change, payment) == ("unmatched", None)
    twice = change("decide", "undo", 2, *DAY)
    assert twice.exit_code == 2
    assert "it was ended at" in twice.stderr
    decisions = json.loads(change("decide", "list", "--json").stdout)
    assert [one["revoked_by"] for one in decisions] == ["kim", "kim"]
    assert json.loads(change("decide", "list", "--standing", "--json").stdout) == []


def test_a_linked_payment_settles_its_item_and_undoing_brings_it_back(change: Run) -> None:
    payment = unmatched(change)
    (before,) = [item for item in items(change) if item["claim_payment_id"] == payment]

    change("decide", "link", payment, 5, *DAY)
    settled = json.loads(change("worklist", "show", before["work_item_id"], "--json").stdout)
    change("decide", "undo", 1, *DAY)
    again = json.loads(change("worklist", "show", before["work_item_id"], "--json").stdout)

    assert settled["facts"]["status"] == "resolved"
    assert again["facts"]["status"] == "open"


def test_an_unlink_keeps_a_payment_off(change: Run) -> None:
    (was, claim) = match_of(change, 1)
    assert was == "matched"

    off_one = change("decide", "unlink", 1, claim, *DAY)
    off_all = change("decide", "unlink", 1, *DAY)

    assert "is matched" not in off_one.stdout
    assert "is unmatched" in off_all.stdout
    back = change("decide", "link", 1, claim, *DAY)
    assert f"is matched to claim {claim}" in back.stdout


def test_a_claim_that_does_not_exist_cannot_be_linked(change: Run) -> None:
    result = change("decide", "link", 1, 99999, *DAY)

    assert result.exit_code == 2
    assert "claim 99999: there is no such claim." in result.stderr


def test_a_remittance_can_be_held_and_released(change: Run) -> None:
    before = json.loads(change("show", "remit", 1, "--json").stdout)["facts"]

    held = change("decide", "hold", 1, "--reason", "bank says no", *DAY)
    twice = change("decide", "hold", 1, "--reason", "again", *DAY)
    item = next(one for one in items(change) if one["remittance_id"] == 1)
    released = change("decide", "release", 1, "--note", "bank found it", *DAY)
    after = json.loads(change("show", "remit", 1, "--json").stdout)["facts"]

    assert "Remittance 1 is held: bank says no (kim)." in held.stdout
    assert "Posted 0.00" in held.stdout
    assert twice.exit_code == 2
    assert item["cause"] == "duplicate_remittance"
    assert "Remittance 1 is not held." in released.stdout
    assert after == before


def test_show_walks_from_any_number_to_the_raw_segments(look: Run) -> None:
    claim = look("show", "claim", 1).stdout
    payment = json.loads(look("show", "payment", 1, "--json").stdout)
    line = look("show", "line", "1:1").stdout
    remit = look("show", "remit", payment["facts"]["remittance"]).stdout

    assert "billed lines" in claim
    assert "CLM*" in claim
    assert payment["raw"][0]["text"].startswith("CLP*")
    assert "LX*1" in line
    assert "BPR*" in remit
    assert "TRN*" in remit


def test_every_offset_shown_is_where_the_segment_stands(look: Run, demo_folder: object) -> None:
    page = json.loads(look("show", "payment", 1, "--json").stdout)
    name = page["place"].split(" (file")[0]
    data = (demo_folder / "done" / name).read_bytes()  # type: ignore[operator]

    for segment in page["raw"]:
        text = segment["text"].encode("latin-1")
        assert data[segment["byte_offset"] :].startswith(text)


def test_show_compares_field_by_field_with_every_claim_considered(look: Run) -> None:
    rows = [json.loads(line) for line in look("export", "matches", "--json").stdout.splitlines()]
    number = next(row["claim_payment_id"] for row in rows if row["outcome"] == "ambiguous")

    page = json.loads(look("show", "payment", number, "--json").stdout)

    assert len(page["tables"]["other_claims_considered"]) >= 2
    compared = [name for name in page["tables"] if name.startswith("compared_with_claim")]
    assert len(compared) >= 2
    assert {"field", "ours", "payer's", "verdict"} == set(page["tables"][compared[0]][0])


def test_files_sets_and_items_can_be_shown(look: Run) -> None:
    assert "transaction sets" in look("show", "file", 1).stdout
    assert "ST*" in look("show", "set", 1).stdout
    assert look("show", "item", 1).stdout == look("worklist", "show", 1).stdout


def test_a_line_that_the_claim_has_not_is_refused(look: Run) -> None:
    result = look("show", "line", "1:99")

    assert result.exit_code == 2
    assert "line 1:99: the claim has" in result.stderr


def test_a_date_in_the_past_cannot_be_snoozed_to(look: Run) -> None:
    result = look("worklist", "snooze", 1, date(2026, 3, 21).isoformat(), *DAY)

    assert result.exit_code == 2
    assert "that is not after 2026-03-21" in result.stderr


def test_the_reason_of_a_deadline_is_printed_whole(look: Run) -> None:
    number = items(look, "--queue", "denial")[0]["work_item_id"]

    text = look("worklist", "show", number).stdout

    reasons = json.loads(look("worklist", "show", number, "--json").stdout)["tables"]["deadlines"]
    assert reasons
    assert all(one["because"] in text for one in reasons)


def test_many_items_are_assigned_at_once_and_given_back(change: Run) -> None:
    before = items(change, "--queue", "denial")
    seen = change("worklist", "bulk", "assign", "lee", "--queue", "denial", *DAY)
    token = seen.stdout.split()[-1]
    assert f"Would assign {len(before)} items" in seen.stdout
    assert items(change, "--queue", "denial") == before

    wrong = change(
        "worklist", "bulk", "assign", "mo", "--queue", "denial", "--confirm", token, *DAY
    )
    done = change(
        "worklist", "bulk", "assign", "lee", "--queue", "denial", "--confirm", token, *DAY
    )
    given = items(change, "--queue", "denial")
    undone = change("worklist", "undo", 1, *DAY)

    assert wrong.exit_code == 2
    assert "Batch 1: assign" in done.stdout
    assert {item["assignee"] for item in given} == {"lee"}
    assert undone.stdout == f"Batch 1 is undone on {len(before)} items.\n"
    assert items(change, "--queue", "denial") == before
    assert change("worklist", "bulk", "snooze", "later", *DAY).exit_code == 2


def test_a_payer_is_called_about_all_its_items_by_cause(look: Run) -> None:
    payers = json.loads(look("worklist", "list", "--by-payer", *DAY, "--json").stdout)
    payer = next(row["payer_id"] for row in payers if row["payer_id"])
    groups = json.loads(look("worklist", "call", payer, *DAY, "--json").stdout)
    called = [call for group in groups for call in group["items"]]
    numbers = [call["entry"]["item"]["work_item_id"] for call in called]

    expected = [group["expected_cents"] for group in groups]
    assert expected == sorted(expected, reverse=True)
    row = next(row for row in payers if row["payer_id"] == payer)
    assert sum(group["amount_cents"] for group in groups) == row["amount_cents"]
    assert len(numbers) == row["items_count"] == len(set(numbers))
    of_payer = [
        item for item in items(look, "--payer", payer) if item["queue"] != "patient_overdue"
    ]
    assert sorted(numbers) == sorted(item["work_item_id"] for item in of_payer)
    about = next(call for call in called if call["facts"] is not None)
    claim = json.loads(look("show", "claim", about["entry"]["item"]["claim_id"], "--json").stdout)[
        "facts"
    ]
    assert about["entry"]["subject"]["patient_control_number"] == claim["patient_control_number"]
    assert about["facts"]["subscriber_id"]
    sheet = look("worklist", "call", payer, *DAY).stdout
    assert sheet.startswith(f"Payer {payer}\n")
    assert about["facts"]["subscriber_id"] in sheet
    assert look("worklist", "list", "--by-payer", *DAY).stdout.count("\n") == len(payers) + 1
    assert look("worklist", "call", "NOBODY", *DAY).stdout == "Payer NOBODY: none\n"


def test_the_deadline_queue_is_whatever_is_due_soon(change: Run) -> None:
    dated = [item for item in items(change) if item["deadline"] is not None]
    first = min(item["deadline"] for item in dated)
    near = ("--as-of", first)
    due = json.loads(
        change("worklist", "list", "--limit", 0, "--queue", "deadline", *near, "--json").stdout
    )
    pulled = change("worklist", "next", "--queue", "deadline", *near, "--json")
    again = change("worklist", "next", "--queue", "deadline", *near, "--json")

    found = [entry["item"] for entry in due]
    assert found
    assert min(item["deadline"] for item in found) == first
    assert "deadline" not in {item["queue"] for item in found}
    assert json.loads(pulled.stdout)["title"] == f"Work item {found[0]['work_item_id']}"
    assert json.loads(again.stdout)["title"] == json.loads(pulled.stdout)["title"]
