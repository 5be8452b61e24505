"""Setting assistants up from data."""

import pytest

from apps.audit.models import AuditEvent
from apps.chat.models import Assistant
from apps.chat.services import assistant_upsert
from apps.core.actor import SYSTEM
from apps.core.errors import BadInput
from apps.knowledge.models import Collection

pytestmark = pytest.mark.django_db


def test_an_assistant_is_made_and_then_changed() -> None:
    shop, handbook = (Collection.objects.create(slug=slug, name=slug) for slug in ("shop", "handbook"))
    made = assistant_upsert(actor=SYSTEM, slug="service", name="Service", collections=["shop"], starters=["Hi?"])
    assert (list(made.collections.all()), made.verbatim, made.alias) == ([shop], True, "production")
    changed = assistant_upsert(actor=SYSTEM, slug="service", threshold=0.5, collections=["handbook"])
    assert changed.pk == made.pk
    assert (changed.name, changed.threshold, list(changed.collections.all())) == ("Service", 0.5, [handbook])
    assert AuditEvent.objects.filter(action="assistant.changed").count() == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"collections": ["nowhere"]},
        {"colour": "red"},
        {"threshold": 7},
        {"max_sentences": 0},
        {"name": ""},
        {"id": 1},
    ],
)
def test_what_does_not_exist_or_fit_is_refused(fields: dict) -> None:
    with pytest.raises(BadInput):
        assistant_upsert(actor=SYSTEM, slug="service", **{"name": "Service", **fields})
    assert not Assistant.objects.exists()
