"""Why a document was not imported, in words for the person who tried."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

REASONS: dict[str, str] = {
    "address": noop("That is no web address. It begins with https:// or http:// and names no user."),
    "archive": noop("The file is damaged: it cannot be unpacked. Save or pack it anew."),
    "binary": noop("The file holds binary data, not text. Export it in one of the types that can be imported."),
    "bomb": noop(
        "The file would unpack to far more than its size; such files are not opened. Pack only the documents."
    ),
    "broken_off": noop("The server's answer broke off, or cannot be understood."),
    "busy": noop("The server of %(host)s is busy and asks to come back later."),
    "certificate": noop("The certificate of %(host)s is not valid."),
    "closed": noop("The page is not open to everybody (status %(status)s)."),
    "coding": noop("The server packs its answer in a way that was not asked for."),
    "columns": noop(
        "The table has no columns named %(question)s and %(answer)s. Choose its columns in the preview."
    ),
    "content": noop("The file’s content is not what its name says. Give it the right ending, or save it anew."),
    "crashed": noop(
        "The file could not be read: it needs too much memory, or it makes the reader fail. Save it anew, or "
        "split it."
    ),
    "database": noop("The text could not be stored. Try again; if that does not help, save the file anew."),
    "embedding": noop("The passages could not be embedded: %(cause)s"),
    "empty": noop("The file has no text in it. Leave it out, or check that the right file was chosen."),
    "encoding": noop("The text's encoding is unknown. Save the file as UTF-8."),
    "entities": noop(
        "The file declares XML entities; such files are not opened. Save it anew with an office program."
    ),
    "malformed": noop("The file is not a readable %(kind)s file. Open it in its program and save it anew."),
    "no_text": noop("The file has no text layer, as with scanned pages. Run text recognition on it first."),
    "garbled": noop(
        "The file’s fonts do not say which letters they show, so its text cannot be read. Save it anew as PDF."
    ),
    "gone": noop("The uploaded file is not there any more. Upload it again."),
    "host": noop(
        "Nothing may be imported from %(host)s. The operator of the server lists hosts in KNOWLEDGE_HOSTS."
    ),
    "import_size": noop("The pages of this import are larger than %(limit)s MB together. Import fewer at once."),
    "interrupted": noop(
        "The import was interrupted again and again while it read this file. Try it again alone, or save it anew."
    ),
    "members": noop("The zip file holds more than %(limit)s documents. Split it."),
    "missing": noop("There is no such page, or no longer (status %(status)s)."),
    "nested": noop("The zip file holds none of the types that can be imported."),
    "pages": noop("The file has more than %(limit)s pages. Split it."),
    "password": noop("The file is protected by a password. Remove the password first."),
    "private": noop("The host %(host)s leads into a private network. Nothing is fetched from there."),
    "redirects": noop("The address leads on to another more than %(limit)s times."),
    "robots": noop("The site's robots.txt asks programs not to read this page."),
    "robots_unread": noop("The robots.txt of %(host)s cannot be read now, so nothing is fetched from there."),
    "rows": noop("The table has more than %(limit)s rows. Split it."),
    "silent": noop("The server of %(host)s does not answer."),
    "sitemap_empty": noop("The sitemap lists no pages."),
    "sitemap_pages": noop("The sitemap lists more than %(limit)s pages. Import the sitemaps of its parts."),
    "sitemap_part": noop("The sitemap %(address)s, which this one lists, cannot be read."),
    "sitemaps": noop("The sitemap lists more than %(limit)s others, or lists that list others again."),
    "size": noop("The file is larger than %(limit)s MB. Split it."),
    "slow": noop("Fetching took more than %(limit)s seconds."),
    "status": noop("The server answered with status %(status)s."),
    "timeout": noop("Reading the file took more than %(limit)s seconds. Split it."),
    "too_long": noop("The file holds more text than one document may. Split it."),
    "type": noop(
        "Files of this type cannot be imported. Use Markdown, HTML, text, PDF, DOCX, PPTX, XLSX, CSV, JSONL or ZIP."
    ),
    "unkept": noop("The original file could not be kept: %(cause)s"),
    "unresolved": noop("There is no host named %(host)s. Check how it is written."),
    "unreadable": noop("The file cannot be read: %(cause)s"),
    "wide": noop("The table has more than %(limit)s columns."),
    "zip_in_zip": noop("A zip file inside a zip file is not opened. Unpack it first."),
}


def reason(code: str, values: dict[str, Any]) -> str:
    """The translated sentence for a `Refused`."""
    return _(REASONS[code]) % values


DROPPED: dict[str, str] = {
    "incomplete": noop("Question or answer is missing."),
    "link": noop("There is nothing but a web address."),
    "long": noop("Longer than %(limit)s characters."),
    "mojibake": noop("The text is garbled: it was saved in a wrong encoding."),
    "noise": noop("Mostly signs, hardly any words."),
    "same": noop("The same as row %(row)s."),
    "short": noop("Too short to answer anything."),
    "similar": noop("Nearly the same as row %(row)s."),
}


def drop_reason(code: str, values: dict[str, Any]) -> str:
    """The translated sentence for a question-answer pair that was left out."""
    return _(DROPPED[code]) % values
