"""The second step while signing in; and setting up one's own and taking it away, which end sessions elsewhere."""

from typing import Any

from allauth.account.stages import LoginStageController
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.signals import authenticator_removed
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from apps.audit.services import audit_record
from apps.core.errors import Conflict

from ..actors import actor_from_request
from ..confirming import signed_in_lately
from ..second_step import code_used
from ..services import second_step_added, second_step_remove
from ..waiting import WaitingForCode


def code(request: HttpRequest) -> HttpResponse:
    """Where a begun login waits for its code. It ends where it may wait no more, and with a form that has no code:
    somebody else signs in.
    """
    waiting = LoginStageController.enter(request, WaitingForCode.key)
    leaves = request.method == "POST" and "code" not in request.POST
    if waiting and (leaves or not waiting.is_resumable(request)):
        answer: HttpResponse = waiting.abort()
    else:
        answer = _code(request)
    return answer


_code = AuthenticateView.as_view()


@method_decorator([login_required, signed_in_lately, never_cache], name="dispatch")
class SetUp(ActivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        actor, username = actor_from_request(self.request), self.request.user.get_username()
        try:
            with transaction.atomic():
                user = second_step_added(actor=actor, username=username)
                response: HttpResponse = super().form_valid(form)
                code_used(user, form.counter)
        except Conflict:  # turned on twice at once: the other page shows the recovery codes, and so does this one
            self.request.session.modified = False  # the other page has renewed it: it is not there to be written
            return redirect("mfa_view_recovery_codes")
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
        messages.success(self.request, _("You sign in without a second step now."))
        return redirect("mfa_index")


@method_decorator(login_required, name="dispatch")
class NewCodes(GenerateRecoveryCodesView):
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        target = f"user:{self.request.user.pk}"
        audit_record(actor=actor_from_request(self.request), action="user.recovery_codes", target=target)
        return response
