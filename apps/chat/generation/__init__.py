"""From a question to an answer: `answer` is the pure stream, `runner` logs it, `watch` reads it back."""
