"""The form of a verbatim answer as a Lark grammar: labelled sentences of the prompt, or one fixed phrase.

Where the grammar leaves no choice the runtime writes the text without asking the model, so the model decides by one
token which sentence or phrase comes, and by the line break whether another follows.
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
    row; or one line `[no] phrase`. With a least of two or more, sentence 1 begins.

    `phrases` maps a label's word to its text. Neither sentences nor phrases may contain a line break.
    """
    count = len(sentences)
    depth = min(max_sentences, count)
    lines = [f"S{i}: {quoted(f'[{i}] {text}')}" for i, text in enumerate(sentences, 1)]
    lines += [f"P{i}: {quoted(f'[{word}] {text}')}" for i, (word, text) in enumerate(phrases.items(), 1)]
    # Two or more begin with the search's best sentence: the model says what goes with it.
    first = count if min_sentences == 1 else min(count, 1)
    starts = [f"s{i}_{depth}" for i in range(1, first + 1)] + [f"P{i}" for i in range(1, len(phrases) + 1)]
    lines.append(f"start: {' | '.join(starts)}")
    for left in range(depth, 0, -1):
        for i in range(1, count + 1):
            others = " | ".join(f"s{j}_{left - 1}" for j in range(1, count + 1) if j != i)
            may_end = "?" if depth - left + 1 >= min_sentences else ""
            lines.append(f"s{i}_{left}: S{i}" + (f' ("\\n" ({others})){may_end}' if left > 1 and others else ""))
    return "\n".join(lines)
