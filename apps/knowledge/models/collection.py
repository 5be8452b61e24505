"""Documents that are searched together."""

from django.db import models

from apps.core.models import BaseModel


class Collection(BaseModel):
    """Documents that are searched together. `version` grows with every change: caches live as long as one."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    version = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["slug"]
