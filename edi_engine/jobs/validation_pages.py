"""A page of validated files, written where it was asked for and nowhere else."""

import os
from pathlib import Path

from edi_engine.errors import InputError
from edi_engine.exports.validation_page import FINDINGS_SHOWN_MAX, PageFile, validation_page
from edi_engine.jobs.archives import Spool
from edi_engine.jobs.validate import CheckedFile
from edi_engine.parsers.page_segments import page_segments

__all__ = ["FILES_SHOWN_MAX", "PageWriter"]

FILES_SHOWN_MAX = 50
"""How many files one page shows; of a folder with more, the first ones."""


class PageWriter:
    """Gathers files as they are checked, then writes the page. Holds file content till then."""

    def __init__(self) -> None:
        self._files: list[PageFile] = []
        self.left_out_count = 0

    def take(self, checked: CheckedFile, spool: Spool) -> None:
        """The next file; the spool is read once more."""
        if len(self._files) >= FILES_SHOWN_MAX:
            self.left_out_count += 1
            return
        spool.stream.seek(0)
        places = (one.place.byte_offset for one in checked.findings[:FINDINGS_SHOWN_MAX])
        shown = page_segments(spool.stream, places)
        file = checked.file
        self._files.append(
            PageFile(
                file.name,
                f"{file.sets_count} sets, {file.claims_count} claims, "
                f"{file.claim_payments_count} claim payments",
                file.checks,
                checked.findings,
                shown.segments,
                shown.whole_count,
            )
        )

    def write(self, path: Path) -> None:
        """Write the page, readable by its owner only. Raises InputError when it cannot be."""
        page = validation_page(self._files).encode("utf-8")
        partial = path.with_name(f".{path.name}.partial")
        try:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as writing:
                writing.write(page)
            os.replace(partial, path)
        except OSError as error:
            raise InputError(
                f"the page cannot be written ({error.strerror}).",
                place=str(path),
                remedy="Name a file in a folder that may be written to.",
            ) from error
