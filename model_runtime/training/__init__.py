"""Training of the starter model: data builder, tokenizer, training loop, evaluation and export."""
