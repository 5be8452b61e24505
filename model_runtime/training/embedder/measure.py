"""How often what answers comes first, by vectors alone, on questions that nothing is learnt from."""

from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import BertModel

from model_runtime.training.embedder.batches import Drawn
from model_runtime.training.embedder.corpus import Reading, TokenPage
from model_runtime.training.embedder.learning import sections_embedded
from model_runtime.training.embedder.network import embedded
from model_runtime.training.embedder.untrained import Untrained, centred


@torch.no_grad()
def report(network: BertModel, pages: Sequence[TokenPage], known: Reading, start: Untrained) -> str:
    """One line: the right section among those of all pages and among those of its own, the right sentence."""
    sections = [Drawn(section.titled, section.sentences) for page in pages for section in page.sections]
    found = sections_embedded(network, sections, start.passage).together
    first, everywhere, within, count = 0, 0, 0, 0
    for page in pages:
        if page.asked:
            near = _asked(network, page.asked, start) @ found.T
            right = torch.tensor([section for _, section in page.asked], device=near.device)
            own = near[:, first : first + len(page.sections)]
            everywhere += int((near.argmax(1) == right + first).sum())
            within += int((own.argmax(1) == right).sum())
            count += len(right)
        first += len(page.sections)
    sentences = centred(embedded(network, known.sentences), start.passage)
    near = _asked(network, known.asked, start) @ sentences.T
    right = torch.tensor([sentence for _, sentence in known.asked], device=near.device)
    share = float((near.argmax(1) == right).float().mean())
    return (
        f"{count} questions to {len(pages)} pages: {everywhere / max(count, 1):.3f} of all sections, "
        f"{within / max(count, 1):.3f} of the page's; {len(right)} to sentences: {share:.3f}"
    )


def _asked(network: BertModel, asked: Sequence[tuple[list[int], int]], start: Untrained) -> Tensor:
    return centred(embedded(network, [ids for ids, _ in asked]), start.query)
