"""The form of a verbatim answer as a Lark grammar: labelled sentences of the prompt, or one fixed phrase.

Where the grammar leaves no choice the runtime writes the text without asking the model. The model decides by one
token whether the documents answer or which phrase comes; and where fewer sentences are required than allowed, by a
token each which sentences follow.
"""

import json
from collections.abc import Mapping, Sequence


def quoted(text: str) -> str:
    """A Lark string literal for exactly `text`. ASCII only: the lexer stumbles over raw control characters."""
    return json.dumps(text).replace("\x7f", "\\u007f")


def verbatim_grammar(
    sentences: Sequence[str], phrases: Mapping[str, str], max_sentences: int, min_sentences: int = 1
) -> str:
    """From `min_sentences` (where there are as many) to `max_sentences` lines `[3] sentence`, no label twice in a
    row; or one line `[no] phrase`. With a least of two or more, that many begin in the order given: so the answer
    holds what was asked for more often than with the model's choice.

    `phrases` maps a label's word to its text. Neither sentences nor phrases may contain a line break.
    """
    count = len(sentences)
    depth = min(max_sentences, count)
    given = min(min_sentences, depth) if min_sentences > 1 else 0
    lines = [f"S{i}: {quoted(f'[{i}] {text}')}" for i, text in enumerate(sentences, 1)]
    lines += [f"P{i}: {quoted(f'[{word}] {text}')}" for i, (word, text) in enumerate(phrases.items(), 1)]
    starts = [f"s{i}_{depth}" for i in range(1, (1 if given else count) + 1) if depth]
    lines.append(f"start: {' | '.join(starts + [f'P{i}' for i in range(1, len(phrases) + 1)])}")
    for left in range(depth, 0, -1):
        place = depth - left + 1
        for i in range(1, count + 1) if place > given else [place]:
            follow = [place + 1] if place < given else [j for j in range(given + 1, count + 1) if j != i]
            others = " | ".join(f"s{j}_{left - 1}" for j in follow)
            may_end = "" if place < given else "?"
            lines.append(f"s{i}_{left}: S{i}" + (f' ("\\n" ({others})){may_end}' if left > 1 and others else ""))
    return "\n".join(lines)
