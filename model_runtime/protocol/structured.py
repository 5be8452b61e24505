"""Answers that must follow a form: OpenAI's `response_format` and vLLM's `structured_outputs`."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from model_runtime.protocol.base import RequestModel

MAX_GRAMMAR = 262_144

Grammar = Annotated[str, Field(min_length=1, max_length=MAX_GRAMMAR)]


class JsonSchema(RequestModel):
    """A named schema. Answers always follow it strictly; `strict` is accepted for the protocol's sake."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    schema_: Annotated[dict[str, object], Field(alias="schema")]
    description: Annotated[str, Field(max_length=2000)] | None = None
    strict: bool | None = None


class ResponseFormat(RequestModel):
    """`text`, `json_object` (any object), or `json_schema` with a schema."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None

    @model_validator(mode="after")
    def _has_its_schema(self) -> "ResponseFormat":
        if (self.type == "json_schema") != (self.json_schema is not None):
            raise ValueError("json_schema goes with type json_schema")
        return self


class StructuredOutputs(RequestModel):
    """One of: a JSON schema, a regular expression for the whole answer, a choice of texts, a Lark grammar.

    The grammar is in llguidance's dialect, the schema an object or its JSON text.
    """

    json_: Annotated[dict[str, object] | Grammar | None, Field(alias="json")] = None
    regex: Grammar | None = None
    choice: Annotated[list[Grammar], Field(min_length=1, max_length=4096)] | None = None
    grammar: Grammar | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "StructuredOutputs":
        if sum(way is not None for way in (self.json_, self.regex, self.choice, self.grammar)) != 1:
            raise ValueError("exactly one of json, regex, choice and grammar must be given")
        return self
