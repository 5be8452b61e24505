"""Fits the search across languages on the demo's documents and on questions to an encyclopedia that speaks of
other things, and prints how good it is, also on the collection that is kept out.
"""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.core.commands import ServiceCommand
from apps.core.errors import NotFound
from apps.inference.services import embedder_ensure
from apps.knowledge.fitting.across import (
    FITTED,
    REPORTED,
    collect_across,
    collect_elsewhere,
    fit_across,
    quality,
)
from apps.knowledge.retrieval.across import OTHER
from apps.knowledge.retrieval.across_weights import save_across


class Command(ServiceCommand):
    help = __doc__
    needs_runtime = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("data", type=Path, help="the folder with qa_en and qa_zh")
        parser.add_argument(
            "--kept-out", type=Path, nargs="+", default=[], help="JSON lines with a `question` each, not to fit on"
        )
        parser.add_argument("--keep", action="store_true", help="write retrieval/weights/across.json")

    def run(self, **options: Any) -> None:
        data = options["data"]
        if not data.is_dir():
            raise NotFound(f"There is no folder {data}.")
        for language in OTHER:
            embedder_ensure(language=language)
        demo = Path(settings.BASE_DIR) / "demo"
        found = {}
        for name in (*FITTED, REPORTED):
            found[name] = collect_across(name, demo)
            self.say(f"{name}: {len(found[name])} questions")
        lines = [line for path in options["kept_out"] for line in path.read_text(encoding="utf-8").splitlines()]
        found["elsewhere"] = collect_elsewhere(data, [json.loads(line)["question"].strip() for line in lines])
        self.say(f"elsewhere: {len(found['elsewhere'])} questions")
        weights = fit_across([one for name in (*FITTED, "elsewhere") for one in found[name]])
        if options["keep"]:
            save_across(weights)
        table = {
            f"{name}, asked in {language}": asdict(
                quality([one for one in found[name] if one.asked.language == language], weights)
            )
            for name in found
            for language in OTHER
        }
        self.emit(table, "\n".join(f"{name}: {shares}" for name, shares in table.items()))
