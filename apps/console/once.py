"""A secret on the page after the form that made it, once: a reload neither shows it again nor makes another.

It travels in a cookie of the browser that made it, signed for this person and this page; nothing here stores it.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

_COOKIE = "made"
_SECONDS = 60


def redirect_with_secret(request: HttpRequest, address: str, secret: str) -> HttpResponseRedirect:
    response = redirect(address)
    response.set_signed_cookie(
        _COOKIE,
        secret,
        salt=_salt(request, response.url),
        max_age=_SECONDS,
        path=response.url,
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )
    return response


def secret_made(request: HttpRequest) -> str:
    """Empty where the person has just made none on this page."""
    return request.get_signed_cookie(_COOKIE, "", salt=_salt(request, request.path), max_age=_SECONDS) or ""


def secret_forget(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Call it on the answer that shows the secret."""
    if _COOKIE in request.COOKIES:
        response.delete_cookie(_COOKIE, path=request.path, samesite="Strict")
    return response


def _salt(request: HttpRequest, path: str) -> str:
    return f"made {request.user.pk} {path}"
