"""Worksheets, CSV and JSON Lines: their tables, and what their cells show."""
