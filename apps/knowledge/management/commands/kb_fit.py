"""Fits the sentence ranker and the confidence on public sets, writes retrieval/weights and prints the quality.

It also fits what the shipped reranker adds to the confidence, into the model's config (`--reranker`: only that).
"""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from apps.core.commands import ServiceCommand
from apps.core.errors import NotFound
from apps.core.language import Language
from apps.inference.services import reranker_ensure, reranker_target
from apps.knowledge.fitting.associations import learn_associations
from apps.knowledge.fitting.centres import centres_save
from apps.knowledge.fitting.collect import Example, collect
from apps.knowledge.fitting.measure import evidences, measure
from apps.knowledge.fitting.reread import reread_save, reread_weights
from apps.knowledge.fitting.sections import with_headings
from apps.knowledge.fitting.sets import KnowledgeSet, load_sets, load_unread, shortened
from apps.knowledge.fitting.standing import standing_fit
from apps.knowledge.fitting.train import averaged, fit_logistic, fit_ranker
from apps.knowledge.retrieval.associations import save_associations, use_associations
from apps.knowledge.retrieval.confidence import CHOSEN, MEANINGS
from apps.knowledge.retrieval.weights import Logistic, Weights, load, save

# Hidden units, steps and how many rankers are averaged: there are fewer English questions to fit on, and a larger
# layer would learn them by heart.
RANKER = {"zh": (24, 2000, 4), "en": (16, 1500, 4)}
TRIAL_RANKER = (4, 20, 1)
# Share of the off-topic questions to decline at a confidence of 0.5, set so that 0.2 suits people who write to a
# help desk in either language, and readers of an encyclopedia.
DECLINED = {"zh": 0.989, "en": 0.92}
# Of the confidence: with less, English weights hang on which questions were fitted on.
RIDGE = {"zh": 1.0, "en": 100.0}
FOLDS = 4  # of the Chinese sets
HELP_TIMES = 8  # how often each question to help pages counts: there are few


class Command(ServiceCommand):
    help = __doc__
    needs_runtime = True
    needs_starter = True  # and with it the reranker

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("language", choices=["en", "zh"])
        parser.add_argument("data", type=Path, help="the folder with qa_en and qa_zh")
        parser.add_argument(
            "--kept-out", type=Path, nargs="+", default=[], help="JSON lines with a `question` each, not to fit on"
        )
        parser.add_argument("--reranker", action="store_true", help="only what the reranker adds to the confidence")
        parser.add_argument(
            "--standing", action="store_true", help="only how sure to be of a section by its meaning alone (zh)"
        )
        parser.add_argument(
            "--centres", action="store_true", help="only the means of the Chinese model's vectors in the language"
        )
        parser.add_argument(
            "--trial", action="store_true", help="little of each set, only to see that all of it runs"
        )

    def run(self, **options: Any) -> None:
        language, data = options["language"], options["data"]
        if not data.is_dir():
            raise NotFound(f"There is no folder {data}.")
        lines = [line for path in options["kept_out"] for line in path.read_text(encoding="utf-8").splitlines()]
        kept_out = {json.loads(line)["question"].strip() for line in lines}
        if options["reranker"]:
            self._reread(language, data, load(language), kept_out)
            return
        if options["standing"]:
            weights = load("zh")
            save("zh", replace(weights, standing_out=standing_fit(weights.ranker)))
            return
        to_fit, to_report = load_sets(language, data, kept_out)
        if trial := options["trial"]:
            to_fit, to_report = [shortened(one) for one in to_fit], [shortened(one) for one in to_report]
        if options["centres"]:
            centres_save(to_fit, language)
            return
        fitted = self._examples(to_fit, language)
        units, steps, count = TRIAL_RANKER if trial else RANKER[language]
        lists = [(example.rows, example.right) for example, of_help in fitted if example.places and not of_help]
        ranker = averaged([fit_ranker(lists, units=units, steps=steps, seed=seed) for seed in range(count)])
        table: dict[str, Any] = {}
        standing = None
        if language == "zh":
            every = 20 if trial else 1
            ranker, shares = with_headings(ranker, data, every=every)
            table["section @1, @3"] = shares
            standing = standing_fit(ranker, every=every)
        weighed = [example for example, of_help in fitted for _ in range(HELP_TIMES if of_help else 1)]
        answered = [example for example in weighed if example.document]
        off_topic = [example for example in weighed if not example.document]
        sides = evidences(answered, ranker, language), evidences(off_topic, ranker, language)

        def fitted_on(columns: Sequence[int]) -> Logistic:
            return fit_logistic(*sides, columns=columns, declined=DECLINED[language], ridge=RIDGE[language])

        chosen = CHOSEN[language]
        without = fitted_on([column for column in chosen if column not in MEANINGS])
        weights = Weights(ranker, fitted_on(chosen), without, standing)
        if not trial:
            save(language, weights)
            if language == "zh":
                save_associations()
        self._reread(language, data, weights, kept_out, trial=trial)
        for one in to_report:
            table[one.name] = asdict(measure(self._collect(one), weights, language))
        self.emit(table, "\n".join(f"{name}: {quality}" for name, quality in table.items()))

    def _reread(
        self, language: Language, data: Path, weights: Weights, kept_out: set[str], *, trial: bool = False
    ) -> None:
        if reranker_target() is None:
            self.say("No reranker is registered: what it adds to the confidence stays as it is.")
            return
        reranker_ensure()
        sets = [shortened(one) if trial else one for one in load_unread(language, data, kept_out)]
        examples = [one for own in sets for one in self._collect(own) * (HELP_TIMES if own.help else 1)]
        found = reread_weights(examples, weights, language)
        if not trial:
            reread_save(language, found)
        self.say(f"confidence with the reranker: {found}")

    def _examples(self, sets: list[KnowledgeSet], language: str) -> list[tuple[Example, bool]]:
        """All sets' examples with whether they are of help pages. Chinese ones are made with associations learnt
        from other sets than their own; those of all are in use afterwards.
        """
        folds = FOLDS if language == "zh" else 1
        found: list[tuple[Example, bool]] = []
        for fold in range(folds):
            if language == "zh":
                use_associations(learn_associations([one for i, one in enumerate(sets) if i % folds != fold]))
            found += [(example, one.help) for one in sets[fold::folds] for example in self._collect(one)]
        if language == "zh":
            use_associations(learn_associations(sets))
        return found

    def _collect(self, one: KnowledgeSet) -> list[Example]:
        self.say(f"{one.name}: {len(one.passages)} passages, {len(one.questions)} questions")
        return collect(one)
