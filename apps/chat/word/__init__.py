"""Conversations and answers as Word documents."""

from .document import answer_title, messages_to_write, word

__all__ = ["answer_title", "messages_to_write", "word"]
