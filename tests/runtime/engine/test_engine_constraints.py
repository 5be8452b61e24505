"""Forced tokens: streamed with the choice before them, computed only when another choice follows, counted apart."""

from dataclasses import dataclass, field

from model_runtime.backends.base import Sampling
from model_runtime.engine.request import Event, Finished, GenerationRequest, Limits, Piece
from model_runtime.engine.scheduler import Scheduler
from tests.runtime.support.fake_backend import FakeBackend


@dataclass
class Script:
    """A grammar that forces the given texts in turn, with one free choice between them."""

    texts: list[bytes]
    complete: bool = False
    mask: bytes | None = None
    accepted: list[int] = field(default_factory=list)

    def forced(self, limit: int) -> list[int]:
        text = self.texts.pop(0)
        self.complete = not self.texts
        return list(text)[:limit]

    def accept(self, token: int) -> None:
        if token == 120:
            raise ValueError("no x here")
        self.accepted.append(token)


def run(script: Script, choices: str = "ABC", **limits: object) -> tuple[list[Event], FakeBackend]:
    left = iter(choices)
    backend = FakeBackend(lambda _position: ord(next(left)))
    scheduler = Scheduler(backend)
    events: list[Event] = []
    limits.setdefault("max_tokens", 50)
    scheduler.waiting.push(
        GenerationRequest([1, 2], Sampling(), Limits(**limits), events.extend, constraint=script)  # type: ignore[arg-type]
    )
    scheduler.admit()
    (sequence,) = scheduler.running
    while not sequence.finished:
        ((_, work),) = scheduler.plan()
        sequence.advance(work, backend.run([work])[0])
    return sequence.collect(), backend


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Piece))


def test_forced_tokens_are_counted_and_each_has_its_place_in_the_piece() -> None:
    events, _ = run(Script([b"<", b" one", b" two"]), "AB")
    assert text_of(events) == "<A oneB two"
    (piece,) = [event for event in events if isinstance(event, Piece)]
    assert "".join("F" if token.forced else "c" for token in piece.tokens) == "FcFFFFcFFFF"
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert (finished.reason, finished.completion_tokens, finished.forced_tokens) == ("stop", 11, 9)
    assert finished.mean_logprob == -0.5, "forced tokens say nothing of the model's confidence"


def test_a_forced_run_is_computed_in_one_piece_with_the_choice_after_it() -> None:
    _, backend = run(Script([b"<", b" one", b" two"]), "AB")
    assert [len(step[0].tokens) for step in backend.steps] == [3, 5]


def test_a_complete_grammar_ends_without_another_step() -> None:
    events, backend = run(Script([b"all of it"]))
    assert text_of(events) == "all of it"
    assert backend.steps == []


def test_the_limit_cuts_a_forced_run() -> None:
    events, _ = run(Script([b"", b"0123456789", b""]), "A", max_tokens=4)
    assert (text_of(events), events[-1].reason) == ("A012", "length")  # type: ignore[union-attr]


def test_a_limit_reached_just_as_the_grammar_completes_is_no_cut() -> None:
    events, _ = run(Script([b"", b"012"]), "A", max_tokens=4)
    assert (text_of(events), events[-1].reason) == ("A012", "stop")  # type: ignore[union-attr]


def test_stop_strings_hold_in_forced_text_too() -> None:
    events, _ = run(Script([b"one. two. three"]), stop=(" two",))
    assert (text_of(events), events[-1].reason) == ("one.", "stop")  # type: ignore[union-attr]


def test_stop_tokens_hold_in_forced_text_too() -> None:
    stop = {"stop_tokens": frozenset(b".")}
    events, _ = run(Script([b"one. two"]), **stop)
    assert (text_of(events), events[-1].reason) == ("one", "stop")  # type: ignore[union-attr]
    events, _ = run(Script([b"one. two"]), **stop, include_stop=True)
    assert (text_of(events), events[-1].reason) == ("one.", "stop")  # type: ignore[union-attr]
    assert events[-1].forced_tokens == events[-1].completion_tokens == 4  # type: ignore[union-attr]


def test_a_choice_that_the_grammar_refuses_ends_the_answer_with_an_error() -> None:
    events, _ = run(Script([b"", b"", b""]), "Ax")
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert (finished.reason, finished.error) == ("error", "no x here")
