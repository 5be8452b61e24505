"""Saying what a REST view takes, gives and refuses, for the OpenAPI description."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

View = TypeVar("View", bound=Callable[..., Any])
Words = str | Promise

_REFUSALS: dict[int, Words] = {
    400: _("What was sent cannot be used."),
    401: _("The API key is not valid."),
    403: _("The CSRF token is missing."),
    404: _("It is not there, or belongs to somebody else."),
    409: _("Not now: an answer is being written."),
    429: _("Too much at a time; `seconds` says how long to wait, where that is known."),
}


class ErrorDetail(serializers.Serializer[Any]):
    code = serializers.CharField(help_text=_("Stable, for programs."))
    message = serializers.CharField(help_text=_("For people, in the language of Accept-Language."))
    seconds = serializers.IntegerField(required=False)


class ErrorShape(serializers.Serializer[Any]):
    error = ErrorDetail()


def described(
    method: str,
    name: str,
    summary: Words,
    *,
    takes: type[serializers.Serializer[Any]] | None = None,
    gives: Any = None,
    refuses: Sequence[int] = (),
    query: dict[str, Words] | None = None,
    by_key: bool = True,
) -> Callable[[View], View]:
    """Describes one method of a view. `name` is its operationId; `gives` is the body of the
    answer: 201 to POST, 200 to others, 204 without one.

    Holders of keys, where they may ask (`by_key`), may be refused with 401 and 429, changes by the page with 403.
    """
    codes = {*refuses, *([401, 429] if by_key else []), *([] if method == "GET" else [403])}
    responses: dict[int, Any] = {204 if gives is None else 201 if method == "POST" else 200: gives}
    responses |= {code: OpenApiResponse(ErrorShape, description=_REFUSALS[code]) for code in sorted(codes)}
    return extend_schema(
        methods=[method],
        operation_id=name,
        summary=summary,
        request=takes,
        responses=responses,
        parameters=[OpenApiParameter(key, str, description=words) for key, words in (query or {}).items()],
    )
