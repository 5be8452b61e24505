"""The words that the console's scripts say. Placeholders are in braces."""

from django.utils.translation import gettext as _


def upload_strings() -> dict[str, str]:
    return {
        "left_out": _("left out"),
        "needed": _("Still needed: {names}"),
        "weights": _("weights (*.safetensors)"),
        "sending": _("{done} of {total}, {speed} a second, about {left} left"),
        "waiting": _("The connection broke. Going on by itself in {seconds} s."),
        "paused": _("Paused at {done} of {total}."),
        "checking": _("All files are here; the check begins."),
        "other_file": _("{name} is not the file that the upload began with: its size differs."),
        "choose_again": _("Choose the same files again; what has arrived is not sent twice."),
        "resume": _("Go on"),
        "seconds": _("{count} s"),
        "minutes": _("{count} min"),
    }


def import_strings() -> dict[str, str]:
    return upload_strings() | {
        "checking": _("All files are here."),
        "hidden": _("hidden, left out"),
        "type": _("not a type that can be imported"),
        "large": _("too large, split it"),
        "more": _("and {count} more"),
        "not_among": _("{name} was not among the files that the upload began with."),
    }


def trial_strings() -> dict[str, str]:
    """Of an assistant that is tried; beside, and instead of, those of the chat."""
    return {
        "trial_saved": _("Answers as it is saved."),
        "trial_unsaved": _("Answers with your unsaved changes."),
        "trial_next": _("Your changes count from the next question on."),
        "trial_wrong": _(
            "The form cannot be tried like this. Correct what is named above the question, then ask again."
        ),
        "trial_failed": _("The form could not be read just now. Ask again."),
        "trial_unnamed": _("New assistant"),
    }
