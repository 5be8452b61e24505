"""Who has an account: the names that customers read, and the roles."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.accounts.models import Role, User
from apps.accounts.services import MOST_IN_A_NAME, user_name, user_role
from apps.core.errors import Conflict

from ..access import needs
from ..asked import text

MOST = 100


@needs("people.manage")
def people_list(request: HttpRequest) -> HttpResponse:
    """Staff first; of more than fit the rest is found by a part of its name."""
    wanted = text(request.GET, "q", longest=150)
    people = User.objects.filter(is_active=True)
    if wanted:
        people = people.alias(full_name=Concat("first_name", Value(" "), "last_name"))
        people = people.filter(Q(username__icontains=wanted) | Q(full_name__icontains=wanted))
    customers_last = Case(When(role=Role.CUSTOMER, then=Value(1)), default=Value(0))
    rows = list(people.order_by(customers_last, "username")[: MOST + 1])
    context = {
        "people": rows[:MOST],
        "more": len(rows) > MOST,
        "wanted": wanted,
        "roles": Role.choices,
        "longest": MOST_IN_A_NAME,
        "here": "people",
    }
    return render(request, "console/people.html", context)


@needs("people.manage")
@require_POST
@transaction.atomic
def person_save(request: HttpRequest, user_id: int) -> HttpResponse:
    """Name and role, both or neither, of them what is sent; one's own role stays, or nobody might be left who may
    give roles.
    """
    user = get_object_or_404(User, pk=user_id)
    actor = actor_from_request(request)
    role = request.POST.get("role", user.role)
    if user == request.user and role != user.role:
        raise Conflict(_("Ask another administrator to change your own role."))
    name = request.POST.get("name")
    if name is not None:
        user_name(actor=actor, username=user.username, name=name)
    if role != user.role:
        user_role(actor=actor, username=user.username, role=role)
    messages.success(request, _("“%(name)s” is saved.") % {"name": user.username})
    return redirect("console:people")
