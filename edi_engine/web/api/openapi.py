"""The description of the API (OpenAPI 3.1), made from the calls themselves.

Source: OpenAPI Specification 3.1.0; schemas are JSON Schema 2020-12 as msgspec writes them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from edi_engine.web.api.calling import ApiRoute, FileAnswer, Input, contract_of
from edi_engine.web.api.guard import Problem

__all__ = ["openapi_document"]

_VERSION = "1"
"""Raised when a name or a meaning changes; more fields do not change it."""

_REFERENCE = "#/components/schemas/{name}"
_PART = re.compile(r"\{(\w+)(?::(\w+))?\}")
_PROBLEMS: Mapping[int, str] = {
    400: "What was sent cannot be done; nothing was changed.",
    401: "No token, or one that lets nobody in.",
    403: "The role of the token's user does not include this, or the token only reads.",
    404: "There is no such thing.",
    409: "Somebody else changed it meanwhile; nothing was done.",
    413: "Too much was sent.",
    503: "Files are being taken in at this moment; nothing was changed.",
}
_ABOUT = (
    "The workbench for programs. Money is whole cents where a name ends in _cents, and dollars"
    " with two places, as text, in rows of tables. Days are ISO 8601, instants UTC. Send the header"
    " Authorization: Bearer TOKEN."
)


def openapi_document(routes: Sequence[ApiRoute]) -> dict[str, object]:
    """The whole description, ready to be written as JSON; the same every time."""
    kinds = list(_kinds(routes))
    schemas, components = _schemas(kinds)
    by_kind = {_key(kind): schema for kind, schema in zip(kinds, schemas, strict=True)}
    paths: dict[str, dict[str, object]] = {}
    for route in routes:
        there = paths.setdefault(_PART.sub(r"{\1}", route.path), {})
        there[route.method.lower()] = _operation(route, by_kind)
    return {
        "openapi": "3.1.0",
        "info": {"title": "edi-engine", "version": _VERSION, "description": _ABOUT},
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": components,
        },
    }


def _kinds(routes: Iterable[ApiRoute]) -> Iterable[object]:
    seen = set()
    for route in routes:
        contract = contract_of(route.endpoint)
        for kind in (contract.takes, contract.gives):
            if kind not in {None, FileAnswer} and _key(kind) not in seen:
                seen.add(_key(kind))
                yield kind
    yield Problem


def _schemas(
    kinds: Iterable[object],
) -> tuple[Sequence[Mapping[str, object]], Mapping[str, Mapping[str, object]]]:
    """The schema of each kind, and those that they refer to by name."""
    return msgspec.json.schema_components(kinds, schema_hook=_any_value, ref_template=_REFERENCE)


def _any_value(kind: object) -> dict[str, object]:
    """A value of a table: text, a number, a flag or null."""
    if kind is not object:
        raise NotImplementedError
    return {"type": ["string", "number", "boolean", "null"]}


def _key(kind: object) -> str:
    return repr(kind)


def _operation(route: ApiRoute, by_kind: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    contract = contract_of(route.endpoint)
    parameters: list[dict[str, object]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if kind == "int" else "string"},
        }
        for name, kind in _PART.findall(route.path)
    ]
    made: dict[str, object] = {
        "operationId": _operation_id(route),
        "tags": [route.path.split("/")[2]],
        "summary": contract.summary,
        "description": " ".join(
            filter(None, (contract.more, f"Needs the permission {route.permission.value}."))
        ),
        "responses": _responses(route, contract.gives, by_kind),
    }
    if contract.takes is not None and route.method == "GET":
        parameters += _query_parameters(contract.takes)
    if parameters:
        made["parameters"] = parameters
    if route.takes_files:
        made["requestBody"] = _files_body()
    elif contract.takes is not None and route.method == "POST":
        made["requestBody"] = {
            "required": any(field.required for field in msgspec.structs.fields(contract.takes)),
            "content": {"application/json": {"schema": by_kind[_key(contract.takes)]}},
        }
    return made


def _operation_id(route: ApiRoute) -> str:
    words = [part for part in re.split(r"[^a-z]+", _PART.sub(r"\1", route.path)[5:]) if part]
    return "_".join((route.method.lower(), *words))


def _query_parameters(takes: type[Input]) -> list[dict[str, object]]:
    """The fields of an Input, each as a parameter of its own."""
    fields = msgspec.structs.fields(takes)
    schemas, _ = _schemas([field.type for field in fields])
    return [
        {"name": field.name, "in": "query", "required": field.required, "schema": _given(schema)}
        for field, schema in zip(fields, schemas, strict=True)
    ]


def _given(schema: Mapping[str, object]) -> Mapping[str, object]:
    """The schema of a field that is left out where it has nothing: an address cannot hold null."""
    choices = schema.get("anyOf")
    if not isinstance(choices, list):
        return schema
    left = [one for one in choices if one != {"type": "null"}]
    return left[0] if len(left) == 1 else {**schema, "anyOf": left}


def _responses(
    route: ApiRoute, gives: object, by_kind: Mapping[str, Mapping[str, object]]
) -> dict[str, object]:
    content: dict[str, object] = (
        {"*/*": {"schema": {"type": "string", "format": "binary"}}}
        if gives is FileAnswer
        else {"application/json": {"schema": by_kind[_key(gives)]}}
    )
    wrong = {
        "type": "object",
        "required": ["error"],
        "properties": {"error": by_kind[_key(Problem)]},
    }
    usual = {400, 401, 403, 503} | ({409, 413} if route.method == "POST" else {404})
    return {
        "200": {"description": "Done.", "content": content},
        **{
            str(status): {
                "description": words,
                "content": {"application/json": {"schema": wrong}},
            }
            for status, words in _PROBLEMS.items()
            if status in usual
        },
    }


def _files_body() -> dict[str, object]:
    files = {"type": "array", "items": {"type": "string", "format": "binary"}}
    return {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {"files": files},
                }
            }
        },
    }
