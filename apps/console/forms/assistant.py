"""An assistant as staff edit it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.chat.models import Assistant, Audience, Task, blocked_words_check, glossary_check
from apps.knowledge.selectors import collections
from apps.moderation.selectors import MOST_WORDS
from apps.registry.selectors import alias_names

from .slugs import otherwise

MOST_STARTERS = 6
MOST_EMERGENCY_WORDS = 60
# Field -> language and word of the assistant's own `texts`.
TEXTS = {
    "declines": ("en", "no"),
    "declines_zh": ("zh", "no"),
    "check": ("en", "check"),
    "check_zh": ("zh", "check"),
    "hours": ("en", "hours"),
    "hours_zh": ("zh", "hours"),
}


class LinesField(forms.CharField):
    """A list of at most `most` texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, *, most: int = MOST_STARTERS, **options: Any) -> None:
        super().__init__(**options)
        self.most = most

    def prepare_value(self, value: Any) -> str:
        return "\n".join(value) if isinstance(value, list) else value or ""

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > self.most or any(len(line) > 200 for line in lines):
            raise forms.ValidationError(_("At most %(count)s lines of 200 characters each.") % {"count": self.most})
        return lines


class WordsField(LinesField):
    """Words that moderation looks for, one a line."""

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        blocked_words_check(words)
        return words


class SentenceField(forms.CharField):
    """A text on one line, which may be longer than an input shows."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> Any:
        return super().clean(" ".join(str(value or "").split()))


class TextField(forms.CharField):
    """A text of several lines; a browser sends each break as two characters, and counts it as one."""

    widget = forms.Textarea(attrs={"rows": 6})

    def to_python(self, value: Any) -> Any:
        return super().to_python(str(value or "").replace("\r\n", "\n"))


class GlossaryField(forms.CharField):
    """Pairs of terms, one a line: English = Chinese."""

    widget = forms.Textarea(attrs={"rows": 6, "placeholder": "desk lamp = 台灯"})

    def prepare_value(self, value: Any) -> str:
        return "\n".join(" = ".join(pair) for pair in value) if isinstance(value, list) else value or ""

    def clean(self, value: Any) -> Any:
        lines = [line for line in super().clean(value).replace("＝", "=").splitlines() if line.strip()]
        pairs = [[term.strip() for term in line.split("=")] for line in lines]
        for line, pair in zip(lines, pairs, strict=True):
            if len(pair) != 2 or not all(pair):
                raise forms.ValidationError(_("This line is no pair of terms: %(line)s") % {"line": line.strip()})
        glossary_check(pairs)
        return pairs


class AssistantForm(forms.Form):
    """`cleaned_data` is what `assistant_upsert` takes, but for the slug. `collection` is chosen from the start."""

    name = forms.CharField(label=_("Name"), max_length=80)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=80, required=False)
    description = SentenceField(
        label=_("What it helps with"),
        max_length=300,
        required=False,
        help_text=_("Whoever gets no answer reads it as: “You can ask me about: …”"),
    )
    description_zh = SentenceField(label=_("What it helps with, in Chinese"), max_length=300, required=False)
    starters = LinesField(label=_("Questions to begin with"), required=False, help_text=_("One a line."))
    starters_zh = LinesField(label=_("Questions to begin with, in Chinese"), required=False)
    task = forms.ChoiceField(label=_("What it does"), choices=Task.choices)
    glossary = GlossaryField(
        label=_("Glossary"),
        required=False,
        help_text=_("One pair a line, English = Chinese. A translation that does not use a term says so."),
    )
    collections = forms.MultipleChoiceField(
        label=_("Answers from"), required=False, widget=forms.CheckboxSelectMultiple
    )
    audience = forms.ChoiceField(label=_("Who may talk to it"), choices=Audience.choices)
    alias = forms.ChoiceField(label=_("Model"))
    verbatim = forms.BooleanField(
        label=_("Answers only in the documents’ own sentences"),
        required=False,
    )
    threshold = forms.FloatField(
        label=_("Declines where the search is less sure than"),
        min_value=0,
        max_value=1,
        help_text=_(
            "0 to 1. Higher declines more of what the documents do not answer, and some that they do. The "
            "playground shows how sure the search is of a question."
        ),
    )
    min_sentences = forms.IntegerField(label=_("Sentences, at least"), min_value=1, max_value=5)
    max_sentences = forms.IntegerField(label=_("Sentences, at most"), min_value=1, max_value=5)
    declines = forms.CharField(
        label=_("What it says without an answer"),
        max_length=300,
        required=False,
        help_text=_("Left empty, it says Parley’s own sentence."),
    )
    declines_zh = forms.CharField(
        label=_("What it says without an answer, in Chinese"), max_length=300, required=False
    )
    check = forms.CharField(
        label=_("Asks learners to check themselves"),
        max_length=120,
        required=False,
        help_text=_(
            "For teaching: said above a sentence that was just quoted, with a gap in it, such as “Check yourself: "
            "what belongs in the gap?”. Replies are compared word by word, so the right thing in other words is "
            "not recognised. Left empty, nothing is asked."
        ),
    )
    check_zh = forms.CharField(
        label=_("Asks learners to check themselves, in Chinese"), max_length=120, required=False
    )
    instructions = TextField(
        label=_("Instructions"),
        max_length=4000,
        required=False,
        help_text=_(
            "What the model is told each time, in your own words: how it writes, what it stresses, what it leaves "
            "out. Up to 4,000 characters."
        ),
    )
    instructions_zh = TextField(
        label=_("Instructions for Chinese"),
        max_length=4000,
        required=False,
        help_text=_("Where a question or text is Chinese. Left empty, the ones beside it count."),
    )
    notice = SentenceField(
        label=_("Said below every answer"),
        max_length=300,
        required=False,
        help_text=_("Such as: “General information; it does not replace a visit to your doctor.”"),
    )
    notice_zh = SentenceField(label=_("Said below every answer, in Chinese"), max_length=300, required=False)
    emergency_words = LinesField(
        label=_("Words of an emergency"),
        required=False,
        most=MOST_EMERGENCY_WORDS,
        help_text=_(
            "One a line, in both languages: “chest pain”, “胸 痛”. A message with all words of a line gets the "
            "text below first of all, also while a person answers."
        ),
    )
    emergency = SentenceField(label=_("Said in an emergency"), max_length=300, required=False)
    emergency_zh = SentenceField(label=_("Said in an emergency, in Chinese"), max_length=300, required=False)
    blocked_words = WordsField(
        label=_("Words that are blocked here"),
        required=False,
        most=MOST_WORDS,
        help_text=_(
            "One word or phrase a line. A question or an answer with one of them is blocked, whatever the content "
            "rules say otherwise. English counts by whole words; Chinese counts inside longer words, too."
        ),
    )
    strict = forms.BooleanField(
        label=_("Blocks what the content rules would only note"),
        required=False,
    )
    handover = forms.BooleanField(
        label=_("Customers may ask for a person"),
        required=False,
        help_text=_("Such conversations come to the inbox, where reviewers and administrators answer them."),
    )
    hours = SentenceField(
        label=_("When somebody answers"),
        max_length=200,
        required=False,
        help_text=_(
            "Said to whoever asks for a person and waits. "
            "Such as: “Somebody usually answers Monday to Friday, 9 to 17.”"
        ),
    )
    hours_zh = SentenceField(label=_("When somebody answers, in Chinese"), max_length=200, required=False)
    escalates = forms.BooleanField(
        label=_("Asks for a person by itself when it has no answer"),
        required=False,
    )
    enabled = forms.BooleanField(label=_("Open to its visitors"), required=False)

    def __init__(self, data: Any = None, *, assistant: Assistant | None = None, collection: str = "") -> None:
        start = _values(assistant or Assistant())
        if collection:
            start["collections"] = [*start.get("collections", []), collection]
        super().__init__(data, auto_id="%s", initial=start)
        self._texts: dict[str, Any] = assistant.texts if assistant else {}
        choices: Any = self.fields["collections"]
        choices.choices = [(one.slug, one.name) for one in collections()]
        names = alias_names("generator")
        models: Any = self.fields["alias"]
        models.choices = [(name, name) for name in dict.fromkeys([*names, str(start["alias"])])]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        least, most = values.get("min_sentences"), values.get("max_sentences")
        if least and most and least > most:
            self.add_error("max_sentences", _("This must not be less than the number before it."))
        if values.get("emergency_words") and not values.get("emergency"):
            self.add_error("emergency", _("Say what is to be done when one of these words is written."))
        if values.get("escalates") and not values.get("handover"):
            self.add_error("escalates", _("Let customers ask for a person, too: then somebody answers the inbox."))
        for name, (language, word) in TEXTS.items():
            own = {**self._texts.get(language, {}), word: values.pop(name, "")}
            self._texts = {**self._texts, language: {word: text for word, text in own.items() if text}}
        return {**values, "texts": {language: own for language, own in self._texts.items() if own}}


class NewAssistantForm(AssistantForm):
    """With the slug, which the address and the commands name and which stays."""

    slug = forms.SlugField(
        label=_("Short name"),
        max_length=64,
        help_text=_("Small letters, digits and hyphens; it stands in addresses and cannot be changed."),
    )
    field_order = ("name", "name_zh", "slug")

    def __init__(self, data: Any = None, *, collection: str = "") -> None:
        super().__init__(data, collection=collection)
        otherwise(self.fields["slug"], "assistant", Assistant.objects.values_list("slug", flat=True))

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug != slug.lower() or Assistant.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("There is such an assistant already, or it has capital letters."))
        return slug


def _values(assistant: Assistant) -> dict[str, Any]:
    names = set(AssistantForm.base_fields) - {"collections", *TEXTS}
    values = {name: getattr(assistant, name) for name in names}
    if not assistant._state.adding:
        values["collections"] = list(assistant.collections.values_list("slug", flat=True))
    for name, (language, word) in TEXTS.items():
        values[name] = assistant.texts.get(language, {}).get(word, "")
    return values
