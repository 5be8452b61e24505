"""What is asked for a new collection, and for a name."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.knowledge.selectors import collections

from .slugs import otherwise


class CollectionForm(forms.Form):
    """`cleaned_data` is what `collection_create` takes."""

    name = forms.CharField(label=_("Name"), max_length=200)
    slug = forms.SlugField(
        label=_("Short name"),
        max_length=50,
        help_text=_("Small letters, digits and hyphens; it stands in addresses and cannot be changed."),
    )

    def __init__(self, data: object = None) -> None:
        super().__init__(data, auto_id="new-%s")  # type: ignore[arg-type]  # a QueryDict or nothing
        otherwise(self.fields["slug"], "collection", collections().values_list("slug", flat=True))
