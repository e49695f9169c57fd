"""Files and archives made from the recipes in fixtures/files: broken ones cannot be kept as text.

A recipe has "members" (an archive of them is made) or "files" (written side by side, ingested in
that order). A member has a name and "segments", "text", "repeat" with "times", or members of its
own. "cut_bytes" cuts the archive's end off, "damage" changes one text in its bytes into another,
"limits" are those of the archive, "loads" the members that must be loaded all the same.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["FAILING", "archive_bytes", "content", "read_recipe", "write_recipe"]

FAILING = Path(__file__).parents[2] / "fixtures" / "files" / "fail"

Recipe = Mapping[str, Any]
_ENCRYPTED = 0x1


def read_recipe(path: Path) -> Recipe:
    found: Recipe = json.loads(path.read_text())
    return found


def write_recipe(recipe: Recipe, folder: Path) -> list[Path]:
    """The recipe's files in the folder, in the order of ingest."""
    if "members" in recipe:
        path = folder / "archive.zip"
        path.write_bytes(archive_bytes(recipe))
        return [path]
    paths = []
    for file in recipe["files"]:
        path = folder / file["name"]
        path.write_bytes(content(file))
        paths.append(path)
    return paths


def content(member: Recipe) -> bytes:
    """Bytes of one file of a recipe."""
    if "members" in member:
        return archive_bytes(member)
    if "segments" in member:
        return "".join(f"{segment}~\n" for segment in member["segments"]).encode()
    text: str = member["text"] if "text" in member else member["repeat"] * member["times"]
    return text.encode()


def archive_bytes(recipe: Recipe) -> bytes:
    """A zip archive of the recipe's members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for member in recipe["members"]:
            entry = zipfile.ZipInfo(member["name"])
            entry.compress_type = (
                zipfile.ZIP_STORED if member.get("stored") else zipfile.ZIP_DEFLATED
            )
            entry.external_attr = int(member.get("mode", "0o100644"), 8) << 16
            archive.writestr(entry, content(member))
    data = packed.getvalue()
    for member in recipe["members"]:
        if member.get("encrypted"):
            data = _flagged(data, member["name"].encode())
    if "damage" in recipe:
        before, after = recipe["damage"]
        data = data.replace(before.encode(), after.encode())
    return data[: len(data) - recipe.get("cut_bytes", 0)]


def _flagged(data: bytes, name: bytes) -> bytes:
    """The archive with the member marked as encrypted, in both of its headers."""
    changed = bytearray(data)
    for signature, flags_at, name_at in ((b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)):
        start = data.find(signature)
        while start >= 0:
            if data[start + name_at : start + name_at + len(name)] == name:
                changed[start + flags_at] |= _ENCRYPTED
            start = data.find(signature, start + 1)
    return bytes(changed)
