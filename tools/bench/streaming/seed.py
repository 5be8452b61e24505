"""Rows for a site whose model is the runtime of numbered words: `python -m tools.bench.streaming.seed COUNT`.

Prints the sessions of so many visitors as JSON.
"""

import json
import os
import sys
import uuid

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from importlib import import_module  # noqa: E402

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from apps.accounts.actors import VISITOR_KEY  # noqa: E402
from apps.chat.models import Assistant  # noqa: E402
from apps.registry.models import Alias, ModelVersion, RegisteredModel  # noqa: E402


def main() -> None:
    call_command("migrate", verbosity=0)
    model = RegisteredModel.objects.create(name="numbered")
    able = {"state": "ready", "source": "path", "path": "/nowhere", "size_bytes": 2**40}  # may write freely
    version = ModelVersion.objects.create(model=model, number=1, **able)
    Alias.objects.create(name="production", version=version)
    Assistant.objects.create(slug="service", name="Service", verbatim=False, threshold=1.0)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    sessions = []
    for _ in range(int(sys.argv[1])):
        session = store()
        session[VISITOR_KEY] = str(uuid.uuid4())
        session.save()
        sessions.append(session.session_key)
    print(json.dumps(sessions))


main()
