"""Asks the questions of a file through the whole pipeline and prints how good search and answers are."""

import asyncio
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from apps.core.commands import ServiceCommand
from apps.inference.services import deployment_ensure, embedder_ensure
from apps.knowledge.selectors import collection_get, documents
from apps.registry.selectors import alias_target

from ...evaluation.cases import cases_read
from ...evaluation.report import report, report_text
from ...evaluation.run import Setting, evaluate
from ...models import Assistant


class Command(ServiceCommand):
    help = __doc__
    needs_runtime = True
    needs_starter = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        default = Assistant._meta.get_field("threshold").default
        parser.add_argument("collection", help="the collection's slug")
        parser.add_argument("file", type=Path, help="lines of {question, answers, document}; no answers: off topic")
        parser.add_argument("--alias", default="production", help="which model answers")
        parser.add_argument("--min-sentences", type=int, default=2)
        parser.add_argument("--max-sentences", type=int, default=2)
        parser.add_argument("--threshold", type=float, default=default, help="search confidence to answer from")
        parser.add_argument("--free", action="store_true", help="let the model write freely instead of quoting")
        parser.add_argument("--limit", type=int, help="only the first so many questions")
        parser.add_argument("--each", action="store_true", help="with --json: every answer too")

    def run(self, **options: Any) -> None:
        collection = collection_get(options["collection"])
        cases = cases_read(options["file"])[: options["limit"]]
        target = alias_target(options["alias"])
        deployment_ensure(target=target)
        embedder_ensure()
        setting = Setting(
            collection_id=collection.pk,
            documents=dict(documents(collection).values_list("pk", "name")),
            target=target,
            verbatim=not options["free"],
            threshold=options["threshold"],
            min_sentences=options["min_sentences"],
            max_sentences=options["max_sentences"],
        )
        results = asyncio.run(evaluate(setting, cases, lambda done: self._progress(done, len(cases))))
        data = {"collection": collection.slug, "model": target.served_id, **report(results)}
        if options["each"]:
            data["results"] = [asdict(result) for result in results]
        self.emit(data, report_text(data))

    def _progress(self, done: int, total: int) -> None:
        if done % 100 == 0 or done == total:
            self.say(f"{done} of {total} questions")
