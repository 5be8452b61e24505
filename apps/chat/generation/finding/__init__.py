"""What is searched for, in which language, and what is kept of it."""
