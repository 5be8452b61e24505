"""Which of a word's glosses to take: the one that agrees with the glosses of words used like it.

更新 is "to replace the old with new" or "to renew"; its neighbours are 升级 and 版本, so it is "update".
"""

import mmap
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

from .definitions import Glosses

NEIGHBOURS, ROUNDS = 24, 4
EARLIER = 0.02  # what a gloss gains on the next one in the dictionary


def word_vectors(path: Path) -> tuple[list[str], np.ndarray]:
    """Words and a row of length 1 each, of a word2vec file in binary form, the most frequent first."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        place = data.find(b"\n") + 1
        count, size = map(int, data[:place].split())
        words, rows = [], np.zeros((count, size), dtype=np.float32)
        for number in range(count):
            end = data.find(b" ", place)
            words.append(data[place:end].decode(errors="replace").strip())
            rows[number] = np.frombuffer(data[end + 1 : end + 1 + 4 * size], dtype="<f4")
            place = end + 1 + 4 * size
    return words, rows / np.linalg.norm(rows, axis=1, keepdims=True)


def embedded(texts: list[str], model: Path) -> np.ndarray:
    """A row of length 1 a text, by a sentence embedding model, with what all have in common taken away."""
    tokenizer, network = AutoTokenizer.from_pretrained(model), AutoModel.from_pretrained(model).eval()
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    rows = np.zeros((len(texts), network.config.hidden_size), dtype=np.float32)
    for start in range(0, len(order), 256):
        batch = order[start : start + 256]
        inputs = tokenizer([texts[i] for i in batch], padding=True, return_tensors="pt")
        with torch.inference_mode():
            states, mask = network(**inputs)[0], inputs["attention_mask"][..., None]
        mean = (states * mask).sum(1) / mask.sum(1)
        rows[batch] = torch.nn.functional.normalize(mean, dim=1).numpy()
    rows -= rows.mean(axis=0)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def chosen(words: Glosses, vectors: tuple[list[str], np.ndarray], model: Path) -> dict[str, str]:
    """One gloss a word; the dictionary's first where the vectors do not know the word."""
    row = {word: number for number, word in enumerate(vectors[0])}
    known = [word for word in words if word in row]
    texts = sorted({gloss for word in known for gloss in words[word]})
    number = {text: i for i, text in enumerate(texts)}
    meanings = embedded(texts, model)
    senses = [np.array([number[gloss] for gloss in words[word]]) for word in known]
    near, weight = _neighbours(vectors[1][[row[word] for word in known]])
    choice = [0] * len(known)
    for _ in range(ROUNDS):
        current = np.array([own[best] for own, best in zip(senses, choice, strict=True)])
        for i, own in enumerate(senses):
            shared = weight[i] @ meanings[current[near[i]]] / weight[i].sum()
            choice[i] = int(np.argmax(meanings[own] @ shared - EARLIER * np.arange(len(own))))
    best = {word: words[word][own] for word, own in zip(known, choice, strict=True)}
    return {word: best.get(word, own[0]) for word, own in words.items()}


def _neighbours(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each row the numbers of the nearest others, and the squares of their cosines."""
    near = np.zeros((len(rows), NEIGHBOURS), dtype=np.int64)
    cosines = np.zeros(near.shape, dtype=np.float32)
    for start in range(0, len(rows), 1000):
        found = rows[start : start + 1000] @ rows.T
        found[np.arange(len(found)), np.arange(start, start + len(found))] = -1.0
        near[start : start + 1000] = np.argpartition(-found, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        cosines[start : start + 1000] = np.take_along_axis(found, near[start : start + 1000], axis=1)
    return near, cosines**2
