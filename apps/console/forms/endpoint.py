"""Another server's model as staff connect it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.inference.selectors import endpoint_keys
from apps.registry.models import Kind

_KINDS = [(kind.value, kind.label) for kind in (Kind.GENERATOR, Kind.EMBEDDER)]


def _keys() -> list[tuple[str, str]]:
    return [("", _("No key")), *((name, name) for name in endpoint_keys())]


class EndpointForm(forms.Form):
    """`cleaned_data` is what `model_register_endpoint` takes."""

    name = forms.SlugField(
        label=gettext_lazy("Name"),
        max_length=64,
        help_text=gettext_lazy(
            "Small letters, digits and hyphens, e.g. qwen3-8b. A name that exists gets its next version."
        ),
    )
    base_url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://api.example.com/v1"}),
    )
    remote_model = forms.CharField(label=gettext_lazy("What that server calls the model"), max_length=200)
    key_env = forms.ChoiceField(label=gettext_lazy("Key from"), choices=_keys, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=_KINDS)
    images = forms.BooleanField(label=gettext_lazy("It reads images, too"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="%s")
