"""What a message asks for: told by its words, and by what was found for them. Nothing is looked up here."""
