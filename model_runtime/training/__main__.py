"""`python -m model_runtime.training`: from the data to the starter model, stage by stage.

Every stage leaves its result in the work folder (.train/), and is skipped if that is there; training resumes
from its checkpoint. Delete the folder to start afresh.
"""

import argparse
import json
import logging
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch

from model_runtime.training import dataset, plans
from model_runtime.training.calibrate import calibrate
from model_runtime.training.card import write_card
from model_runtime.training.evaluate import evaluate, score_of, table
from model_runtime.training.examples.examples import read_examples
from model_runtime.training.export import export
from model_runtime.training.loop import Trainer
from model_runtime.training.network.network import Network
from model_runtime.training.network.words import word_vectors
from model_runtime.training.sequences import tokens

STAGES = ("dataset", "tokenizer", "words", "train", "evaluate", "export")
JUDGED = 120  # examples of each set that a network is compared by while it trains
log = logging.getLogger("training")


def main(arguments: list[str] | None = None) -> int:
    """Run the stages asked for."""
    parser = argparse.ArgumentParser(prog="python -m model_runtime.training", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the data sources")
    parser.add_argument("--out", type=Path, default=Path("model_runtime/starter"), help="folder of the model")
    parser.add_argument("--work", type=Path, default=Path(".train"), help="folder of intermediate results")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    parser.add_argument("--device", default="cpu", help="where to train: cpu, or cuda, with a plan of its own")
    parser.add_argument("--words", type=Path, help="folder of the packaged embedder: words start with its meanings")
    parser.add_argument("--seconds", type=float, help="training time on a GPU")
    parser.add_argument("--development", type=Path, help="questions of QED that stay out, as lines of JSON")
    parser.add_argument("--threads", type=int, default=2, help="torch threads")
    parser.add_argument("--limit", type=int, help="measure on at most so many examples of each set")
    parser.add_argument("--quick", action="store_true", help="a smoke run of seconds; the model is of no use")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    if not options.data.is_dir():
        parser.error(f"no data folder at {options.data}")
    torch.set_num_threads(options.threads)
    run(options)
    return 0


def run(options: argparse.Namespace) -> None:
    """Run stages; `quick` shrinks data and training, `limit` the evaluation."""
    work, quick, stages = options.work, options.quick, options.stages
    examples = work / "data"
    gpu = options.device != "cpu"
    if "dataset" in stages and not (examples / "train.jsonl").exists():
        amount = dataset.QUICK if quick else dataset.LARGE if gpu else dataset.Size()
        held = options.development and frozenset(
            json.loads(line)["question"] for line in options.development.read_text(encoding="utf-8").splitlines()
        )
        dataset.build(options.data, examples, size=amount, development=held)
    if "tokenizer" in stages and not (work / "tokenizer" / "tokenizer.json").exists():
        size = 2_000 if quick else tokens.VOCABULARY
        tokens.save_tokenizer(tokens.train_tokenizer(tokens.training_texts(examples), size), work / "tokenizer")
    tokenizer = tokens.load_tokenizer(work / "tokenizer")
    meanings = work / "words.pt"
    if "words" in stages and options.words and not meanings.exists():
        torch.save(word_vectors(tokenizer, options.words), meanings)
    if not {"train", "evaluate", "export"} & set(stages):
        return
    plan = plans.QUICK if quick else plans.GPU if gpu else plans.FULL
    if gpu and options.seconds:
        plan = replace(plan, seconds=options.seconds)
    words = torch.load(meanings, weights_only=True) if meanings.exists() else None
    trainer = Trainer(tokenizer, plan, work / "checkpoint.pt", options.device, words)
    if "train" in stages:
        judge = partial(_judged, trainer, examples) if gpu else None
        trainer.train(list(read_examples(examples / "train.jsonl")), every=45 if gpu else 180, judge=judge)
    network = calibrate(trainer.chosen(), trainer.encoder, examples, limit=4 if quick else 300)
    if "evaluate" in stages:
        measures = evaluate(network, trainer.encoder, examples, limit=2 if quick else options.limit)
        (work / "measures.json").write_text(json.dumps(measures, indent=1))
        log.info("measures\n%s", table(measures))
    if "export" in stages:
        size = export(network, tokenizer, options.out)
        measures = json.loads((work / "measures.json").read_text())
        write_card(
            options.out,
            measures,
            parameters=sum(p.numel() for p in network.parameters()),
            steps=trainer.step,
            tokens=trainer.tokens,
            seconds=trainer.seconds,
            where=trainer.where,
            words=words is not None,
        )
        log.info("exported %s, %.1f MB", options.out, size / 1e6)


def _judged(trainer: Trainer, examples: Path, network: Network) -> float:
    measures = evaluate(network, trainer.encoder, examples, limit=JUDGED)
    log.info("%.0f s, score %.4f\n%s", trainer.seconds, score_of(measures), table(measures))
    return score_of(measures)


if __name__ == "__main__":
    raise SystemExit(main())
