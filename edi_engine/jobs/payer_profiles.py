"""A payer's profile as a person sees and changes it: evidence, what is believed, what was said.

Nobody's word is removed: a later one outranks it. What hangs on it is concluded again at once.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.payer_evidence import look_again_at, newest_versions
from edi_engine.jobs.reconcile import reconcile
from edi_engine.matchers import QUIRK_LENGTH_MIN, opportunities
from edi_engine.records.payer_profiles import (
    CATALOGUE,
    EvidenceKind,
    LearnedQuirk,
    PayerProfiles,
    ProfileVersion,
    Quirk,
    QuirkDeclaration,
    QuirkMeaning,
    payer_key,
)
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import Reader, Store
from edi_engine.store.places import StoredPlace

__all__ = [
    "PayerProfileView",
    "QuirkExample",
    "QuirkStanding",
    "count_quirks",
    "declare_quirk",
    "show_profile",
]

_EXAMPLES = 3
_LENGTH_MAX = 50
"""CLM01 holds 38 characters at most, 20 by the guide: a greater length is a slip of the hand."""


class QuirkExample(msgspec.Struct, frozen=True):
    """A claim payment or remittance that shows a quirk, and where it stands."""

    kind: EvidenceKind
    identifier: int
    place: StoredPlace | None


class QuirkStanding(msgspec.Struct, frozen=True):
    """One quirk of a payer: counts of evidence, and whether it is "learned", "declared",
    "denied", or (empty) only counted. `is_used`: matching and posting may use it."""

    quirk: Quirk
    meaning: str
    state: str
    is_used: bool
    use: str
    value: int
    seen_count: int
    opportunities_count: int
    first_on: date | None
    last_on: date | None
    examples: tuple[QuirkExample, ...]


class PayerProfileView(msgspec.Struct, frozen=True):
    """All of a payer's profile as of a day. `versions` and `declarations`, oldest first."""

    payer: str
    names: tuple[str, ...]
    as_of: date
    quirks: tuple[QuirkStanding, ...]
    versions: tuple[ProfileVersion, ...]
    declarations: tuple[QuirkDeclaration, ...]


def show_profile(
    store: Store, payer_id: str, *, policy: ReconcilePolicy, as_of: date
) -> PayerProfileView:
    """A payer's profile. Raises InputError for a payer that no remittance names."""
    with store.reading() as reader:
        return _view(reader, payer_id, policy, as_of)


def declare_quirk(
    store: Store,
    payer_id: str,
    quirk: Quirk,
    *,
    is_denied: bool = False,
    value: int = 0,
    effective_from: date | None = None,
    effective_to: date | None = None,
    actor: str,
    note: str = "",
    policy: ReconcilePolicy,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
) -> PayerProfileView:
    """Say that a payer has a quirk, or has not, and conclude again what hangs on it.

    Raises InputError for an unknown payer, days in the wrong order, or a value that is missing,
    out of bounds, or of no use.
    """
    _require_usable(quirk, value, effective_from, effective_to, is_denied=is_denied)
    with store.writing() as writer:
        payer, _ = _payer(writer, payer_id)
        writer.declare_quirk(
            QuirkDeclaration(
                0,
                payer,
                quirk,
                is_denied,
                value,
                effective_from,
                effective_to,
                actor,
                now().isoformat(),
                note.strip(),
            )
        )
        look_again_at(writer, [payer])
    reconcile(store, policy=policy, as_of=as_of, now=now)
    return show_profile(store, payer_id, policy=policy, as_of=as_of)


def count_quirks(reader: Reader, as_of: date) -> dict[str, int]:
    """How many quirks each payer is known for, learned or declared and not denied, by payer."""
    learned = newest_versions(reader)
    profiles = PayerProfiles(tuple(reader.payer_declarations()), tuple(learned.values()))
    payers = {one.payer for one in profiles.declarations} | learned.keys()
    return {
        payer: sum(profiles.find(quirk, payer, "", as_of) is not None for quirk in Quirk)
        for payer in sorted(payers)
    }


def _require_usable(
    quirk: Quirk,
    value: int,
    effective_from: date | None,
    effective_to: date | None,
    *,
    is_denied: bool,
) -> None:
    if effective_from is not None and effective_to is not None and effective_to < effective_from:
        raise InputError(
            "it ends before it begins.",
            place=f"{effective_from.isoformat()} to {effective_to.isoformat()}",
            remedy="Give --from a day before --to.",
        )
    has_value = _meaning(quirk).has_value and not is_denied
    if has_value and not QUIRK_LENGTH_MIN <= value <= _LENGTH_MAX:
        raise InputError(
            f"a length of {QUIRK_LENGTH_MIN} to {_LENGTH_MAX} characters is expected.",
            place=quirk.value,
            remedy="Say to how many characters the payer cuts, with --value.",
        )
    if value and not has_value:
        raise InputError("it has no value.", place=quirk.value, remedy="Leave --value out.")


def _meaning(quirk: Quirk) -> QuirkMeaning:
    return CATALOGUE[list(Quirk).index(quirk)]


def _payer(reader: Reader, payer_id: str) -> tuple[str, list[tuple[str, str]]]:
    """The payer's key, and its identifiers and names as remittances have them."""
    payer = payer_key(payer_id, "")
    named = [each for each in reader.remittance_payers() if payer_key(*each) == payer]
    if not named:
        raise InputError(
            "no remittance names this payer.",
            place=f"payer {payer_id}",
            remedy='List payers with "edi-engine payers list".',
        )
    return payer, named


def _view(reader: Reader, payer_id: str, policy: ReconcilePolicy, as_of: date) -> PayerProfileView:
    payer, named = _payer(reader, payer_id)
    versions = reader.profile_versions(payer)
    declarations = reader.payer_declarations(payer)
    learned = versions[-1:]
    known = PayerProfiles(tuple(declarations), tuple(learned))
    used = PayerProfiles(tuple(declarations), tuple(learned if policy.use_learned_quirks else ()))
    counted = opportunities(reader.quirk_tallies(payer).get(payer, ()))
    standings = [
        _standing(reader, named, one, known=known, used=used, as_of=as_of)
        for one in _with_declared(counted, declarations, as_of)
    ]
    return PayerProfileView(
        payer,
        tuple(sorted({name for _, name in named if name})),
        as_of,
        tuple(standings),
        tuple(versions),
        tuple(declarations),
    )


def _with_declared(
    counted: Sequence[LearnedQuirk], declarations: Sequence[QuirkDeclaration], as_of: date
) -> list[LearnedQuirk]:
    """The counts, and without any those quirks that only persons speak of, in catalogue order."""
    found = list(counted)
    for said in declarations:
        known = {one.value for one in found if one.quirk is said.quirk}
        is_told = said.value in known if said.value else bool(known)
        if said.covers(as_of) and not is_told:
            found.append(LearnedQuirk(said.quirk, said.value, 0, 0, None, None))
    places = {quirk: place for place, quirk in enumerate(Quirk)}
    return sorted(found, key=lambda one: (places[one.quirk], one.value))


def _standing(
    reader: Reader,
    named: Sequence[tuple[str, str]],
    counted: LearnedQuirk,
    *,
    known: PayerProfiles,
    used: PayerProfiles,
    as_of: date,
) -> QuirkStanding:
    entry = _meaning(counted.quirk)
    return QuirkStanding(
        quirk=counted.quirk,
        meaning=entry.meaning,
        state=_state(counted, known, named[0], as_of),
        is_used=bool(entry.use) and _finds(used, counted, named[0], as_of),
        use=entry.use,
        value=counted.value,
        seen_count=counted.seen_count,
        opportunities_count=counted.opportunities_count,
        first_on=counted.first_on,
        last_on=counted.last_on,
        examples=_examples(reader, entry, named) if counted.seen_count else (),
    )


def _finds(
    profiles: PayerProfiles, counted: LearnedQuirk, payer: tuple[str, str], day: date
) -> bool:
    found = profiles.find(counted.quirk, *payer, day)
    return found is not None and found.value == counted.value


def _state(counted: LearnedQuirk, known: PayerProfiles, payer: tuple[str, str], day: date) -> str:
    said = [one for one in known.declarations if one.quirk is counted.quirk and one.covers(day)]
    if said and said[-1].is_denied:
        return "denied"
    if not _finds(known, counted, payer, day):
        return ""
    return "declared" if said else "learned"


def _examples(
    reader: Reader, entry: QuirkMeaning, named: Sequence[tuple[str, str]]
) -> tuple[QuirkExample, ...]:
    ids = reader.quirk_examples(entry.kind, entry.quirk, named, _EXAMPLES)
    of_kind = {
        EvidenceKind.PAYMENT: reader.claim_payment_place,
        EvidenceKind.REMITTANCE: reader.remittance_place,
    }
    return tuple(QuirkExample(entry.kind, one, of_kind[entry.kind](one)) for one in ids)
