"""The web server, on a socket that is bound before anything else is started."""

import errno
import gc
import resource
import socket
from importlib import import_module

import uvicorn
from django.conf import settings
from django.urls import get_resolver

from apps.core.errors import Unavailable


def bind(host: str, port: int) -> socket.socket:
    """Raises Unavailable with what to do when the address cannot be had."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(2048)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise Unavailable(
                f"Port {port} is taken: stop what uses it, or choose another: make run PORT={port + 1}"
            ) from error
        raise Unavailable(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
    return bound


OPEN_FILES = 65_536


def open_files_raise() -> None:
    """Each socket is an open file, and a service begins with leave for 1,024: takes what it may have."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
    if now < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))


def preload() -> None:
    """Imports now what the first requests would, and tells the garbage collector that it stays: a round over all of
    it holds every answer up for a tenth of a second.
    """
    import_module("config.asgi")
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()


def web_server() -> uvicorn.Server:
    """uvicorn owns SIGINT and SIGTERM: they end `serve()`, and with it everything else."""
    config = uvicorn.Config(
        "config.asgi:application",
        lifespan="off",  # Channels' router has none; start-up work is done by the command
        log_level="warning",
        access_log=False,
        ws="websockets-sansio",
        ws_per_message_deflate=False,  # 64 KiB and more a socket otherwise
        ws_max_size=64 * 1024,
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        timeout_graceful_shutdown=1,
        server_header=False,
        forwarded_allow_ips=settings.TRUSTED_PROXIES,  # whose X-Forwarded-For is believed
    )
    return uvicorn.Server(config)
