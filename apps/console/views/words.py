"""Moderation's word lists: what is looked for, changed word by word or by a file, and tried on a sentence."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.core.errors import BadInput, Conflict
from apps.moderation.selectors import CATEGORIES, policy_rules, words_listed, words_written
from apps.moderation.services import word_change, word_remove, words_put, words_read

from ..access import needs
from ..asked import text
from ..forms.words import WordFileForm, WordsForm
from ..reading.rules import rule_said
from ..reading.words import follows_said, tried, word_page

_LONGEST_SENTENCE = 4000


@needs("policy.manage")
def word_list(request: HttpRequest) -> HttpResponse:
    """POST tries a sentence: it is shown with what stands in it, and kept nowhere."""
    if request.method == "POST":
        sentence = request.POST.get("sentence", "").replace("\r\n", "\n").strip()[:_LONGEST_SENTENCE]
        return _page(request, sentence=sentence)
    return _page(request)


@needs("policy.manage")
@require_POST
def word_add(request: HttpRequest) -> HttpResponse:
    form = WordsForm(request.POST)
    if form.is_valid():
        try:
            lines = filter(None, map(str.strip, form.cleaned_data["words"].splitlines()))
            _put(request, [(line, form.cleaned_data["category"]) for line in lines])
            return _back(request)
        except BadInput as error:
            form.add_error("words", str(error.message))
    return _page(request, form=form)


@needs("policy.manage")
@require_POST
def word_save(request: HttpRequest) -> HttpResponse:
    """Writes a listed word otherwise, or puts it into another list."""
    was, term = text(request.POST, "was", longest=60), text(request.POST, "term", longest=100)
    category = request.POST.get("category", "")
    try:
        if word_change(actor=actor_from_request(request), was=was, term=term, category=category):
            messages.success(request, _("“%(term)s” is looked for from now on.") % {"term": term})
            _tell_what_follows(request, {category})
        else:
            messages.info(request, _("Nothing was changed."))
    except (BadInput, Conflict) as error:
        messages.error(request, str(error.message))
    return _back(request)


@needs("policy.manage")
@require_POST
def word_end(request: HttpRequest) -> HttpResponse:
    term = text(request.POST, "term", longest=60)
    if word_remove(actor=actor_from_request(request), term=term):
        messages.success(request, _("“%(term)s” is no longer looked for.") % {"term": term})
    else:
        messages.info(request, _("“%(term)s” is in no list.") % {"term": term})
    return _back(request)


@needs("policy.manage")
@require_POST
def word_import(request: HttpRequest) -> HttpResponse:
    """All of the file or nothing."""
    form = WordFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            words = words_read(form.cleaned_data["text"], form.cleaned_data["category"])
            if not words:
                raise BadInput(_("There is no word in it."))
            _put(request, words, replace=form.cleaned_data["replace"])
            return _back(request)
        except BadInput as error:
            form.add_error("file", str(error.message))
    return _page(request, file_form=form)


@needs("policy.manage")
def word_export(request: HttpRequest) -> HttpResponse:
    """What is looked for, as `word_import` reads it."""
    lines = [f"# {category}: {rule_said(category)}\n" for category in CATEGORIES]
    body = words_written((word.term, word.category) for word in words_listed() if word.category)
    name = f"{pgettext('content rules', 'Word lists')} {timezone.now():%Y-%m-%d}.txt"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse("".join(lines) + body, content_type="text/plain; charset=utf-8", headers=headers)


def _put(request: HttpRequest, words: list[tuple[str, str]], *, replace: bool = False) -> None:
    done = words_put(actor=actor_from_request(request), words=words, replace=replace)
    said = [
        (done.added, ngettext("%(count)d word added", "%(count)d words added", done.added)),
        (done.moved, _("%(count)d moved to another list")),
        (done.removed, _("%(count)d taken out")),
        (done.unchanged, ngettext("%(count)d was there already", "%(count)d were there already", done.unchanged)),
    ]
    messages.success(request, " · ".join(words % {"count": count} for count, words in said if count))
    _tell_what_follows(request, {category for _term, category in words})


def _tell_what_follows(request: HttpRequest, chosen: set[str]) -> None:
    """Of each list that words were put into; a warning where the rules let them pass."""
    _number, rules = policy_rules()
    for category in CATEGORIES:
        if category in chosen:
            told, passes = follows_said(category, rules)
            (messages.warning if passes else messages.info)(request, told)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page of the list that it was asked on."""
    query = text(request.POST, "back", longest=1000)
    return redirect(reverse("console:words") + (f"?{query}" if query else ""))


def _page(request: HttpRequest, *, sentence: str = "", **forms: object) -> HttpResponse:
    """With what stands in `sentence`, where there is one to try."""
    _number, rules = policy_rules()
    context = {
        "page": word_page(request.GET, rules),
        "tried": tried(sentence, rules) if sentence else None,
        "form": WordsForm(),
        "file_form": WordFileForm(),
        "here": "policy",
    }
    return render(request, "console/words.html", context | forms)
