"""What a user name may be."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

user_name_validators = [
    RegexValidator(
        r"^[\w.@+-]+\Z",
        _("A user name has letters, Chinese ones too, digits and the signs . _ - + @, and no spaces."),
    )
]
