"""Makes the glossary by which the English embedding model reads Chinese (apps/knowledge/indexing/glossary)."""
