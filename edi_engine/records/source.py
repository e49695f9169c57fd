"""Where records come from: the transaction set in its file."""

from datetime import date

import msgspec

from edi_engine.findings import Place

__all__ = ["SetSource"]


class SetSource(msgspec.Struct, frozen=True, gc=False):
    """One transaction set and its envelope; shared by every record read from it.

    Ordinals count from 1 in the file. `byte_offset` is where ST starts (or the first segment read
    when ST is missing). `implementation` is ST03, else GS08, as the file has it: not to be
    trusted for the type; `set_type` ("835", "837", "277" ...) is told from ST01 and content.
    `created_on` is GS04, of a TA1 ISA09. Texts are empty where the file has none.
    """

    file_name: str
    file_digest: str
    set_ordinal: int
    set_control_number: str
    set_type: str
    implementation: str
    byte_offset: int
    interchange_control_number: str = ""
    interchange_sender_id: str = ""
    interchange_receiver_id: str = ""
    group_control_number: str = ""
    group_sender_code: str = ""
    group_receiver_code: str = ""
    created_on: date | None = None
    usage_indicator: str = ""

    def place(self, segment_ordinal: int, byte_offset: int, element: str = "") -> Place:
        """The place of a segment of this set, for a finding."""
        return Place(
            self.file_name,
            self.file_digest,
            self.set_ordinal,
            self.set_control_number,
            segment_ordinal,
            byte_offset,
            element,
        )
