"""What the pages show, gathered from the rooms below. Nothing here changes a row."""
