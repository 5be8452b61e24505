"""The whole product as a newcomer starts it: one command, one question, ctrl-C, nothing left."""

import json
import os
import re
import signal
import subprocess
import sys

import httpx
import pytest

from tools.product import ROOT, Parley, asked, start, stop

pytestmark = pytest.mark.serve


@pytest.mark.parametrize(
    ("question", "expected"),
    [("How many days do I have to return a lamp?", "30 days"), ("买了以后多少天内可以退货？", "30 天")],
)
def test_an_answer_streams_with_its_source_and_is_there_after_a_reload(
    parley: Parley, question: str, expected: str
) -> None:
    answer = asked(parley, question)
    assert expected in answer["text"].replace("\xa0", " ")
    assert answer["end"]["status"] == "done" and answer["end"]["outcome"] == "answered"
    assert answer["sources"] and "[1]" in answer["text"]
    assert answer["seqs"] == list(range(1, len(answer["seqs"]) + 1))
    assert [message["text"] for message in answer["reloaded"]["messages"]] == [question, answer["text"]]


@pytest.mark.parametrize("question", ["Who won the 1998 World Cup?", "怎么做红烧肉？"])
def test_an_off_topic_question_is_declined_in_its_own_language(parley: Parley, question: str) -> None:
    answer = asked(parley, question)
    assert answer["end"]["outcome"] == "declined" and answer["sources"] == []
    assert bool(re.search("[一-鿿]", answer["text"])) == bool(re.search("[一-鿿]", question))


def test_who_waits_for_the_first_answer_is_told_when_the_models_are_loaded(parley: Parley) -> None:
    assert parley.process.stdout
    later = (line for line in parley.process.stdout if "models" in line)  # what came after the address
    assert next(later).startswith("The models are loaded (")


def test_passwords_are_printed_at_the_first_start(parley: Parley) -> None:
    printed = "".join(parley.output)
    assert all(re.search(rf"  {role} +\S{{12}}", printed) for role in ("customer", "reviewer", "operator", "admin"))


def test_a_command_beside_the_running_product_shares_its_services(parley: Parley) -> None:
    command = [sys.executable, "manage.py", "ask", "service", "When is shipping free?", "--json"]
    env = {**os.environ, "PARLEY_DATA": str(parley.data)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "answered"
    assert httpx.get(f"{parley.url}/healthz", timeout=60).json() == {"status": "ok"}


def test_a_taken_port_is_one_clear_line(parley: Parley) -> None:
    command = [sys.executable, "manage.py", "serve", "--port", str(parley.port)]
    env = {**os.environ, "PARLEY_DATA": str(parley.data)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=180)
    assert done.returncode == 1
    assert f"Port {parley.port} is taken" in done.stderr and "Traceback" not in done.stderr


def test_ctrl_c_then_kill_leave_no_process(parley: Parley) -> None:
    stop(parley, signal.SIGINT)
    assert parley.tree() == []
    assert parley.process.returncode == 0
    again = start(parley.data, parley.port)
    assert not any("Sign in as" in line for line in again.output)
    assert asked(again, "When is shipping free?")["end"]["outcome"] == "answered"
    stop(again, signal.SIGKILL)
    assert again.tree() == []
    assert again.process.stdout
    again.process.stdout.close()
