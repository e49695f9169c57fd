"""The desk that takes in uploads, for pages and calls that need it."""

from edi_engine.errors import InputError
from edi_engine.jobs.uploads import UploadDesk
from edi_engine.web.asking import Ask

__all__ = ["desk_of"]


def desk_of(ask: Ask) -> UploadDesk:
    """Raises InputError where this server takes in no files."""
    if ask.site.desk is None:
        raise InputError(
            "this server takes in no files.", remedy="Use edi-engine ingest, or edi-engine serve."
        )
    return ask.site.desk
