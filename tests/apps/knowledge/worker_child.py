"""Run as a process of its own: imports what waits in the test's database until nothing waits, or it is killed."""

import os
import sys
import time

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

import django
from django.conf import settings

settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()

from apps.inference import services as inference  # noqa: E402
from apps.knowledge.ingest import claims  # noqa: E402
from apps.knowledge.ingest.runner import imports_run  # noqa: E402
from tests.apps.knowledge.conftest import fake_embed  # noqa: E402

inference.embed_sync, claims.MOST_ITEMS = fake_embed, int(sys.argv[2])
while claims.pending():
    if not imports_run():  # the database has not noticed yet that the one before is dead
        time.sleep(0.02)
