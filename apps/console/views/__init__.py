"""Thin: read the request, ask a service or a reading, render."""
