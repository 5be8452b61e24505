"""What is asked, told by its words alone: no database, no model."""
