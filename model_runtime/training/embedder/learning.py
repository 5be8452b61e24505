"""What the embedder learns from a batch: a question lies nearer to the section that answers than to others."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize
from transformers import BertModel

from model_runtime.training.embedder.batches import Batch, Drawn
from model_runtime.training.embedder.network import embedded
from model_runtime.training.embedder.untrained import Untrained, centred

RATE = 1e-3
DROPPED = 0.05  # of what a layer adds
TEMPERATURE = 0.05
TEXT, HEADING = 0.5, 0.3  # what a section's sentences, and its heading, count beside both together
NEAR = 0.3  # what it counts that some questions have no answer
NOTHING = 0.25  # the cosine below which nothing answers, at first
READ = 0.5  # what the questions to sentences count
STAY = 0.3  # the pull towards the vectors of before: what was fitted on them goes on holding


class Learner(nn.Module):
    """The network with what only its training needs; called with a batch, it says how wrong the network is."""

    def __init__(self, network: BertModel, start: Untrained, stay: float = STAY) -> None:
        super().__init__()
        self.network, self.start, self.stay = network, start, stay
        self.nothing = nn.Parameter(torch.tensor(NOTHING, device=network.device))

    def forward(self, batch: Batch) -> Tensor:
        dropped = DROPPED if self.training else 0.0
        questions = centred(embedded(self.network, batch.questions, dropped), self.start.query)
        found = sections_embedded(self.network, batch.sections, self.start.passage, dropped)
        asked, read = len(batch.answers), len(batch.read) // 2
        own, near, _ = questions.split([asked, len(questions) - asked - read, read])
        answers = batch.answers.to(questions.device)
        wrong = (
            _choice(own @ found.together.T, answers)
            + TEXT * _choice(own @ found.texts.T, answers)
            + HEADING * _choice(own @ found.headings.T, answers)
            + NEAR * self._near(torch.cat([own, near]) @ found.together.T, answers)
        )
        if read:
            sentences = centred(embedded(self.network, batch.read, dropped), self.start.passage)
            right = torch.arange(0, len(sentences), 2, device=questions.device)
            wrong = wrong + READ * _choice(questions[-read:] @ torch.cat([sentences, found.texts]).T, right)
        return wrong + self.stay * (1 - (questions * batch.before.to(questions)).sum(1)).mean()

    def _near(self, cosines: Tensor, answers: Tensor) -> Tensor:
        """Every section lies farther than `nothing` from a question that none answers; the right one nearer."""
        none = answers.new_zeros(len(cosines) - len(answers))
        with_nothing = torch.cat([self.nothing.expand(len(cosines), 1), cosines], 1)
        return _choice(with_nothing, torch.cat([answers + 1, none]))


@dataclass(frozen=True)
class Sections:
    """[sections, width]: the means of their sentences, what stands above them, and both together as the application
    has it (`ingest/embedding.py`).
    """

    texts: Tensor
    headings: Tensor
    together: Tensor


def sections_embedded(
    network: BertModel, sections: Sequence[Drawn], mean: Tensor, dropped: float = 0.0
) -> Sections:
    rows = [ids for section in sections for ids in section.sentences] + [section.place for section in sections]
    vectors = centred(embedded(network, rows, dropped), mean)
    sentences, headings = vectors[: -len(sections)], vectors[-len(sections) :]
    owners = torch.tensor([number for number, one in enumerate(sections) for _ in one.sentences])
    texts = torch.zeros_like(headings).index_add(0, owners.to(vectors.device), sentences)
    texts = normalize(texts, dim=-1)
    return Sections(texts, headings, normalize(texts + headings, dim=-1))


def _choice(cosines: Tensor, right: Tensor) -> Tensor:
    return cross_entropy(cosines / TEMPERATURE, right)
