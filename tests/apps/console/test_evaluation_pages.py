"""Staff make sets of questions, run them, and read what came of it."""

import json
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from apps.audit.selectors import audit_events
from apps.chat.evaluation.cases import Case
from apps.chat.evaluation.services import run_start, set_create
from apps.chat.models import Assistant, EvaluationResult, EvaluationRun, EvaluationSet
from apps.core.actor import SYSTEM
from apps.knowledge.indexing.indexes import index_active
from apps.knowledge.models import Collection, Document, EmbeddingIndex, Passage

from .conftest import World

SETS = "/console/evaluation/sets/"


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content[:300]
    return response.content.decode()


def made(name: str = "Returns", *more: Case) -> EvaluationSet:
    cases = [Case("How long for returns?", ("30 days",)), Case("Weather <b>now</b>?", ()), *more]
    return set_create(actor=SYSTEM, name=name, cases=cases)


def run_of(asked: EvaluationSet, **answers: str) -> EvaluationRun:
    """A finished run; `answers` by position ("p1"), right where they are the expected words."""
    run = run_start(actor=SYSTEM, set_id=asked.pk, assistant=Assistant.objects.get(slug="service"))
    for row in run.results.all():
        text = answers.get(f"p{row.position}", "")
        EvaluationResult.objects.filter(pk=row.pk).update(
            asked_at=timezone.now(),
            text=text,
            correct=text in row.answers,
            outcome="answered" if text else "declined",
        )
    metrics = {"answer_contains_gold": 1.0 if answers else 0.0, "errors": 0, "median_ms": {"answer": 1250.0}}
    metrics |= {"questions": 10, "offtopic_questions": 2}
    EvaluationRun.objects.filter(pk=run.pk).update(state="done", metrics=metrics)
    run.refresh_from_db()
    return run


def upload(client: Client, data: bytes, name: str = "cases.jsonl"):
    fields = {"name": "From a file", "origin": "file", "language": "en", "count": "10"}
    return client.post(f"{SETS}new/", {**fields, "file": SimpleUploadedFile(name, data)})


def test_a_file_becomes_a_set_that_can_be_downloaded_again(operator: Client, world: World) -> None:
    line = {
        "question": "多久到账？",
        "answers": ["五天", "5 天"],
        "document": "refunds.md",
        "group": "退款",
        "before": ["怎么申请退款？"],
    }
    response = upload(operator, json.dumps(line).encode())
    found = EvaluationSet.objects.get()
    assert response.headers["Location"] == f"{SETS}{found.pk}/"
    page = page_of(operator, response.headers["Location"])
    assert "多久到账？" in page and "怎么申请退款？" in page
    file = operator.get(f"{SETS}{found.pk}/questions.jsonl").getvalue().decode()
    assert json.loads(file) == line
    assert audit_events(action="evaluation_set.created").get().actor_label == "operator-person"


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"{}\n{}", "Lines 1, 2:"), (b"", "submitted file is empty"), (b"\xff\xff\xff", "cannot be read")],
)
def test_a_bad_file_says_where_and_keeps_nothing(operator: Client, world: World, data: bytes, told: str) -> None:
    assert told in upload(operator, data).content.decode()
    assert not EvaluationSet.objects.exists()


def test_the_documents_headings_become_questions(operator: Client, world: World) -> None:
    shop = Collection.objects.get(slug="shop")
    document = Document.objects.create(collection=shop, name="en/parcels.md", title="Parcels")
    for position, heading in enumerate(["Parcels › When does it arrive?", "Parcels › Costs"]):
        Passage.objects.create(
            collection=shop,
            document=document,
            position=position,
            heading=heading,
            text="It arrives within 3 days. By road.",
            language="en",
            spans=[0, 25, 26, 34],
            lexemes="",
            tokens_count=5,
        )
    fields = {"name": "Made", "collection": "shop", "language": "en", "count": "9"}
    operator.post(f"{SETS}new/", {**fields, "origin": "headings"})
    case = EvaluationSet.objects.get().cases.get()
    assert (case.question, case.answers) == ("When does it arrive?", ["It arrives within 3 days.", "By road."])
    operator.post(f"{SETS}new/", {**fields, "name": "Gaps", "origin": "gaps"})
    gap = EvaluationSet.objects.get(name="Gaps").cases.get()
    assert (gap.question, gap.answers, gap.document) == ("It arrives within ____.", ["3 days"], "en/parcels.md")
    refused = operator.post(f"{SETS}new/", {**fields, "name": "None", "language": "zh", "origin": "gaps"})
    assert "No question could be made" in refused.content.decode()


def test_a_run_is_offered_of_the_assistant_that_has_what_the_set_expects(reviewer: Client, world: World) -> None:
    boats = Collection.objects.create(slug="boats", name="Boats")
    Assistant.objects.create(slug="harbour", name="Harbour", position=9).collections.add(boats)
    Document.objects.create(collection=boats, name="moorings.md", title="Moorings")
    asked = made("Boats", Case("Where to moor?", ("pier 2",), "moorings.md"))
    assert '<option value="harbour" selected>' in page_of(reviewer, f"{SETS}{asked.pk}/")


def test_a_run_is_started_with_what_differs_and_watched(reviewer: Client, world: World) -> None:
    asked = made()
    fields = {"assistant": "service", "model": "tiny@1", "threshold": "0.5", "note": "stricter"}
    run_page = reviewer.post(f"{SETS}{asked.pk}/", fields).headers["Location"]
    run = EvaluationRun.objects.get()
    assert (run.settings["threshold"], run.note, run.state) == (0.5, "stricter", "queued")
    assert "data-watch" in page_of(reviewer, run_page)
    state = reviewer.get(f"{run_page}state/").json()
    assert state == {"state": "queued", "label": "0 of 2 questions", "progress": 0}
    reviewer.post(f"{run_page}cancel/")
    run.refresh_from_db()
    assert run.state == "cancelled" and "data-watch" not in page_of(reviewer, run_page)
    assert audit_events(action="evaluation.cancelled").exists()


def test_a_finished_run_shows_its_figures_and_which_answers_are_wrong(reviewer: Client, world: World) -> None:
    run = run_of(made())
    page = page_of(reviewer, f"/console/evaluation/runs/{run.pk}/")
    assert "1.2 s" in page and "How long for returns?" in page and "30 days" in page
    assert "Weather &lt;b&gt;now" in page and "of the 10 questions that have an answer" in page
    wrong = page_of(reviewer, f"/console/evaluation/runs/{run.pk}/?show=wrong")
    assert "How long for returns?" in wrong and "Weather" not in wrong


def test_an_answer_of_a_run_looks_as_in_the_chat(reviewer: Client, world: World) -> None:
    run = run_of(made(), p1="**Returns** – 30 days [1]")
    page = page_of(reviewer, f"/console/evaluation/runs/{run.pk}/")
    assert "<strong>Returns</strong> – 30 days" in page and ">1</span>" in page
    assert "**" not in page


def test_a_run_tells_how_sure_the_search_was_from_how_likely_an_answer_is_right(
    reviewer: Client, world: World
) -> None:
    run = run_of(made(), p1="30 days [1]")
    EvaluationResult.objects.filter(run=run).update(retrieval_confidence=0.63, confidence=0.87)
    page = page_of(reviewer, f"/console/evaluation/runs/{run.pk}/")
    assert page.count("search 63% sure") == 2 and page.count("87% likely right") == 1  # the other one is declined


def test_numbers_in_brackets_are_sources_only_where_documents_are_quoted(reviewer: Client, world: World) -> None:
    cases = made()
    quoting = run_of(cases, p1="30 days [1]")
    Assistant.objects.update(verbatim=False)
    writing = run_of(cases, p1="Take list[0] of it")
    assert "list[0] of it" in page_of(reviewer, f"/console/evaluation/runs/{writing.pk}/")
    both = page_of(reviewer, f"/console/evaluation/runs/{quoting.pk}/compare/?with={writing.pk}")
    assert "list[0] of it" in both and ">1</span>" in both


def test_an_answer_of_a_run_leads_to_each_place_that_it_cites_as_long_as_that_is_there(
    reviewer: Client, world: World
) -> None:
    passage = Collection.objects.get(slug="shop").passages.get()
    told = {"title": "Prices", "heading": "Lamps", "excerpt": "30 days"}
    sources = [
        told | {"number": 1, "passage": str(passage.pk), "rows": [7, 7]},
        told | {"number": 2, "passage": str(uuid.uuid4()), "title": "Old list"},
    ]
    cases = made()
    run, before = run_of(cases, p1="30 days [1] and [2]"), run_of(cases)
    EvaluationResult.objects.filter(run=run, position=1).update(sources=sources)
    place = f"/console/knowledge/passages/{passage.pk}/?row=7"
    for address in (f"{run.pk}/", f"{before.pk}/compare/?with={run.pk}"):
        page = page_of(reviewer, f"/console/evaluation/runs/{address}")
        assert f'<a class="cite" href="{place}">1</a>' in page and '<span class="cite">2</span>' in page
        assert f'<a href="{place}">Prices › Lamps</a>' in page and "row 7" in page
        assert "Old list › Lamps" in page and page.count("Its document was deleted or imported anew since.") == 1


def test_a_run_leads_from_a_question_to_what_was_expected_and_to_the_playground(
    reviewer: Client, world: World
) -> None:
    shop = Collection.objects.get(slug="shop")
    Assistant.objects.get(slug="service").collections.add(shop)
    passage, document = shop.passages.get(), shop.documents.get()
    gone = str(uuid.uuid4())
    cases = [
        Case("Who pays & why?", (), "returns.md", passage=str(passage.pk)),
        Case("In which document?", (), "returns.md", passage=gone),
        Case("Where to?", (), "nowhere.md"),
        Case("And how long?", (), "returns.md", before=("Who pays?",)),
    ]
    run = run_of(set_create(actor=SYSTEM, name="Places", cases=cases))
    page = page_of(reviewer, f"/console/evaluation/runs/{run.pk}/")
    assert "/console/playground/?q=Who+pays+%26+why%3F&amp;a_where=assistant%3Aservice&amp;a_threshold=0.2" in page
    assert "q=Where+to" in page and "q=And+how+long" not in page
    assert page.count(f"/console/knowledge/passages/{passage.pk}/") == 1
    assert page.count(f"/console/knowledge/documents/{document.pk}/") == 2
    assert gone not in page and page.count("Where the expected answer stands") == 3


def test_near_misses_have_figures_of_their_own_in_a_run_its_set_and_beside_another_run(
    reviewer: Client, world: World
) -> None:
    asked = made("Near", Case("Is there a piano?", (), near=True))
    runs = [run_of(asked, **answers) for answers in ({"p3": "120 seats"}, {})]
    for run, share in zip(runs, (0.0, 1.0), strict=True):
        EvaluationRun.objects.filter(pk=run.pk).update(
            metrics=run.metrics | {"near_questions": 4, "declined_near": share}
        )
    near = f"/console/evaluation/runs/{runs[0].pk}/?show=near"
    page = page_of(reviewer, near)
    assert "Is there a piano?" in page and "Near miss<" in page and "How long for returns?" not in page
    assert "of the 4 that come close" in page and "Near misses, declined" in page
    assert "+100.0" in page_of(reviewer, f"/console/evaluation/runs/{runs[0].pk}/compare/?with={runs[1].pk}")
    for address in (f"{SETS}{asked.pk}/", "/console/evaluation/"):
        assert "Off topic / near</th>" in page_of(reviewer, address)
    assert "Off topic / near</th>" not in page_of(reviewer, f"{SETS}{made().pk}/")


def test_answers_of_a_run_are_chosen_by_what_came_of_them(reviewer: Client, world: World) -> None:
    run = run_of(made())  # all declined, which is right for the second question alone
    shown = {
        show: [
            row.row.question
            for row in reviewer.get(f"/console/evaluation/runs/{run.pk}/?show={show}").context["answers"].rows
        ]
        for show in ("right", "wrong", "declined", "failed", "no such thing")
    }
    returns, weather = "How long for returns?", "Weather <b>now</b>?"
    assert shown == {
        "right": [weather],
        "wrong": [returns],
        "declined": [returns, weather],
        "failed": [],
        "no such thing": [returns, weather],
    }


def test_a_long_run_and_its_set_are_read_a_page_at_a_time(
    reviewer: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.console.reading.paging.PAGE_SIZE", 2)
    asked = set_create(actor=SYSTEM, name="Long", cases=[Case(f"Question {at}?", ("x",)) for at in "abcde"])
    for address in (f"/console/evaluation/runs/{run_of(asked).pk}/", f"{SETS}{asked.pk}/"):
        pages = [page_of(reviewer, f"{address}?page={number}") for number in (1, 2, 3)]
        assert ["Question a?" in page for page in pages] == [True, False, False]
        assert ["Question d?" in page for page in pages] == [False, True, False]
        assert ["Next page" in page for page in pages] == [True, True, False]
        assert ["Previous page" in page for page in pages] == [False, True, True]


def test_a_run_says_which_embedding_index_it_searched_also_after_another_one_took_over(
    reviewer: Client, world: World
) -> None:
    Assistant.objects.get(slug="service").collections.add(Collection.objects.get(slug="shop"))
    index = index_active()
    run = run_of(made())
    EmbeddingIndex.objects.filter(pk=index.pk).update(embedder="bge@2", activated_at=timezone.now())
    page = page_of(reviewer, f"/console/evaluation/runs/{run.pk}/")
    assert index.embedder in page and "bge@2" not in page
    assert re.search(rf"in use since <time [^>]*>{index.activated_at:%Y-%m-%d %H:%M}:\d\d UTC</time>", page)


def test_two_runs_differ_where_they_answered_differently(reviewer: Client, world: World) -> None:
    asked = made()
    one, other = run_of(asked), run_of(asked, p1="30 days")
    response = reviewer.get(f"/console/evaluation/runs/{one.pk}/compare/?with={other.pk}")
    ((question, first, second),) = response.context["differences"]
    assert (question, first.good, second.good) == ("How long for returns?", False, True)
    assert "+100.0" in response.content.decode()
    for bad in ("x", str(uuid.uuid4())):
        assert reviewer.get(f"/console/evaluation/runs/{one.pk}/compare/?with={bad}").status_code == 404


def test_a_set_is_deleted_only_with_its_name_typed(operator: Client, world: World) -> None:
    asked = made()
    assert operator.post(f"{SETS}{asked.pk}/delete/", {"name": "returns"}).status_code == 400
    assert EvaluationSet.objects.exists()
    operator.post(f"{SETS}{asked.pk}/delete/", {"name": "Returns"})
    assert not EvaluationSet.objects.exists()
    assert audit_events(action="evaluation_set.deleted").exists()


def test_without_any_set_the_page_says_what_to_do_first(operator: Client, world: World) -> None:
    assert "No questions to measure with yet" in page_of(operator, "/console/evaluation/")
    asked = made()
    run_of(asked)
    assert "Latest runs" in page_of(operator, "/console/evaluation/")
