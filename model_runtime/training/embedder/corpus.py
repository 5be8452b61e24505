"""What is learnt from, as token ids: help pages, and sentences of an encyclopedia, with questions to each."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from model_runtime.training.embedder.network import tokenised
from model_runtime.training.embedder.pages import Page
from model_runtime.training.network.encoder import Ids
from model_runtime.training.reranker.pools import Pool, flat
from model_runtime.training.sources.chinese import read_chinese

CMRC = "qa_zh/cmrc2018-train.zip"
# `kb_fit` fits on most passages before these and reports on others: had they been learnt from, it would trust
# vectors too much. Some show here what training brings.
LEARNT_FROM, LOOKED_AT = 1680, (240, 480)


@dataclass(frozen=True)
class TokenSection:
    """`titled` is the heading behind the page's title."""

    heading: Ids
    titled: Ids
    sentences: list[Ids]


@dataclass(frozen=True)
class TokenPage:
    """`asked` are questions with the number of the section that answers, `near` those that none answers."""

    sections: list[TokenSection]
    asked: list[tuple[Ids, int]]
    near: list[Ids]


@dataclass(frozen=True)
class Reading:
    """Sentences, and questions with the number of the sentence that answers."""

    sentences: list[Ids]
    asked: list[tuple[Ids, int]]


def token_pages(pages: Iterable[Page], tokenizer: Tokenizer) -> list[TokenPage]:
    return [_token_page(page, tokenizer) for page in pages]


def _token_page(page: Page, tokenizer: Tokenizer) -> TokenPage:
    asked = [(text, number) for number, section in enumerate(page.sections) for text in section.asked]
    questions = tokenised(tokenizer, [text for text, _ in asked] + page.near, "query")
    headings = [section.heading for section in page.sections]
    titled = [heading if heading == page.title else f"{page.title}, {heading}" for heading in headings]
    sections = [
        TokenSection(heading, place, tokenised(tokenizer, section.sentences, "passage"))
        for heading, place, section in zip(
            tokenised(tokenizer, headings, "passage"),
            tokenised(tokenizer, titled, "passage"),
            page.sections,
            strict=True,
        )
    ]
    own = [(ids, number) for ids, (_, number) in zip(questions, asked, strict=False)]
    return TokenPage(sections, own, questions[len(asked) :])


def reading(data: Path, kept_out: set[str], tokenizer: Tokenizer) -> Reading:
    """What is learnt from, without the questions that others measure with."""
    whole = read_chinese(data / CMRC, "cmrc")
    whole = whole.slice(LEARNT_FROM, len(whole.passages))
    whole.questions = [one for one in whole.questions if one.text not in kept_out]
    return token_reading(flat(whole), tokenizer)


def looked_at(data: Path, tokenizer: Tokenizer, most: int = 500) -> Reading:
    """What is not."""
    whole = token_reading(flat(read_chinese(data / CMRC, "cmrc").slice(*LOOKED_AT)), tokenizer)
    return Reading(whole.sentences, whole.asked[:most])


def token_reading(pool: Pool, tokenizer: Tokenizer) -> Reading:
    """Of an answer that runs over several sentences the first one counts as right, the others as wrong."""
    questions = tokenised(tokenizer, [text for text, _ in pool.asked], "query")
    asked = [(ids, gold[0]) for ids, (_, gold) in zip(questions, pool.asked, strict=True)]
    return Reading(tokenised(tokenizer, pool.sentences, "passage"), asked)
