"""GET /metrics in Prometheus' text format."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from model_runtime.server.runtime import Runtime

_HELP = {
    "parley_runtime_requests_running": ("gauge", "Requests that hold a slot."),
    "parley_runtime_requests_waiting": ("gauge", "Requests in the queue."),
    "parley_runtime_requests_finished_total": ("counter", "Requests ended, by reason."),
    "parley_runtime_prompt_tokens_total": ("counter", "Prompt tokens of ended requests."),
    "parley_runtime_tokens_total": ("counter", "Tokens written."),
    "parley_runtime_forced_tokens_total": ("counter", "Tokens a grammar forced, written without a decode step."),
    "parley_runtime_steps_total": ("counter", "Steps of the engine."),
    "parley_runtime_step_seconds_total": ("counter", "Time spent in steps."),
    "parley_runtime_memory_bytes": ("gauge", "Memory the model takes."),
}


async def metrics(request: Request) -> Response:
    """Counters of the engine."""
    runtime: Runtime = request.app.state.runtime
    values: dict[str, list[tuple[str, float]]] = {"parley_runtime_memory_bytes": [("", runtime.memory_bytes)]}
    if runtime.generator is not None:
        engine = runtime.generator.engine.metrics
        values |= {
            "parley_runtime_requests_running": [("", engine.running)],
            "parley_runtime_requests_waiting": [("", engine.waiting)],
            "parley_runtime_requests_finished_total": [
                (f',reason="{reason}"', count) for reason, count in engine.finished.items()
            ],
            "parley_runtime_prompt_tokens_total": [("", engine.prompt_tokens)],
            "parley_runtime_tokens_total": [("", engine.tokens)],
            "parley_runtime_forced_tokens_total": [("", engine.forced_tokens)],
            "parley_runtime_steps_total": [("", engine.steps)],
            "parley_runtime_step_seconds_total": [("", engine.step_seconds)],
        }
    lines = []
    for name, samples in values.items():
        kind, text = _HELP[name]
        lines += [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
        lines += [f'{name}{{model="{runtime.name}"{labels}}} {value}' for labels, value in samples]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")
