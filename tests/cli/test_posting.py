"""What posts, what waits and who may overrule it, by a person at work on the demo."""

import csv
import io
import json
from collections import Counter
from pathlib import Path

from tests.cli.conftest import DAY, Run


def journal(run: Run) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(run("export", "journal", "--format", "csv").stdout)))


def cents(text: str) -> int:
    return int(text.replace(".", ""))


def test_the_journal_balances_and_says_where_each_amount_was_read(look: Run) -> None:
    rows = journal(look)
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row["posting_id"]] += cents(row["amount"])
    assert rows
    assert not any(sums.values())
    assert all(".edi ST " in row["source"] or ".csv" in row["source"] for row in rows)
    assert {row["account"] for row in rows} >= {"cash", "receivable_payer_1", "suspense"}


def test_a_waiting_payment_is_rejected_accepted_and_left_to_the_rules_again(change: Run) -> None:
    posted = next(
        row
        for row in journal(change)
        if row["account"] == "receivable_payer_1" and row["remittance_id"] and not row["refusal"]
    )
    matches = csv.DictReader(io.StringIO(change("export", "matches", "--format", "csv").stdout))
    payments = [one["claim_payment_id"] for one in matches if one["claim_id"] == posted["claim_id"]]
    payment = payments[0]
    told = change("decide", "reject", payment, "--note", "Looks odd.", *DAY)
    assert told.exit_code == 0, told.stderr
    assert "waits in suspense (rejected). kim rejected it. Looks odd." in told.stdout
    decision = json.loads(change("decide", "list", "--json", "--standing").stdout)[-1]
    accepted = change("decide", "accept", payment, *DAY)
    assert f"It ends decision {decision['decision']['decision_id']}." in accepted.stdout
    assert "is posted." in accepted.stdout
    last = json.loads(change("decide", "list", "--json", "--standing").stdout)[-1]
    undone = change("decide", "undo", last["decision"]["decision_id"], *DAY)
    assert "is posted." in undone.stdout
    assert change("db", "verify").exit_code == 0


def test_a_rehearsal_shows_what_would_post_and_changes_nothing(
    run: Run, demo_folder: Path, tmp_path: Path
) -> None:
    files = sorted((demo_folder / "done").rglob("*_83*.edi"))[:12]
    db = ("--db", tmp_path / "new.db")
    assert run(*db, "ingest", *files).exit_code in {0, 1}
    told = run(*db, "reconcile", "--dry-run", *DAY)
    assert "postings" in told.stdout
    assert "Nothing was changed." in told.stdout
    as_data = json.loads(run(*db, "reconcile", "--dry-run", "--json", *DAY).stdout)
    assert as_data["postings"]
    assert journal(lambda *more: run(*db, *more)) == []
    run(*db, "reconcile", *DAY)
    posted = {row["posting_id"] for row in journal(lambda *more: run(*db, *more))}
    planned = {str(one["posting_id"]) for one in as_data["postings"] if one["plan"]["entries"]}
    assert posted == planned


def test_a_repetition_is_dismissed_and_leaves_the_journal(change: Run) -> None:
    held = next(row["remittance_id"] for row in journal(change) if row["refusal"] == "duplicate")
    told = change("decide", "dismiss", held, "--note", "The bank has it once.", *DAY)
    assert told.exit_code == 0, told.stderr
    assert "Posted 0.00, in suspense 0.00." in told.stdout
    again = change("decide", "dismiss", held, "--note", "again", *DAY)
    assert again.exit_code == 2
    assert "dismissed by kim" in again.stderr
    released = change("decide", "release", held, *DAY)
    assert "is not held." in released.stdout
    assert change("db", "verify").exit_code == 0


def test_a_payer_of_no_claim_waits_until_it_is_released(
    run: Run, demo_folder: Path, tmp_path: Path
) -> None:
    files = [path for path in sorted((demo_folder / "done").rglob("*.edi")) if "_835_" in path.name]
    db = ("--db", tmp_path / "new.db")
    run(*db, "ingest", *files[:3])
    run(*db, "reconcile", *DAY)
    waiting = json.loads(run(*db, "payers", "list", "--waiting", "--json", *DAY).stdout)
    assert waiting
    payer = waiting[0]["payer_id"]
    assert "post" in run(*db, "payers", "release", payer, "--note", "Known.", *DAY).stdout
    twice = run(*db, "payers", "release", payer, *DAY)
    assert (twice.exit_code, "post already" in twice.stderr) == (2, True)
    assert "wait" in run(*db, "payers", "revoke", payer, *DAY).stdout
    nobody = run(*db, "payers", "release", "EX404", *DAY)
    assert "no remittance names this payer" in nobody.stderr
