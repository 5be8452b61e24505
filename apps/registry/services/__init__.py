"""What may be done to the registry."""

from ..files import file_digest
from .alias import alias_move, alias_move_check
from .checking import checks_recover, version_check_again
from .discarding import version_discard
from .register import model_register_endpoint, model_register_path
from .upload import upload_append, upload_cancel, upload_finish, upload_offset, upload_start
from .version import version_check

__all__ = [
    "alias_move",
    "alias_move_check",
    "checks_recover",
    "file_digest",
    "model_register_endpoint",
    "model_register_path",
    "upload_append",
    "upload_cancel",
    "upload_finish",
    "upload_offset",
    "upload_start",
    "version_check",
    "version_check_again",
    "version_discard",
]
