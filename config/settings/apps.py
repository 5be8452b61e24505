"""The rooms, lowest last, and the libraries they stand on."""

INSTALLED_APPS = [
    "config",
    "apps.console",
    "apps.api",
    "apps.webhooks",
    "apps.widget",
    "apps.chat",
    "apps.knowledge",
    "apps.moderation",
    "apps.inference",
    "apps.registry",
    "apps.accounts",
    "apps.audit",
    "apps.core",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",  # always, for its tables: whatever deletes an account knows who came so
    "axes",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
# What `prepare` does before a command that needs data: migrations and, in the embedded mode, the demo.
PREPARE = "config.prepare.prepare"
