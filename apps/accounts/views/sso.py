"""To the provider of single sign-on, and back."""

from allauth.account.utils import get_next_redirect_url
from allauth.decorators import rate_limit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from requests import RequestException

from apps.core.db import for_slow_page
from apps.core.pages import answered_in

from ..sso import Exchange, failed


@answered_in(for_slow_page)
@require_GET
@rate_limit(action="login", limit_get=True)
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Only to sign in: the library's own view would also join what is vouched for to the account that is open.
    Who is signed in comes to show once more who they are, so the provider is to ask them.
    """
    provider = get_adapter().get_provider(request, "sso")
    asked = {"prompt": "login"} if request.user.is_authenticated else {}
    try:
        answer: HttpResponse = provider.redirect(
            request, process=AuthProcess.LOGIN, next_url=get_next_redirect_url(request), auth_params=asked
        )
    except (OAuth2Error, RequestException, KeyError, ValueError) as error:
        answer = failed(request, error).response
    return answer


@answered_in(for_slow_page)
@require_GET
@never_cache
def callback(request: HttpRequest) -> HttpResponse:
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(Exchange(request, "sso"))(request)
    except (KeyError, ValueError) as error:  # what the provider sent is not as it should be
        answer = failed(request, error).response
    return answer
