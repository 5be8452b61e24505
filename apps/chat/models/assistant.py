"""What a visitor talks to: a name, the documents behind it, and how strictly it keeps to them."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import BaseModel
from apps.moderation.selectors import LONGEST_WORD, MOST_WORDS, is_word

from .glossary import glossary_check


class Audience(models.TextChoices):
    """Who may talk to an assistant, and so read the passages behind its answers."""

    EVERYONE = "everyone", _("Everyone")
    MEMBERS = "members", _("People with an account")
    STAFF = "staff", _("Staff")


class Task(models.TextChoices):
    """What an assistant does with what it is sent."""

    ANSWER = "answer", _("Answers questions")
    TRANSLATE = "translate", _("Translates between Chinese and English")
    WRITE = "write", _("Writes texts, section by section")


def blocked_words_check(value: Any) -> None:
    """Raises ValidationError for anything but a list of so many words that moderation can look for."""
    if not isinstance(value, list) or len(value) > MOST_WORDS or not all(map(is_word, value)):
        text = _("At most %(count)s words or phrases that can be read, each of at most %(length)s characters.")
        raise ValidationError(text % {"count": MOST_WORDS, "length": LONGEST_WORD})


class Kept(models.Manager["Assistant"]):
    """Without those that somebody only tries."""

    def get_queryset(self) -> models.QuerySet["Assistant"]:
        return super().get_queryset().filter(editor=None)


class Assistant(BaseModel):
    """One assistant. `*_zh` fields are shown on Chinese pages where they are filled.

    `alias` is the registry's movable name of the model that answers. `verbatim` answers consist of the documents'
    own sentences; otherwise the model writes freely and cites. Where a model writes, it is told the `instructions`.
    Below `threshold` (the search's confidence, 0 to 1) no passage reaches the model. A verbatim answer has
    `min_sentences` (the shipped model is surer of two than of one; a larger model may be left the choice with 1) to
    `max_sentences`, fewer where the next are far less likely. `notice` is said below every answer, such as that it
    is no medical advice. With `handover` its customers may ask for a person; with `escalates` one is asked for by
    itself when it has no answer. `texts` may override the fixed phrases:
    {"en": {"no": "…"}, "zh": {…}}; their "check" introduces a question to check oneself by, which follows a
    verbatim answer where it is said; their "hours" say when a person is there. `emergency` is said first of all,
    whoever answers, to a message that holds all words of one of `emergency_words`.
    A translator keeps to `glossary`, [English, Chinese] terms. `blocked_words` and `strict` make the content rules
    stricter for its questions and answers (`OwnRules`). One with an `editor` is not saved: that person tries what
    the console's form holds, and nobody else knows of it.
    """

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80, blank=True)
    description = models.CharField(max_length=300, blank=True)
    description_zh = models.CharField(max_length=300, blank=True)
    starters = models.JSONField(default=list, blank=True)
    starters_zh = models.JSONField(default=list, blank=True)
    alias = models.SlugField(max_length=64, default="production")
    task = models.CharField(max_length=16, choices=Task.choices, default=Task.ANSWER)
    glossary = models.JSONField(default=list, blank=True, validators=[glossary_check])
    collections = models.ManyToManyField("knowledge.Collection", related_name="assistants", blank=True)
    verbatim = models.BooleanField(default=True)
    threshold = models.FloatField(default=0.2, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)])
    min_sentences = models.PositiveSmallIntegerField(
        default=2, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    max_sentences = models.PositiveSmallIntegerField(
        default=2, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    enabled = models.BooleanField(default=True)
    audience = models.CharField(max_length=16, choices=Audience.choices, default=Audience.EVERYONE)
    position = models.PositiveSmallIntegerField(default=0)
    instructions = models.CharField(max_length=4000, blank=True)
    instructions_zh = models.CharField(max_length=4000, blank=True)
    notice = models.CharField(max_length=300, blank=True)
    notice_zh = models.CharField(max_length=300, blank=True)
    emergency_words = models.JSONField(default=list, blank=True)
    emergency = models.CharField(max_length=300, blank=True)
    emergency_zh = models.CharField(max_length=300, blank=True)
    blocked_words = models.JSONField(default=list, blank=True, validators=[blocked_words_check])
    strict = models.BooleanField(default=False)
    handover = models.BooleanField(default=False)
    escalates = models.BooleanField(default=False)
    texts = models.JSONField(default=dict, blank=True)
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )

    objects = Kept()
    with_trials: models.Manager["Assistant"] = models.Manager()

    class Meta:
        ordering = ["position", "slug"]

    @property
    def quotes(self) -> bool:
        """Whether its answers are the documents' own sentences, so that no model puts anything into words."""
        return self.verbatim and self.task == Task.ANSWER

    def in_language(self, field: str, language: str) -> Any:
        """A text of it in "zh" or "en": its Chinese twin where there is one and it is filled."""
        return (language == "zh" and getattr(self, f"{field}_zh")) or getattr(self, field)

    def hours(self, language: str) -> str:
        """When a person answers, as whoever asks for one is told: rather in the other language than not at all."""
        said = [(self.texts.get(one) or {}).get("hours", "") for one in (language, "en", "zh")]
        return next(filter(None, said), "") if self.handover else ""
