"""Checking oneself below an answer: a sentence that was just quoted, with a gap."""
