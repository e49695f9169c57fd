"""XML documents of ours checked against their schema, and remittances turned into pages.

lxml is used here alone, on documents that `xml_text` wrote, and it is told to reach for nothing:
no entities, no DTD, no network, no file, whatever a document says. Schema and stylesheet are files
of the package. Source: docs/decisions/0021.
"""

from functools import cache
from importlib.resources import files

from lxml import etree

from edi_engine.errors import EdiEngineError

__all__ = ["advice_html", "schema_mistakes", "schema_text"]

_SCHEMA = "edi_engine.xsd"
_ADVICE = "remittance_advice.xsl"
_MISTAKES_MAX = 100


def schema_text() -> str:
    """The schema of everything that is exported as XML."""
    return _package_file(_SCHEMA).decode()


def schema_mistakes(document: str) -> tuple[str, ...]:
    """Where a document does not follow the schema, by line; nothing when it does.

    No value of the document is repeated. At most a hundred are told.
    """
    schema = _schema()
    try:
        schema.validate(_parsed(document.encode()))
    except etree.XMLSyntaxError as problem:
        return (f"line {problem.lineno}: no well-formed XML",)
    return tuple(
        f"line {one.line}: {one.type_name}" for one in list(schema.error_log)[:_MISTAKES_MAX]
    )


def advice_html(remittances: str) -> str:
    """A document of one remittance as a page that needs nothing else and runs nothing."""
    page = _advice_sheet()(_parsed(remittances.encode()))
    return str(
        etree.tostring(
            page,
            method="html",
            encoding="unicode",
            doctype="<!DOCTYPE html>",
            pretty_print=True,
        )
    )


def _parsed(data: bytes) -> etree._Element:
    """The root of a document. Raises EdiEngineError for one with a document type: ours have none,
    and only by one could a document name other files or entities that grow."""
    if b"<!DOCTYPE" in data:
        raise EdiEngineError("an XML document of ours has a document type.", place="XML")
    return etree.fromstring(
        data,
        etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            attribute_defaults=False,
            remove_blank_text=True,  # the indentation would be half of the nodes in memory
        ),
    )


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(_parsed(_package_file(_SCHEMA)))


@cache
def _advice_sheet() -> etree.XSLT:
    return _sheet(_package_file(_ADVICE))


def _sheet(data: bytes) -> etree.XSLT:
    """A stylesheet that may read and write nothing beside the document it is given."""
    return etree.XSLT(_parsed(data), access_control=etree.XSLTAccessControl.DENY_ALL)


def _package_file(name: str) -> bytes:
    return (files("edi_engine.exports") / "xml" / name).read_bytes()
