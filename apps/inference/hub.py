"""Fetching a model from the Hugging Face hub: only its safetensors, settings and tokenizer, and only when asked."""

from pathlib import Path

from django.utils.translation import gettext as _

from apps.core.errors import Unavailable
from apps.registry.selectors import upload_names


def hub_fetch(*, hub_id: str, folder: Path) -> Path:
    """Downloads into `folder`. Raises Unavailable when the hub cannot be reached or has no such model."""
    # Late: the library is large, and nothing but this command needs it.
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        snapshot_download(hub_id, local_dir=folder, allow_patterns=[*upload_names(), "*.safetensors"])
    except (HfHubHTTPError, LocalEntryNotFoundError, HFValidationError, OSError) as error:
        cause = str(error).splitlines()[0][:300] if str(error) else type(error).__name__
        raise Unavailable(_("The model could not be fetched from the hub: %(cause)s") % {"cause": cause}) from error
    return folder
