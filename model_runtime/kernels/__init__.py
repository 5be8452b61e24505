"""Products of matrices on a CPU, at full and at 8-bit precision."""
