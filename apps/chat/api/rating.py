"""An answer's rating over HTTP."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.actors import actor_from_api
from apps.core.api.describing import described
from apps.core.errors import BadInput

from ..reading.transcript import rating_data
from ..services import rating_clear, rating_set
from .shapes import RatingShape

_KINDS = {"value": int, "reason": str, "comment": str}


@described(
    "PUT",
    "answers_rate",
    gettext_lazy("Rates one’s own answer, or changes its rating"),
    takes=RatingShape,
    gives=RatingShape,
    refuses=[400, 404, 409],
)
@described("DELETE", "answers_unrate", gettext_lazy("Takes the rating back"), refuses=[404])
@api_view(["PUT", "DELETE"])
def rating(request: Request, generation_id: UUID) -> Response:
    """PUT {value: 1 | -1, reason?, comment?} rates one's own answer, DELETE takes it back."""
    actor = actor_from_api(request)
    if request.method == "DELETE":
        rating_clear(actor=actor, generation_id=generation_id)
        return Response(status=204)
    return Response(rating_data(rating_set(actor=actor, generation_id=generation_id, **_read(request.data))))


def _read(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict) or "value" not in data or not data.keys() <= _KINDS.keys():
        raise BadInput(_("A rating is 1 or -1, with one of the reasons that are offered."))
    for name, value in data.items():
        if not isinstance(value, _KINDS[name]) or isinstance(value, bool):
            raise BadInput(_("The field “%(name)s” of this message has no usable value.") % {"name": name})
    return dict(data)
