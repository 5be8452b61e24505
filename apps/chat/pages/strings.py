"""The words that the chat's scripts say, in the language of the request. Placeholders are in braces."""

from django.utils.translation import gettext as _


def page_strings() -> dict[str, str]:
    """Name -> text; goes into page-data as `strings`."""
    asking = {**_asking(), **_files(), **_answers(), **_rating(), **_sources()}
    return {**asking, **_conversations(), **_people(), **_keys()}


def _asking() -> dict[str, str]:
    return {
        "product": _("Parley"),
        "ask": _("Ask a question"),
        "ask_assistant": _("Ask {assistant}"),
        "to_translate": _("Paste English or Chinese"),
        "to_write": _("What is to be written?"),
        "note_writing": _("A model writes. Check what it says before you use it."),
        "note_quotes": _("Answers quote the documents. Open a source to check."),
        "note_free": _("A model writes from the documents. Open a source to check."),
        "note_translation": _("A model translates. Check what matters before you use it."),
        "promise_quotes": _("Each answer comes from the documents and shows where it stands."),
        "promise_free": _("A model answers from the documents in its own words, and names the passages it used."),
        "promise_writing": _("Texts are written section by section; any passage can be written anew."),
        "promise_translation": _("Translations stand beside the original, paragraph by paragraph."),
        "you": _("You"),
        "asked": _("Question"),
        "edit_question": _("Edit question"),
        "ask_this": _("Ask this"),
        "cancel": _("Cancel"),
        "queue_remove": _("Do not ask this"),
        "show_earlier": _("Show earlier messages"),
        "versions": _("Versions of this message"),
        "version_before": _("The version before"),
        "version_after": _("The version after"),
        "assistant_closed": _("This assistant cannot answer now. Begin a new chat with another."),
        "offline": _("No connection. Trying again …"),
        "offline_here": _("You are offline. This goes on by itself once you are connected again."),
        "session_ended": _("Your session has ended. Please reload the page."),
        "sign_in": _("Sign in"),
        "goes_when_read": _("The question goes once its files are read."),
        "too_long": _("{count} of {limit} characters: please leave out {over}."),
        "long_as_file": _("Bring it as a file"),
        "pasted_text": _("Pasted text"),
    }


def _answers() -> dict[str, str]:
    return {
        "queued": _("Your question is in line, just a moment"),
        "waiting": _("One moment"),
        "loading": _("The model is being loaded"),
        "searching": _("Searching the documents"),
        "reading_one": _("Reading 1 passage"),
        "reading_many": _("Reading {count} passages"),
        "answer": _("Answer"),
        "answering": _("Answering"),
        "done": _("The answer is complete"),
        "good_match": _("A good match for your question"),
        "nearest_match": _("The nearest match in the sources"),
        "stopped": _("You stopped this answer."),
        "interrupted": _("This answer was interrupted before it was complete."),
        "error": _("This answer could not be written."),
        "not_sent": _("This question could not be sent."),
        "ask_again": _("Ask again"),
        "go_on": _("Continue"),
        "answer_again": _("Answer again"),
        "copy": _("Copy the answer"),
        "copied": _("Copied"),
        "copy_code": _("Copy the code"),
        "answer_word": _("Save the answer as Word"),
        "outline": _("Outline"),
        "revise": _("Revise"),
        "revise_this": _("Revise this"),
        "revise_how": _("How is it to be changed?"),
        "revise_send": _("Write anew"),
        "revise_whole": _("The whole text"),
        "pairs": _("The text and its translation, paragraph by paragraph"),
        "terms_missed": _("Not as in the glossary: {terms}"),
        "list_comma": _(", "),
    }


def _rating() -> dict[str, str]:
    return {
        "helpful": _("Helpful"),
        "not_helpful": _("Not helpful"),
        "rating_why": _("What was not good about it?"),
        "reason_wrong": _("It is wrong"),
        "reason_incomplete": _("Something is missing"),
        "reason_beside": _("It answers another question"),
        "reason_unclear": _("It is hard to understand"),
        "reason_other": _("Something else"),
        "rating_comment": _("In your own words (optional)"),
        "send_rating": _("Send"),
        "close": _("Close"),
        "rating_thanks": _("Thank you. The people behind this assistant will read it."),
        "rating_failed": _("Your rating could not be kept. Try again."),
    }


def _sources() -> dict[str, str]:
    return {
        "source": _("Source {number}: {title}"),
        "sources": _("Sources"),
        "nearest": _("What comes nearest in the documents:"),
        "before": _("Before this passage"),
        "after": _("After this passage"),
        "document": _("Document"),
        "open_page": _("Open {document} at page {page}"),
        "open_document": _("Open {document}"),
        "keep_document": _("Download {document}"),
        "page": _("page {first}"),
        "pages": _("pages {first}–{last}"),
        "slide": _("slide {first}"),
        "slides": _("slides {first}–{last}"),
        "row": _("row {first}"),
        "rows": _("rows {first} to {last}"),
        "passage_failed": _("The passage cannot be shown right now."),
        "passage_gone": _("This passage is no longer in the documents. This is what the answer quoted:"),
        "try_again": _("Try again"),
    }


def _conversations() -> dict[str, str]:
    return {
        "today": _("Today"),
        "week": _("Last 7 days"),
        "earlier": _("Earlier"),
        "no_conversations": _("Your conversations will be listed here."),
        "pinned": _("Pinned"),
        "found": _("Found"),
        "nothing_found": _("No conversation holds these words."),
        "show_older": _("Show older ones"),
        "search_failed": _("The search failed. Try again."),
        "more_about": _("More about “{title}”"),
        "rename": _("Rename"),
        "pin": _("Pin"),
        "unpin": _("Unpin"),
        "change_failed": _("The change could not be kept. Try again."),
        "share": _("Share"),
        "download": _("Save as Markdown"),
        "download_word": _("Save as Word"),
        "print": _("Print or save as PDF"),
        "address": _("Link"),
        "copy_address": _("Copy link"),
        "take_back": _("Revoke link"),
        "share_failed": _("The conversation could not be shared. Try again."),
        "delete": _("Delete"),
        "deleted": _("Conversation deleted"),
        "delete_failed": _("The conversation could not be deleted. Try again."),
        "deleted_many": _("{count} conversations deleted"),
        "deleting_many": _("Deleting: {done} of {total} conversations"),
        "delete_all_failed": _("Not all of them could be deleted. Try again."),
        "all_none": _("You have no conversations yet."),
        "all_one": _("You have 1 conversation."),
        "all_many": _("You have {count} conversations."),
        "all_pinned_one": _("The pinned one, too"),
        "all_pinned_many": _("The {count} pinned ones, too"),
        "all_delete_one": _("Delete 1 conversation"),
        "all_delete_many": _("Delete {count} conversations"),
        "all_failed": _("Your conversations could not be counted. Try again."),
        "load_failed": _("The conversation could not be opened. Try again."),
        "undo": _("Undo"),
        "untitled": _("New conversation"),
    }


def _people() -> dict[str, str]:
    return {
        "person_ask": _("Talk to a person"),
        "person_write": _("Write a message"),
        "person_waiting": _("Waiting for a person. You may go on writing; they read all of it."),
        "person_here": _("{name} answers you now."),
        "person_resolved": _("{name} has closed this. Your next question goes to the assistant."),
        "person_withdraw": _("Back to the assistant"),
        "person_somebody": _("A member of our team"),
    }


def _keys() -> dict[str, str]:
    return {
        "key_new": _("New chat"),
        "key_ask": _("Write a question"),
        "key_stop": _("Stop answering"),
        "key_copy": _("Copy the last answer"),
        "key_edit": _("Edit the last question"),
        "key_print": _("Print or save as PDF"),
        "key_search": _("Search conversations"),
        "key_previous": _("Conversation above"),
        "key_next": _("Conversation below"),
        "key_sidebar": _("Show the conversations, or put them away"),
        "key_theme": _("Light, dark, or as the system"),
        "key_help": _("Show these shortcuts"),
        "theme_system": _("Appearance: as the system"),
        "theme_light": _("Appearance: light"),
        "theme_dark": _("Appearance: dark"),
    }


def _files() -> dict[str, str]:
    return {
        "files": _("Files"),
        "bring": _("Bring a file: PDF, Word, Excel, CSV, HTML, Markdown or text, up to {limit} MB"),
        "bring_with_images": _(
            "Bring an image, or a file: PDF, Word, Excel, CSV, HTML, Markdown or text, up to {limit} MB"
        ),
        "kinds": _(
            "PDF, Word, Excel, CSV, HTML, Markdown or text, up to {limit} MB each, at most {count} with a question"
        ),
        "kinds_with_images": _(
            "Images, PDF, Word, Excel, CSV, HTML, Markdown or text, up to {limit} MB each, "
            "at most {count} with a question"
        ),
        "file_sending": _("Sending “{name}”"),
        "file_ready": _("“{name}” goes with the question"),
        "file_remove": _("Remove “{name}”"),
        "file_too_large": _("Larger than {limit} MB"),
        "file_wrong_type": _("Files of this type cannot be read"),
        "images": _("Images"),
        "image": _("Image: {name}"),
        "image_wrong_type": _("Only PNG, JPEG, WebP and GIF"),
        "image_failed": _("The image cannot be shown right now."),
        "images_unseen": _("This assistant cannot see images; describe what it shows"),
        "file_too_long": _("Longer than the {limit} characters of a text that is translated at once"),
        "bring_text": _("Bring a text file to translate"),
        "kinds_text": _("Plain text or Markdown, at most {characters} characters"),
        "file_text_only": _("Only text files can be translated; paste the text of others"),
        "file_too_many": _("At most {count} files go with a question."),
        "file_failed": _("It could not be read. Try again."),
    }
