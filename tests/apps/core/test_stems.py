"""English stems, which searches of several people take at once."""

import sys
from concurrent.futures import ThreadPoolExecutor

from apps.core.stems import stem

ENDINGS = {
    "shipping": "ship",
    "refunds": "refund",
    "returned": "return",
    "policies": "polici",
    "nationally": "nation",
}


def test_threads_that_stem_at_once_get_their_own_words() -> None:
    words = list(ENDINGS) * 400
    stem.cache_clear()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(stem.__wrapped__, words))
    finally:
        sys.setswitchinterval(interval)
    assert found == [ENDINGS[word] for word in words]
