"""Arithmetic on a CPU: tiles, products, attention, and threads that share them, by numba; int8 by fbgemm."""
