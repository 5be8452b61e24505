"""Trains the reranker: a low-rank adapter that makes a cross-encoder of the packaged embedder."""
