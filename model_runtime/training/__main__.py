"""`python -m model_runtime.training`: from the data to the starter model, stage by stage.

Every stage leaves its result in the work folder (.train/), and is skipped if that is there; training resumes
from its checkpoint. Delete the folder to start afresh.
"""

import argparse
import json
import logging
from pathlib import Path

import torch

from model_runtime.training import dataset, plans, tokens
from model_runtime.training.calibrate import calibrate
from model_runtime.training.card import write_card
from model_runtime.training.evaluate import evaluate, table
from model_runtime.training.examples import read_examples
from model_runtime.training.export import export
from model_runtime.training.loop import Trainer

STAGES = ("dataset", "tokenizer", "train", "evaluate", "export")
log = logging.getLogger("training")


def main(arguments: list[str] | None = None) -> int:
    """Run the stages asked for."""
    parser = argparse.ArgumentParser(prog="python -m model_runtime.training", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the data sources")
    parser.add_argument("--out", type=Path, default=Path("model_runtime/starter"), help="folder of the model")
    parser.add_argument("--work", type=Path, default=Path(".train"), help="folder of intermediate results")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    parser.add_argument("--threads", type=int, default=2, help="torch threads")
    parser.add_argument("--limit", type=int, help="measure on at most so many examples of each set")
    parser.add_argument("--quick", action="store_true", help="a smoke run of seconds; the model is of no use")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    if not options.data.is_dir():
        parser.error(f"no data folder at {options.data}")
    torch.set_num_threads(options.threads)
    run(options.data, options.out, options.work, options.stages, quick=options.quick, limit=options.limit)
    return 0


def run(data: Path, out: Path, work: Path, stages: list[str], *, quick: bool, limit: int | None) -> None:
    """Run stages; `quick` shrinks data and training, `limit` the evaluation."""
    examples = work / "data"
    if "dataset" in stages and not (examples / "train.jsonl").exists():
        dataset.build(data, examples, size=dataset.QUICK if quick else dataset.Size())
    if "tokenizer" in stages and not (work / "tokenizer" / "tokenizer.json").exists():
        size = 2_000 if quick else tokens.VOCABULARY
        tokens.save_tokenizer(tokens.train_tokenizer(tokens.training_texts(examples), size), work / "tokenizer")
    if not {"train", "evaluate", "export"} & set(stages):
        return
    tokenizer = tokens.load_tokenizer(work / "tokenizer")
    trainer = Trainer(tokenizer, plans.QUICK if quick else plans.FULL, work / "checkpoint.pt")
    if "train" in stages:
        trainer.train(list(read_examples(examples / "train.jsonl")))
    network = calibrate(trainer.network, trainer.encoder, examples, limit=4 if quick else 300)
    if "evaluate" in stages:
        measures = evaluate(network, trainer.encoder, examples, limit=2 if quick else limit)
        (work / "measures.json").write_text(json.dumps(measures, indent=1))
        log.info("measures\n%s", table(measures))
    if "export" in stages:
        size = export(network, tokenizer, out)
        measures = json.loads((work / "measures.json").read_text())
        write_card(
            out,
            measures,
            parameters=sum(p.numel() for p in network.parameters()),
            steps=trainer.step,
            seconds=trainer.seconds,
        )
        log.info("exported %s, %.1f MB", out, size / 1e6)


if __name__ == "__main__":
    raise SystemExit(main())
