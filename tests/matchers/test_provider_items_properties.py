"""Whatever a payer sends: cents never appear or vanish, and the order of arrival says nothing."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from edi_engine.records.provider_items import PlacedAdjustment, ProviderItem, ProviderItemState
from tests.matchers.provider_making import adjustment, payment, settled

PAYMENTS = (
    payment(1),
    payment(2, claim=2, number="TEST0002", payer_number="ICN000002"),
    payment(3, claim=2, number="TEST0002", payer_number="ICN000002", status="22", cents=-80_00),
)


@st.composite
def sequences(draw: st.DrawFn) -> list[PlacedAdjustment]:
    """Few amounts, references and days, so that items meet."""
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["WO", "WO", "WO", "72", "FB", "FB", "CS", "AP", "L6", "XX"]),
                st.sampled_from([-80_00, 80_00, -50_00, 50_00, -30_00, 30_00, 0]),
                st.sampled_from(["", "OVP1", "OVP2", "ICN000001", "TEST0001", "ICN000002"]),
                st.integers(0, 6),
                st.integers(1, 6),
                st.sampled_from(["1999999976", "1999999984"]),
            ),
            max_size=14,
        )
    )
    return [
        # A remittance has one day, so it follows from its number.
        adjustment(
            place, code, cents, reference, days=day, remittance=10 * day + part, provider=npi
        )
        for place, (code, cents, reference, day, part, npi) in enumerate(rows, 1)
    ]


def closed_groups(items: list[ProviderItem]) -> list[list[ProviderItem]]:
    """Items tied to one another by what settled them, however far."""
    by_id = {item.item_id: item for item in items}
    groups, seen = [], set()
    for item in items:
        group, waiting = [], [item.item_id]
        while waiting:
            key = waiting.pop()
            if key not in seen:
                seen.add(key)
                group.append(by_id[key])
                waiting += [link.item_id for link in by_id[key].settled_by]
        if group and all(one.state is ProviderItemState.CLOSED for one in group):
            groups.append(group)
    return groups


@given(sequences())
def test_amounts_are_what_is_open_and_closed_groups_are_nothing(
    adjustments: list[PlacedAdjustment],
) -> None:
    items = settled(*adjustments, payments=PAYMENTS)
    assert [item.item_id for item in items] == [one.provider_adjustment_id for one in adjustments]
    awaiting = [item for item in items if item.state is not ProviderItemState.LEDGER]
    assert sum(item.amount_cents for item in awaiting) == sum(item.open_cents for item in awaiting)
    for group in closed_groups(items):
        assert sum(item.amount_cents for item in group) == 0
    settled_cents: Counter[tuple[int, int]] = Counter()
    for item in items:
        part = sum(link.amount_cents for link in item.settled_by)
        if item.state is not ProviderItemState.LEDGER:
            assert abs(item.amount_cents) == abs(item.open_cents) + part
            assert item.open_cents * item.amount_cents >= 0
        for link in item.settled_by:
            pair = (min(item.item_id, link.item_id), max(item.item_id, link.item_id))
            settled_cents[pair] += link.amount_cents * (1 if item.item_id < link.item_id else -1)
    assert not any(settled_cents.values())


@given(sequences(), st.integers(0, 1 << 30))
def test_the_order_of_arrival_changes_nothing(
    adjustments: list[PlacedAdjustment], seed: int
) -> None:
    shuffled = adjustments[:]
    Random(seed).shuffle(shuffled)
    assert settled(*shuffled, payments=PAYMENTS) == settled(*adjustments, payments=PAYMENTS)
