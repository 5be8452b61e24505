"""Routes of the console. Every view says by `needs` who may open it; a test walks them all."""

from django.urls import path

from .evaluation_urls import urlpatterns as evaluation_urls
from .knowledge_urls import urlpatterns as knowledge_urls
from .views import (
    assistants,
    audit,
    conversations,
    corrections,
    home,
    inbox,
    keys,
    models,
    people,
    policy,
    rollouts,
    trials,
    uploads,
)
from .webhook_urls import urlpatterns as webhook_urls
from .widget_urls import urlpatterns as widget_urls

app_name = "console"
urlpatterns = [
    path("", home.home, name="home"),
    path("overview/", home.overview, name="overview"),
    path("conversations/", conversations.conversation_list, name="conversations"),
    path("conversations/<uuid:conversation_id>/", conversations.transcript, name="transcript"),
    path("answers/<uuid:generation_id>/correct/", corrections.correction_save, name="correction"),
    path("answers/<uuid:generation_id>/correct/remove/", corrections.correction_remove, name="correction-remove"),
    path("answers/<uuid:generation_id>/correct/case/", corrections.correction_case, name="correction-case"),
    path("answers/<uuid:generation_id>/correct/into/", corrections.correction_into, name="correction-into"),
    path("conversations/<uuid:conversation_id>/images/<uuid:file_id>/", conversations.image, name="image"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<uuid:conversation_id>/", inbox.inbox_conversation, name="inbox-conversation"),
    path("inbox/<uuid:conversation_id>/lookup/", inbox.inbox_lookup, name="inbox-lookup"),
    path("inbox/<uuid:conversation_id>/take/", inbox.inbox_take, name="inbox-take"),
    path("inbox/<uuid:conversation_id>/reply/", inbox.inbox_reply, name="inbox-reply"),
    path("inbox/<uuid:conversation_id>/resolve/", inbox.inbox_resolve, name="inbox-resolve"),
    path("assistants/", assistants.assistant_list, name="assistants"),
    path("assistants/new/", assistants.assistant_new, name="assistant-new"),
    path("assistants/trials/<uuid:trial_id>/", trials.assistant_trial, name="assistant-trial"),
    path("assistants/<slug:slug>/", assistants.assistant_edit, name="assistant"),
    path("assistants/<slug:slug>/back/", assistants.assistant_back, name="assistant-back"),
    path("assistants/<slug:slug>/move/", assistants.assistant_place, name="assistant-move"),
    path("keys/", keys.key_list, name="keys"),
    path("keys/<uuid:key_id>/revoke/", keys.key_end, name="key-revoke"),
    path("models/", models.model_page, name="models"),
    path("models/upload/", models.upload_page, name="upload"),
    path("models/uploads/", uploads.start, name="upload-start"),
    path("models/uploads/<uuid:version_id>/", uploads.state, name="upload-state"),
    path("models/uploads/<uuid:version_id>/finish/", uploads.finish, name="upload-finish"),
    path("models/uploads/<uuid:version_id>/cancel/", uploads.cancel, name="upload-cancel"),
    path("models/uploads/<uuid:version_id>/files/<path:name>", uploads.file, name="upload-file"),
    path("models/versions/<uuid:version_id>/", models.version_page, name="version"),
    path("models/versions/<uuid:version_id>/state/", models.version_state, name="version-state"),
    path("models/versions/<uuid:version_id>/check/", uploads.check_again, name="version-check"),
    path("models/versions/<uuid:version_id>/try/", rollouts.version_try, name="version-try"),
    path("models/versions/<uuid:version_id>/activate/", rollouts.version_activate, name="version-activate"),
    path("models/rollouts/<uuid:rollout_id>/", rollouts.rollout_state, name="rollout-state"),
    path("models/aliases/<slug:name>/", models.alias_page, name="alias"),
    path("models/aliases/<slug:name>/back/", rollouts.alias_back, name="alias-back"),
    *knowledge_urls,
    *evaluation_urls,
    *webhook_urls,
    *widget_urls,
    path("policy/", policy.policy_page, name="policy"),
    path("people/", people.people_list, name="people"),
    path("people/<int:user_id>/", people.person_save, name="person"),
    path("audit/", audit.audit, name="audit"),
]
