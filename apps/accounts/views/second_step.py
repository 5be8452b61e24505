"""Setting up one's own second step, and taking it away. Both end the sessions that are open elsewhere."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.signals import authenticator_removed
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from apps.audit.services import audit_record

from ..actors import actor_from_request
from ..services import second_step_added, second_step_remove


@method_decorator([login_required, never_cache], name="dispatch")
class SetUp(ActivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            user = second_step_added(
                actor=actor_from_request(self.request), username=self.request.user.get_username()
            )
        update_session_auth_hash(self.request, user)
        messages.success(self.request, _("Two-step sign-in is on. Everywhere else you are signed out."))
        return response


@method_decorator(never_cache, name="dispatch")
class Removal(DeactivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        user = second_step_remove(actor=actor_from_request(self.request), username=self.request.user.get_username())
        update_session_auth_hash(self.request, user)
        authenticator_removed.send(
            sender=Authenticator, request=self.request, user=user, authenticator=self.authenticator
        )
        messages.success(self.request, _("You sign in with the password alone now."))
        return redirect("mfa_index")


@method_decorator(login_required, name="dispatch")
class NewCodes(GenerateRecoveryCodesView):
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        target = f"user:{self.request.user.pk}"
        audit_record(actor=actor_from_request(self.request), action="user.recovery_codes", target=target)
        return response
