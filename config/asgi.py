"""HTTP and websockets. Start-up work is done by `manage.py serve`, not here."""

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import CookieMiddleware
from django import setup
from django.conf import settings

from apps.core.assets.current import assets
from apps.core.assets.serving import Serving
from apps.core.body_limit import limit_body

setup(set_prefix=False)

from apps.api.asgi import api, below  # noqa: E402  (models need the app registry)
from apps.chat.socket.routing import websocket_urlpatterns as chat_sockets  # noqa: E402
from apps.core.pages import Pages  # noqa: E402
from apps.widget.routing import websocket_urlpatterns as widget_sockets  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": limit_body(
            below("/v1/", api, below(settings.STATIC_URL, Serving(assets()), Pages())), settings.LONGEST_BODY
        ),
        # Cookies only: who the person is, the consumer asks anew for every frame.
        "websocket": AllowedHostsOriginValidator(CookieMiddleware(URLRouter(chat_sockets + widget_sockets))),
    }
)
