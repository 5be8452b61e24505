"""The data builder: ranking, sources, variants and encoding."""

import random
from dataclasses import replace

import pytest

from model_runtime.training.dataset import divided
from model_runtime.training.examples.examples import Example, Pool, Question
from model_runtime.training.examples.prompt import render_text
from model_runtime.training.examples.questions import asked
from model_runtime.training.examples.ranking import KnowledgeBase
from model_runtime.training.examples.text import detokenise, sentences_of
from model_runtime.training.sequences.encoding import Encoder
from model_runtime.training.sequences.tokens import train_tokenizer
from model_runtime.training.sequences.variants import Recipe, vary
from model_runtime.training.sources.store import store_pool

EXAMPLE = Example(
    "store",
    "en",
    "How many days can I return shoes?",
    ["Shoes come in boxes.", "Goods can be returned within 30 days.", "We sell [2] shoes.", "Call us."],
    [1],
    answers=["30 days"],
)

ASKED = (("a", 0), ("b1", 1), ("b2", 1), ("c", 2))


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(train_tokenizer([*EXAMPLE.sentences, EXAMPLE.question] * 3, vocabulary=500))


def test_the_sentence_that_shares_rare_words_ranks_first() -> None:
    base = KnowledgeBase(
        [["We open at nine.", "Refunds take five days."], ["The shop is in Leeds.", "Parking is free."]], "en"
    )
    assert base.rank("how long do refunds take")[0] == (0, 1)
    assert all(passage != 0 for passage, _ in base.rank("refunds in the shop", without=frozenset({0})))


def test_chinese_ranks_by_characters_and_bigrams() -> None:
    base = KnowledgeBase([["门店九点开门。"], ["退款五天到账。"]], "zh")
    assert base.rank("退款多久到账")[0] == (1, 0)


def test_sentences_split_in_both_languages() -> None:
    assert sentences_of("他说：“好。”然后走了！真的？", "zh") == ["他说：“好。”", "然后走了！", "真的？"]
    assert sentences_of("It costs 3.50 here. Is it?  Yes.", "en") == ["It costs 3.50 here.", "Is it?", "Yes."]


def test_treebank_spacing_is_undone() -> None:
    assert detokenise("it 's `` new '' , -lrb- see 5 % -rrb- .") == 'it\'s "new", (see 5%).'


@pytest.mark.parametrize("language", ["en", "zh"])
def test_help_pages_fill_every_slot_and_keep_wordings_apart(language: str) -> None:
    pool, held_out = store_pool(language, 1), store_pool(language, 1, held_out=True)
    assert pool.passages == held_out.passages
    assert not any("{" in sentence for passage in pool.passages for sentence in passage)
    assert not {q.text for q in pool.questions} & {q.text for q in held_out.questions}
    assert store_pool(language, 1).questions == pool.questions


def test_piecewise_encoding_equals_encoding_the_rendered_prompt(encoder: Encoder) -> None:
    text = render_text(EXAMPLE.question, "en", EXAMPLE.sentences)
    encoded = encoder.prompt(EXAMPLE)
    assert encoded.ids == encoder.tokenizer.encode(text).ids
    assert [encoded.ids[place] for place in encoded.labels] == encoder.sentence_ids[:4]


def test_overlap_and_answer_are_marked_on_tokens(encoder: Encoder) -> None:
    encoded = encoder.prompt(EXAMPLE)
    marked = [encoded.ids[i] for i, flag in enumerate(encoded.overlap) if flag == 1]
    assert "return" in encoder.tokenizer.decode(marked)
    answer = [encoded.ids[i] for i, flag in enumerate(encoded.span) if flag == 1]
    assert encoder.tokenizer.decode(answer).strip() == "30 days"


def test_a_forced_wrong_sentence_is_followed_by_a_newline_and_the_right_label(encoder: Encoder) -> None:
    recipe = Recipe(candidates=(4, 4), copied=1.0, wrong=1.0)
    encoded = vary(EXAMPLE, encoder, random.Random(1), recipe)
    assert encoded is not None
    targets = [target for _, target, _ in encoded.decisions]
    right = [encoder.sentence_ids[1]]
    assert targets == [right, [encoder.newline], right]
    assert encoded.ids[encoded.decisions[0][0] + 1] not in right


def test_a_right_sentence_ends_the_answer(encoder: Encoder) -> None:
    encoded = vary(EXAMPLE, encoder, random.Random(1), Recipe(candidates=(4, 4), copied=1.0, wrong=0.0))
    assert encoded is not None
    assert encoded.decisions[-1][1] == [encoder.end]


def test_candidates_are_cut_from_the_end_only_and_keep_the_gold(encoder: Encoder) -> None:
    for seed in range(20):
        encoded = vary(EXAMPLE, encoder, random.Random(seed), Recipe(candidates=(1, 3), copied=0.0))
        assert encoded is not None
        assert encoded.gold == [1]
        assert 2 <= len(encoded.labels) <= 3
    assert vary(EXAMPLE, encoder, random.Random(1), Recipe(candidates=(1, 1))) is None


def test_a_declined_question_has_one_decision(encoder: Encoder) -> None:
    declined = replace(EXAMPLE, gold=[], phrase="no")
    encoded = vary(declined, encoder, random.Random(1), Recipe())
    assert encoded is not None
    assert [target for _, target, _ in encoded.decisions] == [[encoder.label_ids["[no]"]]]


def test_a_question_whose_answer_is_taken_out_is_declined_and_its_answer_stands_nowhere(encoder: Encoder) -> None:
    twice = replace(EXAMPLE, sentences=[*EXAMPLE.sentences, "Refunds within 30 days."])
    encoded = vary(twice, encoder, random.Random(1), Recipe(candidates=(5, 5), missing=1.0))
    assert encoded is not None
    assert [target for _, target, _ in encoded.decisions] == [[encoder.label_ids["[no]"]]]
    assert len(encoded.labels) == 3
    assert "30 days" not in encoder.tokenizer.decode(encoded.ids)


def test_a_promoted_answer_keeps_its_label(encoder: Encoder) -> None:
    firsts = set()
    for seed in range(40):
        encoded = vary(EXAMPLE, encoder, random.Random(seed), Recipe(candidates=(4, 4), copied=0.0, promoted=1.0))
        assert encoded is not None
        [place] = encoded.gold
        firsts.add(place)
        before = encoded.ids[encoded.labels[place - 1] + 1 if place else 0 : encoded.labels[place]]
        assert "30 days" in encoder.tokenizer.decode(before)
        assert encoded.decisions[0][1] == [encoder.sentence_ids[place]]
    assert {0, 1} <= firsts


def test_thinning_takes_wrong_candidates_only(encoder: Encoder) -> None:
    encoded = vary(EXAMPLE, encoder, random.Random(1), Recipe(candidates=(4, 4), copied=0.0, thinned=1.0))
    assert encoded is not None
    assert (len(encoded.labels), encoded.gold) == (1, [0])


def test_a_hanging_question_has_its_words_behind_it_as_the_application_puts_them() -> None:
    question = replace(EXAMPLE, question="How many days can I return shoes after Christmas?")
    hung = asked(question, random.Random(3), hanging=1.0, dropped=0.0).question
    assert hung.endswith("days return shoes after christmas")
    chinese = replace(EXAMPLE, language="zh", question="圣诞节买的鞋子多少天可以退？")
    hung = asked(chinese, random.Random(3), hanging=1.0, dropped=0.0).question
    assert hung.endswith("圣诞节买的鞋子 天可以退")
    greeting = replace(EXAMPLE, phrase="hello", gold=[])
    assert asked(greeting, random.Random(3), hanging=1.0, dropped=1.0) == greeting


def test_a_passage_is_trained_on_or_measured_on_never_both() -> None:
    pool = Pool("qed", "en", [["A."], ["B."], ["C."]], [Question(t, p, frozenset({0})) for t, p in ASKED])
    train, held = divided(pool, frozenset({"b1"}))
    assert ([q.text for q in train.questions], train.passages) == (["a", "c"], [["A."], ["C."]])
    assert ([q.text for q in held.questions], held.passages) == (["b1", "b2"], [["B."]])
    assert [q.passage for q in train.questions] == [0, 1]
    assert not divided(pool, None)[0].questions
