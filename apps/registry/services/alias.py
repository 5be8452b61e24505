"""Moving a name from one version to another."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict

from ..models import ALIAS_KINDS, Alias, AliasMove, Kind, ModelVersion, Quantization, VersionState
from ..selectors import target_for, version_get, version_kept

# A question with ten sentences of documents, and the answer. A shorter model would refuse every question.
SHORTEST_CONTEXT = 1024
_ALIAS = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def alias_move_check(*, alias: str, version: ModelVersion, quantization: str, reason: str) -> None:
    """What `alias_move` would refuse, before anything long is begun."""
    if not _ALIAS.fullmatch(alias):
        raise BadInput(_("A name has small letters, digits and hyphens, at most 63."))
    if not reason.strip():
        raise BadInput(_("Say why: the reason stays in the history."))
    if quantization not in Quantization.values:
        raise BadInput(_("Quantization must be none, int8, int8-bnb or nf4."))
    if version.state != VersionState.READY:
        raise Conflict(_("Only a version that is ready can be put behind a name."))
    row = Alias.objects.select_related("version").filter(name=alias).first()
    _kind_check(alias, row, version)
    context = version.config.get("max_position_embeddings")
    if version.kind == Kind.GENERATOR and context is not None and context < SHORTEST_CONTEXT:
        raise Conflict(
            _("Its context of %(context)d tokens is too short: answers from documents need %(needed)d.")
            % {"context": context, "needed": SHORTEST_CONTEXT}
        )
    if row is not None:
        _changes_check(row, version, quantization)


@transaction.atomic
def alias_move(*, actor: Actor, alias: str, version: ModelVersion, quantization: str, reason: str) -> AliasMove:
    """Points `alias` at `version` and keeps who, when, why and from where. Loads nothing.

    Raises Conflict when the version is not ready or stands there already, and BadInput without a reason. Two moves
    at once queue on the row.
    """
    version_kept(version.pk)
    version = version_get(version.pk)  # it may have been put away meanwhile
    alias_move_check(alias=alias, version=version, quantization=quantization, reason=reason)
    reason = reason.strip()[:300]
    rows = Alias.objects.select_for_update(no_key=True)
    row, created = rows.get_or_create(name=alias, defaults={"version": version, "quantization": quantization})
    if not created:
        _changes_check(row, version, quantization)
    before = None if created else row.version
    before_quantization = "" if created else row.quantization
    row.version, row.quantization = version, quantization
    row.save()
    move = AliasMove.objects.create(
        alias=row,
        from_version=before,
        from_quantization=before_quantization,
        to_version=version,
        quantization=quantization,
        actor_label=actor.label,
        reason=reason,
    )
    audit_record(
        actor=actor,
        action="alias.moved",
        target=f"alias:{alias}",
        data={
            "from": before.label if before else "",
            "from_quantization": before_quantization,
            "to": version.label,
            "quantization": quantization,
            "reason": reason,
        },
    )
    return move


def _kind_check(alias: str, row: Alias | None, version: ModelVersion) -> None:
    """Whoever asks under a name gets what it asked for last time: the same kind, of a classifier all its labels."""
    if version.kind == Kind.IMAGE_CLASSIFIER:
        raise Conflict(
            _("A model of images stands behind no name: a policy asks for it by its own, %(version)s.")
            % {"version": version.label}
        )
    wanted = ALIAS_KINDS.get(alias) or (Kind(row.version.kind) if row else Kind(version.kind))
    words = {"alias": alias, "version": version.label}
    if version.kind != wanted:
        words |= {"kind": str(Kind(version.kind).label).lower(), "wanted": str(wanted.label).lower()}
        raise Conflict(_("“%(alias)s” takes a %(wanted)s, and %(version)s is a %(kind)s.") % words)
    missing = [label for label in (row.version.labels if row else []) if label not in version.labels]
    if missing:
        words["labels"] = ", ".join(missing)
        raise Conflict(
            _("Policies may ask “%(alias)s” for labels that %(version)s does not know: %(labels)s.") % words
        )


def _changes_check(row: Alias, version: ModelVersion, quantization: str) -> None:
    """A second click must not make the present version its own predecessor."""
    if row.version_id == version.pk and target_for(version, quantization) == target_for(version, row.quantization):
        raise Conflict(
            _("%(version)s is behind “%(alias)s” already.") % {"version": version.label, "alias": row.name}
        )
