"""pyx12 as a second opinion about acknowledgments: it reads ours, and writes its own."""

import io
import json
import re
from functools import cache
from typing import Any

import msgspec
import pyx12.codes
import pyx12.map_if
import pyx12.params
import pyx12.x12n_document

from edi_engine.parsers.guide_check import _silence

__all__ = ["SetVerdictRead", "pyx12_answer_and_report", "pyx12_errors", "verdicts_of"]

_load = pyx12.map_if.load_map_file


@cache
def _loaded(name: str) -> Any:
    settings = pyx12.params.ParamsBase()
    lists = ",".join(one for one, _ in pyx12.codes.list_external_codesets())
    settings.set("exclude_external_codes", lists)
    return _load(name, settings)


def _run(text: str) -> tuple[bool | None, str, str]:
    """Whether pyx12 is content (None when it fails), its acknowledgment, its report.

    It loads its maps anew for each file, which is most of its time; here they are loaded once.
    """
    answer, report = io.StringIO(), io.StringIO()
    pyx12.map_if.load_map_file = lambda name, *_: _loaded(name)
    try:
        with _silence():
            passed = pyx12.x12n_document.x12n_document(
                pyx12.params.ParamsBase(), io.StringIO(text), answer, None, fd_json=report
            )
    except Exception:  # it fails at many files, and that is no matter of ours
        return None, answer.getvalue(), report.getvalue()
    finally:
        pyx12.map_if.load_map_file = _load
    return passed, answer.getvalue(), report.getvalue()


def pyx12_errors(text: str) -> list[str]:
    """What pyx12 has against an acknowledgment; nothing when it is content."""
    passed, _, report = _run(text)
    if passed:
        return []
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            found.extend(str(each["err_str"]) for each in value.get("errors", ()))
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(json.loads(report or "{}"))
    return found or ["it gave no reason"]


def pyx12_answer_and_report(text: str) -> tuple[str, str]:
    """The 999 or 997 that pyx12 writes itself, empty or broken off where it cannot, and its report
    of what it found, as JSON or empty."""
    _, answer, report = _run(text)
    return answer, report


class SetVerdictRead(msgspec.Struct, frozen=True):
    """What an acknowledgment says of one set: IK501, and the segments at fault as (id, IK302)."""

    verdict: str
    segments: frozenset[tuple[str, int]]


def verdicts_of(text: str) -> dict[tuple[str, str], SetVerdictRead]:
    """By (group control number, set control number). Sets said of incompletely are left out."""
    found: dict[tuple[str, str], SetVerdictRead] = {}
    group, number = "", ""
    segments: set[tuple[str, int]] = set()
    for segment in re.split(r"~\s*", text):
        elements = segment.split("*")
        if elements[0] == "AK1":
            group = elements[2]
        elif elements[0] == "AK2":
            number, segments = elements[2].strip(), set()
        elif elements[0] in {"IK3", "AK3"}:
            segments.add((elements[1], int(elements[2])))
        elif elements[0] in {"IK5", "AK5"}:
            found[group, number] = SetVerdictRead(elements[1], frozenset(segments))
    return found
