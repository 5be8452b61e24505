"""The least and the most that may be asked for, on the command line and over the wire; imports no library."""

SLOTS = (1, 256)
"""Requests that run at once."""

CONTEXT_LENGTH = (16, 1_048_576)
"""Tokens of prompt and answer together."""

TEMPERATURE = (0.0, 2.0)
TOP_K = (-1, 1_000_000)
TOP_P = (0.0, 1.0)
"""More than the first, at most the second; REPETITION_PENALTY too."""
REPETITION_PENALTY = (0.0, 10.0)

THREADS = (1, 1024)
QUEUE_SIZE = (0, 100_000)
DRAFT_TOKENS = (0, 256)
PORT = (0, 65_535)
TIMEOUT_SECONDS = (0.001, 86_400.0)
DRAIN_SECONDS = (0.0, 86_400.0)
