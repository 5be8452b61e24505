"""The library's forms, in our words."""

from typing import Any

from allauth.account.forms import SignupForm
from django.utils.translation import gettext as _


class SignUp(SignupForm):
    """All that is wrong is told at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].error_messages["invalid"] = _("This is not an email address.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        typed = [self.data.get(self.add_prefix(name)) for name in ("password1", "password2")]
        if all(typed) and typed[0] != typed[1] and "password2" not in self.errors:
            self.add_error("password2", _("The two passwords differ."))
        return cleaned
