"""The Transformers backend: batched forward passes over slots of one key-value cache."""
