"""What the Chinese embedder learns from: pages that are read line by line, and a question's way to its section."""

import re
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import torch
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel

from model_runtime.loading.merging import WEIGHTS, merged
from model_runtime.training.embedder.batches import KEPT, LARGE, NEAR, OTHERS, PAGES, batches
from model_runtime.training.embedder.corpus import (
    LEARNT_FROM,
    Reading,
    TokenPage,
    looked_at,
    reading,
    token_pages,
    token_reading,
)
from model_runtime.training.embedder.learning import STAY, Learner
from model_runtime.training.embedder.measure import report
from model_runtime.training.embedder.network import build, embedded, go_on, save, tokenised
from model_runtime.training.embedder.pages import Page, Section, pages_read, without
from model_runtime.training.embedder.untrained import untrained
from model_runtime.training.reranker.chinese import FIRST
from model_runtime.training.reranker.pools import Pool, flat
from model_runtime.training.reranker.tokens import plain_tokenizer
from model_runtime.training.sources.chinese import read_chinese
from model_runtime.training.timed import Trainer

DATA = Path(__file__).parents[4] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the data folder ../shared/data is missing")
THINGS = "灯壶椅门车书笔床"
# What the pages call it, and how people ask for it: no word in common.
WISHES = (("价", "钱"), ("修", "坏"), ("退", "还"))


def test_a_section_has_its_heading_the_sentences_of_its_answer_and_what_asks_for_it(tmp_path: Path) -> None:
    lines = (
        "# 退货",
        "怎么退？|先申请。再寄回。|不想要了|en: How?",
        "",
        "邮费|我们出。|谁掏钱",
        "! 多久|en: When?",
    )
    (tmp_path / "one.txt").write_text("\n".join(lines), encoding="utf-8")
    (page,) = pages_read([tmp_path])
    assert (page.title, page.place) == ("退货", f"{tmp_path / 'one.txt'}:1")
    assert page.sections == [
        Section("怎么退？", ["先申请。", "再寄回。"], ["不想要了", "How?"]),
        Section("邮费", ["我们出。"], ["谁掏钱"]),
    ]
    assert page.near == ["多久", "When?"]


def test_each_line_that_is_wrong_is_named_with_what_is_wrong(tmp_path: Path) -> None:
    lines = {
        "早了|答。|问": "before the first title",
        "# 一": "asks for two sections",
        "甲|答。|问": "",
        "乙|答。": "without a question",
        "丙||问二": "without a heading or an answer",
        "丁|答。|问|": "an empty one",
        "#": "without a title",
        "# 二": "fewer than two sections",
        "戊|答。|问三": "",
        "# 三": "",
        "己|答。|问四": "",
        "庚|答。|问": "",
    }
    path = tmp_path / "pages.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(str(path))) as error:
        pages_read([path])
    told = str(error.value)
    for number, problem in enumerate(lines.values(), 1):
        said = re.findall(rf":{number}: (.*)", told)
        assert any(problem in one for one in said) if problem else not said


def test_questions_that_others_measure_with_are_left_out() -> None:
    page = Page("页", "x:1", [Section("甲", ["答。"], ["问", "又问"])])
    assert without([page], {"问"})[0].sections[0].asked == ["又问"]


@needs_data
def test_no_passage_that_others_measure_with_is_learnt_from(base: Path) -> None:
    name = "qa_zh/cmrc2018-train.zip"
    whole = read_chinese(DATA / name, "cmrc")
    early = {" ".join(passage) for passage in whole.passages[: FIRST[name]]}  # a sentence may be in two articles
    kept_out = whole.questions[-1].text
    tokenizer = plain_tokenizer(str(base / "tokenizer.json"))
    learnt, measured = reading(DATA, {kept_out}, tokenizer), looked_at(DATA, tokenizer, most=10_000)
    late = flat(whole.slice(LEARNT_FROM, len(whole.passages)))
    assert len(learnt.sentences) == len(late.sentences)
    assert not early & {" ".join(passage) for passage in whole.passages[LEARNT_FROM:]}
    assert 1 <= len(late.asked) - len(learnt.asked) <= 3
    assert len(measured.asked) < len([one for one in whole.questions if one.passage < FIRST[name]])


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny embedder that reads characters."""
    torch.set_num_threads(1)  # so little work is not worth waiting for other threads
    folder = tmp_path_factory.mktemp("base")
    letters = dict.fromkeys("querypassage:的是？。" + THINGS + "".join(a + b for a, b in WISHES))
    words = {one: number for number, one in enumerate(["<pad>", "<unk>", *letters])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def tokenizer(base: Path) -> Tokenizer:
    return plain_tokenizer(str(base / "tokenizer.json"))


@pytest.fixture
def pages(tokenizer: Tokenizer) -> list[TokenPage]:
    """One a thing: what it costs, that it is repaired, that it is taken back; asked in other words."""
    made = []
    for thing in THINGS:
        sections = [Section(f"{thing}的{own}", [f"{thing}是{own}。"], [f"{thing}{said}？"]) for own, said in WISHES]
        made.append(Page(thing, "", sections, [f"{thing}？"]))
    return token_pages(made, tokenizer)


@pytest.fixture
def known(tokenizer: Tokenizer) -> Reading:
    pool = Pool("made")
    for thing, colour in zip(THINGS, reversed(THINGS), strict=True):
        (number,) = pool.add([f"{thing}是{colour}。"])
        pool.asked.append((f"{thing}？", [number]))
    return token_reading(pool, tokenizer)


def test_training_teaches_which_section_answers_and_the_merged_model_computes_the_same(
    base: Path, tmp_path: Path, tokenizer: Tokenizer, pages: list[TokenPage], known: Reading
) -> None:
    torch.manual_seed(1)
    network = build(base, rank=8).eval()
    start = untrained(network, pages, known)

    def right() -> float:
        (share,) = re.findall(r"([\d.]+) of the page's", report(network, pages, known, start))
        return float(share)

    assert right() < 0.7
    learner = Learner(network, start).train()
    trainer = Trainer(learner, learner, 1e-2)
    for batch in islice(batches(pages, known, start, seed=1), 120):
        trainer.step(batch, 1.0)
    learner.eval()
    assert right() > 0.9
    save(network, tmp_path / "adapter")
    whole = tmp_path / "whole"
    whole.mkdir()
    save_file(merged(load_file(base / WEIGHTS), tmp_path / "adapter"), whole / WEIGHTS)
    (whole / "config.json").write_bytes((base / "config.json").read_bytes())
    rows = tokenised(tokenizer, [f"{thing}钱？" for thing in THINGS], "query")
    plain, after = embedded(build(base, rank=8), rows), embedded(build(whole, rank=8), rows)
    cosines = (embedded(network, rows) * after).sum(1)
    assert cosines.min() > 0.999 > (embedded(network, rows) * plain).sum(1).min()
    further, half = build(base, rank=8), build(base, rank=8)
    go_on(further, tmp_path / "adapter", 1.0)
    go_on(half, tmp_path / "adapter", 0.5)
    assert (embedded(further, rows) * after).sum(1).min() > 0.999
    nearer = (embedded(half, rows) * plain).sum(1)
    assert (nearer > (after * plain).sum(1)).all() and nearer.min() < 0.999


def test_texts_of_all_lengths_have_the_vectors_that_they_have_alone(base: Path, tokenizer: Tokenizer) -> None:
    network = build(base, rank=2).eval()
    rows = tokenised(tokenizer, ["灯" * length for length in (50, 1, 200, 7)], "passage")
    assert max(map(len, rows)) == 80
    together = embedded(network, rows)
    alone = torch.cat([embedded(network, [ids]) for ids in rows])
    assert torch.allclose(together, alone, atol=0.02)


def test_what_pulls_a_question_back_grows_as_it_leaves_where_it_was(
    base: Path, pages: list[TokenPage], known: Reading
) -> None:
    network = build(base, rank=2)
    start = untrained(network, pages, known)
    batch = next(batches(pages, known, start, seed=1))
    learner = Learner(network, start).eval()
    pulled = learner(replace(batch, before=-batch.before)) - learner(batch)
    assert float(pulled.detach()) == pytest.approx(2 * STAY, abs=0.01)


def test_a_question_near_a_page_that_does_not_answer_it_costs_less_the_farther_all_its_sections_are(
    base: Path, pages: list[TokenPage], known: Reading
) -> None:
    start = untrained(build(base, rank=2), pages, known)
    learner = Learner(build(base, rank=2), start)
    answers = torch.tensor([0])
    answered = [0.9, 0.1]
    near, far = (torch.tensor([answered, other]) for other in ([0.6, 0.2], [0.1, 0.0]))
    alone = torch.tensor([answered])
    assert learner._near(near, answers) > learner._near(far, answers) > learner._near(alone, answers)


def test_a_batch_has_whole_pages_each_question_with_its_section_and_each_sentence_with_a_wrong_one(
    base: Path, pages: list[TokenPage], known: Reading
) -> None:
    large = TokenPage([pages[0].sections[0]] * 30, [([7, number], number) for number in range(30)], [])
    start = untrained(build(base, rank=2), [*pages, large], known)
    assert all(hard != right for hard, (_, right) in zip(start.hard, known.asked, strict=True))
    sizes, places = set(), set()
    for batch in islice(batches([*pages, large], known, start, seed=1), 30):
        own, read = len(batch.answers), len(batch.read) // 2
        near = batch.questions[own : len(batch.questions) - read]
        assert len(batch.before) == len(batch.questions) and 0 < len(near) <= PAGES * NEAR
        assert all([ids] in [page.near for page in pages] for ids in near)
        sizes.add(len(batch.sections))
        for ids, answer in zip(batch.questions[:own], batch.answers.tolist(), strict=True):
            thing = ids[-3:-2]  # “query: 灯钱？”; questions to the large page are shorter
            assert len(ids) < 8 or thing[0] in batch.sections[answer].place
        places |= {tuple(section.place) for section in batch.sections}
        right, wrong = ([known.sentences.index(ids) for ids in batch.read[place::2]] for place in (0, 1))
        assert all(start.hard[a] == b for a, b in zip(right, wrong, strict=True))
    whole = PAGES * len(WISHES)
    assert min(sizes) >= whole and whole < max(sizes) <= whole - len(WISHES) + max(LARGE, KEPT + OTHERS)
    sections = [section for page in pages for section in page.sections]
    assert places == {tuple(ids) for section in sections for ids in (section.heading, section.titled)}
