"""What may go wrong between a site, its visitor's frame, and us."""

from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import ApplicationError


class SessionEnded(ApplicationError):
    """The frame begins anew."""

    code, status = "session_ended", 401

    def __init__(self) -> None:
        super().__init__(_("This chat has ended. Please begin a new one."))


class IdentityNeeded(ApplicationError):
    code, status = "identity_needed", 403

    def __init__(self) -> None:
        super().__init__(_("Please sign in to this site to ask here."))


class IdentityRefused(ApplicationError):
    """`reason` is for who wrote the site's server: signature, claims, audience, expired, lifetime, or used."""

    code, status = "identity_refused", 403

    def __init__(self, reason: str) -> None:
        extra: dict[str, Any] = {"reason": reason}
        super().__init__(_("This site could not say who you are. Please reload the page."), extra=extra)
