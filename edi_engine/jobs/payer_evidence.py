"""What reconciling learns about payers, and what it may use of it.

Evidence is counted with the payments and remittances of each batch; what is believed of a payer is
looked at once, at the end of a run, for payers whose counts changed. What is learned in a run is
used, if the settings accept it at all, from the next run on.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import msgspec

from edi_engine.matchers import (
    learn,
    observe_group,
    observe_remittance,
    sign_as_profiled,
    trace_as_profiled,
)
from edi_engine.records.matching import (
    BilledClaim,
    ClaimId,
    ClaimPaymentId,
    PaidClaim,
    RemittanceId,
)
from edi_engine.records.payer_profiles import (
    EvidenceKind,
    LearnedQuirk,
    PayerProfiles,
    ProfileVersion,
    Quirk,
    payer_key,
)
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import ClaimMatch
from edi_engine.records.stored import RemittanceMoney, StoredRemittance
from edi_engine.store import Reader, Writer
from edi_engine.store.payer_profiles import ObservedSubject

__all__ = [
    "as_profiled",
    "count_payments",
    "count_remittances",
    "learn_profiles",
    "look_again_at",
    "newest_versions",
    "profiles_in_use",
    "unexpected_conflicts",
    "with_note",
]


def profiles_in_use(reader: Reader, policy: ReconcilePolicy) -> PayerProfiles:
    """What persons declared, and what was learned where the settings accept it."""
    learned = newest_versions(reader) if policy.use_learned_quirks else {}
    return PayerProfiles(tuple(reader.payer_declarations()), tuple(learned.values()))


def newest_versions(reader: Reader) -> dict[str, ProfileVersion]:
    """What is believed of each payer now, by payer."""
    return {one.payer: one for one in reader.profile_versions()}


def count_payments(
    writer: Writer,
    claims: Mapping[ClaimId, BilledClaim],
    payments: Mapping[ClaimPaymentId, PaidClaim],
    matches: Mapping[ClaimPaymentId, ClaimMatch],
) -> None:
    """Count what these payments show, in place of what they showed before."""
    found = observe_group(claims, payments, matches)
    writer.write_observations(
        [
            ObservedSubject(
                EvidenceKind.PAYMENT,
                payment_id,
                payer_key(payments[payment_id].payer_id, payments[payment_id].payer_name),
                payments[payment_id].paid_on,
                observation,
            )
            for payment_id, observation in found.items()
        ]
    )


def count_remittances(
    writer: Writer,
    heads: Mapping[RemittanceId, StoredRemittance],
    money: Mapping[RemittanceId, RemittanceMoney],
) -> None:
    """Count what these remittances as a whole show, in place of what they showed before."""
    used_before = writer.traces_used_before(heads)
    writer.write_observations(
        [
            ObservedSubject(
                EvidenceKind.REMITTANCE,
                remittance_id,
                payer_key(head.payer_id, head.payer_name),
                head.payment_date or head.production_date,
                observe_remittance(
                    trace_number=head.trace_number,
                    is_held=bool(head.held),
                    has_earlier_trace=remittance_id in used_before,
                    balance_sign=head.balance_sign,
                    provider_adjustments_cents=money[remittance_id].provider_adjustments_cents,
                ),
            )
            for remittance_id, head in heads.items()
        ]
    )


def as_profiled(
    reader: Reader, profiles: PayerProfiles, found: Sequence[RemittanceMoney]
) -> tuple[dict[RemittanceId, RemittanceMoney], dict[RemittanceId, str]]:
    """Sums of remittances, the sign of provider adjustments read as the payer's profile says where
    the remittance itself does not tell; and what was used for which, in a sentence."""
    money = {one.remittance_id: one for one in found}
    notes: dict[RemittanceId, str] = {}
    if not profiles:
        return money, notes
    heads = reader.remittances(money)
    conflicts = reader.remittance_conflicts(money)
    for key, head in heads.items():
        one = money[key]
        payer = (head.payer_id, head.payer_name, head.payment_date or head.production_date)
        sign = profiles.find(Quirk.INVERTED_PROVIDER_ADJUSTMENT_SIGN, *payer)
        is_inverted = sign_as_profiled(sign, one.balance_sign, one.provider_adjustments_cents)
        if sign is not None and is_inverted and one.balance_sign != "inverted":
            money[key] = msgspec.structs.replace(one, balance_sign="inverted")
            notes[key] = sign.sentence
        trace = trace_as_profiled(profiles, *payer)
        if trace is not None and key in conflicts:
            notes[key] = " ".join(filter(None, (notes.get(key), trace.sentence)))
    return money, notes


def with_note(
    standing: tuple[int, int, int, str], notes: Mapping[RemittanceId, str]
) -> tuple[int, int, int, str]:
    """A remittance's standing with what was used of its payer's profile in the reason."""
    remittance_id, posted_cents, suspense_cents, reason = standing
    note = notes.get(RemittanceId(remittance_id), "")
    return remittance_id, posted_cents, suspense_cents, " ".join(filter(None, (reason, note)))


def unexpected_conflicts(
    profiles: PayerProfiles,
    heads: Mapping[RemittanceId, StoredRemittance],
    conflicts: Mapping[int, str],
) -> dict[int, str]:
    """Those conflicts of trace numbers that a person must look at: not of a payer that uses its
    trace numbers again."""
    return {
        key: said
        for key, said in conflicts.items()
        if not _reuses_traces(profiles, heads[RemittanceId(key)])
    }


def _reuses_traces(profiles: PayerProfiles, head: StoredRemittance) -> bool:
    day = head.payment_date or head.production_date
    return trace_as_profiled(profiles, head.payer_id, head.payer_name, day) is not None


def learn_profiles(writer: Writer, policy: ReconcilePolicy, as_of: date) -> int:
    """Look again at payers whose counts changed; how many are believed to do something else now.

    Each such change is a new version. Where learned quirks are used, all of the payer is queued.
    """
    payers = writer.pending_payers()
    changed = []
    for payer in payers:
        learned = learn(writer.quirk_tallies(payer).get(payer, ()))
        versions = writer.profile_versions(payer)
        newest = versions[-1] if versions else None
        if _believed(learned) == _believed(newest.quirks if newest is not None else ()):
            continue
        number = newest.version + 1 if newest is not None else 1
        writer.add_profile_version(ProfileVersion(payer, number, as_of, learned))
        changed.append(payer)
    writer.clear_pending_payers(payers)
    if policy.use_learned_quirks:
        look_again_at(writer, changed)
    return len(changed)


def look_again_at(writer: Writer, payers: Collection[str]) -> None:
    """Queue everything that these payers sent."""
    if not payers:
        return
    named = [each for each in writer.remittance_payers() if payer_key(*each) in payers]
    writer.mark_pending_payments(writer.payment_ids_by_payer(named))
    writer.mark_pending_remittances(writer.remittance_ids_by_payer(named))


def _believed(quirks: tuple[LearnedQuirk, ...]) -> set[tuple[Quirk, int]]:
    return {(one.quirk, one.value) for one in quirks}
