"""Whether a folder's model may be loaded: checks that trust nothing of it."""
