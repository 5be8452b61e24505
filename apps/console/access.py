"""Who may open a page of the console."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from apps.accounts.permissions import require
from apps.core.middleware import wants_json

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def needs(verb: str) -> Callable[[View[P]], View[P]]:
    """Only for people who may do `verb`. Others get the refusal; on a page, who has not signed in is asked to, and
    who has to set up a second step before anything else is led there.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method == "GET" and not wants_json(request):
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path())
                if request.user.lacks_second_step:
                    return redirect("mfa_activate_totp")
            require(request.user, verb)
            response = view(request, *args, **kwargs)
            add_never_cache_headers(response)  # "back" after signing out shows nothing
            return response

        guarded.needs = verb  # type: ignore[attr-defined]  # tests walk the routes and ask for it
        return guarded

    return guard
