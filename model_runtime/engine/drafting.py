"""Guesses how a sequence goes on: as it went on when its last tokens stood there before (prompt lookup)."""

GRAMS = (3, 2)
"""Tokens that must match, the surer match first."""

LEAST = 4
"""A first guess makes a step half as long again, three more cost little beside it: fewer are not worth a try."""

LONGEST_PAUSE = 64


class Drafter:
    """Drafts for one sequence. How many, and how often, follows from how many were right.

    `tokens` is the sequence's own growing list. Each token is indexed once, when a draft is first asked for
    after it, so that a request that never writes costs nothing.
    """

    def __init__(self, tokens: list[int], most: int) -> None:
        self._tokens = tokens
        self._most = most
        self._length = min(LEAST, most)
        self._pause = 0
        self._left = 0
        self._indexed = 0
        self._followed: tuple[dict[tuple[int, ...], int], ...] = tuple({} for _ in GRAMS)

    def draft(self, limit: int) -> list[int]:
        """The next tokens as they probably are, at most `limit`; often none."""
        if self._left:
            self._left -= 1
            return []
        count = min(self._length, limit)
        start = self._find() if count > 0 else None
        if start is None:
            return []
        drafts = self._tokens[start : start + count]
        while len(drafts) < count:
            # The match overlaps the end: what repeats with this period is taken to go on repeating.
            drafts += drafts[: count - len(drafts)]
        return drafts

    def learn(self, drafted: int, accepted: int) -> None:
        """Note how many of the last drafts were right: grow when all were, pause ever longer when few were."""
        if accepted == drafted:
            self._length = min(self._most, max(self._length, 2 * drafted))
        else:
            self._length = min(self._most, max(LEAST, accepted))
        self._pause = 0 if 3 * accepted >= drafted else min(LONGEST_PAUSE, 2 * self._pause + 1)
        self._left = self._pause

    def _find(self) -> int | None:
        """The position of the token that followed the latest earlier occurrence of the last tokens."""
        tokens, length = self._tokens, len(self._tokens)
        for grams, followed in zip(GRAMS, self._followed, strict=True):
            for place in range(max(self._indexed, grams), length):
                followed[tuple(tokens[place - grams : place])] = place
        self._indexed = length
        for grams, followed in zip(GRAMS, self._followed, strict=True):
            found = followed.get(tuple(tokens[-grams:]))
            if found is not None:
                return found
        return None
