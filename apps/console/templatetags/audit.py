"""The words of the audit log: what was done, and what its details are called. The log itself keeps the names."""

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from ..forms.assistant import AssistantForm
from ..reading.rules import rule_said
from .console import plain
from .models import shipped

register = template.Library()

ACTIONS: dict[str, str | Promise] = {
    "alias.moved": pgettext_lazy("audit log", "Alias moved"),
    "answer.continued": pgettext_lazy("audit log", "Answer continued"),
    "answer.corrected": pgettext_lazy("audit log", "Answer corrected"),
    "answer.rated": pgettext_lazy("audit log", "Answer rated"),
    "answer.revised": pgettext_lazy("audit log", "Answer revised"),
    "answer.uncorrected": pgettext_lazy("audit log", "Correction withdrawn"),
    "answer.unrated": pgettext_lazy("audit log", "Rating withdrawn"),
    "answer.written": pgettext_lazy("audit log", "Answer written into the knowledge base"),
    "assistant.changed": pgettext_lazy("audit log", "Assistant set up"),
    "assistant.moved": pgettext_lazy("audit log", "Assistant moved"),
    "assistant.tried": pgettext_lazy("audit log", "Assistant tried"),
    "audit.exported": pgettext_lazy("audit log", "Log exported"),
    "collection.created": pgettext_lazy("audit log", "Collection created"),
    "collection.deleted": pgettext_lazy("audit log", "Collection deleted"),
    "collection.imported": pgettext_lazy("audit log", "Import ended"),
    "collection.originals_closed": pgettext_lazy("audit log", "Original files closed to customers"),
    "collection.originals_opened": pgettext_lazy("audit log", "Original files opened to customers"),
    "collection.renamed": pgettext_lazy("audit log", "Collection renamed"),
    "collection.splitting_changed": pgettext_lazy("audit log", "Splitting changed"),
    "conversation.changed": pgettext_lazy("audit log", "Conversation changed"),
    "conversation.deleted": pgettext_lazy("audit log", "Conversation deleted"),
    "conversation.shared": pgettext_lazy("audit log", "Conversation shared"),
    "conversation.unshared": pgettext_lazy("audit log", "Link revoked"),
    "conversations.adopted": pgettext_lazy("audit log", "Conversations moved to the account"),
    "demo.put_away": pgettext_lazy("audit log", "Closed with the demo"),
    "document.deleted": pgettext_lazy("audit log", "Document deleted"),
    "document.renamed": pgettext_lazy("audit log", "Document renamed"),
    "evaluation.cancelled": pgettext_lazy("audit log", "Evaluation cancelled"),
    "evaluation.started": pgettext_lazy("audit log", "Evaluation started"),
    "evaluation_case.added": pgettext_lazy("audit log", "Question added to a set"),
    "evaluation_set.created": pgettext_lazy("audit log", "Set of questions created"),
    "evaluation_set.deleted": pgettext_lazy("audit log", "Set of questions deleted"),
    "file.brought": pgettext_lazy("audit log", "File brought to a question"),
    "file.refused": pgettext_lazy("audit log", "File refused"),
    "file.removed": pgettext_lazy("audit log", "File removed"),
    "handover.bot": pgettext_lazy("audit log", "Back to the assistant"),
    "handover.person": pgettext_lazy("audit log", "A person took the conversation"),
    "handover.replied": pgettext_lazy("audit log", "Reply of a person"),
    "handover.resolved": pgettext_lazy("audit log", "Resolved by a person"),
    "handover.waiting": pgettext_lazy("audit log", "Person asked for"),
    "image.read": pgettext_lazy("audit log", "Image looked at"),
    "import.abandoned": pgettext_lazy("audit log", "Import abandoned"),
    "import.cancelled": pgettext_lazy("audit log", "Import cancelled"),
    "import.columns_chosen": pgettext_lazy("audit log", "Columns chosen"),
    "import.opened": pgettext_lazy("audit log", "Upload begun"),
    "import.retried": pgettext_lazy("audit log", "Import tried again"),
    "import.started": pgettext_lazy("audit log", "Import started"),
    "inbox.changed": pgettext_lazy("audit log", "Widget changed"),
    "inbox.made": pgettext_lazy("audit log", "Widget created"),
    "inbox.old_secret_ended": pgettext_lazy("audit log", "Old secret ended"),
    "inbox.secret_made": pgettext_lazy("audit log", "Secret created"),
    "inbox.session_opened": pgettext_lazy("audit log", "Visit through a widget"),
    "index.activated": pgettext_lazy("audit log", "Index in use"),
    "index.build_cancelled": pgettext_lazy("audit log", "Building of an index cancelled"),
    "index.build_failed": pgettext_lazy("audit log", "Building of an index failed"),
    "index.build_started": pgettext_lazy("audit log", "Building of an index started"),
    "insights.read": pgettext_lazy("audit log", "Questions read"),
    "key.embedded": pgettext_lazy("audit log", "Vectors for an API key"),
    "key.made": pgettext_lazy("audit log", "API key created"),
    "key.revoked": pgettext_lazy("audit log", "API key revoked"),
    "message.sent": pgettext_lazy("audit log", "Question sent"),
    "pair.restored": pgettext_lazy("audit log", "Pair put back"),
    "passage.edit_replaced": pgettext_lazy("audit log", "Edit replaced by an import"),
    "passage.edited": pgettext_lazy("audit log", "Passage edited"),
    "passage.restored": pgettext_lazy("audit log", "Passage put back"),
    "policy.published": pgettext_lazy("audit log", "Content rules published"),
    "question.brought_back": pgettext_lazy("audit log", "Question brought back"),
    "question.put_away": pgettext_lazy("audit log", "Question put away"),
    "rollout.started": pgettext_lazy("audit log", "Version being put to work"),
    "transcript.listed": pgettext_lazy("audit log", "Conversations listed"),
    "transcript.read": pgettext_lazy("audit log", "Conversation read"),
    "transcript.searched": pgettext_lazy("audit log", "Conversations searched"),
    "second_step.required": pgettext_lazy("audit log", "Second step required of staff, or no more"),
    "sign_up.changed": pgettext_lazy("audit log", "Sign-up opened or closed"),
    "user.blocked": pgettext_lazy("audit log", "Account blocked"),
    "user.codes_locked": pgettext_lazy("audit log", "Too many wrong codes"),
    "user.created": pgettext_lazy("audit log", "Account made"),
    "user.deleted": pgettext_lazy("audit log", "Account deleted"),
    "user.link": pgettext_lazy("audit log", "Link for a password made"),
    "user.name": pgettext_lazy("audit log", "Full name changed"),
    "user.password": pgettext_lazy("audit log", "Password chosen"),
    "user.recovery_code": pgettext_lazy("audit log", "Recovery code used"),
    "user.recovery_codes": pgettext_lazy("audit log", "New recovery codes"),
    "user.role": pgettext_lazy("audit log", "Role changed"),
    "user.second_step": pgettext_lazy("audit log", "Two-step sign-in set up"),
    "user.second_step_removed": pgettext_lazy("audit log", "Second step taken away"),
    "user.signed_out": pgettext_lazy("audit log", "Signed out everywhere"),
    "user.unblocked": pgettext_lazy("audit log", "Account unblocked"),
    "version.cancelled": pgettext_lazy("audit log", "Upload cancelled"),
    "version.check_again": pgettext_lazy("audit log", "Check repeated"),
    "version.checking": pgettext_lazy("audit log", "Version being checked"),
    "version.created": pgettext_lazy("audit log", "Version created"),
    "version.discarded": pgettext_lazy("audit log", "Version put away"),
    "version.ready": pgettext_lazy("audit log", "Version ready"),
    "version.rejected": pgettext_lazy("audit log", "Version rejected"),
    "version.tried": pgettext_lazy("audit log", "Version tried"),
    "version.uploaded": pgettext_lazy("audit log", "Version uploaded"),
    "webhook.changed": pgettext_lazy("audit log", "Webhook changed"),
    "webhook.deleted": pgettext_lazy("audit log", "Webhook deleted"),
    "webhook.made": pgettext_lazy("audit log", "Webhook created"),
    "webhook.repeated": pgettext_lazy("audit log", "Delivery repeated"),
    "webhook.secret_renewed": pgettext_lazy("audit log", "Signing secret renewed"),
    "webhook.switched_off": pgettext_lazy("audit log", "Webhook switched off"),
    "webhook.tested": pgettext_lazy("audit log", "Webhook tested"),
    "word.added": pgettext_lazy("audit log", "Word listed"),
    "word.changed": pgettext_lazy("audit log", "Word moved or rewritten"),
    "word.removed": pgettext_lazy("audit log", "Word taken out of its list"),
}

# What only looks: what was changed is easily lost among these.
READINGS = ("image.read", "insights.read", "transcript.listed", "transcript.read", "transcript.searched")

DETAILS: dict[str, str | Promise] = {
    "action": pgettext_lazy("audit detail", "action"),
    "actor": pgettext_lazy("audit detail", "person"),
    "since": pgettext_lazy("audit detail", "from day"),
    "target": pgettext_lazy("audit detail", "target"),
    "until": pgettext_lazy("audit detail", "to day"),
    "live": pgettext_lazy("audit detail", "answers at a time"),
    "per_minute": pgettext_lazy("audit detail", "requests a minute"),
    "expires_at": pgettext_lazy("audit detail", "ends"),
    "quantization": pgettext_lazy("audit detail", "precision"),
    "alias": pgettext_lazy("audit detail", "alias"),
    "from_quantization": pgettext_lazy("audit detail", "precision before"),
    "prune": pgettext_lazy("audit detail", "removing what is gone"),
    "imported": pgettext_lazy("audit detail", "new"),
    "replaced": pgettext_lazy("audit detail", "replaced"),
    "unchanged": pgettext_lazy("audit detail", "unchanged"),
    "failed": pgettext_lazy("audit detail", "failed"),
    "cancelled": pgettext_lazy("audit detail", "cancelled"),
    "removed": pgettext_lazy("audit detail", "removed"),
    "accent": pgettext_lazy("audit detail", "colour"),
    "side": pgettext_lazy("audit detail", "side"),
    "label_zh": pgettext_lazy("audit detail", "button in Chinese"),
    "greeting": pgettext_lazy("audit detail", "greeting"),
    "greeting_zh": pgettext_lazy("audit detail", "greeting in Chinese"),
    "addresses": pgettext_lazy("audit detail", "addresses"),
    "answer": pgettext_lazy("audit detail", "answer"),
    "assistant": pgettext_lazy("audit detail", "assistant"),
    "because": pgettext_lazy("audit detail", "because"),
    "before": pgettext_lazy("audit detail", "before"),
    "by": pgettext_lazy("audit detail", "by"),
    "bytes": pgettext_lazy("audit detail", "bytes"),
    "cases": pgettext_lazy("audit detail", "questions"),
    "cause": pgettext_lazy("audit detail", "cause"),
    "characters": pgettext_lazy("audit detail", "characters"),
    "collection": pgettext_lazy("audit detail", "collection"),
    "collections": pgettext_lazy("audit detail", "collections"),
    "commented": pgettext_lazy("audit detail", "with a comment"),
    "continues": pgettext_lazy("audit detail", "continues"),
    "count": pgettext_lazy("audit detail", "count"),
    "dimension": pgettext_lazy("audit detail", "dimension"),
    "document": pgettext_lazy("audit detail", "document"),
    "embedder": pgettext_lazy("audit detail", "embedding model"),
    "error": pgettext_lazy("audit detail", "error"),
    "event": pgettext_lazy("audit detail", "event"),
    "fields": pgettext_lazy("audit detail", "fields"),
    "file": pgettext_lazy("audit detail", "file"),
    "files": pgettext_lazy("audit detail", "files"),
    "from": pgettext_lazy("audit detail", "from"),
    "generation": pgettext_lazy("audit detail", "generation"),
    "host": pgettext_lazy("audit detail", "host"),
    "image": pgettext_lazy("audit detail", "image"),
    "import": pgettext_lazy("audit detail", "import"),
    "labels": pgettext_lazy("audit detail", "labels"),
    "language": pgettext_lazy("audit detail", "language"),
    "list": pgettext_lazy("audit detail", "list"),
    "list_before": pgettext_lazy("audit detail", "list before"),
    "languages": pgettext_lazy("audit detail", "languages"),
    "model": pgettext_lazy("audit detail", "model"),
    "name": pgettext_lazy("audit detail", "name"),
    "named": pgettext_lazy("audit detail", "signed in to the site"),
    "note": pgettext_lazy("audit detail", "note"),
    "old_until": pgettext_lazy("audit detail", "old secret valid until"),
    "origin": pgettext_lazy("audit detail", "origin"),
    "passages": pgettext_lazy("audit detail", "passages"),
    "position": pgettext_lazy("audit detail", "position"),
    "prefix": pgettext_lazy("audit detail", "begins with"),
    "question": pgettext_lazy("audit detail", "question"),
    "reason": pgettext_lazy("audit detail", "reason"),
    "row": pgettext_lazy("audit detail", "row"),
    "serial": pgettext_lazy("audit detail", "number"),
    "session": pgettext_lazy("audit detail", "session"),
    "set": pgettext_lazy("audit detail", "set"),
    "sha256": pgettext_lazy("audit detail", "SHA-256"),
    "size": pgettext_lazy("audit detail", "size"),
    "slug": pgettext_lazy("audit detail", "short name"),
    "source": pgettext_lazy("audit detail", "source"),
    "standing": pgettext_lazy("audit detail", "answered by"),
    "state": pgettext_lazy("audit detail", "state"),
    "texts": pgettext_lazy("audit detail", "texts"),
    "to": pgettext_lazy("audit detail", "to"),
    "value": pgettext_lazy("audit detail", "value"),
    "version": pgettext_lazy("audit detail", "version"),
    "why": pgettext_lazy("audit detail", "why"),
    "assistants": pgettext_lazy("audit detail", "assistants"),
    "origins": pgettext_lazy("audit detail", "sites"),
    "anonymous": pgettext_lazy("audit detail", "without signing in"),
    "enabled": pgettext_lazy("audit detail", "open"),
    "events": pgettext_lazy("audit detail", "events"),
    "with_text": pgettext_lazy("audit detail", "with the text"),
    "is_on": pgettext_lazy("audit detail", "on"),
    "overlap": pgettext_lazy("audit detail", "sentences repeated"),
    "ignored": pgettext_lazy("audit detail", "ignored columns"),
    "rows": pgettext_lazy("audit detail", "each row by itself"),
    "label": pgettext_lazy("audit detail", "button"),
    "left": pgettext_lazy("audit detail", "left"),
    "required": pgettext_lazy("audit detail", "required"),
}

# What was changed of an assistant, as its form calls it, or of a conversation.
_FIELDS: dict[str, str | Promise] = {
    **{name: field.label for name, field in AssistantForm.base_fields.items() if field.label},
    "title": pgettext_lazy("audit detail", "title"),
    "pinned": pgettext_lazy("audit detail", "pinned"),
}


@register.filter
def action_words(action: str) -> str:
    """What was done; one that an older release recorded as it stands."""
    return str(ACTIONS.get(action, action))


@register.filter
def details(data: dict[str, Any]) -> list[tuple[str, str]]:
    """What belongs to an event as (label, value): what was before what is."""
    known = [name for name in DETAILS if name in data] + [name for name in data if name not in DETAILS]
    return [(str(DETAILS.get(name, name.replace("_", " "))), _shown(name, data[name])) for name in known]


def _shown(name: str, value: Any) -> str:
    if name == "fields":  # an assistant's have commas in their names
        return " · ".join(str(_FIELDS.get(field, field)) for field in value)
    if name in {"list", "list_before"}:
        return rule_said(value)
    if name == "reason":
        value = shipped(value)
    if name == "expires_at" and value:
        value = f"{value[:10]} {value[11:16]} UTC"
    return (_("yes") if value else _("no")) if isinstance(value, bool) else plain(value)
