"""Changing the word lists: in force with the commit, each word an event of the audit log."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record_each
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict
from apps.core.turn import turn_take

from .checks.words import shipped
from .everywhere import is_everywhere
from .models import ListedWord, WordsHead
from .normal import term_normal, term_shown
from .word_files import CATEGORIES, COMMAS
from .word_lists import Word, words_listed

MOST_LISTED = 5000
MOST_AT_ONCE = 6000  # words: while their events are written, a second, no other event can be
LONGEST_TERM = 60
_LONGEST_NORMAL = 240  # one character may stand for several


@dataclass(frozen=True)
class Changed:
    """How many terms were `added`, `moved` to another list, `removed`, and how many stood there already."""

    added: int = 0
    moved: int = 0
    removed: int = 0
    unchanged: int = 0


@dataclass
class _Change:
    """What is to be written of the lists `now`, and what is to be said of it."""

    actor: Actor
    now: dict[str, Word]
    events: dict[tuple[str, str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    put: list[ListedWord] = field(default_factory=list)
    drop: list[str] = field(default_factory=list)

    def place(self, term: str, normal: str, category: str) -> str:
        """`category` "" takes it out. Returns what that was: "added", "changed", "removed", or "" for nothing."""
        known = self.now.get(normal)
        before = known.category if known else ""
        came = shipped().get(normal, ("", ""))[1]
        if before == category and (known is None or known.term == term or came):
            return ""
        if category == came:
            self.drop.append(normal)
        else:
            self.put.append(ListedWord(term=term, normal=normal, category=category, changed_by=self.actor.label))
        done = "removed" if not category else "changed" if before else "added"
        self.events[done, before, category].append(known.term if known and came else term)
        return done

    def write(self) -> None:
        """Raises BadInput where there would be too many."""
        if not self.events:
            return
        _check_many(sum(map(len, self.events.values())))
        ListedWord.objects.filter(normal__in=self.drop).delete()
        ListedWord.objects.bulk_create(
            self.put,
            update_conflicts=True,
            unique_fields=["normal"],
            update_fields=["term", "category", "changed_by", "updated_at"],
        )
        if ListedWord.objects.count() > MOST_LISTED:
            text = _("The lists would hold too many words of your own: %(most)d at most.")
            raise BadInput(text % {"most": MOST_LISTED})
        WordsHead.objects.update_or_create(pk=1, defaults={"stamp": uuid.uuid4()})
        for (done, before, category), terms in self.events.items():
            lists = {"list": category} | ({"list_before": before} if before and done == "changed" else {})
            data = {"list": before} if done == "removed" else lists
            targets = [f"word:{term}" for term in terms]
            audit_record_each(actor=self.actor, action=f"word.{done}", targets=targets, data=data)


@transaction.atomic
def words_put(*, actor: Actor, words: Iterable[tuple[str, str]], replace: bool = False) -> Changed:
    """Puts each (term, list) where it says; with `replace` no other word is looked for afterwards.

    All or nothing. Raises BadInput for a term that cannot be listed, a list that does not exist and too many.
    """
    wanted = {}
    for term, category in words:
        clean, normal = _clean(term)
        wanted[normal] = (clean, _known(category))
        _check_many(len(wanted))
    change = _begun(actor)
    done = [change.place(term, normal, category) for normal, (term, category) in wanted.items()]
    if replace:
        others = [word for word in change.now.values() if word.category and word.normal not in wanted]
        done += [change.place(word.term, word.normal, "") for word in others]
    change.write()
    return Changed(done.count("added"), done.count("changed"), done.count("removed"), done.count(""))


@transaction.atomic
def word_change(*, actor: Actor, was: str, term: str, category: str) -> bool:
    """Writes the listed term `was` as `term`, in that list; False where nothing changes.

    Raises BadInput as `words_put` does, and for a `term` that is listed already; Conflict where `was` is no more.
    """
    clean, normal = _clean(term)
    change = _begun(actor)
    known = change.now.get(term_normal(was))
    if known is None or not known.category:
        raise Conflict(_("“%(term)s” was taken out of the lists meanwhile.") % {"term": was})
    if normal != known.normal:
        if (other := change.now.get(normal)) and other.category:
            raise BadInput(_("“%(term)s” is listed already.") % {"term": other.term})
        change.place(known.term, known.normal, "")
    done = change.place(clean, normal, _known(category))
    change.write()
    return bool(done)


@transaction.atomic
def word_remove(*, actor: Actor, term: str) -> bool:
    """Takes it out of the lists; False where it is in none."""
    change = _begun(actor)
    known = change.now.get(term_normal(term))
    done = known and change.place(known.term, known.normal, "")
    change.write()
    return bool(done)


def _begun(actor: Actor) -> _Change:
    turn_take("words")  # until the commit: what is looked at stays so
    return _Change(actor, {word.normal: word for word in words_listed()})


def _clean(term: str) -> tuple[str, str]:
    """As it is shown, and as it is compared. Raises BadInput."""
    shown, normal = term_shown(term), term_normal(term)
    if not normal:
        raise BadInput(_("Write a word or a phrase."))
    if len(shown) > LONGEST_TERM or len(normal) > _LONGEST_NORMAL:
        told = {"term": f"{shown[:20]}…", "most": LONGEST_TERM}
        raise BadInput(_("“%(term)s” is too long: a word or phrase has %(most)d characters at most.") % told)
    if any(sign in shown for sign in COMMAS):
        text = _("“%(term)s” has a comma: list what stands before and behind it separately.")
        raise BadInput(text % {"term": shown})
    if is_everywhere(normal):
        raise BadInput(
            _("“%(term)s” stands in nearly every text. Write a longer word or a phrase.") % {"term": shown}
        )
    return shown, normal


def _check_many(count: int) -> None:
    """Raises BadInput."""
    if count > MOST_AT_ONCE:
        raise BadInput(_("At most %(most)d words can be changed at once.") % {"most": MOST_AT_ONCE})


def _known(category: str) -> str:
    if category not in CATEGORIES:
        raise BadInput(_("There is no list “%(name)s”.") % {"name": category})
    return category
