"""A claim corrected or taken back: a form of what may change, a look at what it gives, the 837."""

from edi_engine.errors import InputError
from edi_engine.jobs.corrected_claims import MadeCorrection, keep_correction, preview_correction
from edi_engine.jobs.correction_forms import CorrectionForm, changes_of, correction_form
from edi_engine.jobs.worklist import note_item
from edi_engine.web.asking import (
    Answer,
    Ask,
    Download,
    FieldError,
    HtmlPage,
    whole_number,
    words_of_problem,
)

__all__ = ["correct", "correction"]


def correction(ask: Ask) -> Answer:
    """The form as the claim was billed."""
    with ask.store.looking() as store:
        return _page(ask, correction_form(store, ask.number("claim")))


def correct(ask: Ask) -> Answer:
    """Show what the changes give, or write it as a file to send."""
    claim_id = ask.number("claim")
    form = correction_form(ask.store, claim_id)
    try:
        if ask.form.get("action") == "write":
            return _written(ask, form)
        made = preview_correction(
            ask.store,
            claim_id,
            changes=[] if _is_void(ask) else changes_of(form, ask.form),
            is_void=_is_void(ask),
            reference=ask.form.get("reference", ""),
            submitter=ask.site.settings.submitter,
            actor=ask.actor,
            as_of=ask.as_of,
        )
    except InputError as error:
        return _page(ask, form, error=FieldError("", words_of_problem(error)))
    return _page(ask, form, made=made)


def _written(ask: Ask, form: CorrectionForm) -> Download:
    made = keep_correction(
        ask.store,
        form.claim_id,
        changes=[] if _is_void(ask) else changes_of(form, ask.form),
        is_void=_is_void(ask),
        reference=ask.form.get("reference", ""),
        submitter=ask.site.settings.submitter,
        actor=ask.actor,
        as_of=ask.as_of,
    )
    written = made.written
    kind = "void" if _is_void(ask) else "corrected"
    item = whole_number(ask.form.get("item", ""))
    if item is not None:
        said = "; ".join(written.changes) or "taken back as it was billed"
        number = f"{written.interchange_control_number:09d}"
        text = f"Claim written as frequency {written.frequency_code}, interchange {number}: {said}."
        note_item(ask.store, item, text, actor=ask.actor, policy=ask.policy.worklist)
    name = f"{kind}_claim_{written.claim_id}_{written.interchange_control_number:09d}.837"
    return Download(made.data, "application/edi-x12", name)


def _page(
    ask: Ask,
    form: CorrectionForm,
    *,
    made: MadeCorrection | None = None,
    error: FieldError | None = None,
) -> HtmlPage:
    given = ask.form or {field.name: field.value for field in form.fields}
    return HtmlPage(
        "correction.html",
        {
            "form": form,
            "given": given,
            "made": made,
            "text": made.data.decode("latin-1").replace("~", "~\n").splitlines() if made else (),
            "item": whole_number(ask.form.get("item", "") or ask.query.get("item", "")),
            "error": error,
        },
        400 if error else 200,
    )


def _is_void(ask: Ask) -> bool:
    return ask.form.get("void") == "yes"
