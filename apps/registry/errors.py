"""What can go wrong only here."""

from apps.core.errors import ApplicationError


class NoSpace(ApplicationError):
    """The disk that holds the models is full."""

    code, status = "no_space", 507
