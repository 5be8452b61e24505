"""The least and the most that may be asked for, on the command line and over the wire; imports no library."""

SLOTS = (1, 256)
"""Requests that run at once."""

CONTEXT_LENGTH = (16, 1_048_576)
"""Tokens of prompt and answer together."""

THREADS = (1, 1024)
QUEUE_SIZE = (0, 100_000)
DRAFT_TOKENS = (0, 256)
PORT = (0, 65_535)
TIMEOUT_SECONDS = (0.001, 86_400.0)
DRAIN_SECONDS = (0.0, 86_400.0)
