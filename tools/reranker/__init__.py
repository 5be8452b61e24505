"""Puts together what the reranker learns from; `model_runtime.training.reranker` trains on it."""
