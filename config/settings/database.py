"""PostgreSQL, always: the embedded one unless DATABASE_URL names another. Redis only where REDIS_URL names one."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from apps.core.embedded.postgres import socket_dir
from config import env

from .paths import DATA_DIR


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise env.BadEnvironment("DATABASE_URL must look like postgresql://user:password@host:5432/name")
    options = dict(parse_qsl(parts.query))  # libpq's own, such as sslmode; `host` may name a socket's folder
    return {
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


DATABASE_URL = env.secret("DATABASE_URL")
EMBEDDED_DATABASE = not DATABASE_URL
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **(
            {"NAME": "parley", "USER": "parley", "HOST": str(socket_dir(DATA_DIR))}
            if EMBEDDED_DATABASE
            else _from_url(DATABASE_URL)
        ),
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.secret("REDIS_URL")
# The layer carries hints that are safe to lose; the event log in the database is the truth.
CHANNEL_LAYERS: dict[str, Any] = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # redis-py 8 would cut idle sockets after 5 s.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}]},
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}

# The runtime: the embedded one unless RUNTIME_URL names another server of the OpenAI protocol.
RUNTIME_URL = env.secret("RUNTIME_URL")
RUNTIME_TOKEN = env.secret("RUNTIME_TOKEN")
