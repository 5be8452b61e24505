"""The lean decoder on a CUDA card: kernels of our own by Triton, and steps that are recorded and replayed."""
