"""Cases of which contract prices a line, and which version of it."""

from datetime import date
from decimal import Decimal

from edi_engine.records.claims import ClaimKind
from edi_engine.records.contracts import (
    CaseRate,
    Contract,
    ContractScope,
    DateBasis,
    FlatRate,
    PercentOfCharge,
)
from tests.contracts.contract_making import (
    claim,
    contract,
    escalator,
    fees,
    line,
    rate,
    room,
    stay,
    term,
)
from tests.contracts.pricing_case import case


def paying(cents: int, **fields: object) -> Contract:
    """A contract that pays so much for every visit."""
    return contract(term("visits", FlatRate(cents)), **fields)


def scoped(**fields: object) -> ContractScope:
    """A scope, each set written as text."""
    sets = {
        name: frozenset(value.split()) if isinstance(value, str) and name != "network" else value
        for name, value in fields.items()
    }
    return ContractScope(**sets)


OLD = contract(
    rates=[rate("99213", 100_00), rate("99214", 150_00)],
    version="2025",
    effective_from=date(2025, 7, 1),
    effective_to=date(2026, 6, 30),
)
NEW = contract(
    rates=[rate("99213", 104_00), rate("99214", 156_00)],
    version="2026",
    effective_from=date(2026, 7, 1),
)

DATES = [
    case(
        "G42: lines on both sides of a new version have each their own",
        (OLD, NEW),
        claim(
            line("99213", on="2026-06-30"),
            line("99213", on="2026-07-01"),
            line("99214", on="2026-06-29"),
        ),
        (100_00, "100.00"),
        (104_00, "104.00"),
        (150_00, "150.00"),
        versions=("2025", "2026", "2025"),
    ),
    case(
        "G42: lines on both sides of an escalator",
        contract(
            fees("110"),
            rates=[rate("99213", 92_47)],
            escalators=(escalator("2026-07-01", "3"),),
        ),
        claim(line("99213", on="2026-06-30"), line("99213", on="2026-07-01")),
        (101_72, "92.47 x 110 % = 101.717 -> 101.72"),
        (104_77, "92.47 x 110 % x 103 % = 104.76851 -> 104.77"),
    ),
    case(
        "the day of admission chooses one version for all lines",
        (
            contract(
                rates=[rate("99213", 100_00)],
                version="2025",
                effective_from=date(2025, 7, 1),
                effective_to=date(2026, 6, 30),
                dated_by=DateBasis.ADMISSION,
            ),
            contract(
                rates=[rate("99213", 104_00)],
                version="2026",
                effective_from=date(2026, 7, 1),
                dated_by=DateBasis.ADMISSION,
            ),
        ),
        claim(
            line("99213", on="2026-06-30"),
            line("99213", on="2026-07-02"),
            admitted_on=date(2026, 6, 29),
        ),
        (100_00, "admitted before: 100.00"),
        (100_00, "admitted before: 100.00"),
        versions=("2025", "2025"),
    ),
    case(
        "without an admission the first day of service chooses",
        (
            contract(
                rates=[rate("99213", 100_00)],
                version="2025",
                effective_from=date(2025, 7, 1),
                effective_to=date(2026, 6, 30),
                dated_by=DateBasis.ADMISSION,
            ),
            contract(
                rates=[rate("99213", 104_00)],
                version="2026",
                effective_from=date(2026, 7, 1),
                dated_by=DateBasis.ADMISSION,
            ),
        ),
        claim(line("99213", on="2026-07-02"), line("99213", on="2026-06-30")),
        (100_00, "begun before: 100.00"),
        (100_00, "begun before: 100.00"),
        versions=("2025", "2025"),
    ),
    case(
        "a stay is priced by the version of its admission",
        (
            contract(
                term("case", CaseRate(9_000_00)),
                version="2025",
                effective_from=date(2025, 7, 1),
                effective_to=date(2026, 6, 30),
                dated_by=DateBasis.ADMISSION,
            ),
            contract(
                term("case", CaseRate(9_500_00)),
                version="2026",
                effective_from=date(2026, 7, 1),
                dated_by=DateBasis.ADMISSION,
            ),
        ),
        stay("2026-06-30", "2026-07-03", room(20_000_00, "3")),
        (9_000_00, "9000.00"),
        groups=(9_000_00,),
        versions=("2025",),
    ),
    case(
        "both days of a version are included",
        paying(50_00, effective_from=date(2026, 3, 1), effective_to=date(2026, 3, 31)),
        claim(
            line("99213", on="2026-02-28"),
            line("99213", on="2026-03-01"),
            line("99213", on="2026-03-31"),
            line("99213", on="2026-04-01"),
        ),
        (None, "before"),
        (50_00, "50.00"),
        (50_00, "50.00"),
        (None, "after"),
    ),
    case(
        "a day between two versions has no contract",
        (
            paying(50_00, version="1", effective_to=date(2026, 3, 9)),
            paying(60_00, version="2", effective_from=date(2026, 3, 11)),
        ),
        claim(line("99213", on="2026-03-10"), line("99213", on="2026-03-11")),
        (None, "between"),
        (60_00, "60.00"),
    ),
    case(
        "a line without a day is not priced",
        paying(50_00),
        claim(line("99213", on=None)),
        (None, "no day"),
    ),
    case(
        "versions that overlap price nothing where they do",
        (
            paying(50_00, version="1", effective_to=date(2026, 3, 10)),
            paying(60_00, version="2", effective_from=date(2026, 3, 10)),
        ),
        claim(
            line("99213", on="2026-03-09"),
            line("99213", on="2026-03-10"),
            line("99213", on="2026-03-11"),
        ),
        (50_00, "50.00"),
        (None, "two versions"),
        (60_00, "60.00"),
    ),
    case(
        "one version loaded twice is one",
        (paying(50_00), paying(50_00)),
        claim(line("99213")),
        (50_00, "50.00"),
    ),
]

SCOPES = [
    case(
        "a contract of another payer prices nothing",
        paying(50_00, scope=scoped(payer_ids="PAYERB PAYERC")),
        claim(line("99213")),
        (None, "another payer"),
    ),
    case(
        "no contract prices nothing",
        (),
        claim(line("99213"), line("99214")),
        (None, "none"),
        (None, "none"),
    ),
    case(
        "one of several payers is enough",
        paying(50_00, scope=scoped(payer_ids="PAYERB PAYERA")),
        claim(line("99213")),
        (50_00, "50.00"),
    ),
    case(
        "payers are compared in upper case",
        paying(50_00),
        claim(line("99213"), payer_id="payera"),
        (50_00, "50.00"),
    ),
    case(
        "a contract without a scope is for everybody",
        paying(50_00, scope=ContractScope()),
        claim(line("99213"), payer_id="PAYERZ"),
        (50_00, "50.00"),
    ),
    case(
        "everything that a scope gives must hold",
        paying(50_00, scope=scoped(payer_ids="PAYERA", plans="GRP1")),
        claim(line("99213"), group_number="GRP2"),
        (None, "another plan"),
    ),
    case(
        "a claim that does not say is not in a scope that asks",
        paying(50_00, scope=scoped(payer_ids="PAYERA", filing_indicators="MB")),
        claim(line("99213")),
        (None, "no filing indicator"),
    ),
    case(
        "plan, filing indicator, providers and kind",
        paying(
            50_00,
            scope=scoped(
                payer_ids="PAYERA",
                plans="GRP1",
                filing_indicators="CI",
                billing_npis="1999999984",
                billing_tins="990000001",
                rendering_npis="1999999992",
                kinds=frozenset({ClaimKind.PROFESSIONAL}),
            ),
        ),
        claim(line("99213"), group_number="grp1", filing_indicator="CI"),
        (50_00, "50.00"),
    ),
    case(
        "a rendering provider outside of the scope",
        paying(50_00, scope=scoped(payer_ids="PAYERA", rendering_npis="1999999976")),
        claim(line("99213")),
        (None, "another provider"),
    ),
    case(
        "a billing provider outside of the scope",
        paying(50_00, scope=scoped(payer_ids="PAYERA", billing_npis="1999999976")),
        claim(line("99213")),
        (None, "another provider"),
    ),
    case(
        "a tax number outside of the scope",
        paying(50_00, scope=scoped(payer_ids="PAYERA", billing_tins="990000009")),
        claim(line("99213")),
        (None, "another tax number"),
    ),
    case(
        "a kind outside of the scope",
        paying(50_00, scope=scoped(payer_ids="PAYERA", kinds=frozenset({ClaimKind.INSTITUTIONAL}))),
        claim(line("99213")),
        (None, "another kind"),
    ),
    case(
        "the contract that asks more wins",
        (
            paying(50_00),
            paying(60_00, key="beta", scope=scoped(payer_ids="PAYERA", plans="GRP1")),
        ),
        claim(line("99213"), group_number="GRP1"),
        (60_00, "60.00"),
        versions=("2026",),
    ),
    case(
        "in any order",
        (
            paying(60_00, key="beta", scope=scoped(payer_ids="PAYERA", plans="GRP1")),
            paying(50_00),
        ),
        claim(line("99213"), group_number="GRP1"),
        (60_00, "60.00"),
    ),
    case(
        "the contract that asks more leaves what it does not fit",
        (
            paying(50_00),
            paying(60_00, key="beta", scope=scoped(payer_ids="PAYERA", plans="GRP1")),
        ),
        claim(line("99213"), group_number="GRP2"),
        (50_00, "50.00"),
    ),
    case(
        "the contract that asks more leaves days outside of its own",
        (
            paying(50_00),
            paying(
                60_00,
                key="beta",
                scope=scoped(payer_ids="PAYERA", plans="GRP1"),
                effective_from=date(2026, 7, 1),
            ),
        ),
        claim(line("99213", on="2026-06-30"), line("99213", on="2026-07-01"), group_number="GRP1"),
        (50_00, "50.00"),
        (60_00, "60.00"),
    ),
    case(
        "two contracts that ask the same price nothing",
        (paying(50_00), paying(60_00, key="beta")),
        claim(line("99213")),
        (None, "two contracts"),
    ),
    case(
        "two contracts that ask as much of different things price nothing",
        (
            paying(50_00, scope=scoped(payer_ids="PAYERA", plans="GRP1")),
            paying(60_00, key="beta", scope=scoped(payer_ids="PAYERA", filing_indicators="CI")),
        ),
        claim(line("99213"), group_number="GRP1", filing_indicator="CI"),
        (None, "two contracts"),
    ),
    case(
        "two contracts that pay the same are two contracts still",
        (paying(50_00), paying(50_00, key="beta")),
        claim(line("99213")),
        (None, "two contracts"),
    ),
    case(
        "more values of one field do not ask more",
        (
            paying(50_00, scope=scoped(payer_ids="PAYERA PAYERB PAYERC")),
            paying(60_00, key="beta", scope=scoped(payer_ids="PAYERA")),
        ),
        claim(line("99213")),
        (None, "two contracts"),
    ),
    case(
        "a network is a name for people and asks nothing",
        (
            paying(50_00),
            paying(60_00, key="beta", scope=scoped(payer_ids="PAYERA", network="Blue Choice")),
        ),
        claim(line("99213")),
        (None, "two contracts"),
    ),
    case(
        "a tie of two is none beside a third that asks more",
        (
            paying(50_00),
            paying(60_00, key="beta"),
            paying(70_00, key="gamma", scope=scoped(payer_ids="PAYERA", plans="GRP1")),
        ),
        claim(line("99213"), group_number="GRP1"),
        (70_00, "70.00"),
    ),
    case(
        "a second payer's claim is not priced",
        contract(term("charges", PercentOfCharge(Decimal(60)))),
        claim(line("99213", 100_00), line("99214", 150_00), payer_sequence=2),
        (None, "second payer"),
        (None, "second payer"),
    ),
    case(
        "nor is a third payer's",
        contract(term("charges", PercentOfCharge(Decimal(60)))),
        claim(line("99213", 100_00), payer_sequence=3),
        (None, "third payer"),
    ),
    case(
        "a claim without lines is worth nothing",
        paying(50_00),
        claim(),
    ),
]

VERSION_CASES = [*DATES, *SCOPES]
