"""What was said of claims on their way, gathered from the store for a batch of them."""

from collections.abc import Mapping

from edi_engine.matchers.receptions import Heard, reception_of
from edi_engine.records.lifecycles import Reception
from edi_engine.records.matching import BilledClaim, ClaimId
from edi_engine.store import Reader

__all__ = ["receptions_of"]


def receptions_of(
    reader: Reader,
    claims: Mapping[ClaimId, BilledClaim],
    clearinghouses: frozenset[str] = frozenset(),
) -> dict[ClaimId, Reception]:
    """How each claim was received; those left out of which nobody said anything. What was said of
    a set is read once for all of its claims."""
    own = reader.claim_sets(claims)
    sendings = reader.sendings_of_sets({one.set_id for one in own.values()})
    set_ids = [one.set_id for each in sendings.values() for one in each]
    of_sets = reader.acknowledgments_of_sets(set_ids)
    of_claims = reader.acknowledgments_of_claims(claims)
    heard_of_set = {
        set_id: {one.set_id: of_sets[one.set_id] for one in each if one.set_id in of_sets}
        for set_id, each in sendings.items()
    }
    found: dict[ClaimId, Reception] = {}
    for claim_id, claim in claims.items():
        place = own.get(claim_id)
        if place is None:
            continue
        each = sendings.get(place.set_id, ())
        of_set = heard_of_set.get(place.set_id, {})
        of_claim = of_claims.get(claim_id, ())
        if of_set or of_claim or len(each) > 1:
            found[claim_id] = reception_of(claim, Heard(each, of_set, of_claim), clearinghouses)
    return found
