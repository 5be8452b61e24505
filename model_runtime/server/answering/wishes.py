"""What a body wishes, in the engine's terms: bounds, sampling, form."""

import json

from model_runtime.backends.base import Sampling
from model_runtime.backends.grammar import BadGrammar, GrammarCompiler, GrammarConstraint
from model_runtime.engine.request import Limits
from model_runtime.protocol.generation import GenerationFields
from model_runtime.protocol.structured import ResponseFormat, StructuredOutputs
from model_runtime.server.http.errors import ApiError
from model_runtime.server.runtime import Generator


def limits_of(body: GenerationFields, prompt_tokens: int, context_length: int, param: str) -> Limits:
    """The answer's bounds. Raises ApiError 400 with the numbers when the prompt (field `param`) leaves no room."""
    room = context_length - prompt_tokens
    if room < 1:
        raise ApiError(
            400,
            f"The prompt has {prompt_tokens} tokens; this model's context is {context_length} tokens, "
            f"the answer included.",
            param=param,
            code="context_length_exceeded",
        )
    wanted = body.token_limit
    return Limits(
        max_tokens=min(room, wanted) if wanted is not None else room,
        min_tokens=body.min_tokens,
        ignore_eos=body.ignore_eos,
        stop=body.stops,
        stop_tokens=frozenset(body.stop_token_ids),
        include_stop=body.include_stop_str_in_output,
    )


def sampling_of(body: GenerationFields, generator: Generator, top_logprobs: int) -> Sampling:
    """How to draw: the body's wish, else the model's recommendation, else OpenAI's defaults."""
    defaults = generator.defaults
    vocabulary = generator.vocab_size
    bias = {int(token): value for token, value in (body.logit_bias or {}).items()}
    for name, tokens in (("logit_bias", bias), ("stop_token_ids", body.stop_token_ids)):
        if any(token >= vocabulary for token in tokens):
            raise ApiError(400, f"{name}: tokens go from 0 to {vocabulary - 1}.", param=name, code="invalid_value")
    return Sampling(
        temperature=body.temperature if body.temperature is not None else defaults.get("temperature", 1.0),
        top_p=body.top_p if body.top_p is not None else defaults.get("top_p", 1.0),
        top_k=max(body.top_k if body.top_k is not None else int(defaults.get("top_k", 0)), 0),
        min_p=body.min_p,
        presence_penalty=body.presence_penalty,
        frequency_penalty=body.frequency_penalty,
        repetition_penalty=(
            body.repetition_penalty
            if body.repetition_penalty is not None
            else defaults.get("repetition_penalty", 1.0)
        ),
        logit_bias=bias,
        top_logprobs=top_logprobs,
    )


def constraint_of(body: GenerationFields, generator: Generator) -> GrammarConstraint | None:
    """The form of the answer, if any; takes time, so call it off the event loop. Raises ApiError 400."""
    form = body.structured_outputs or body.response_format
    if form is None:
        return None
    try:
        if isinstance(form, StructuredOutputs):
            return _structured(form, generator.grammars)
        return _formatted(form, generator.grammars)
    except BadGrammar as error:
        param = "structured_outputs" if body.structured_outputs else "response_format"
        raise ApiError(400, f"The grammar does not compile: {error}", param=param, code="bad_grammar") from error


def _structured(form: StructuredOutputs, grammars: GrammarCompiler) -> GrammarConstraint:
    if form.regex is not None:
        return grammars.regex(form.regex)
    if form.choice is not None:
        # A string of Lark is one of JSON.
        return grammars.lark("start: " + " | ".join(map(json.dumps, form.choice)))
    if form.grammar is not None:
        return grammars.lark(form.grammar)
    return grammars.json_schema(_schema(form.json_))


def _schema(given: object) -> dict[str, object]:
    try:
        schema = json.loads(given) if isinstance(given, str) else given
    except (ValueError, RecursionError) as error:
        raise BadGrammar("json is not valid JSON") from error
    if not isinstance(schema, dict):
        raise BadGrammar("json is not an object")
    return schema


def _formatted(form: ResponseFormat, grammars: GrammarCompiler) -> GrammarConstraint | None:
    if form.json_schema is not None:
        return grammars.json_schema(form.json_schema.schema_)
    return grammars.json_schema({"type": "object"}) if form.type == "json_object" else None
