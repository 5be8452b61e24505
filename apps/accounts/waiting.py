"""A login that waits for its code: only as long as what it was begun with still holds."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest


class WaitingForCode(AuthenticateStage):
    """A new password, a block, “Sign out everywhere” and taking the second step away end it like a session."""

    def handle(self) -> tuple[Any, bool]:
        self.state["begun_with"] = self.login.user.get_session_auth_hash()
        response, goes_on = super().handle()
        return response, bool(goes_on)

    def is_resumable(self, request: HttpRequest) -> bool:
        user = self.login.user
        return (
            user is not None
            and self.state.get("begun_with") == user.get_session_auth_hash()
            and is_mfa_enabled(user, [Authenticator.Type.TOTP])
        )
