"""Trains the adapter of the packaged Chinese embedder: questions in other words find the section that answers."""
