"""Answers that stream to many readers while things break: a runtime of numbered words, a site, and its readers."""
