"""BERT's layers on a CPU, lean: no padding, and a pass is one compiled function."""
