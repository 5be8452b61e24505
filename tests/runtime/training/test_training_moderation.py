"""The moderation classifier's training in small: its data, its figures, and the exported model in the runtime."""

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from transformers import AutoModelForSequenceClassification

from model_runtime.backends.bert.load import load_bert
from model_runtime.backends.classifier import TextClassifier
from model_runtime.loading.judging.labels import Labels
from model_runtime.training.moderation.__main__ import main
from model_runtime.training.moderation.data import LABELS, Text, cleaned
from model_runtime.training.moderation.learning import chances
from model_runtime.training.moderation.measure import measure
from model_runtime.training.moderation.tokens import train_tokenizer
from model_runtime.training.sources.rude import read_rude, read_rude_held

SHIPPED = Path(__file__).parents[3] / "model_runtime" / "starter" / "moderation"
DATA = Path(__file__).parents[4] / "shared" / "data"


def test_tweets_lose_names_links_and_retweets() -> None:
    assert cleaned("RT @ann_1: you &amp; me  http://t.co/x @bob") == "you & me"


def test_full_width_and_capital_letters_are_the_plain_ones() -> None:
    tokenizer = train_tokenizer(["you fool, go away"] * 3, vocabulary=300)
    assert tokenizer.encode("ＹＯＵ Fool").ids == tokenizer.encode("you fool").ids


def test_figures_count_both_kinds_of_mistake() -> None:
    texts = [Text("COLD", "zh", "x", offensive, True) for offensive in (True, True, False, False, False)]
    texts.append(Text("help pages", "en", "y", False, True))
    figures = measure(texts, [0.9, 0.2, 0.8, 0.1, 0.1, 0.6])
    judged = figures["COLD (zh)"]
    assert (judged["accuracy"], judged["precision"], judged["recall"]) == (0.6, 0.5, 0.5)
    assert judged["wrong"] == pytest.approx(1 / 3)
    assert figures["help pages (en)"]["found"] == 1.0


@pytest.mark.skipif(not DATA.is_dir(), reason="the data folder ../shared/data is missing")
def test_the_quick_pipeline_exports_a_classifier_that_the_runtime_reads_alike(tmp_path: Path) -> None:
    out, work = tmp_path / "out", tmp_path / "work"
    assert main(["--data", str(DATA), "--work", str(work), "--out", str(out), "--quick"]) == 0

    network = AutoModelForSequenceClassification.from_pretrained(out, dtype=torch.float32).eval()
    model = load_bert(out, int8=False, threads=1)
    assert model is not None
    served = TextClassifier(model, out, labels=Labels(LABELS, several=False), window=256)
    texts = ["How do I get my money back?", "怎么退款？"]
    found = served.run(served.tokenize(texts, None))
    asked = [Text("", "en", text, False, True) for text in texts]
    ours = chances(network, Tokenizer.from_file(str(out / "tokenizer.json")), asked)
    assert [row[1] for row in found] == pytest.approx(ours, abs=1e-4)
    assert "| COLD (zh) |" in (out / "README.md").read_text(encoding="utf-8")


def test_patterns_of_insults_are_filled_alike_each_time_and_a_fifth_of_them_is_held_out() -> None:
    texts = read_rude(2000)
    assert texts == read_rude(2000) and len({text for text, _offends, _held in texts}) == len(texts)
    assert not any("{" in text or "\0" in text for text, _offends, _held in texts)
    for offends in (True, False):
        held = [held for _text, offensive, held in texts if offensive == offends]
        assert 0.1 < sum(held) / len(held) < 0.3
    shown = {text.casefold() for text, _offends, _held in texts}
    assert not shown & {text.casefold() for text, _offends in read_rude_held()}


def test_the_shipped_classifier_tells_insults_of_a_shop_from_complaints() -> None:
    """Texts by hand that no training saw; at the threshold from which the product blocks."""
    network = AutoModelForSequenceClassification.from_pretrained(SHIPPED, dtype=torch.float32).eval()
    texts = [Text("rude by hand", "en", text, offends, True) for text, offends in read_rude_held()]
    found = chances(network, Tokenizer.from_file(str(SHIPPED / "tokenizer.json")), texts)
    figures = measure(texts, found, 0.9)["rude by hand (en)"]
    assert figures["recall"] >= 0.45 and figures["wrong"] <= 0.02
