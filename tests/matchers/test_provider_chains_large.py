"""Settling provider adjustments costs about as much as there are of them, and chooses as before.

The oracle is the rule as docs/LEDGER.md has it, by looking at everything that waits each time.
"""

from collections.abc import Callable
from random import Random

import pytest

from edi_engine.matchers import provider_chains
from edi_engine.matchers.provider_chains import Chain, ChainEntry, settle_chains
from edi_engine.records.matching import RemittanceId
from tests.matchers.provider_making import FIRST_DAY, adjustment, settled

PROVIDERS = ("1999999976", "1999999984")


def entry(
    item_id: int,
    cents: int,
    *,
    chain: Chain = Chain.RECOVERY,
    group: str = "",
    reference: str = "",
    day: int = 0,
    remittance: int = 0,
    provider: str = PROVIDERS[0],
    claim_id: int | None = None,
    is_refund: bool = False,
) -> ChainEntry:
    remittance = remittance or item_id
    return ChainEntry(
        item_id=item_id,
        chain=chain,
        remittance_id=RemittanceId(remittance),
        provider_id=provider,
        paid_on=FIRST_DAY.replace(day=1 + day),
        trace_number=f"TRACE{remittance:06d}",
        ordinal=item_id,
        reference_key=reference,
        group_key=group,
        claim_id=claim_id,
        is_refund=is_refund,
        amount_cents=cents,
    )


def by_looking_at_everything(entries: list[ChainEntry]) -> dict[int, tuple[int, dict[int, int]]]:
    """What is left of each item and by what it was settled, the slow way."""
    ordered = sorted(entries, key=provider_chains._order)
    left = {one.item_id: one.amount_cents for one in ordered}
    links: dict[int, dict[int, int]] = {one.item_id: {} for one in ordered}
    place = {one.item_id: position for position, one in enumerate(ordered)}

    def settle(one: ChainEntry, other: ChainEntry) -> None:
        cents = min(abs(left[one.item_id]), abs(left[other.item_id]))
        for mine, theirs in ((one, other), (other, one)):
            left[mine.item_id] -= cents if left[mine.item_id] > 0 else -cents
            known = links[mine.item_id]
            known[theirs.item_id] = known.get(theirs.item_id, 0) + cents

    def before(one: ChainEntry) -> list[ChainEntry]:
        return [
            other
            for other in ordered[: place[one.item_id]]
            if left[other.item_id] * left[one.item_id] < 0
        ]

    for one in ordered:
        while one.group_key and left[one.item_id]:
            waiting = [other for other in before(one) if other.group_key == one.group_key]
            if not waiting:
                break
            settle(
                one,
                min(
                    waiting,
                    key=lambda other: (
                        other.reference_key != one.reference_key,
                        left[other.item_id] != -left[one.item_id],
                        place[other.item_id],
                    ),
                ),
            )
    # By amount: an item that has looked and found nothing waits for those after it.
    for one in ordered:
        if one.chain is Chain.RECOVERY and left[one.item_id]:
            fitting = [
                other
                for other in before(one)
                if other.chain is Chain.RECOVERY
                and left[other.item_id] == -left[one.item_id]
                and None in {one.claim_id, other.claim_id}
            ]
            if (left[one.item_id] > 0 or one.is_refund) and len(fitting) == 1:
                settle(one, fitting[0])
    for one in ordered:
        if one.chain is not Chain.FORWARDING or left[one.item_id] <= 0:
            continue
        earlier = [
            other
            for other in before(one)
            if other.chain is Chain.FORWARDING and other.remittance_id != one.remittance_id
        ]
        equal = [other for other in earlier if left[other.item_id] == -left[one.item_id]]
        own = [
            other
            for other in earlier
            if other.provider_id == one.provider_id and other.day < one.day
        ]
        if equal or own:
            settle(
                one,
                max(
                    equal or own,
                    key=lambda other: (
                        other.provider_id == one.provider_id,
                        bool(one.reference_key) and other.reference_key == one.reference_key,
                        place[other.item_id],
                    ),
                ),
            )
    return {one.item_id: (left[one.item_id], links[one.item_id]) for one in ordered}


def some_entries(maker: Random, chain: Chain, count: int) -> list[ChainEntry]:
    """Few amounts, references, days and remittances, so that items meet."""
    found = []
    for item_id in range(1, count + 1):
        day, part = maker.randrange(5), maker.randrange(3)
        reference = maker.choice(["", "R1", "R2"])
        claim_id = maker.choice([None, None, 1, 2]) if chain is Chain.RECOVERY else None
        group = f"claim {claim_id}" if claim_id else reference
        found.append(
            entry(
                item_id,
                maker.choice([-80_00, 80_00, -50_00, 50_00, -30_00, 30_00, 0]),
                chain=chain,
                group="" if chain is Chain.FORWARDING or maker.random() < 0.4 else group,
                reference=reference,
                day=day,
                remittance=10 * day + part + 1,
                provider=maker.choice(PROVIDERS),
                claim_id=claim_id,
                is_refund=chain is Chain.RECOVERY and maker.random() < 0.3,
            )
        )
    return found


@pytest.mark.parametrize("chain", list(Chain))
def test_what_settles_what_is_as_by_looking_at_everything(chain: Chain) -> None:
    for seed in range(400):
        entries = some_entries(Random(seed), chain, 4 + seed % 30)
        found = settle_chains(entries)
        told = {
            key: (one.open_cents, {link.item_id: link.amount_cents for link in one.settled_by})
            for key, one in found.items()
        }
        assert told == by_looking_at_everything(entries), seed


def takebacks_of_one_reference(count: int) -> list[ChainEntry]:
    """As many announced as taken, of amounts that never meet: each settles in parts."""
    half = count // 2
    notices = [entry(key, -(key % 7 + 1), group="OVP1", reference="OVP1") for key in range(half)]
    takings = [
        entry(half + key, key % 5 + 1, group="OVP1", reference="OVP1", day=1) for key in range(half)
    ]
    return notices + takings


def of_one_amount(count: int) -> list[ChainEntry]:
    """One amount that always fits several, so that all wait."""
    half = count // 2
    notices = [entry(key, -500) for key in range(half)]
    return notices + [entry(half + key, 500, day=1) for key in range(half)]


def balances_in_few_remittances(count: int) -> list[ChainEntry]:
    """Carried and brought forward, equal and not, on few days of few remittances."""
    return [
        entry(
            key,
            (key % 11 + 1) * (-1 if key % 2 else 1),
            chain=Chain.FORWARDING,
            reference=f"R{key % 3}",
            day=key % 5,
            remittance=key % 5 + 1,
            provider=PROVIDERS[key % 2],
        )
        for key in range(count)
    ]


MANY = [takebacks_of_one_reference, of_one_amount, balances_in_few_remittances]


def heap_steps(entries: list[ChainEntry], monkeypatch: pytest.MonkeyPatch) -> int:
    """How often something is put into a heap or taken out while they are settled."""
    steps = 0

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def count(*args: object) -> object:
            nonlocal steps
            steps += 1
            return call(*args)

        return count

    with monkeypatch.context() as patched:
        for name in ("heappush", "heappop"):
            patched.setattr(provider_chains, name, counted(getattr(provider_chains, name)))
        settle_chains(entries)
    return steps


@pytest.mark.parametrize("make", MANY)
def test_twice_as_many_take_about_twice_the_steps(
    make: Callable[[int], list[ChainEntry]], monkeypatch: pytest.MonkeyPatch
) -> None:
    few, many = (heap_steps(make(count), monkeypatch) for count in (1_000, 4_000))
    assert many <= 5 * few
    assert many <= 40 * 4_000


def test_interest_of_a_remittance_is_told_once_and_added_up_once() -> None:
    items = settled(*(adjustment(key, "L6", -1_00, remittance=5) for key in range(1, 4)))
    assert [item.reason for item in items] == [
        "1.00 of interest; the claims say 0.00 and the provider adjustments 3.00, difference -3.00."
    ] * 3


@pytest.mark.slow
@pytest.mark.parametrize("make", MANY)
def test_a_hundred_thousand_items_are_settled_at_all(
    make: Callable[[int], list[ChainEntry]],
) -> None:
    """By looking at everything that waits this would take hours."""
    entries = make(100_000)
    found = settle_chains(entries)
    assert sum(one.open_cents for one in found.values()) == sum(one.amount_cents for one in entries)


@pytest.mark.slow
def test_a_hundred_thousand_adjustments_of_one_remittance_become_items() -> None:
    codes = ("L6", "WO", "FB", "CS")
    items = settled(
        *(
            adjustment(key, codes[key % 4], 1_00 if key % 8 < 4 else -1_00, "OVP1", remittance=1)
            for key in range(1, 100_001)
        )
    )
    assert len(items) == 100_000
