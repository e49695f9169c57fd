"""What we answer to payers: appeals, their letters, corrected claims; and what becomes of a
remittance that is held."""

from collections.abc import Mapping
from datetime import date

import msgspec

from edi_engine.errors import InputError
from edi_engine.findings import Finding
from edi_engine.jobs.appeals import (
    AppealEntry,
    Filing,
    answer_appeal,
    appeals_of_item,
    file_appeal,
)
from edi_engine.jobs.corrected_claims import MadeCorrection, keep_correction, preview_correction
from edi_engine.jobs.correction_forms import CorrectionForm, changes_of, correction_form
from edi_engine.jobs.decide import dismiss as dismiss_remittance
from edi_engine.jobs.decide import hold as hold_remittance
from edi_engine.jobs.decide import release as release_remittance
from edi_engine.jobs.letters import Letter, keep_letter, letter_templates, write_letter
from edi_engine.jobs.payers import PayerStanding, release_payer_of
from edi_engine.records.appeals import Appeal, AppealMethod, AppealOutcome
from edi_engine.records.corrections import ClaimChange, WrittenClaim
from edi_engine.records.letters import LetterKind
from edi_engine.records.stored import StoredRemittance
from edi_engine.web.api.calling import FileAnswer, Input
from edi_engine.web.asking import Ask
from edi_engine.web.deciding import terms

__all__ = [
    "answer",
    "appeals",
    "correct",
    "correction",
    "dismiss",
    "file",
    "hold",
    "letter",
    "preview",
    "release",
    "release_payer",
    "take_letter",
]


class FileAppeal(Input, frozen=True, kw_only=True):
    """How an appeal was sent. Without a day it was today, without an amount all that is at risk.
    `seen` is the `last_event_id` of the item when it was looked at."""

    method: AppealMethod
    filed_on: date | None = None
    disputed_cents: int | None = None
    tracking_number: str = ""
    response_due_on: date | None = None
    note: str = ""
    seen: int | None = None


class AnswerAppeal(Input, frozen=True, kw_only=True):
    """What came of an appeal; without a day it was today."""

    outcome: AppealOutcome
    decided_on: date | None = None
    overturned_cents: int = 0
    note: str = ""
    seen: int | None = None


class LetterQuery(Input, frozen=True, kw_only=True):
    """What the letter is about; without it what the item says."""

    kind: LetterKind | None = None


class TakeLetter(LetterQuery, frozen=True, kw_only=True):
    """As PDF, or as plain text."""

    as_pdf: bool = True


class Correct(Input, frozen=True, kw_only=True):
    """`changes` gives new values by the names of the form's fields; a void takes the claim back as
    it was billed. `reference` is the payer claim control number where payments give none."""

    changes: Mapping[str, str] = msgspec.field(default_factory=dict)
    is_void: bool = False
    reference: str = ""


class CorrectionPreview(msgspec.Struct, frozen=True):
    """The corrected claim as it would be written, what is wrong in it, and its text (X12)."""

    written: WrittenClaim
    findings: tuple[Finding, ...]
    text: str


class Say(Input, frozen=True, kw_only=True):
    """Why."""

    note: str = ""


def appeals(ask: Ask) -> list[Appeal]:
    """The appeals of a work item, the oldest first."""
    return appeals_of_item(ask.store, ask.number("item"))


def file(ask: Ask, given: FileAppeal) -> AppealEntry:
    """Record that an appeal was sent."""
    if given.disputed_cents is not None and given.disputed_cents <= 0:
        raise InputError("an appeal is about more than nothing.", place="disputed_cents")

    def filing(at_risk_cents: int) -> Filing:
        disputed = given.disputed_cents
        return Filing(
            method=given.method,
            filed_on=given.filed_on or ask.as_of,
            disputed_cents=at_risk_cents if disputed is None else disputed,
            tracking_number=given.tracking_number.strip(),
            response_due_on=given.response_due_on,
            note=given.note.strip(),
        )

    return file_appeal(
        ask.store,
        filing,
        work_item_id=ask.number("item"),
        policy=ask.site.settings.appeals.policy,
        actor=ask.actor,
        as_of=ask.as_of,
        seen=given.seen,
    )


def answer(ask: Ask, given: AnswerAppeal) -> AppealEntry:
    """Record what came of an appeal."""
    if given.overturned_cents < 0:
        raise InputError("what was overturned is not below nothing.", place="overturned_cents")
    return answer_appeal(
        ask.store,
        ask.number("appeal"),
        given.outcome,
        decided_on=given.decided_on or ask.as_of,
        overturned_cents=given.overturned_cents,
        note=given.note.strip(),
        policy=ask.site.settings.appeals.policy,
        actor=ask.actor,
        as_of=ask.as_of,
        seen=given.seen,
    )


def letter(ask: Ask, given: LetterQuery) -> Letter:
    """The letter that appeals a work item, as it would be written now."""
    settings = ask.site.settings.appeals
    return write_letter(
        ask.store,
        ask.number("item"),
        kind=given.kind,
        templates=letter_templates(settings.templates),
        policy=settings.policy,
        actor=ask.actor,
        as_of=ask.as_of,
    )


def take_letter(ask: Ask, given: TakeLetter) -> FileAnswer:
    """The letter as a file; that it was written is noted on the item."""
    number, settings = ask.number("item"), ask.site.settings.appeals
    made, data = keep_letter(
        ask.store,
        number,
        kind=given.kind,
        as_pdf=given.as_pdf,
        templates=letter_templates(settings.templates),
        policy=settings.policy,
        actor=ask.actor,
        as_of=ask.as_of,
    )
    media_type, ending = ("application/pdf", "pdf") if given.as_pdf else ("text/plain", "txt")
    return FileAnswer(data, media_type, f"appeal_{number}_{made.kind.value}.{ending}")


def correction(ask: Ask) -> CorrectionForm:
    """What of a claim may be corrected, as it was billed."""
    return correction_form(ask.store, ask.number("claim"))


def preview(ask: Ask, given: Correct) -> CorrectionPreview:
    """The corrected claim as it would be written; nothing is kept."""
    made = _made(ask, given, is_kept=False)
    return CorrectionPreview(made.written, made.findings, made.data.decode("latin-1"))


def correct(ask: Ask, given: Correct) -> FileAnswer:
    """Write the corrected claim or the void as an 837 to send."""
    made = _made(ask, given, is_kept=True)
    kind, number = "void" if given.is_void else "corrected", made.written.interchange_control_number
    name = f"{kind}_claim_{made.written.claim_id}_{number:09d}.837"
    return FileAnswer(made.data, "application/edi-x12", name)


def release(ask: Ask, given: Say) -> StoredRemittance:
    """Let a remittance that is held or dismissed count."""
    return release_remittance(ask.store, ask.number("remittance"), note=given.note, **terms(ask))


def dismiss(ask: Ask, given: Say) -> StoredRemittance:
    """Say that a held remittance is none: nothing of it stays in the journal."""
    return dismiss_remittance(ask.store, ask.number("remittance"), given.note, **terms(ask))


def hold(ask: Ask, given: Say) -> StoredRemittance:
    """Hold a remittance back: nothing of it counts until it is released."""
    return hold_remittance(ask.store, ask.number("remittance"), given.note, **terms(ask))


def release_payer(ask: Ask, given: Say) -> PayerStanding:
    """Let all remittances of this one's payer post."""
    return release_payer_of(ask.store, ask.number("remittance"), note=given.note, **terms(ask))


def _made(ask: Ask, given: Correct, *, is_kept: bool) -> MadeCorrection:
    claim_id = ask.number("claim")
    return (keep_correction if is_kept else preview_correction)(
        ask.store,
        claim_id,
        changes=_changes(ask, claim_id, given),
        is_void=given.is_void,
        reference=given.reference,
        submitter=ask.site.settings.submitter,
        actor=ask.actor,
        as_of=ask.as_of,
    )


def _changes(ask: Ask, claim_id: int, given: Correct) -> list[ClaimChange]:
    """Raises InputError for a field that the form has not."""
    form = correction_form(ask.store, claim_id)
    unknown = given.changes.keys() - {field.name for field in form.fields}
    if unknown:
        raise InputError(
            f"the claim has no field {min(unknown)!r}.",
            place="changes",
            remedy=f"GET /api/claims/{claim_id}/correct lists its fields.",
        )
    return [] if given.is_void else changes_of(form, given.changes)
