"""From the one who writes an answer to all who read it, exactly once each: lease, log, viewers."""
