"""Pages of the web on their way into a collection: which may be fetched, how politely, and what they are."""
