"""What people change about their own account."""

from allauth.account.signals import password_reset
from allauth.account.views import password_change
from axes.utils import reset
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import Conflict

from ..actors import actor_from_request
from ..forms import NameForm
from ..links import links
from ..locks import lock_key
from ..models import User
from ..services import user_name


class ChoosePassword(PasswordResetConfirmView):
    """Where a link of an administrator leads. Whoever chose a password signs in with it."""

    template_name = "account/choose_password.html"
    success_url = reverse_lazy("account_login")
    token_generator = links

    def get_user(self, uidb64: str) -> User | None:
        user = super().get_user(uidb64)
        return user if user and user.is_active else None

    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        response = super().form_valid(form)
        user, ip = form.user, self.request.META.get("REMOTE_ADDR", "")
        actor = Actor(user_id=user.pk, label=user.username, role=user.role, ip=ip)
        audit_record(actor=actor, action="user.password", target=f"user:{user.pk}")
        reset(username=lock_key(user))  # wrong passwords of before lock nobody out
        password_reset.send(sender=User, request=self.request, user=user)  # who listens lives above
        messages.success(self.request, _("Your password is saved. Sign in with it."))
        return response


@login_required
def own_name(request: HttpRequest) -> HttpResponse:
    """The full name of who is signed in."""
    form = NameForm(request.POST or None, auto_id="%s", initial={"name": request.user.get_full_name()})  # type: ignore[union-attr]
    if request.method == "POST" and form.is_valid():
        user_name(
            actor=actor_from_request(request), username=request.user.get_username(), name=form.cleaned_data["name"]
        )
        messages.success(request, _("Your name is saved."))
        return redirect("account_name")
    response = render(request, "account/name.html", {"form": form})
    add_never_cache_headers(response)
    return response


@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    """Raises Conflict for who signs in elsewhere: there is none to change."""
    if not request.user.has_usable_password():  # type: ignore[union-attr]
        raise Conflict(_("You sign in by single sign-on: your password is kept there, not here."))
    response: HttpResponse = password_change(request)
    return response
