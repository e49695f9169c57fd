"""The letter that appeals a work item: to read, and to take along as PDF or text."""

from edi_engine.errors import InputError
from edi_engine.jobs.letters import keep_letter, letter_templates, write_letter
from edi_engine.records.letters import LetterKind
from edi_engine.web.asking import Answer, Ask, Download, FieldError, HtmlPage, words_of_problem

__all__ = ["letter", "take_letter"]

_MEDIA_TYPES = {"pdf": "application/pdf", "txt": "text/plain; charset=utf-8"}


def letter(ask: Ask) -> Answer:
    """The letter as it would be written now, about what the item says or what was chosen."""
    return _page(ask)


def take_letter(ask: Ask) -> Answer:
    """The letter as a file; that it was written is noted on the item."""
    form = ask.form.get("form", "")
    if form not in _MEDIA_TYPES:
        return _page(ask, FieldError("", "Choose PDF or text."))
    number = ask.number("item")
    settings = ask.site.settings.appeals
    try:
        made, data = keep_letter(
            ask.store,
            number,
            kind=_kind(ask),
            as_pdf=form == "pdf",
            templates=letter_templates(settings.templates),
            policy=settings.policy,
            actor=ask.actor,
            as_of=ask.as_of,
        )
    except InputError as error:
        return _page(ask, FieldError("", words_of_problem(error)))
    return Download(data, _MEDIA_TYPES[form], f"appeal_{number}_{made.kind.value}.{form}")


def _page(ask: Ask, error: FieldError | None = None) -> HtmlPage:
    number, settings = ask.number("item"), ask.site.settings.appeals
    made = None
    try:
        with ask.store.looking() as store:
            made = write_letter(
                store,
                number,
                kind=_kind(ask),
                templates=letter_templates(settings.templates),
                policy=settings.policy,
                actor=ask.actor,
                as_of=ask.as_of,
            )
    except InputError as problem:
        if problem.message == "there is no such work item.":
            raise
        error = error or FieldError("kind", words_of_problem(problem))
    kind = _kind(ask)
    chosen = kind.value if kind else ""
    return HtmlPage(
        "letter.html",
        {
            "number": number,
            "letter": made,
            "kinds": list(LetterKind),
            "chosen": made.kind.value if made else chosen,
            "error": error,
        },
        400 if error and ask.form else 200,
    )


def _kind(ask: Ask) -> LetterKind | None:
    name = ask.form.get("kind", "") or ask.query.get("kind", "")
    return LetterKind(name) if name in {each.value for each in LetterKind} else None
