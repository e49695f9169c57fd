"""Papers from the command line: XML, the remittance advice, inquiries, proof of timely filing."""

import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from edi_engine.exports.xml_documents import schema_mistakes, schema_text
from edi_engine.parsers.inquiries import read_inquiries
from tests.cli.conftest import DAY, Run
from tests.exports.advice_reading import Advice


def test_claims_and_remittances_are_exported_as_xml(look: Run, tmp_path: Path) -> None:
    for name in ("claims", "remittances"):
        written = look("export", name, "--format", "xml", "--output", f"{name}.xml")
        printed = look("export", name, "--format", "xml", "--number", "1-3")
        document = (tmp_path / f"{name}.xml").read_text(encoding="utf-8")
        assert written.exit_code == printed.exit_code == 0
        assert written.stdout.startswith(f"{name}.xml: ")
        assert written.stdout.endswith(f" {name}.\n")
        assert schema_mistakes(document) == schema_mistakes(printed.stdout) == ()
        assert len(printed.stdout) < len(document)
    one = look("export", "claims", "--format", "xml", "--number", "2", "--output", "one.xml")
    assert one.stdout == "one.xml: 1 claim.\n"
    told = look("export", "claims", "--format", "xml", "--output", "c.xml", "--json")
    assert json.loads(told.stdout)["dataset"] == "claims"


def test_the_schema_is_printed_without_a_database(run: Run) -> None:
    printed = run("--db", "no/such/place.db", "export", "claims", "--format", "xsd")
    assert printed.exit_code == 0
    assert printed.stdout == schema_text()
    ElementTree.fromstring(printed.stdout)


def test_numbers_that_are_none_are_told(look: Run) -> None:
    for text, said in (
        ("x", "is no number"),
        ("9-3", "goes backwards"),
        ("1-", "is no number"),
        ("9" * 30, "is no number"),
    ):
        result = look("export", "claims", "--format", "xml", "--number", text)
        assert result.exit_code == 2
        assert said in result.stderr
    assert "--format xml" in look("export", "claims", "--number", "1").stderr
    assert (
        "Choose one of claims, remittances" in look("export", "matches", "--format", "xml").stderr
    )


def test_a_remittance_advice_is_printed_or_written(look: Run, tmp_path: Path) -> None:
    printed = look("show", "remit", "1", "--html")
    written = look("show", "remit", "1", "--html", "--output", "advice.html")
    assert printed.exit_code == written.exit_code == 0
    assert printed.stdout == (tmp_path / "advice.html").read_text(encoding="utf-8")
    assert Advice(printed.stdout).table("What the payment").rows
    assert "already" in look("show", "remit", "1", "--html", "--output", "advice.html").stderr
    assert "--html only" in look("show", "remit", "1", "--output", "x.html").stderr
    assert "choose one" in look("show", "remit", "1", "--html", "--json").stderr
    assert "no such remittance" in look("show", "remit", "9999", "--html").stderr
    assert look("show", "remit", "1").exit_code == 0


def test_inquiries_are_written_for_claims_and_for_the_silent(change: Run, tmp_path: Path) -> None:
    result = change("claims", "inquiry", "1", "2", "--output", "some.276", *DAY)
    assert result.exit_code == 0, result.stderr
    assert "some.276: inquiries about 2 claims to" in result.stdout
    assert "Nothing was sent" in result.stdout
    assert len(read_inquiries((tmp_path / "some.276").read_bytes()).inquiries) == 2
    silent = change(
        "claims", "inquiry", "--silent", "--output", "silent.276", "--lines", "--json", *DAY
    )
    told = json.loads(silent.stdout)
    asked = read_inquiries((tmp_path / "silent.276").read_bytes()).inquiries
    assert len(asked) == len(told["written"]["claim_ids"]) > 0
    assert all(one.lines for one in asked)
    early = change("claims", "inquiry", "--silent", "--output", "x.276", "--as-of", "2020-01-01")
    assert (early.exit_code, early.stdout) == (
        0,
        "No claim is silent about which its own payer could be asked.\n",
    )
    assert not (tmp_path / "x.276").exists()
    assert "Name claims" in change("claims", "inquiry", "--output", "x.276").stderr
    shown = change("show", "claim", "1").stdout
    assert "inquiries written" in shown


def test_proof_of_timely_filing_says_what_it_has_and_what_not(look: Run, tmp_path: Path) -> None:
    result = look("claims", "proof", "1", "--output", "proof.zip", *DAY)
    assert result.exit_code in {0, 1}, result.stderr
    assert result.stdout.startswith("proof.zip: proof of timely filing of claim 1.\n")
    assert "The claim was filed on" in result.stdout
    assert (result.exit_code == 1) == ("Missing:" in result.stdout)
    with zipfile.ZipFile(tmp_path / "proof.zip") as archive:
        assert {"cover.pdf", "837_set.edi", "manifest.json"} <= set(archive.namelist())
    alone = look("claims", "proof", "1", "--output", "alone.zip", "--only-claim", "--json", *DAY)
    told = json.loads(alone.stdout)
    assert told["claim_id"] == 1
    assert "837_claim.edi" in told["files"]
    assert "already" in look("claims", "proof", "1", "--output", "proof.zip").stderr
    assert "no such claim" in look("claims", "proof", "9999", "--output", "p.zip").stderr
