"""What is wrong with a form, for a script that shows it beside a preview."""

from django import forms


def errors_of(form: forms.Form) -> list[dict[str, str]]:
    """Each as `field` (its name), `label` ("" for the form as a whole) and `text`."""
    return [
        {"field": name, "label": str(form[name].label) if name in form.fields else "", "text": str(text)}
        for name, texts in form.errors.items()
        for text in texts
    ]
