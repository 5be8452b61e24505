"""Readers of the data sources, one module a source; each gives pools or labelled utterances."""
