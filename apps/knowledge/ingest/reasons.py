"""Why a document was not imported, in words for the person who tried."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

REASONS: dict[str, str] = {
    "archive": noop("The file is damaged: it cannot be unpacked."),
    "binary": noop("The file holds binary data, not text."),
    "bomb": noop("The file would unpack to far more than its size; such files are not opened."),
    "content": noop("The file's content is not what its name says."),
    "crashed": noop("The file could not be read: it needs too much memory, or it makes the reader fail."),
    "embedding": noop("The passages could not be embedded: %(cause)s"),
    "empty": noop("The file has no text in it."),
    "encoding": noop("The text's encoding is unknown. Save the file as UTF-8."),
    "entities": noop("The file declares XML entities; such files are not opened."),
    "malformed": noop("The file is not a readable %(kind)s file."),
    "no_text": noop("The file has no text layer, as with scanned pages. Run text recognition on it first."),
    "pages": noop("The file has more than %(limit)s pages. Split it."),
    "password": noop("The file is protected by a password. Remove the password first."),
    "rows": noop("The table has more than %(limit)s rows. Split it."),
    "size": noop("The file is larger than %(limit)s MB. Split it."),
    "timeout": noop("Reading the file took more than %(limit)s seconds."),
    "too_long": noop("The file holds more text than one document may."),
    "type": noop("Files of this type cannot be imported. Use Markdown, HTML, text, PDF, DOCX, XLSX or CSV."),
    "unreadable": noop("The file cannot be read: %(cause)s"),
}


def reason(code: str, values: dict[str, Any]) -> str:
    """The translated sentence for a `Refused`."""
    return _(REASONS[code]) % values
