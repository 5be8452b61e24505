"""Trains the small moderation classifier that ships with Parley: `python -m model_runtime.training.moderation`."""
