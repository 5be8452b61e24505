"""The generation loop: queue, slots, steps and endings. It speaks token numbers and text, never tensors."""
