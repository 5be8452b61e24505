"""Django's settings, one concern a module. Importing them opens no socket and writes no file."""

from .apps import *  # noqa: F403
from .auth import *  # noqa: F403
from .database import *  # noqa: F403
from .paths import *  # noqa: F403
from .security import *  # noqa: F403
from .sso import *  # noqa: F403
from .web import *  # noqa: F403
