"""What English words mean, from the packaged embedder: where the embeddings of the network may begin."""

import re
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import AutoModel

DIMENSIONS = 128
BATCH = 512
_WORD = re.compile(r" ?[A-Za-z]{2,}")


@torch.no_grad()
def word_vectors(tokenizer: Tokenizer, embedder: Path) -> Tensor:
    """For every token [tokens, DIMENSIONS]: the main directions of what the embedder makes of it as a word, of
    length one; nothing but zeros where it is none."""
    words = {n: tokenizer.decode([n], skip_special_tokens=False) for n in range(tokenizer.get_vocab_size())}
    words = {number: word.strip().lower() for number, word in words.items() if _WORD.fullmatch(word)}
    distinct = list(dict.fromkeys(words.values()))
    reader = Tokenizer.from_file(str(embedder / "tokenizer.json"))
    reader.no_truncation()
    reader.enable_padding()
    network = AutoModel.from_pretrained(embedder).eval()
    rows = []
    for start in range(0, len(distinct), BATCH):
        encodings = reader.encode_batch(distinct[start : start + BATCH])
        mask = torch.tensor([encoding.attention_mask for encoding in encodings])
        states = network(torch.tensor([e.ids for e in encodings]), attention_mask=mask).last_hidden_state
        rows.append((states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True))
    found = torch.nn.functional.normalize(torch.cat(rows), dim=-1)
    found = found - found.mean(0)
    main = torch.linalg.svd(found, full_matrices=False).Vh[:DIMENSIONS]
    found = torch.nn.functional.normalize(found @ main.T, dim=-1)
    vectors = torch.zeros(tokenizer.get_vocab_size(), DIMENSIONS)
    places = {word: place for place, word in enumerate(distinct)}
    for number, word in words.items():
        vectors[number] = found[places[word]]
    return vectors
