"""Pages: middleware, templates, static files, languages, logs."""

from django.utils.translation import gettext_lazy as _

from .database import EMBEDDED_DATABASE
from .paths import BASE_DIR
from .security import DEBUG

ROOT_URLCONF = "config.urls"
CSRF_FAILURE_VIEW = "apps.core.views.form_expired"
ASGI_APPLICATION = "config.asgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.core.middleware.ErrorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.accounts.context.permissions",
            ]
        },
    }
]
STATIC_URL = "/static/"
STATIC_DIR = BASE_DIR / "static"
# Where somebody may be working on the files, what has changed is served without a restart.
STATIC_FOLLOWED = DEBUG or EMBEDDED_DATABASE
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "apps.core.assets.current.Addresses"},
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LANGUAGE_COOKIE_NAME = "language"
USE_TZ = True
TIME_ZONE = "UTC"
# Who has a page of ours open, or a widget's frame; other views may be asked with a key, too.
AUTHENTICATION_OF_PEOPLE = ["apps.widget.bearer.VisitorToken", "apps.core.api.session.PageSession"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.api.holder.KeyHolder", *AUTHENTICATION_OF_PEOPLE],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    # Visitors without an account have conversations too: each view asks `permissions` or an `access_…` selector.
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "EXCEPTION_HANDLER": "apps.core.api.rendering.errors_rendered",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Parley",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    # a widget's frame is no program of somebody else's
    "AUTHENTICATION_WHITELIST": ["apps.api.holder.KeyHolder", "apps.core.api.session.PageSession"],
    "SCHEMA_PATH_PREFIX": "/api/",
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,  # they are written for whoever reads the code
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [],  # choices stay where they are used
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "apps": {"level": "INFO"},
        "config": {"level": "INFO"},
        "axes": {"level": "ERROR"},  # wrong passwords are counted in the database; they are no news to a terminal
    },
}
