"""What every REST view shares: the session as identity, and our errors as answers."""
