"""Asks the questions of a file through the whole pipeline and prints how good search and answers are."""

import asyncio
from argparse import ArgumentParser
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from apps.core.actor import SYSTEM
from apps.core.commands import ServiceCommand
from apps.core.errors import Conflict
from apps.inference.services import deployment_ensure, embedder_ensure, reranker_ensure
from apps.knowledge.selectors import collection_get, documents
from apps.registry.selectors import alias_target

from ...evaluation.cases import Case
from ...evaluation.files import cases_read
from ...evaluation.job import run_carry_out
from ...evaluation.records import case_of, passages_standing, result_of
from ...evaluation.report import Result, report, report_text
from ...evaluation.run import Setting, evaluate
from ...evaluation.services import run_create, set_create
from ...models import Assistant, EvaluationSet


class Command(ServiceCommand):
    help = __doc__
    needs_runtime = True
    needs_starter = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        default = Assistant._meta.get_field("threshold").default
        parser.add_argument("collection", help="the collection's slug")
        parser.add_argument("file", type=Path, help="lines of {question, answers, document, kind}")
        parser.add_argument("--alias", default="production", help="which model answers")
        parser.add_argument("--min-sentences", type=int, default=2)
        parser.add_argument("--max-sentences", type=int, default=2)
        parser.add_argument("--threshold", type=float, default=default, help="search confidence to answer from")
        parser.add_argument("--free", action="store_true", help="let the model write freely instead of quoting")
        parser.add_argument("--limit", type=int, help="only the first so many questions")
        parser.add_argument("--alone", action="store_true", help="each question without those before it")
        parser.add_argument("--store", metavar="SET", help="keep the run, under this set; new: made from the file")
        parser.add_argument("--each", action="store_true", help="with --json: every answer too")

    def run(self, **options: Any) -> None:
        collection = collection_get(options["collection"])
        cases = cases_read(options["file"])[: options["limit"]]
        target = alias_target(options["alias"])
        settings: dict[str, Any] = {
            "verbatim": not options["free"],
            "threshold": options["threshold"],
            "min_sentences": options["min_sentences"],
            "max_sentences": options["max_sentences"],
            "follow": not options["alone"],
        }
        if name := options["store"]:
            run = run_create(
                actor=SYSTEM,
                set_id=_set_of(name, cases).pk,
                target=target,
                collection_ids=[collection.pk],
                settings=settings,
            )
            asyncio.run(run_carry_out(run.pk, lambda done: self._progress(done, len(cases))))
            results = [result_of(row) for row in run.results.all()]
        else:
            deployment_ensure(target=target)
            embedder_ensure()
            reranker_ensure()
            names = dict(documents(collection).values_list("pk", "name"))
            standing = passages_standing(case.passage for case in cases)
            setting = Setting((collection.pk,), names, target, passages=standing, **settings)
            results = asyncio.run(self._asked(setting, cases))
        data = {"collection": collection.slug, "model": target.served_id, **report(results)}
        if options["each"]:
            data["results"] = [asdict(result) for result in results]
        self.emit(data, report_text(data))

    async def _asked(self, setting: Setting, cases: list[Case]) -> list[Result]:
        results: dict[int, Result] = {}
        async with aclosing(evaluate(setting, cases)) as answered:
            async for place, result in answered:
                results[place] = result
                self._progress(len(results), len(cases))
        return [results[place] for place in range(len(cases))]

    def _progress(self, done: int, total: int) -> None:
        if done % 100 == 0 or done == total:
            self.say(f"{done} of {total} questions")


def _set_of(name: str, cases: list[Case]) -> EvaluationSet:
    """Runs of one set can be compared, so its questions must be the file's. Raises Conflict."""
    there = EvaluationSet.objects.filter(name=name).first()
    if there is None:
        return set_create(actor=SYSTEM, name=name, cases=cases)
    if [case_of(row) for row in there.cases.all()] != cases:
        raise Conflict(_("The set “%(name)s” has other questions than this file.") % {"name": name})
    return there
