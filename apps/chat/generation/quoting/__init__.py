"""Which sentences of what was found a verbatim answer says, and how it says them."""
