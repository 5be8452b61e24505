"""Secrets, hosts, cookies and the content security policy."""

import secrets

from csp.constants import NONE, SELF

from config import env

from .paths import DATA_DIR


def secret_key() -> str:
    """Of the environment, else the data folder's. Raises BadEnvironment."""
    if key := env.secret("SECRET_KEY"):
        return key
    if env.secret("DATABASE_URL"):
        raise env.BadEnvironment("SECRET_KEY is needed with DATABASE_URL: the same one for every process.")
    # The first start writes it and reads it again (config.bootstrap); help and checks make do with any.
    path = DATA_DIR / "secret_key"
    return path.read_text().strip() if path.exists() else secrets.token_urlsafe(48)


SECRET_KEY = secret_key()
DEBUG = env.flag("DEBUG")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("TRUSTED_ORIGINS")
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES", "127.0.0.1")
# Behind TLS: cookies only over HTTPS, and the browser is told to stay there.
BEHIND_TLS = env.flag("BEHIND_TLS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:"],  # images that people bring are fetched as their own, then shown
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Uploads of weights come in chunks of at most 8 MiB; everything else is small. The ASGI application stops a longer
# body before it is read, with or without a declared length.
LONGEST_BODY = 9 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = LONGEST_BODY

# What one person may ask: answers in the making at a time, and questions a minute.
CHAT_LIVE_PER_PERSON = env.count("CHAT_LIVE_PER_PERSON", 4)
CHAT_SENDS_PER_MINUTE = env.count("CHAT_SENDS_PER_MINUTE", 20)
# How many likely next questions are answered ahead, into the cache, after each answer. None: on a processor that is
# also answering customers it costs more than it brings (docs/subsystems/answer-cache.md).
CHAT_AHEAD = env.count("CHAT_AHEAD", 0, least=0)

# Where documents may be imported from over the web: "help.example.com", "*.example.com", "wiki.example.com:8443".
# Nowhere unless somebody says so. Names that lead to private addresses are refused all the same, but for those in
# KNOWLEDGE_NETWORKS ("10.20.0.0/16"): a company's own pages on its own network.
KNOWLEDGE_HOSTS = env.hosts("KNOWLEDGE_HOSTS")
KNOWLEDGE_NETWORKS = env.networks("KNOWLEDGE_NETWORKS")

# Servers of the OpenAI protocol that may be connected in the console: "api.example.com", "10.0.0.5:8000" for one
# inside. Whoever lists them decides who gets the keys of the environment; the command asks nobody.
MODEL_HOSTS = env.hosts("MODEL_HOSTS")

# Webhooks go to HTTPS addresses of public machines. WEBHOOK_PLAIN_HOSTS ("crm.internal:8080") may be reached
# without encryption; what lies in WEBHOOK_NETWORKS ("10.20.0.0/16") may be inside.
WEBHOOK_PLAIN_HOSTS = env.hosts("WEBHOOK_PLAIN_HOSTS")
WEBHOOK_NETWORKS = env.networks("WEBHOOK_NETWORKS")
