"""The log that shows what staff and customers did. Rows are only ever added: the database refuses the rest."""

from django.db import models


class AuditHead(models.Model):
    """One row: how many events there are and the digest of the last, so that a cut tail shows too.

    Writers lock it, so the chain never forks.
    """

    count = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)


class AuditEvent(models.Model):
    """One act. No foreign keys: the log outlives what it speaks of.

    `digest` is the SHA-256 of the row's canonical content and `previous` is the digest of the row before it, so a
    changed, removed or inserted row breaks the chain at a place that `audit_verify` names.
    """

    at = models.DateTimeField()
    actor_user_id = models.BigIntegerField(null=True)
    actor_visitor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=150)
    actor_role = models.CharField(max_length=16, blank=True)
    ip = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=64)
    target = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["target", "-id"]), models.Index(fields=["action", "-id"])]
