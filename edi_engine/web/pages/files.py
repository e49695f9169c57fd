"""What arrived and what became of it: files, findings, quarantine, uploads, runs."""

from collections.abc import Mapping

from edi_engine.errors import InputError
from edi_engine.findings import Severity, finding_kind
from edi_engine.jobs.file_lists import (
    file_page,
    list_files,
    list_quarantined_sets,
    list_runs,
    list_set_aside,
    run_page,
    take_in_again,
)
from edi_engine.jobs.show.places import show_number, show_place
from edi_engine.records.numbers import FileNumber
from edi_engine.records.stored import FileState
from edi_engine.records.users import Permission
from edi_engine.web.asking import Answer, Ask, HtmlPage, Redirect, address_of, whole_number
from edi_engine.web.desk import desk_of

__all__ = [
    "act_on_upload",
    "file",
    "files",
    "finding",
    "place",
    "quarantine",
    "retry_set_aside",
    "run",
    "runs",
    "take_files",
    "uploads",
]

_PER_PAGE = 50
_FINDINGS_PER_PAGE = 100
_BYTE_DIGITS_MAX = 15


def files(ask: Ask) -> Answer:
    """Files from the newest on, and what was just uploaded."""
    return _files_page(ask)


def take_files(ask: Ask) -> Answer:
    """Keep what was sent; it is taken in beside the pages."""
    desk = desk_of(ask)
    if not ask.uploads:
        return _files_page(ask, error="Choose the files to upload.")
    kept: list[str] = []
    for upload in ask.uploads:
        try:
            kept.append(desk.accept(upload.name, upload.stream, login=ask.actor).name)
        except InputError as error:
            told = f" {_counted(len(kept))} kept before." if kept else ""
            return _files_page(ask, error=f"{error.sentences}{told}")
    return Redirect("/files", f"{_counted(len(kept))} kept and will be taken in now.")


def uploads(ask: Ask) -> Answer:
    """How the uploads stand; the script asks for it again and again while one goes on."""
    return HtmlPage("uploads.html", _upload_data(ask))


def act_on_upload(ask: Ask) -> Answer:
    """Try a failed upload again, or throw it away."""
    desk, number = desk_of(ask), ask.number("upload")
    try:
        if ask.form.get("action") == "again":
            return Redirect("/files", f"{desk.try_again(number).name} is tried again.")
        if ask.form.get("action") == "discard":
            return Redirect("/files", f"{desk.discard(number).name} is thrown away.")
    except InputError as error:
        return _files_page(ask, error=error.sentences)
    return _files_page(ask, error="Choose what to do.")


def file(ask: Ask) -> Answer:
    """A file with its findings and transaction sets."""
    severity = _severity(ask.query)
    page = _page_number(ask.query)
    number = ask.number("file")
    found = file_page(
        ask.store,
        number,
        severity=severity,
        limit=_FINDINGS_PER_PAGE,
        offset=(page - 1) * _FINDINGS_PER_PAGE,
    )
    here, chosen = f"/files/{number}", severity.value if severity else ""
    return HtmlPage(
        "file.html",
        {
            "found": found,
            "severity": chosen,
            "page": page,
            "earlier": address_of(here, severity=chosen, page=page - 1) if page > 1 else "",
            "later": address_of(here, severity=chosen, page=page + 1) if found.has_more else "",
        },
    )


def place(ask: Ask) -> Answer:
    """A place in a file, with the element marked."""
    file_id, byte_offset = ask.number("file"), ask.number("byte")
    wanted = ask.query.get("number", "")
    if wanted in {each.value for each in FileNumber}:
        nth = whole_number(ask.query.get("nth", ""), digits=5) or 1
        found = show_number(ask.store, file_id, byte_offset, FileNumber(wanted), nth)
    else:
        found = show_place(ask.store, file_id, byte_offset, ask.query.get("element", "")[:40])
    return HtmlPage("place.html", {"found": found})


def finding(ask: Ask) -> Answer:
    """What a finding code means, and what to do."""
    try:
        kind = finding_kind(ask.path["code"].upper())
    except KeyError:
        raise InputError("there is no finding of this code.") from None
    return HtmlPage("finding.html", {"kind": kind})


def quarantine(ask: Ask) -> Answer:
    """What a night set aside, and transaction sets that could not be read."""
    return _quarantine_page(ask)


def retry_set_aside(ask: Ask) -> Answer:
    """Take a file that was set aside in again."""
    run_id, number = ask.form.get("run", ""), ask.form.get("place", "")
    if not (_is_number(run_id) and _is_number(number)):
        return _quarantine_page(ask, error="Choose a file of the list.")
    try:
        entry = take_in_again(ask.store, desk_of(ask), int(run_id), int(number), login=ask.actor)
    except InputError as error:
        return _quarantine_page(ask, error=error.sentences)
    return Redirect("/files", f"{entry.name} is tried again.")


def runs(ask: Ask) -> Answer:
    """Runs from the newest on."""
    kind = ask.query.get("kind", "")
    found, older_than, kinds = list_runs(
        ask.store, kind=kind, before=_before(ask.query), limit=_PER_PAGE
    )
    older = address_of("/runs", kind=kind, before=older_than) if older_than else ""
    return HtmlPage("runs.html", {"runs": found, "kind": kind, "kinds": kinds, "older": older})


def run(ask: Ask) -> Answer:
    """One run with its report."""
    return HtmlPage("run.html", {"found": run_page(ask.store, ask.number("run"))})


def _files_page(ask: Ask, *, error: str = "") -> HtmlPage:
    state = _state(ask.query)
    found = list_files(ask.store, state=state, before=_before(ask.query), limit=_PER_PAGE)
    chosen = state.value if state else ""
    older = address_of("/files", state=chosen, before=found.older_than) if found.older_than else ""
    return HtmlPage(
        "files.html",
        {
            "found": found,
            "chosen": chosen,
            "older": older,
            "is_newest": _before(ask.query) is None,
            "error": error,
            "millions_max": ask.site.settings.web.upload_megabytes_max,
            **_upload_data(ask),
        },
        400 if error else 200,
    )


def _upload_data(ask: Ask) -> Mapping[str, object]:
    desk = ask.site.desk
    entries = desk.entries() if desk is not None and ask.may(Permission.TAKE_IN) else []
    return {
        "uploads": entries,
        "takes_files": desk is not None,
        "is_busy": any(not entry.is_settled for entry in entries),
    }


def _quarantine_page(ask: Ask, *, error: str = "") -> HtmlPage:
    return HtmlPage(
        "quarantine.html",
        {
            "set_aside": list_set_aside(ask.store),
            "sets": list_quarantined_sets(ask.store),
            "takes_files": ask.site.desk is not None,
            "error": error,
        },
        400 if error else 200,
    )


def _counted(count: int) -> str:
    return "1 file is" if count == 1 else f"{count} files are"


def _state(fields: Mapping[str, str]) -> FileState | None:
    name = fields.get("state", "")
    known = {each.value for each in FileState} - {FileState.READING.value}
    return FileState(name) if name in known else None


def _severity(fields: Mapping[str, str]) -> Severity | None:
    name = fields.get("severity", "")
    return Severity(name) if name in {each.value for each in Severity} else None


def _before(fields: Mapping[str, str]) -> int | None:
    text = fields.get("before", "")
    return int(text) if _is_number(text) else None


def _page_number(fields: Mapping[str, str]) -> int:
    text = fields.get("page", "")
    return max(int(text), 1) if _is_number(text) and len(text) < 6 else 1


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _BYTE_DIGITS_MAX
