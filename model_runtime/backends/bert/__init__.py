"""BERT on a CPU without torch: no padding, and a pass is one compiled function."""
