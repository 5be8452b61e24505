"""The REST views described, for programs and for people. For everybody: any browser asks the same already."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_GET
from drf_spectacular.types import OpenApiTypes
from rest_framework.decorators import api_view, authentication_classes
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.describing import described

from .description import description, operations, shape


@described("GET", "schema", gettext_lazy("This reference as OpenAPI 3.1"), gives=OpenApiTypes.OBJECT, by_key=False)
@api_view(["GET"])
@authentication_classes([])
def schema(request: Request) -> Response:
    return Response(description(get_language()))


@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    document = description(get_language())
    context = {
        "about": document["info"]["description"],
        "operations": list(operations(document)),
        "error_shape": shape(document, {"$ref": "#/components/schemas/ErrorShape"}),
    }
    return render(request, "api/reference.html", context)
