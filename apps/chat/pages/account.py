"""The page on which somebody deletes their own account."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from apps.accounts.actors import actor_from_request
from apps.accounts.confirming import confirmation, signed_in_lately
from apps.accounts.models import User
from apps.core.errors import Conflict

from ..selectors import conversations_listed
from ..services import account_delete


@login_required
@signed_in_lately
@never_cache
def delete(request: HttpRequest) -> HttpResponse:
    """What goes and what stays; POST with what confirms it deletes it and ends every session."""
    user = cast("User", request.user)
    form = confirmation(user, request.POST or None)
    actor = actor_from_request(request)
    if request.method == "POST" and form.is_valid():
        try:
            account_delete(actor=actor, username=user.get_username())
        except Conflict as error:
            form.add_error(None, str(error.message))
        else:
            logout(request)
            messages.success(request, _("Your account is deleted."))
            return redirect("account_login")
    return render(
        request, "account/delete.html", {"form": form, "conversations": conversations_listed(actor).count()}
    )
