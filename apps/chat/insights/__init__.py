"""What owners learn from the questions that were asked."""
