"""Single sign-on: who may come in, and as whom. Loaded only where it is configured.

The library fetches and exchanges; what it leaves open is decided here.
"""

import hashlib
import logging
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor

from .allauth_parts import filter_users_by_email, id_token_read
from .models import User
from .services import MOST_IN_A_NAME

_CONFIGURATION_SECONDS = 300

logger = logging.getLogger(__name__)


class Exchange(OpenIDConnectOAuth2Adapter):
    """Every token's signature counts, also of one that came over TLS, and the issuer is the one that is named."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Fetched every few minutes, or everybody's click would be a request to the provider."""
        key = f"sso.configuration:{settings.SSO_ISSUER}"
        found: dict[str, Any] | None = cache.get(key)
        if found is None:
            found = super().openid_config
            if str(found.get("issuer", "")).rstrip("/") != settings.SSO_ISSUER:
                raise OAuth2Error("the provider calls itself otherwise than SSO_ISSUER")
            cache.set(key, found, _CONFIGURATION_SECONDS)
        return found

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return request.build_absolute_uri(reverse("openid_connect_callback"))

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("no id_token")
        return super().complete_login(request, app, token, **kwargs)

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        found = self.openid_config
        return id_token_read(id_token, keys_url=found["jwks_uri"], issuer=found["issuer"], audience=app.client_id)


class Provider(OpenIDConnectProvider):
    oauth2_adapter_class = Exchange

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Of one issuer only: another one that is configured later has other people by the same numbers."""
        subject = data["id_token"]["sub"]
        if data.get("userinfo", {}).get("sub", subject) != subject:
            raise OAuth2Error("userinfo is somebody else's")
        return hashlib.sha256(f"{settings.SSO_ISSUER} {subject}".encode()).hexdigest()

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """What is not clearly confirmed is not."""
        told = data.get("userinfo") or data["id_token"]
        confirmed = told.get("email_verified") in (True, "true")
        return [EmailAddress(email=told["email"], verified=confirmed, primary=True)] if told.get("email") else []


class Adapter(DefaultSocialAccountAdapter):
    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Raises ImmediateHttpResponse, a page that says why, for who may not come in, each time anew."""
        addresses = [one.email for one in sociallogin.email_addresses if one.verified]
        if settings.SSO_DOMAINS and not any(_domain(one) in settings.SSO_DOMAINS for one in addresses):
            why = _("Your address is not one that may come in here, or it has not been confirmed.")
            raise refused(request, why)
        if sociallogin.is_existing:
            return
        if not settings.SSO_NEW_ACCOUNTS:
            raise refused(request, _("You have no account here. Ask an administrator of this site."))
        if not addresses or filter_users_by_email(addresses[0]):  # somebody here goes by it, rightly or not
            sociallogin.email_addresses, sociallogin.user.email = [], ""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """The full name stays whole: what stands first in it differs."""
        user: User = super().populate_user(request, sociallogin, data)
        name = " ".join(str(data.get("name") or "").split())
        user.first_name, user.last_name = name[:MOST_IN_A_NAME] if name.isprintable() else "", ""
        return user

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return bool(settings.SSO_NEW_ACCOUNTS)

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        user: User = super().save_user(request, sociallogin, form)
        actor = Actor(user_id=user.pk, label=user.username, role=user.role, ip=request.META.get("REMOTE_ADDR", ""))
        data = {"role": user.role, "by": settings.SSO_NAME}
        audit_record(actor=actor, action="user.created", target=f"user:{user.pk}", data=data)
        return user

    def on_authentication_error(self, request: HttpRequest, provider: Any, **told: Any) -> None:
        raise failed(request, told.get("exception"))


def refused(request: HttpRequest, why: str, status: int = 403) -> ImmediateHttpResponse:
    page: HttpResponse = render(request, "account/sso_refused.html", {"why": why}, status=status)
    return ImmediateHttpResponse(page)


def failed(request: HttpRequest, error: Exception | None) -> ImmediateHttpResponse:
    """The log says what was wrong; it may be somebody's guess, so the page does not."""
    logger.warning("single sign-on failed: %r", error)
    return refused(request, _("Single sign-on did not work. Try it once more."), status=502)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
