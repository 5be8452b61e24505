"""The REST views described in OpenAPI, and the same as a page to read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

Node = dict[str, Any]


@cache
def description(language: str) -> Node:
    """The OpenAPI document, its words in `language`. The same for everybody: routes depend on nobody's rights."""
    with override(language):
        made = SchemaGenerator().get_schema(request=None, public=True)
        made["info"]["description"] = _(
            "What the chat’s page asks of its server. Programs ask with an API key, and see what was asked "
            "with it. A browser that has the page open asks with its session, and sends the cookie csrftoken "
            "as X-CSRFToken with every change. Questions are put through /v1/chat/completions."
        )
        found: Node = json.loads(OpenApiJsonRenderer().render(made))
    return found


@dataclass(frozen=True)
class Answer:
    status: str
    words: str
    shape: str


@dataclass(frozen=True)
class Operation:
    """One method of one route. `query`: parameters in the address; `takes`: the body's shape, "" without one."""

    name: str
    method: str
    path: str
    summary: str
    by_key: bool
    is_open: bool
    query: list[tuple[str, str]]
    takes: str
    gives: Answer
    refusals: list[Answer]


def operations(document: Node) -> Iterator[Operation]:
    """In the order of the paths."""
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            answers = [
                Answer(status, answer.get("description", ""), _body(document, answer))
                for status, answer in told["responses"].items()
            ]
            asked = [one for one in told.get("parameters", []) if one["in"] == "query"]
            yield Operation(
                name=told["operationId"],
                method=method.upper(),
                path=path,
                summary=told["summary"],
                by_key=any("key" in one for one in told.get("security", [])),
                is_open=not any(told.get("security", [])),
                query=[(one["name"], one.get("description", "")) for one in asked],
                takes=_body(document, told.get("requestBody", {})),
                gives=answers[0],
                refusals=answers[1:],
            )


def _body(document: Node, told: Node) -> str:
    content = told.get("content", {}).get("application/json")
    return shape(document, content["schema"]) if content else ""


def shape(document: Node, schema: Node) -> str:
    """A schema as people write it down: braces, names, types, and what they mean behind them."""
    return "\n".join(_lines(document, schema))


def _lines(document: Node, schema: Node) -> list[str]:
    if {"type": "null"} in schema.get("oneOf", []):
        *first, last = _lines(document, next(one for one in schema["oneOf"] if one != {"type": "null"}))
        return [*first, f"{last} | null"]
    schema = _resolved(document, schema)
    if schema.get("type") == "array":
        inner = _lines(document, schema["items"])
        return [f"[{inner[0]}", *inner[1:-1], f"{inner[-1]}, …]"] if len(inner) > 1 else [f"[{inner[0]}, …]"]
    if "properties" not in schema:
        return [_type(schema)]
    needed, lines = schema.get("required", []), ["{"]
    for name, field in schema["properties"].items():
        inner = _lines(document, field)
        inner[0] = f'"{name}"{"" if name in needed else "?"}: {inner[0]}'
        if words := field.get("description"):
            inner[0] += f"  // {words}"
        lines += [f"  {line}" for line in inner]
    return [*lines, "}"]


def _resolved(document: Node, schema: Node) -> Node:
    """Behind the reference, also where words stand beside it."""
    schema = next((one for one in schema.get("allOf", []) if "$ref" in one), schema)
    if "$ref" not in schema:
        return schema
    found: Node = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _type(schema: Node) -> str:
    if "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema["enum"])
    kinds = schema.get("type", "any")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return " | ".join(str(schema.get("format", kind)) if kind == "string" else kind for kind in kinds)
