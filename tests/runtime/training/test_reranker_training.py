"""What the reranker learns from: lists that say the truth, and nothing that others measure with."""

import json
import random
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

from model_runtime.loading.merging import merge_classifier
from model_runtime.training.examples import examples
from model_runtime.training.examples.text import detokenise
from model_runtime.training.reranker.batches import Lists, batch_of, loader
from model_runtime.training.reranker.chinese import chinese_pools
from model_runtime.training.reranker.english import english_pools, grouped, rewordings
from model_runtime.training.reranker.help import chat_pool, help_pool
from model_runtime.training.reranker.lists import Recipe, altered, candidates
from model_runtime.training.reranker.loop import loss, scored, trainer
from model_runtime.training.reranker.measure import Found, log_odds, report
from model_runtime.training.reranker.mining import mine
from model_runtime.training.reranker.network import build, save_adapter
from model_runtime.training.reranker.pools import Pool, flat, pools_read, pools_write
from model_runtime.training.reranker.tokens import TokenPool, plain_tokenizer, tokenised

DATA = Path(__file__).parents[4] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the data folder ../shared/data is missing")
COLOURS = ("red", "green", "blue", "black", "white", "brown", "grey", "pink")
THINGS = ("car", "door", "lamp", "house", "shirt", "ship", "horse", "wall")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny embedder of a few words."""
    folder = tmp_path_factory.mktemp("base")
    words = ["[UNK]", *(f"[unused{n}]" for n in range(100)), "[CLS]", "[SEP]"]
    words += ["the", "is", "what", "colour", "has", ":", *COLOURS, *THINGS]
    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=1100,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    BertModel(config).save_pretrained(folder)
    return folder


def colours() -> Pool:
    pool = Pool("colours")
    for colour, thing in zip(COLOURS, THINGS, strict=True):
        (number,) = pool.add([f"the {thing} is {colour}"])
        pool.asked.append((f"what colour has the {thing}", [number]))
    return pool


def read(pool: Pool, base: Path) -> TokenPool:
    return tokenised(pool, plain_tokenizer(str(base / "tokenizer.json")))


def test_pools_come_back_from_their_file_as_they_were(tmp_path: Path) -> None:
    pool = colours()
    pool.add(["名"], "题")
    pools_write(tmp_path / "pools.xz", [pool, Pool("empty", groups=True)])
    assert list(pools_read(tmp_path / "pools.xz")) == [pool, Pool("empty", groups=True)]


def test_a_passage_has_its_title_above_it_and_its_questions_find_their_sentences() -> None:
    asked = [examples.Question("?", 1, frozenset({1}))]
    pool = flat(examples.Pool("made", "en", [["a", "b"], ["c", "d"]], asked, ["first", "second"]))
    assert pool.asked == [("?", [3])]
    assert pool.shown(3) == "second: d"


@given(seed=st.integers(0, 10_000), missing=st.sampled_from([0.0, 1.0]), groups=st.booleans())
def test_what_answers_is_never_among_the_wrong_ones(seed: int, missing: float, groups: bool) -> None:
    pool = TokenPool(
        "p", [[n] for n in range(40)], [[]] * 40, [n // 4 for n in range(40)], [([90], [5, 6])], groups, frozenset()
    )
    recipe = Recipe(candidates=8, missing=missing, altered=0.0)
    pairs, answers = candidates(pool, 0, list(range(20)), random.Random(seed), recipe)
    texts = [text[0] for _, text in pairs]
    right = {5, 6} & set(texts)
    assert len(texts) == 8 and len(right) == (0 if missing else 1)
    assert answers == (-1 if missing else 0) and (missing or texts[0] in right)
    assert not groups or not {4, 7} & set(texts)


def test_an_altered_question_asks_about_what_its_sentence_does_not_say(base: Path) -> None:
    pool = read(colours(), base)
    pool = TokenPool(**{**vars(pool), "telling": frozenset(one for ids, _ in pool.asked for one in ids[4:])})
    for seed in range(20):
        other = altered(pool.asked[0][0], pool, 0, random.Random(seed))
        assert other is None or not set(other[4:]) & set(pool.sentences[0])
    assert altered(pool.asked[0][0], TokenPool(**{**vars(pool), "groups": True}), 0, random.Random(1)) is None


def test_the_loss_falls_when_the_answer_rises_and_when_nothing_answers_and_all_fall() -> None:
    answered, none = torch.tensor([0]), torch.tensor([-1])
    assert loss(torch.tensor([[3.0, -3.0]]), answered) < loss(torch.tensor([[0.0, -3.0]]), answered)
    assert loss(torch.tensor([[-3.0, -3.0]]), none) < loss(torch.tensor([[3.0, -3.0]]), none)


def test_scores_of_a_batch_stand_where_their_pairs_stood(base: Path) -> None:
    network = build(base, rank=2).eval()
    lists = [([([103], [104] * n), ([103], [105])], 0) for n in (7, 1, 30)]
    together = scored(network, batch_of(lists))
    alone = torch.cat([scored(network, batch_of([one])) for one in lists])
    assert together.shape == (3, 2) and torch.allclose(together, alone, atol=0.02)


def test_hard_ones_share_words_with_the_question_and_do_not_answer_it(base: Path) -> None:
    pool = colours()
    pool.add(["the car has the red door", "the wall"])
    hard = mine(read(pool, base), build(base, rank=2).eval())
    assert hard[0][0] == 8 and 0 not in hard[0]


def test_training_teaches_which_sentence_answers_and_the_merged_model_computes_the_same(
    base: Path, tmp_path: Path
) -> None:
    torch.manual_seed(1)
    pool, network = read(colours(), base), build(base, rank=8)
    learning = trainer(network, 1e-2)
    recipe = Recipe(candidates=4, altered=0.0, dropped=0.0)
    lists = Lists([pool], {"colours": [[]] * 8}, {"colours": 1.0}, questions=8, recipe=recipe, seed=1)
    batches = loader(lists, 0)
    for _ in range(100):
        learning.step(next(batches), 1.0)
    tokenizer = plain_tokenizer(str(base / "tokenizer.json"))
    asked = colours()
    rows = [Found(question, asked.sentences, [0.0] * 8, [n in gold for n in range(8)], True, 0.0, [0.0, 0.0])
            for question, gold in asked.asked]  # fmt: skip
    odds = log_odds(network, tokenizer, rows)
    assert sum(max(range(8), key=own.__getitem__) == n for n, own in enumerate(odds)) >= 6
    assert "100: 0" in report(rows, odds) or "100: 1" in report(rows, odds)
    save_adapter(network, tmp_path / "adapter")
    config = (base / "config.json").read_text().replace("BertModel", "BertForSequenceClassification")
    (tmp_path / "adapter" / "config.json").write_text(config)
    merge_classifier(base, tmp_path / "adapter", tmp_path / "whole")
    assert (tmp_path / "whole" / "model.safetensors").is_file()


def test_wordings_of_one_wish_answer_one_another() -> None:
    pool = Pool("made", groups=True)
    grouped(pool, [("", "where is my card"), ("", "my card is not here")])
    grouped(pool, [("a question?", "an answer")])
    assert pool.asked == [("where is my card", [1]), ("my card is not here", [0])]
    assert pool.shown(2) == "a question?: an answer"


@needs_data
def test_nothing_that_others_measure_with_is_trained_on() -> None:
    rng = random.Random(1)
    lines = (DATA / "qa_en" / "squad-questions.txt").read_text(encoding="utf-8").splitlines()
    searches = (DATA / "qa_en" / "qed-dev.jsonlines").read_text(encoding="utf-8").splitlines()
    kept_out = {lines[9000], json.loads(searches[700])["question_text"]}
    asked = {detokenise(question) for pool in english_pools(DATA, kept_out, rng) for question, _ in pool.asked}
    assert detokenise(lines[9001]) in asked and json.loads(searches[701])["question_text"] in asked
    held_out = {detokenise(line) for line in [*lines[:1400], *kept_out]}
    assert len(held_out & asked) < 3  # asked of another article in the same words
    first = chinese_pools(DATA, set(), str, rng)[0]
    assert first.name == "zh-cmrc2018" and len(first.asked) > 7000
    assert set(map(bool, first.places)) == {True}


@needs_data
def test_help_pages_and_chit_chat_are_read_in_both_languages() -> None:
    chat = DATA / "smalltalk" / "chinese_simplified-professional.qna"
    pools = [help_pool(DATA / "kb" / "dify-docs" / "zh", "zh", "help"), chat_pool(chat, "chat", random.Random(1))]
    pools += rewordings(DATA / "intents", random.Random(1))
    for pool in pools:
        assert len(pool.asked) > 1000
        assert all(0 <= number < len(pool.sentences) for _, gold in pool.asked for number in gold)
