"""What the chat's REST views take and give, for their description; tests hold the answers against it."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers as fields

from apps.knowledge.api import pages_field, rows_field, slides_field

from ..models import Outcome, Reason, RemovalState, Role, Standing, Status, Value

Shape = fields.Serializer[Any]


class StandingShape(Shape):
    state = fields.ChoiceField(Standing.choices)
    name = fields.CharField(allow_null=True, help_text=_("Of the person who answers."))


class ConversationItem(Shape):
    id = fields.UUIDField()
    title = fields.CharField()
    assistant = fields.CharField(help_text=_("Its short name."))
    pinned = fields.BooleanField()
    created_at = fields.DateTimeField()
    updated_at = fields.DateTimeField()
    excerpt = fields.CharField(required=False, help_text=_("Around the first word that was found."))


class ConversationPage(Shape):
    conversations = ConversationItem(many=True)
    older = fields.CharField(help_text=_("The `before` of the next page; empty on the last."))


class HistoryCount(Shape):
    count = fields.IntegerField(help_text=_("Pinned ones included."))
    pinned = fields.IntegerField()
    now = fields.DateTimeField(help_text=_("When they were counted."))


class RemovalShape(Shape):
    id = fields.UUIDField()
    state = fields.ChoiceField(RemovalState.choices)
    done = fields.IntegerField(help_text=_("How many are gone."))
    total = fields.IntegerField(help_text=_("How many there were."))
    until = fields.DateTimeField(help_text=_("Those that had begun then."))
    pinned = fields.BooleanField(help_text=_("Whether the pinned ones go as well."))


class ConversationChanges(Shape):
    title = fields.CharField(required=False, max_length=1000)
    pinned = fields.BooleanField(required=False)


class RatingShape(Shape):
    value = fields.ChoiceField(Value.choices)
    reason = fields.ChoiceField([("", ""), *Reason.choices], required=False)
    comment = fields.CharField(required=False, max_length=1000)


class SourceShape(Shape):
    number = fields.IntegerField(help_text=_("As it stands in the text: [1]."))
    passage = fields.UUIDField()
    title = fields.CharField()
    heading = fields.CharField()
    excerpt = fields.CharField()
    page = fields.IntegerField(
        required=False, help_text=_("Of a PDF or PPTX: the page or slide that it begins on.")
    )
    pages = pages_field(required=False)
    slides = slides_field(required=False)
    rows = rows_field(required=False)


class GenerationShape(Shape):
    id = fields.UUIDField()
    status = fields.ChoiceField(Status.choices)
    outcome = fields.ChoiceField(Outcome.choices, allow_null=True)
    last_seq = fields.IntegerField(help_text=_("The last line of its log that the text holds."))
    code = fields.CharField(allow_null=True, help_text=_("Why it ended badly."))
    message = fields.CharField(allow_null=True, help_text=_("The same in words."))
    confidence = fields.FloatField(
        allow_null=True,
        min_value=0,
        max_value=1,
        help_text=_("How likely a quoted answer is right; of any other, how sure the search was."),
    )
    rating = RatingShape(allow_null=True)


class PlaceShape(Shape):
    passage = fields.UUIDField()
    title = fields.CharField()
    heading = fields.CharField()


class NoteShape(Shape):
    kind = fields.ChoiceField(["outline", "paragraphs", "terms", "person", "nearest"])
    headings = fields.ListField(child=fields.CharField(), required=False)
    texts = fields.ListField(child=fields.CharField(), required=False, help_text=_("The source’s paragraphs."))
    paragraph = fields.IntegerField(required=False, help_text=_("Which of them the terms are of, from 0."))
    missed = fields.ListField(
        child=fields.ListField(child=fields.CharField()), required=False, help_text=_("English and Chinese.")
    )
    places = PlaceShape(many=True, required=False, help_text=_("Where the documents come nearest."))


class ImageShape(Shape):
    width = fields.IntegerField(help_text=_("In pixels."))
    height = fields.IntegerField(help_text=_("In pixels."))


class FileShape(Shape):
    id = fields.UUIDField()
    name = fields.CharField()
    size = fields.IntegerField(help_text=_("In bytes."))
    image = ImageShape(allow_null=True, help_text=_("Of an image."))


class FileBrought(Shape):
    file = fields.FileField()


class MessageShape(Shape):
    id = fields.UUIDField()
    role = fields.ChoiceField(Role.choices)
    text = fields.CharField()
    sources = SourceShape(many=True)
    files = FileShape(many=True, required=False, help_text=_("Of a question: what was brought to it."))
    notes = NoteShape(
        many=True, help_text=_("An outline, or of a translation its source and terms that it does not use.")
    )
    generation = GenerationShape(allow_null=True, help_text=_("Of an answer."))
    name = fields.CharField(required=False, allow_null=True, help_text=_("Of the person who replied."))
    versions = fields.ListField(
        child=fields.UUIDField(), required=False, help_text=_("All messages that stand in this place.")
    )
    version = fields.IntegerField(required=False, help_text=_("Which of them this is, from 0."))


class ConversationShape(Shape):
    id = fields.UUIDField()
    title = fields.CharField()
    assistant = fields.CharField(help_text=_("Its short name."))
    standing = StandingShape(help_text=_("Who answers now."))
    messages = MessageShape(many=True)
    earlier = fields.BooleanField(help_text=_("Whether more stand before them."))


class ShownVersion(Shape):
    message = fields.UUIDField()


class ShareShape(Shape):
    id = fields.UUIDField()
    address = fields.URLField()
    created_at = fields.DateTimeField()


class SharePage(Shape):
    shares = ShareShape(many=True)


class PersonWanted(Shape):
    assistant = fields.CharField(required=False, help_text=_("Its short name; needed for a new conversation."))
