"""Who has an account: the names that customers read, the roles, and who may come in."""

from collections.abc import Mapping
from functools import partial

from django.contrib import messages
from django.db import transaction
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.accounts.models import Role, User
from apps.accounts.selectors import people, second_step_is_required, staff, staff_without_second_step
from apps.accounts.services import (
    MOST_IN_A_NAME,
    second_step_remove,
    second_step_require,
    sign_up_set,
    user_block,
    user_create,
    user_link,
    user_name,
    user_role,
    user_sign_out,
)
from apps.chat.news import person_tell
from apps.chat.services import account_delete
from apps.core.errors import BadInput, Conflict

from ..access import needs
from ..asked import text
from ..once import redirect_with_secret, secret_forget, secret_made

MOST = 100


@needs("people.manage")
def people_list(request: HttpRequest) -> HttpResponse:
    return _list(request)


def _list(request: HttpRequest, refused: str = "", typed: Mapping[str, str] | None = None) -> HttpResponse:
    """Staff first; of more than fit the rest is found by a part of its name."""
    wanted = text(request.GET, "q", longest=150)
    found = people()
    if wanted:
        found = found.alias(full_name=Concat("first_name", Value(" "), "last_name"))
        found = found.filter(Q(username__icontains=wanted) | Q(full_name__icontains=wanted))
    customers_last = Case(When(role=Role.CUSTOMER, then=Value(1)), default=Value(0))
    rows = list(found.order_by(customers_last, "username")[: MOST + 1])
    without = [] if second_step_is_required() else list(staff_without_second_step())
    context = {
        "people": rows[:MOST],
        "staff": staff().count(),
        "without": without,
        "more": len(rows) > MOST,
        "wanted": wanted,
        "roles": Role.choices,
        "longest": MOST_IN_A_NAME,
        "here": "people",
        "refused": refused,
        "typed": typed,
    }
    return render(request, "console/people.html", context, status=400 if refused else 200)


@needs("people.manage")
@require_POST
@transaction.atomic
def person_new(request: HttpRequest) -> HttpResponse:
    """An account, and on its page the link with which its person chooses a password."""
    actor, username = actor_from_request(request), text(request.POST, "username", longest=MOST_IN_A_NAME + 1)
    try:
        made = user_create(actor=actor, username=username, role=request.POST.get("role", Role.CUSTOMER))
    except BadInput as error:  # what was typed stands there still
        return _list(request, refused=str(error.message), typed=request.POST)
    user_name(actor=actor, username=username, name=request.POST.get("name", ""))
    return _with_link(request, made)


@needs("people.manage")
@transaction.atomic
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """An account. POST: name and role, both or neither, of them what is sent; one's own role stays, or nobody might
    be left who may give roles.
    """
    user = get_object_or_404(people(), pk=user_id)
    if request.method != "POST":
        return _person(request, user)
    actor = actor_from_request(request)
    role = request.POST.get("role", user.role)
    _not_oneself(request, user, role != user.role, _("Ask another administrator to change your own role."))
    if role != user.role:  # first: it locks several people in their order, and the name but this one
        user_role(actor=actor, username=user.username, role=role)
        transaction.on_commit(partial(person_tell, user.pk))
    name = request.POST.get("name")
    if name is not None:
        user_name(actor=actor, username=user.username, name=name)
    messages.success(request, _("“%(name)s” is saved.") % {"name": user.username})
    return redirect("console:person", user.pk)


def _person(request: HttpRequest, user: User, refused: str = "") -> HttpResponse:
    """The account's page; `refused` says what is wrong with the name typed to delete it."""
    context = {
        "person": user,
        "link": secret_made(request),
        "roles": Role.choices,
        "longest": MOST_IN_A_NAME,
        "here": "people",
        "refused": refused,
    }
    page = render(request, "console/person.html", context, status=400 if refused else 200)
    return secret_forget(request, page)


@needs("people.manage")
@require_POST
def person_link(request: HttpRequest, user_id: int) -> HttpResponse:
    return _with_link(request, get_object_or_404(people(), pk=user_id))


@needs("people.manage")
@require_POST
def person_block(request: HttpRequest, user_id: int) -> HttpResponse:
    """Blocks, or with an empty `blocked` unblocks."""
    user, blocked = get_object_or_404(people(), pk=user_id), bool(request.POST.get("blocked"))
    _not_oneself(request, user, blocked, _("Ask another administrator to block your own account."))
    user_block(actor=actor_from_request(request), username=user.username, blocked=blocked)
    person_tell(user.pk)
    said = _("“%(name)s” is blocked and signed out.") if blocked else _("“%(name)s” may sign in again.")
    messages.success(request, said % {"name": user.username})
    return redirect("console:person", user.pk)


@needs("people.manage")
@require_POST
def person_sign_out(request: HttpRequest, user_id: int) -> HttpResponse:
    user = get_object_or_404(people(), pk=user_id)
    user_sign_out(actor=actor_from_request(request), username=user.username)
    person_tell(user.pk)
    messages.success(request, _("“%(name)s” is signed out everywhere.") % {"name": user.username})
    return redirect("console:person", user.pk)


@needs("people.manage")
@require_POST
def person_delete(request: HttpRequest, user_id: int) -> HttpResponse:
    """A blocked person's account, with all that is in it."""
    user = get_object_or_404(people(), pk=user_id)
    _not_oneself(request, user, True, _("Delete your own account in the menu of your account."))
    if request.POST.get("name") != user.username:
        return _person(request, user, _("This is not the user name. Nothing was deleted."))
    account_delete(actor=actor_from_request(request), username=user.username)
    person_tell(user.pk)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": user.username})
    return redirect("console:people")


@needs("people.manage")
@require_POST
def person_second_step(request: HttpRequest, user_id: int) -> HttpResponse:
    """Takes somebody's second step away: the phone is lost."""
    user = get_object_or_404(people(), pk=user_id)
    _not_oneself(request, user, True, _("Turn off your own second step on the page of your account."))
    second_step_remove(actor=actor_from_request(request), username=user.username)
    person_tell(user.pk)
    if user.lacks_second_step:
        said = _("The second step of “%(name)s” is gone. The console opens to them once they have set up another.")
    else:
        said = _("“%(name)s” signs in without a second step now.")
    messages.success(request, said % {"name": user.username})
    return redirect("console:person", user.pk)


@needs("people.manage")
@require_POST
def second_step(request: HttpRequest) -> HttpResponse:
    """Whether staff may do nothing without a second step."""
    required = bool(request.POST.get("required"))
    for user_id in second_step_require(actor=actor_from_request(request), required=required):
        person_tell(user_id)
    said = _("Staff need a second step now.") if required else _("Staff may sign in without a second step now.")
    messages.success(request, said)
    return redirect("console:people")


@needs("people.manage")
@require_POST
def sign_up(request: HttpRequest) -> HttpResponse:
    """Whether anybody may make an account."""
    is_open = bool(request.POST.get("open"))
    sign_up_set(actor=actor_from_request(request), is_open=is_open)
    messages.success(request, _("Anybody may sign up now.") if is_open else _("Nobody may sign up any more."))
    return redirect("console:people")


def _with_link(request: HttpRequest, user: User) -> HttpResponse:
    parts = user_link(actor=actor_from_request(request), username=user.username)
    link = request.build_absolute_uri(reverse("account_choose_password", kwargs=parts))
    return redirect_with_secret(request, reverse("console:person", args=[user.pk]), link)


def _not_oneself(request: HttpRequest, user: User, shut_out: bool, message: str) -> None:
    if shut_out and user == request.user:
        raise Conflict(message)
