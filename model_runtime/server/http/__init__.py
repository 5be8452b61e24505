"""A request beside its answer: its id, limit, errors and log line, and the sockets it comes by; knows no model."""
