"""From a folder to a model: judged first (`judging`), then tokenizer, weights, adapters, images."""
