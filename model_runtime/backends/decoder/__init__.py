"""A lean decoder for plain dense models on a CPU: few large operations, any mix of pieces in one pass."""
