"""`--check`: what is to be said of a model folder, told without importing torch in this process."""

import json
from pathlib import Path
from typing import Any

from model_runtime.loading.judging.check import Facts, check_folder
from model_runtime.loading.judging.errors import CannotJudge, ModelRefused
from model_runtime.loading.judging.finite import check_finite
from model_runtime.loading.trial import try_folder

READ_AT_MOST = 4 * 1024**3
"""Bytes of weights that a check reads, a few seconds' work, in search of NaN; a load looks at all of them."""


def print_verdict(folder: Path, *, tried: bool = True) -> int:
    """Print the verdict as one JSON line; 0 if the model may be loaded, 1 if not, 2 if that cannot be told here.

    Not `tried` is for what comes with the product: the trial imports torch for seconds, and the load looks anyway.
    """
    keys = "ok reason architecture kind labels embedding parameters context_length estimated_bytes"
    verdict: dict[str, Any] = dict.fromkeys(keys.split())
    verdict["ok"] = False
    status = 1
    try:
        facts = check_folder(folder)
        verdict |= {
            "architecture": facts.architecture,
            "kind": facts.kind,
            "labels": facts.labels and list(facts.labels.names),
            "embedding": _embedding(facts),
            "parameters": facts.parameters,
            "context_length": facts.context_length or None,
            "estimated_bytes": facts.estimated_bytes,
        }
        if tried:
            try_folder(folder)
            check_finite(folder, most_bytes=READ_AT_MOST)
        verdict["ok"], status = True, 0
    except CannotJudge as ours:
        verdict["reason"], status = str(ours), 2
    except ModelRefused as refusal:
        verdict["reason"] = str(refusal)
    except OSError as error:
        verdict["reason"] = f"The folder cannot be read: {error.strerror}."
    print(json.dumps(verdict, ensure_ascii=False))
    return status


def _embedding(facts: Facts) -> dict[str, Any] | None:
    """Of a model of vectors: how many numbers they have, of which tokens they are made, and of how many at most."""
    if facts.pooling is None:
        return None
    pooling = "cls" if facts.pooling.first_token else "mean"
    return {"dimension": facts.dimension, "pooling": pooling, "tokens": facts.pooling.window}
