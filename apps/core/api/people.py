"""Views that only people ask: who has a page of ours open, or a widget's frame."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.utils.module_loading import import_string
from rest_framework.decorators import authentication_classes

View = TypeVar("View", bound=Callable[..., Any])


def by_people(view: View) -> View:
    """A key opens nothing here; other views take one, too."""
    found: View = authentication_classes([import_string(path) for path in settings.AUTHENTICATION_OF_PEOPLE])(view)
    return found
