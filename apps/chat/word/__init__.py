"""Conversations and answers as Word documents."""

from .document import messages_to_write, word

__all__ = ["messages_to_write", "word"]
