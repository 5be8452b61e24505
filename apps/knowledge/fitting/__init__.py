"""How the figures in retrieval/weights came about; run by `manage.py kb_fit`, never by the product."""
