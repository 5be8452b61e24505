"""Fits the search across languages on the demo's documents and prints how good it is, also on the collection that
is kept out.
"""

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.core.commands import ServiceCommand
from apps.inference.services import embedder_ensure
from apps.knowledge.fitting.across import FITTED, REPORTED, collect_across, fit_across, quality
from apps.knowledge.retrieval.across import OTHER
from apps.knowledge.retrieval.across_weights import save_across


class Command(ServiceCommand):
    help = __doc__
    needs_runtime = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--keep", action="store_true", help="write retrieval/weights/across.json")

    def run(self, **options: Any) -> None:
        for language in OTHER:
            embedder_ensure(language=language)
        demo = Path(settings.BASE_DIR) / "demo"
        found = {}
        for name in (*FITTED, REPORTED):
            found[name] = collect_across(name, demo)
            self.say(f"{name}: {len(found[name])} questions")
        weights = fit_across([one for name in FITTED for one in found[name]])
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
