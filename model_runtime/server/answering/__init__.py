"""From a body to an answer: read, let in, handed to the engine, waited for, told."""
