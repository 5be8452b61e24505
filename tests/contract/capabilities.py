"""What a server can do beyond the protocol's core, found out by asking it.

Each capability is asked for once, with the smallest request that tells. `True` means the server did what was asked;
anything else it may do, such as refusing or silently ignoring, is `False`.
"""

import functools
from typing import Any

import httpx
import openai

ASK: list[Any] = [{"role": "user", "content": "Who pays?"}]
WORDS = ("zebra", "quagga")


class Capabilities:
    """The capabilities of one server; the names are what tests ask for."""

    def __init__(self, client: openai.OpenAI, model: str, embedding_model: str | None) -> None:
        self._client = client
        self._model = model
        self._embedding_model = embedding_model

    @functools.cached_property
    def one_model_by_its_name(self) -> bool:
        """GET /v1/models/{id}."""
        return not self._refused(lambda: self._client.models.retrieve(self._model))

    @functools.cached_property
    def refusal_of_unknown_models(self) -> bool:
        """A model that is not served is an error; some servers answer with the one they have."""
        return self._refused(lambda: self._chat(model="nobody-knows-this"))

    @functools.cached_property
    def refusal_of_unknown_fields(self) -> bool:
        """A field that the server does not know is an error; some servers ignore it."""
        return self._refused(lambda: self._chat(extra_body={"surprise": 1}))

    @functools.cached_property
    def refusal_of_wild_temperatures(self) -> bool:
        """OpenAI's temperatures end at 2."""
        return self._refused(lambda: self._chat(temperature=9))

    @functools.cached_property
    def refusal_of_empty_conversations(self) -> bool:
        """A conversation needs a message."""
        return self._refused(lambda: self._chat(messages=[]))

    @functools.cached_property
    def keys(self) -> bool:
        """Whether a wrong key is refused; servers may be run without one."""
        stranger = self._client.with_options(api_key="wrong")
        return self._refused(stranger.models.list) or self._refused(lambda: self._chat(stranger))

    @functools.cached_property
    def legacy_logprobs(self) -> bool:
        """/v1/completions tells log-probabilities in the older shape of parallel lists."""
        answer = self._client.completions.create(model=self._model, prompt="a", max_tokens=1, logprobs=1)
        logprobs = answer.choices[0].logprobs
        return logprobs is not None and logprobs.tokens is not None

    @functools.cached_property
    def structured_json(self) -> bool:
        """structured_outputs.json, as vLLM has it."""
        return self._writes({"json": {"const": WORDS[0]}}, f'"{WORDS[0]}"')

    @functools.cached_property
    def structured_regex(self) -> bool:
        """structured_outputs.regex."""
        return self._writes({"regex": WORDS[0]})

    @functools.cached_property
    def structured_choice(self) -> bool:
        """structured_outputs.choice."""
        return self._writes({"choice": [WORDS[0]]})

    @functools.cached_property
    def structured_lark(self) -> bool:
        """structured_outputs.grammar in Lark's notation."""
        return self._writes({"grammar": f'start: "{WORDS[0]}"'})

    @functools.cached_property
    def completion_formats(self) -> bool:
        """response_format in /v1/completions, as vLLM has it."""
        try:
            answer = self._client.completions.create(
                model=self._model,
                prompt="a",
                max_tokens=64,
                extra_body={"response_format": {"type": "json_object"}},
            )
        except openai.APIError:
            return False
        return answer.choices[0].text.startswith("{")

    @functools.cached_property
    def stop_tokens(self) -> bool:
        """stop_token_ids and include_stop_str_in_output, as vLLM has them."""
        try:
            ends = self._chat(max_tokens=3, logit_bias={"40": 100}, extra_body={"stop_token_ids": [40]})
            shown = self._chat(stop=WORDS[0][0], extra_body={"include_stop_str_in_output": True})
        except openai.APIError:
            return False
        return ends.choices[0].finish_reason == "stop" and shown.choices[0].message is not None

    @functools.cached_property
    def repetition_penalty(self) -> bool:
        """repetition_penalty, as vLLM has it."""
        fields: dict[str, Any] = {"max_tokens": 16, "temperature": 0}
        try:
            answers = [
                self._chat(**fields, extra_body={"ignore_eos": True, "repetition_penalty": penalty})
                for penalty in (1.0, 10.0)
            ]
        except openai.APIError:
            return False
        plain, penalised = (answer.choices[0].message.content for answer in answers)
        return bool(plain != penalised)

    @functools.cached_property
    def continuation(self) -> bool:
        """continue_final_message leaves the assistant's last message open."""
        begun = [*ASK, {"role": "assistant", "content": WORDS[0]}]
        try:
            opened = self._chat(messages=begun, extra_body={"continue_final_message": True})
            closed = self._chat(messages=begun)
        except openai.APIError:
            return False
        return opened.usage.prompt_tokens < closed.usage.prompt_tokens

    @functools.cached_property
    def running_usage(self) -> bool:
        """stream_options.continuous_usage_stats puts counts into every chunk."""
        options: Any = {"include_usage": True, "continuous_usage_stats": True}
        try:
            parts = list(self._chat(stream=True, stream_options=options))
        except openai.APIError:
            return False
        return all(part.usage is not None for part in parts)

    @functools.cached_property
    def request_ids(self) -> bool:
        """X-Request-Id comes back, and /control/requests/{id}/cancel knows it."""
        answer = self._client.chat.completions.with_raw_response.create(
            model=self._model, messages=ASK, max_tokens=1, extra_headers={"X-Request-Id": "contract-1"}
        )
        return answer.headers.get("x-request-id") == "contract-1"

    @functools.cached_property
    def time_limits(self) -> bool:
        """X-Request-Timeout is read."""
        return self._refused(lambda: self._chat(extra_headers={"X-Request-Timeout": "never"}))

    @functools.cached_property
    def embeddings(self) -> bool:
        """A model of embeddings is served."""
        if self._embedding_model is None:
            return False
        model = self._embedding_model
        return not self._refused(lambda: self._client.embeddings.create(model=model, input="a"))

    @functools.cached_property
    def classification(self) -> bool:
        """/v1/classify, as vLLM has it, is there."""
        try:
            self._client.post("/classify", cast_to=httpx.Response, body={})
        except openai.NotFoundError:
            return False
        except openai.APIStatusError:
            return True
        return False

    @functools.cached_property
    def reranking(self) -> bool:
        """/v1/rerank, as vLLM, Jina and Cohere have it, is there."""
        try:
            self._client.post("/rerank", cast_to=httpx.Response, body={})
        except openai.NotFoundError:
            return False
        except openai.APIStatusError:
            return True
        return False

    def _chat(self, client: openai.OpenAI | None = None, **fields: Any) -> Any:
        given: dict[str, Any] = {"model": self._model, "messages": ASK, "max_tokens": 1}
        return (client or self._client).chat.completions.create(**(given | fields))

    def _writes(self, form: dict[str, Any], text: str = WORDS[0]) -> bool:
        try:
            answer = self._chat(max_tokens=16, extra_body={"structured_outputs": form})
        except openai.APIError:
            return False
        return answer.choices[0].message.content == text

    def _refused(self, ask: Any) -> bool:
        try:
            ask()
        except openai.APIStatusError:
            return True
        return False
