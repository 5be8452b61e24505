"""What computes: the Transformers backend, the embedding encoder, grammars, and a fake for tests."""
