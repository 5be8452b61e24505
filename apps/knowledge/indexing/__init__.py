"""Embedding indexes: which one answers, how a new one is built beside it, and how they change places."""
