"""What rooms above learn of accounts."""

from django.dispatch import Signal

# Sent with `actor` and `user`, inside the transaction in which somebody is shut out or gets another role, before
# that is written into the audit log: its head is locked last by everybody, or two would wait for each other.
may_otherwise = Signal()
