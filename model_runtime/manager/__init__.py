"""The manager: one child process a loaded model, a proxy in front. It imports no torch."""
