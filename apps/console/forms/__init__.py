"""The console's forms: what staff type, checked before a service sees it."""
