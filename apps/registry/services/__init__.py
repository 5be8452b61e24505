"""What may be done to the registry."""

from .alias import alias_move

__all__ = ["alias_move"]
