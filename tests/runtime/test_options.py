"""What the command line takes, and the words in which it refuses the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_runtime.options import parser, serve_options, shared_words

WHOLE = ("--slots", "--context-length", "--threads", "--queue-size", "--draft-tokens", "--port")
SECONDS = ("--request-timeout", "--drain-seconds")
NONSENSE = ("-1", "nan", "inf", "1e400", "999999999999", "many", "")


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["--manager", *words])
    assert ended.value.code == 2
    return capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *((option, value) for option in (*WHOLE, *SECONDS) for value in NONSENSE),
        *((option, value) for option in WHOLE for value in ("1_0", "٣", "2.5")),
        *((option, "0") for option in ("--slots", "--context-length", "--threads", "--request-timeout")),
    ],
)
def test_nonsense_is_refused_with_the_option_and_its_bounds(
    capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    words = refusal(capsys, f"{option}={value}")
    assert f"argument {option}: must be" in words
    assert " from " in words and repr(value) in words


@given(st.floats())
def test_times_that_are_taken_are_finite_and_not_negative(seconds: float) -> None:
    try:
        taken = parser().parse_args(["--manager", f"--drain-seconds={seconds!r}"]).drain_seconds
    except SystemExit:
        assert not 0 <= seconds <= 86_400
    else:
        assert taken == seconds and 0 <= taken <= 86_400


def test_what_makes_sense_is_served_as_it_was_said() -> None:
    words = ["--threads=3", "--slots=2", "--queue-size=0", "--context-length=400", "--draft-tokens=0"]
    words += ["--request-timeout=2.5", "--drain-seconds=0"]
    options = serve_options(parser().parse_args(["--model", "m", *words]))
    assert (options.threads, options.slots, options.queue_size, options.context_length) == (3, 2, 0, 400)
    assert (options.draft_tokens, options.request_timeout, options.drain_seconds) == (0, 2.5, 0.0)


def test_a_managers_children_hear_that_the_cards_decoder_is_wished(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--card-decoder" not in shared_words(parser().parse_args(["--manager"]))
    assert "--card-decoder" in shared_words(parser().parse_args(["--manager", "--card-decoder"]))
    monkeypatch.setenv("RUNTIME_CARD_DECODER", "1")
    assert "--card-decoder" in shared_words(parser().parse_args(["--manager"]))


def test_threads_of_the_environment_are_judged_as_if_they_were_typed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNTIME_THREADS", "3")
    assert parser().parse_args(["--manager"]).threads == 3
    monkeypatch.setenv("RUNTIME_THREADS", "0")
    assert "--threads: must be a whole number from 1 to 1024, not '0'" in refusal(capsys)
    monkeypatch.setenv("RUNTIME_THREADS", "")
    assert parser().parse_args(["--manager"]).threads >= 1
