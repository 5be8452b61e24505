"""What people write, made fit to be stored."""

import unicodedata

from django.utils.translation import gettext as _

from apps.core.errors import BadInput

LONGEST = 4000


def text_clean(text: str) -> str:
    """Without blanks around it; raises BadInput unless 1 to 4000 characters remain."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if not text or not text.strip("\u200b\u200c\u200d\ufeff"):
        raise BadInput(_("Write a question first."))
    if len(text) > LONGEST:
        raise BadInput(
            _("Your question has %(count)d characters; at most %(limit)d are possible. Please shorten it.")
            % {"count": len(text), "limit": LONGEST}
        )
    if "\x00" in text or any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise BadInput(_("The question holds characters that cannot be stored."))
    return text
