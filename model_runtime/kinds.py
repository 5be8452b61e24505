"""What a model does, by the words that `--check` prints; imports no library."""

from typing import Literal

Kind = Literal["generator", "embedder", "classifier", "image_classifier"]
