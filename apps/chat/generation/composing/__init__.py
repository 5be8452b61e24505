"""What the model writes by itself: texts, translations, passages written anew."""
