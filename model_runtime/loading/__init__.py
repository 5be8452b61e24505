"""From a folder to a model: checks that trust nothing, memory estimate, quantization, tokenizer."""
