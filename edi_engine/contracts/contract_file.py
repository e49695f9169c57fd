"""A contract file: YAML text and the schedules it names -> one contract, or all that is wrong.

Pure: the texts of schedules come from whoever calls. The format is that of docs/CONTRACTS.md and
follows the record key by key; what each key means is read in the modules beside this one.
"""

from collections.abc import Callable, Iterable
from datetime import date

from edi_engine.contracts.contract_checks import (
    check_base_units,
    check_days,
    check_escalators,
    check_schedules,
    check_terms,
)
from edi_engine.contracts.contract_fields import FieldReader, Mistakes, shown
from edi_engine.contracts.contract_rules import (
    read_bilateral,
    read_escalators,
    read_modifiers,
    read_multiple_procedures,
    read_scope,
    read_timely_payment,
    read_tolerance,
)
from edi_engine.contracts.contract_terms import read_term
from edi_engine.contracts.contract_values import CONTRACT_KEY, DAY, TEXT, choice, percentage
from edi_engine.contracts.schedules import ScheduleSource, read_schedule, read_sources
from edi_engine.contracts.yaml_nodes import YamlList, YamlMap, read_yaml
from edi_engine.findings import Finding, FindingLog, Severity
from edi_engine.records.contracts import (
    Contract,
    DateBasis,
    LesserOf,
    RateSchedule,
    Rounding,
    Term,
)

__all__ = ["TERMS_MAX", "read_contract", "schedule_names"]

TERMS_MAX = 1000
"""Each term is held against those before it; no contract has a tenth of it."""

Load = Callable[[str], str | None]


def read_contract(
    text: str, *, file_name: str, load: Load
) -> tuple[Contract | None, tuple[Finding, ...]]:
    """The contract of a file, and everything that is wrong or odd in it and in its schedules.

    `load` gives the text of a schedule file by its name, which is relative to the contract and
    leads nowhere above it; None when there is no such file. It is asked once a name. The contract
    is None when a finding is an error. Never raises by itself, whatever the text.
    """
    log = FindingLog()
    root = read_yaml(text, file_name=file_name, log=log)
    if root is None:
        return None, log.take()
    mistakes = Mistakes(log, file_name)
    if not isinstance(root, YamlMap):
        mistakes.add("CON-0103", root, "the contract is expected to be keys and values.")
        return None, log.take()
    contract, others = _contract(FieldReader(root, "the contract", mistakes), load)
    findings = (*_in_order(log.take()), *others)
    is_usable = all(finding.severity is not Severity.ERROR for finding in findings)
    return contract if is_usable else None, findings


def schedule_names(text: str) -> tuple[str, ...]:
    """The schedule files that a contract names, each once, in order; those with a name that
    leads elsewhere are left out. Nothing for a text that is no contract. Never raises."""
    root = read_yaml(text, file_name="", log=FindingLog())
    if not isinstance(root, YamlMap):
        return ()
    sources = read_sources(FieldReader(root, "the contract", Mistakes(FindingLog(), "")))
    return tuple(dict.fromkeys(name for source, _ in sources for _, name in source.files))


def _contract(reader: FieldReader, load: Load) -> tuple[Contract, tuple[Finding, ...]]:
    """The contract with stand-ins for what is wrong, and the findings of its schedules."""
    key = reader.required("contract", CONTRACT_KEY, "")
    name = reader.required("name", TEXT, "")
    version = reader.required("version", TEXT, "")
    scope = read_scope(reader)
    sources = read_sources(reader)
    terms = _terms(reader)
    escalators = read_escalators(reader)
    schedules, findings = _schedules(sources, load, scope.payer_ids)
    line_tolerance, claim_tolerance = read_tolerance(reader)
    contract = Contract(
        key=key,
        name=name,
        version=version,
        scope=scope,
        effective_from=reader.required("effective_from", DAY, date.min),
        effective_to=reader.value("effective_to", DAY),
        dated_by=reader.value("dated_by", choice(DateBasis)) or DateBasis.SERVICE,
        terms=tuple(term for term, _ in terms),
        schedules=schedules,
        modifiers=read_modifiers(reader),
        bilateral=read_bilateral(reader),
        multiple_procedures=read_multiple_procedures(reader),
        escalators=tuple(escalator for escalator, _ in escalators),
        lesser_of=reader.value("lesser_of", choice(LesserOf)) or LesserOf.LINE,
        rounding=reader.value("rounding", choice(Rounding)) or Rounding.LINE,
        sequestration_percent=reader.value("sequestration", percentage(0, 100)),
        timely_payment=read_timely_payment(reader),
        line_tolerance=line_tolerance,
        claim_tolerance=claim_tolerance,
        origin=reader.mistakes.file_name,
    )
    reader.done()
    check_days(contract, reader)
    check_terms(terms)
    check_schedules(terms, sources)
    check_base_units(terms, schedules)
    check_escalators(contract, escalators)
    return contract, findings


def _terms(reader: FieldReader) -> tuple[tuple[Term, FieldReader], ...]:
    """The terms with the mappings they stand in, in order."""
    node = reader.require("terms")
    readers = tuple(reader.inners("terms", "term"))
    if len(readers) > TERMS_MAX:
        message = f"terms: {len(readers):,} stand here, at most {TERMS_MAX:,} are read."
        reader.mistakes.add("CON-0102", reader.at("terms"), message)
    elif isinstance(node, YamlList) and not node.items:
        reader.mistakes.add("CON-0107", node, "terms: none stands here.")
    return tuple((read_term(one, number), one) for number, one in enumerate(readers[:TERMS_MAX], 1))


def _schedules(
    sources: Iterable[tuple[ScheduleSource, FieldReader]], load: Load, payer_ids: frozenset[str]
) -> tuple[tuple[RateSchedule, ...], tuple[Finding, ...]]:
    """The schedules whose files are all there, and what is wrong in the files."""
    loaded: dict[str, str | None] = {}
    schedules: list[RateSchedule] = []
    findings: list[Finding] = []
    for source, reader in sources:
        for key, name in source.files:
            if name not in loaded:
                loaded[name] = load(name)
            if loaded[name] is None:
                message = f"{key}: there is no file {shown(name)} that can be read."
                reader.mistakes.add("CON-0127", reader.at(key), message)
        texts = {key: text for key, name in source.files if (text := loaded[name]) is not None}
        if source.is_complete and len(texts) == len(source.files):
            schedule, wrong = read_schedule(source, texts, payer_ids=payer_ids)
            schedules.append(schedule)
            findings += wrong
    return tuple(schedules), tuple(findings)


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings as a person goes through the file."""
    return tuple(sorted(findings, key=lambda one: (one.place.line, one.place.column, one.code)))
