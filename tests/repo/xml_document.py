"""The part of docs/EXPORTS.md that tells of XML: every element, as the schema explains it."""

from collections.abc import Iterator
from xml.etree import ElementTree

from edi_engine.exports.xml_documents import schema_text

__all__ = ["xml_sections"]

_HEAD = """\
# XML

`edi-engine export claims --format xml` and `export remittances --format xml` write claims and
remittances whole: with parties, diagnoses, other payers, lines, adjustments, remarks, amounts and
dates, read again from the kept files. `--number 4` or `--number 10-20` chooses some, as often as
wanted; `--format xsd` prints the schema, which every document follows. Memory does not grow with
what is written. Files that were set aside are not in it, and neither is what no table shows.

- **Elements hold what the file says** and are named by the field's words in full, as the columns
  above. **Attributes hold what the engine knows beside it**: its own numbers (`claim_id`, as in
  the tables), places in the file (`segment_ordinal`, `byte_offset`), and its words for a code
  (`words`, left out for a code that no table of ours knows).
- What is absent or empty in the file is left out. Of lists of the type `positioned` each element
  has its `position`; gaps are elements that the file leaves empty.
- Money is dollars with two places, the sign as in the file; days are ISO; quantities have no
  exponent. Totals (`amounts`, `balance`) are reckoned here in whole cents, and say by how much
  they do not add up.
- Characters that no XML document may hold are U+FFFD. The namespace is
  `urn:edi-engine:records:1`; its number changes when a reader could break. New elements and
  attributes may come without that.

A remittance becomes a page by `show remit --html` ([REMITTANCE_ADVICE.md](REMITTANCE_ADVICE.md)).
"""

_SCHEMA = "{http://www.w3.org/2001/XMLSchema}"
_OFTEN = {("1", "1"): "once", ("0", "1"): "at most once", ("0", "unbounded"): "any number"}


def xml_sections() -> Iterator[str]:
    """What holds for all of it, the roots, then every type with its parts, as in the schema."""
    yield _HEAD
    for node in ElementTree.fromstring(schema_text()):
        name = node.get("name")
        if name is None:
            continue
        if node.tag == f"{_SCHEMA}simpleType":
            values = [f"`{one.attrib['value']}`" for one in node.iter(f"{_SCHEMA}enumeration")]
            listed = f" One of {', '.join(values)}." if values else ""
            yield f"## XML: {name}\n\n{_words(node)}{listed}\n"
            continue
        rows = [_row(part) for part in node.iter() if part is not node and "name" in part.attrib]
        table = "\n".join(["| name | type | how often | meaning |", "|---|---|---|---|", *rows])
        yield f"## XML: {name}\n\n{_words(node)}\n\n{table}\n"


def _row(part: ElementTree.Element) -> str:
    often = "attribute"
    if part.tag == f"{_SCHEMA}element":
        often = _OFTEN[part.get("minOccurs", "1"), part.get("maxOccurs", "1")]
    kind = part.attrib["type"].removeprefix("xs:")
    return f"| `{part.attrib['name']}` | {kind} | {often} | {_words(part)} |"


def _words(node: ElementTree.Element) -> str:
    """What the schema says of something, ready for a table."""
    text = node.findtext(f"{_SCHEMA}annotation/{_SCHEMA}documentation") or ""
    return " ".join(text.split()).replace("|", "\\|").replace("*", "\\*")
